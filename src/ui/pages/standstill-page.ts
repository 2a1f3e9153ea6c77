/** <standstill-page>: this tab has no engine: another tab has it, the account was erased, or something failed. */
import { html, type TemplateResult } from 'lit';
import { type AppState, fromState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultText } from '../i18n/faults.ts';
import { t, type TextKey } from '../i18n/index.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { pageStyles } from './page-styles.ts';

type Reason = NonNullable<AppState['stopped']>;

const words: Readonly<Record<Reason, { title: TextKey; text: TextKey; button: TextKey }>> = {
  'other-tab': {
    title: 'status.elsewhere-title',
    text: 'status.elsewhere',
    button: 'status.use-here',
  },
  erased: { title: 'status.erased-title', text: 'status.erased', button: 'status.begin-again' },
  failed: { title: 'status.failed-title', text: 'status.failed', button: 'status.reload' },
};

export class StandstillPage extends SottoElement {
  static override properties = { reason: {} };
  static override styles = [shared, pageStyles];

  declare reason: Reason;
  readonly #trouble = fromState(this, (state) => state.trouble);

  constructor() {
    super();
    this.reason = 'failed';
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('button')?.focus();
  }

  #act(): void {
    const client = engine();
    if (this.reason === 'other-tab' && client.useHere) client.useHere();
    else location.replace(location.pathname);
  }

  protected override render(): TemplateResult {
    const { title, text, button } = words[this.reason];
    return html`<main>
      <div class="sheet" role="status">
        <h1>${t(title)}</h1>
        <p class="lead">
          ${this.reason === 'failed' && this.#trouble.value ? faultText(this.#trouble.value) : t(text)}
        </p>
        <button class="button primary" type="button" @click=${() => this.#act()}>
          ${t(button)}
        </button>
      </div>
    </main>`;
  }
}

customElements.define('standstill-page', StandstillPage);

declare global {
  interface HTMLElementTagNameMap {
    'standstill-page': StandstillPage;
  }
}
