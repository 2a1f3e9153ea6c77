/**
 * The dialog `Incoming call`: who calls, and what accepting means. It takes no key away from whoever writes, and no
 * focus; only over a dialog that covers the page it has to come in front.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type CallView } from '../../engine/api.ts';
import { hasOpenDialog } from '../dialogs/dialog-base.ts';
import { t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { acceptCall, declineCall, otherName } from './call-center.ts';
import '../parts/sotto-avatar.ts';

export class IncomingCall extends SottoElement {
  static override properties = { call: { attribute: false } };

  static override styles = [
    shared,
    css`
      dialog {
        position: fixed;
        inset-block: var(--s4) auto;
        inset-inline: auto var(--s4);
        inline-size: min(22rem, 100vw - 2rem);
        z-index: 3;
      }

      .frame {
        display: grid;
        gap: var(--s4);
        padding: var(--s5);
      }

      .who {
        display: flex;
        align-items: center;
        gap: var(--s3);
      }

      .words {
        min-inline-size: 0;
      }

      h2 {
        color: var(--soft);
        font-size: var(--text-2);
        font-weight: var(--weight);
      }

      .name {
        font-size: var(--text-3);
        font-weight: var(--weight-strong);
        overflow-wrap: anywhere;
      }

      .direct {
        padding: var(--s3);
        border-radius: var(--round-3);
        background: var(--amber-tint);
        font-size: var(--text-2);
      }

      .actions {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--s3);
      }
    `,
  ];

  declare call: CallView | undefined;

  constructor() {
    super();
    this.call = undefined;
  }

  protected override firstUpdated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (hasOpenDialog()) dialog?.showModal();
    // Shown and not opened: opening would take the focus, and with it the next key.
    else dialog?.setAttribute('open', '');
  }

  protected override render(): TemplateResult | typeof nothing {
    const { call } = this;
    if (!call) return nothing;
    return html`<dialog
      aria-labelledby="heading"
      aria-describedby="name"
      @cancel=${(event: Event) => {
        event.preventDefault();
        declineCall();
      }}
    >
      <div class="frame">
        <div class="who">
          <sotto-avatar .address=${call.conversation}></sotto-avatar>
          <div class="words">
            <h2 id="heading">${t('call.incoming')}</h2>
            <p class="name" id="name"><bdi>${otherName()}</bdi></p>
          </div>
        </div>
        ${call.direct ? html`<p class="direct">${t('call.incoming-direct')}</p>` : nothing}
        <div class="actions">
          <button class="button danger" type="button" @click=${declineCall}>
            ${t('call.decline')}
          </button>
          <button class="button primary" type="button" @click=${acceptCall}>
            ${icons.call}${t('call.accept')}
          </button>
        </div>
      </div>
      <p class="visually-hidden" role="alert">${t('call.incoming-from', { name: otherName() })}</p>
    </dialog>`;
  }
}

customElements.define('incoming-call', IncomingCall);
