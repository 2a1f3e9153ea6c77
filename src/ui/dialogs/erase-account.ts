/** The dialog before an account is erased: what goes, what stays, and what if the relay cannot be reached. */
import { html, nothing, type TemplateResult } from 'lit';
import { type FaultCode } from '../../lib/fault.ts';
import { unmarkAccount } from '../backup/account-marker.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { DialogBase } from './dialog-base.ts';

export class EraseAccountDialog extends DialogBase {
  static override properties = { fault: { state: true }, busy: { state: true } };

  declare private fault: FaultCode | undefined;
  declare private busy: boolean;

  constructor() {
    super();
    this.fault = undefined;
    this.busy = false;
  }

  protected override heading(): string {
    return t('erase.title');
  }

  #done(): void {
    unmarkAccount();
    this.close();
  }

  async #erase(localOnly: boolean): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await engine().call('eraseAccount', { localOnly });
      this.#done();
    } catch (error) {
      // The engine stops when it is done; that is no failure.
      const code = faultCode(error);
      if (code === 'stopped' || code === 'port-closed') this.#done();
      else this.fault = code;
    }
    this.busy = false;
  }

  protected override content(): TemplateResult {
    const offline = this.fault === 'offline' || this.fault === 'timeout';
    return html`<p>${t('erase.text')}</p>
      <p class="hint">${t('erase.contacts')}</p>
      ${
        this.fault
          ? html`<p class="fault" role="alert">
              ${icons.warning}<span>${offline ? t('erase.offline') : faultText(this.fault)}</span>
            </p>`
          : nothing
      }
      <div class="actions">
        <button class="button" type="button" data-first @click=${() => this.close()}>
          ${t('cancel')}
        </button>
        <button
          class="button danger"
          type="button"
          ?disabled=${this.busy}
          @click=${() => void this.#erase(offline)}
        >
          ${t(this.busy ? 'erase.busy' : offline ? 'erase.here-only' : 'settings.erase')}
        </button>
      </div>`;
  }
}

customElements.define('erase-account-dialog', EraseAccountDialog);
