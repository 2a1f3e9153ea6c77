/**
 * What stands in the composer's place while nothing can be written: a stranger's request with its three answers,
 * or the note that this person is blocked. Says which answer was given (`answer`); the page does it.
 */
import { css, html, type TemplateResult } from 'lit';
import { t, tParts } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { moreIcons } from './more-icons.ts';
import { SottoElement } from './sotto-element.ts';

export type RequestAnswer = 'accept' | 'block' | 'delete' | 'unblock';

export class RequestBar extends SottoElement {
  static override properties = {
    standing: { type: String },
    name: { type: String },
    busy: { type: Boolean },
  };

  static override styles = [
    shared,
    css`
      section {
        display: grid;
        justify-items: center;
        gap: var(--s3);
        padding: var(--s4) var(--s4) max(var(--s5), env(safe-area-inset-bottom));
        border-block-start: 1px solid var(--line);
        background: var(--panel);
        text-align: center;
      }

      h2 {
        font-size: var(--text-3);
      }

      p {
        max-inline-size: 30rem;
        color: var(--soft);
        font-size: var(--text-2);
        text-wrap: balance;
      }

      .answers {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: var(--s3);
      }

      @media (max-width: 30rem) {
        .answers {
          display: grid;
          grid-template-columns: 1fr 1fr;
          justify-self: stretch;
        }

        .answers > :first-child {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  declare standing: 'request' | 'blocked';
  declare name: string;
  declare busy: boolean;

  constructor() {
    super();
    this.standing = 'request';
    this.name = '';
    this.busy = false;
  }

  #answer(answer: RequestAnswer): void {
    if (!this.busy)
      this.dispatchEvent(new CustomEvent<RequestAnswer>('answer', { detail: answer }));
  }

  protected override render(): TemplateResult {
    const name = html`<bdi>${this.name}</bdi>`;
    if (this.standing === 'blocked') {
      return html`<section aria-label=${t('list.blocked')}>
        <p>${tParts('blocked.text', { name })}</p>
        <button class="button" type="button" @click=${() => this.#answer('unblock')}>
          ${t('blocked.unblock')}
        </button>
      </section>`;
    }
    return html`<section aria-labelledby="title">
      <h2 id="title">${t('request.title')}</h2>
      <p>${tParts('request.text', { name })}</p>
      <div class="answers">
        <button class="button primary" type="button" @click=${() => this.#answer('accept')}>
          ${t('request.accept')}
        </button>
        <button class="button" type="button" @click=${() => this.#answer('block')}>
          ${moreIcons.block}${t('request.block')}
        </button>
        <button class="button danger-quiet" type="button" @click=${() => this.#answer('delete')}>
          ${moreIcons.trash}${t('request.delete')}
        </button>
      </div>
    </section>`;
  }
}

customElements.define('request-bar', RequestBar);

declare global {
  interface HTMLElementTagNameMap {
    'request-bar': RequestBar;
  }
}
