/** The dialog `This relay cannot hide your address`: a call without a TURN relay only after a clear word. */
import { html, type TemplateResult } from 'lit';
import { DialogBase } from '../dialogs/dialog-base.ts';
import { t, tParts } from '../i18n/index.ts';

export class NoRelayDialog extends DialogBase {
  /** The person wants to call all the same; this call only. */
  direct = false;
  readonly #name: string;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  protected override heading(): string {
    return t('call.no-relay');
  }

  protected override content(): TemplateResult {
    return html`<p>${tParts('call.no-relay-text', { name: html`<bdi>${this.#name}</bdi>` })}</p>
      <div class="actions">
        <button class="button" type="button" data-first @click=${() => this.close()}>
          ${t('cancel')}
        </button>
        <button
          class="button primary"
          type="button"
          @click=${() => {
            this.direct = true;
            this.close();
          }}
        >
          ${t('call.directly')}
        </button>
      </div>`;
  }
}

customElements.define('no-relay-dialog', NoRelayDialog);
