/** The dialog of an opened invite link: who it is from, `Start chat` or not now. */
import { html, nothing, type TemplateResult } from 'lit';
import { type FaultCode } from '../../lib/fault.ts';
import { fromState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t, tParts } from '../i18n/index.ts';
import { settleInvite } from '../invites.ts';
import { icons } from '../parts/icons.ts';
import { inviteCard, inviteCardStyles, leadsSomewhere } from '../parts/invite-card.ts';
import { openConversation } from '../routes.ts';
import { DialogBase } from './dialog-base.ts';

export class InviteDialog extends DialogBase {
  static override properties = { busy: { state: true }, fault: { state: true } };
  static override styles = [DialogBase.styles, inviteCardStyles];

  declare private busy: boolean;
  declare private fault: FaultCode | undefined;
  readonly #invite = fromState(this, (state) => state.invite);

  constructor() {
    super();
    this.busy = false;
    this.fault = undefined;
    this.addEventListener('dialog-closed', () => settleInvite());
  }

  protected override heading(): unknown {
    const reading = this.#invite.value?.reading;
    return reading?.verdict === 'usable'
      ? tParts('invite.wants', { name: html`<bdi>${reading.name}</bdi>` })
      : t('invite.title');
  }

  async #start(): Promise<void> {
    const link = this.#invite.value?.link;
    if (!link || this.busy) return;
    this.busy = true;
    try {
      const conversation = await engine().call('startChat', { text: link });
      this.close();
      // Before the place changes: the invite belongs to this entry of the history.
      settleInvite();
      openConversation(conversation);
    } catch (error) {
      this.fault = faultCode(error);
      this.busy = false;
    }
  }

  protected override content(): TemplateResult {
    const { reading, fault } = this.#invite.value ?? {};
    const code = this.fault ?? fault;
    const goes = leadsSomewhere(reading);
    return html`${
        reading
          ? inviteCard(reading, reading.verdict === 'usable')
          : code
            ? nothing
            : html`<p role="status">${t('invite.reading')}</p>`
      }
      ${
        code
          ? html`<p class="fault" role="alert">${icons.warning}<span>${faultText(code)}</span></p>`
          : nothing
      }
      <div class="actions">
        <button class="button" type="button" @click=${() => this.close()}>
          ${t(goes ? 'invite.not-now' : 'back')}
        </button>
        ${
          goes
            ? html`<button
                class="button primary"
                type="button"
                data-first
                ?disabled=${this.busy}
                @click=${() => void this.#start()}
              >
                ${t(reading?.verdict === 'known' ? 'invite.open' : 'invite.start')}
              </button>`
            : nothing
        }
      </div>`;
  }
}

customElements.define('invite-dialog', InviteDialog);
