/** The dialog `Delete message`: says what goes where, and deletes for me. Resolves `done` when it was deleted. */
import { html, nothing, type TemplateResult } from 'lit';
import { type MessageView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t, tParts } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { DialogBase } from './dialog-base.ts';

export class DeleteMessageDialog extends DialogBase {
  static override properties = { fault: { state: true } };

  declare private fault: FaultCode | undefined;
  /** True once the message is gone. */
  done = false;
  readonly #message: MessageView;
  readonly #name: string | undefined;

  /** @param name of the other side; undefined in Notes */
  constructor(message: MessageView, name: string | undefined) {
    super();
    this.#message = message;
    this.#name = name;
    this.fault = undefined;
  }

  protected override heading(): string {
    return t('delete-message.title');
  }

  async #delete(): Promise<void> {
    const { conversation, order } = this.#message;
    try {
      await engine().call('deleteMessage', { conversation, order });
      this.done = true;
      this.close();
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  /** Deletes the bytes of an attachment and leaves what was said. */
  async #deleteAttachment(): Promise<void> {
    const { conversation, order } = this.#message;
    try {
      await engine().call('removeAttachment', { conversation, order });
      this.close();
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  /** True where an attachment takes room here that the message does not need. */
  get #hasAttachment(): boolean {
    const { body, state } = this.#message;
    return body.kind === 'media' && body.attachment.stage === 'here' && state !== 'sending';
  }

  protected override content(): TemplateResult {
    return html`<p>
        ${
          this.#name === undefined
            ? t('delete-message.text-notes')
            : tParts('delete-message.text', { name: html`<bdi>${this.#name}</bdi>` })
        }
      </p>
      ${
        this.fault
          ? html`<p class="fault" role="alert">
              ${icons.warning}<span>${faultText(this.fault)}</span>
            </p>`
          : nothing
      }
      ${
        this.#hasAttachment
          ? html`<p class="hint" id="only-hint">${t('media.delete-only-hint')}</p>`
          : nothing
      }
      <div class="actions">
        <button class="button" type="button" @click=${() => this.close()}>${t('cancel')}</button>
        ${
          this.#hasAttachment
            ? html`<button
                class="button danger-quiet"
                type="button"
                aria-describedby="only-hint"
                @click=${() => void this.#deleteAttachment()}
              >
                ${t('media.delete-only')}
              </button>`
            : nothing
        }
        <button class="button danger" type="button" @click=${() => void this.#delete()}>
          ${t('delete-message.for-me')}
        </button>
      </div>`;
  }
}

customElements.define('delete-message-dialog', DeleteMessageDialog);
