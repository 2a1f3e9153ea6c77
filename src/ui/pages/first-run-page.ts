/**
 * <first-run-page>: a name, and in. Says who invites when an invite link brought the person here. Does not make
 * keys: the engine does, and the frame changes when the account is there.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type FaultCode } from '../../lib/fault.ts';
import { fromState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { currentLanguage, loadTexts, t, tParts } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { moreIcons } from '../parts/more-icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { pageStyles } from './page-styles.ts';
import '../parts/sotto-avatar.ts';

export class FirstRunPage extends SottoElement {
  static override properties = {
    busy: { state: true },
    fault: { state: true },
    isLost: { state: true },
  };

  static override styles = [
    shared,
    pageStyles,
    css`
      form {
        display: grid;
        gap: var(--s4);
        margin-block-start: var(--s2);
      }

      .input,
      .button {
        min-block-size: 2.875rem;
      }

      .input {
        font-size: var(--text-3);
      }

      .invited {
        display: flex;
        align-items: center;
        gap: var(--s3);
        padding: var(--s3) var(--s4);
        border-radius: var(--round-3);
        background: var(--own);
        --avatar-size: 2.25rem;
      }

      .facts {
        display: grid;
        gap: var(--s3);
        padding-block-start: var(--s5);
        border-block-start: 1px solid var(--line);
        color: var(--soft);
        font-size: var(--text-2);
      }

      .facts li {
        display: flex;
        gap: var(--s3);
      }

      .facts svg {
        margin-block-start: 0.1rem;
        color: var(--accent);
      }
    `,
  ];

  declare private busy: boolean;
  declare private fault: FaultCode | undefined;
  /** The browser cleared what was here, or somebody did. */
  declare private isLost: boolean;
  readonly #invite = fromState(this, (state) => state.invite);

  constructor() {
    super();
    this.busy = this.isLost = false;
    this.fault = undefined;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
    void this.#lookBack().catch(() => undefined);
  }

  /** Looks whether there was an account here, and loads what says so. */
  async #lookBack(): Promise<void> {
    const { hadAccount } = await import('../backup/account-marker.ts');
    if (!hadAccount()) return;
    await loadTexts('backup');
    await import('../backup/lost-notice.ts');
    this.isLost = true;
  }

  async #create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const box = this.renderRoot.querySelector('input');
    if (!box || this.busy) return;
    this.busy = true;
    this.fault = undefined;
    try {
      const language = currentLanguage();
      await engine().call('createAccount', {
        name: box.value,
        language: language === 'es' ? 'es' : 'en',
      });
    } catch (error) {
      this.fault = faultCode(error);
      this.busy = false;
      box.focus();
    }
  }

  #restore(): void {
    import('../backup/restore-flow.ts')
      .then(({ openRestore }) => openRestore())
      .catch((error: unknown) => (this.fault = faultCode(error)));
  }

  #invited(): TemplateResult | typeof nothing {
    const invite = this.#invite.value;
    if (invite?.fault)
      return html`<p class="fault" role="alert">${icons.warning}${faultText(invite.fault)}</p>`;
    const { reading } = invite ?? {};
    if (!reading) return nothing;
    if (reading.verdict === 'expired' || reading.verdict === 'other-relay') {
      const key = reading.verdict === 'expired' ? 'invite.expired' : 'invite.other-relay';
      return html`<p class="fault" role="alert">
        ${icons.warning}<span
          >${tParts(key, { name: html`<bdi>${reading.name}</bdi>`, host: html`<bdi>${reading.host}</bdi>` })}</span
        >
      </p>`;
    }
    return html`<p class="invited">
      <sotto-avatar .address=${reading.id}></sotto-avatar>
      <span
        >${tParts('welcome.invited', { name: html`<strong><bdi>${reading.name}</bdi></strong>` })}</span
      >
    </p>`;
  }

  protected override render(): TemplateResult {
    return html`<main>
      <div class="sheet">
        <h1>${t('welcome.title')}</h1>
        ${this.isLost ? html`<lost-notice></lost-notice>` : nothing} ${this.#invited()}
        <p class="lead">${t('welcome.lead')}</p>
        <form @submit=${(event: SubmitEvent) => void this.#create(event)}>
          <div class="field">
            <label for="name">${t('welcome.name')}</label>
            <input
              id="name"
              class="input"
              type="text"
              dir="auto"
              autocomplete="off"
              autocapitalize="words"
              spellcheck="false"
              maxlength="64"
              required
              enterkeyhint="done"
              aria-describedby="hint"
              aria-invalid=${this.fault === 'bad-name' ? 'true' : nothing}
            />
            <span id="hint" class="hint">${t('welcome.name-hint')}</span>
          </div>
          ${
            this.fault
              ? html`<p class="fault" role="alert">
                  ${icons.warning}<span>${faultText(this.fault)}</span>
                </p>`
              : nothing
          }
          <button
            class="button ${this.isLost ? '' : 'primary'}"
            type="submit"
            ?disabled=${this.busy}
          >
            ${this.busy ? t('welcome.creating') : t('welcome.create')}
          </button>
          <button
            class="button ${this.isLost ? 'primary' : ''}"
            type="button"
            @click=${() => this.#restore()}
          >
            ${t('welcome.restore')}
          </button>
        </form>
        <ul class="facts">
          <li>${icons.lock}<span>${t('welcome.keys')}</span></li>
          <li>${moreIcons.check}<span>${t('welcome.relay')}</span></li>
          <li>${moreIcons.info18}<span>${t('welcome.one-browser')}</span></li>
        </ul>
      </div>
    </main>`;
  }
}

customElements.define('first-run-page', FirstRunPage);

declare global {
  interface HTMLElementTagNameMap {
    'first-run-page': FirstRunPage;
  }
}
