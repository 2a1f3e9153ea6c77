/** <call-line>: what stands in a chat of a call: what became of it, and the way to call back. */
import { css, html, type TemplateResult } from 'lit';
import { type CallBody } from '../../engine/api.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { t } from '../i18n/index.ts';
import { bodyText } from '../parts/body-words.ts';
import { icons } from '../parts/icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { placeCall } from './follow-calls.ts';

export class CallLine extends SottoElement {
  static override properties = { body: { attribute: false }, conversation: { attribute: false } };

  static override styles = [
    shared,
    css`
      :host {
        display: inline-flex;
        flex-wrap: wrap;
        align-items: center;
      }

      .what {
        display: inline-flex;
        align-items: center;
        gap: var(--s2);
      }

      .missed {
        color: var(--danger);
      }

      .button {
        /* Its word begins where the other words do when it stands under them. */
        margin-inline-start: calc(1.25rem + var(--s2) - var(--s3));
      }

      @media (max-width: 30rem) {
        :host {
          display: inline-grid;
          justify-items: start;
          vertical-align: bottom;
        }
      }
    `,
  ];

  declare body: CallBody;
  declare conversation: ConversationId;

  protected override render(): TemplateResult {
    const { outcome } = this.body;
    return html`<span class="what ${outcome === 'missed' ? 'missed' : ''}"
        >${icons.call}<span>${bodyText(this.body)}</span></span
      >
      ${
        outcome === 'ringing'
          ? ''
          : html`<button
              class="button quiet small"
              type="button"
              @click=${() => placeCall(this.conversation)}
            >
              ${t('call.back')}
            </button>`
      }`;
  }
}

customElements.define('call-line', CallLine);
