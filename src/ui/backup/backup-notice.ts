/**
 * <backup-notice>: one loud line above everything that says what a person should do about their backups, with the way to
 * do it. A call that is going on is louder. What is said is decided elsewhere (backup-trouble.ts).
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type FaultCode } from '../../lib/fault.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { go } from '../routes.ts';
import { shared } from '../styles/shared.ts';
import { type BackupTrouble } from './backup-trouble.ts';
import { beginWork } from './backup-work.ts';
import { allowFolder, backUpNow, canChooseFolder, chooseFolder } from './choose-folder.ts';
import { troubleWords } from './trouble-words.ts';

const openSettings = (): void => go({ page: 'settings', section: 'backup' });

export class BackupNotice extends SottoElement {
  static override properties = { trouble: { attribute: false }, fault: { state: true } };

  static override styles = [
    shared,
    css`
      :host {
        background: var(--amber-tint);
        border-block-end: 1px solid var(--line);
        font-size: var(--text-2);
      }

      :host(:not(:only-child)) {
        display: none;
      }

      section {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: flex-end;
        gap: var(--s2) var(--s4);
        padding: var(--s2) var(--s4);
      }

      .said {
        display: flex;
        flex: 1 1 18rem;
        gap: var(--s3);
        min-inline-size: 0;
      }

      .said > svg {
        margin-block-start: 0.1em;
        color: var(--amber);
      }

      .words {
        overflow-wrap: anywhere;
      }

      .actions {
        display: flex;
        align-items: center;
        gap: var(--s2);
      }

      .fault {
        flex: 1 1 100%;
      }
    `,
  ];

  declare trouble: BackupTrouble | undefined;
  declare private fault: FaultCode | undefined;
  readonly #later: () => void;

  /** @param later the person does not want to hear of it for a while */
  constructor(later: () => void) {
    super();
    this.#later = later;
    this.trouble = undefined;
    this.fault = undefined;
  }

  async #do(act: () => Promise<unknown>): Promise<void> {
    this.fault = undefined;
    try {
      await act();
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #button(words: string, act: () => void): TemplateResult {
    return html`<button class="button small" type="button" @click=${act}>${words}</button>`;
  }

  #action({ kind }: BackupTrouble): TemplateResult {
    if (kind === 'prompt')
      return this.#button(t('backup.allow-again'), () => void this.#do(allowFolder));
    if ((kind === 'denied' || kind === 'gone') && canChooseFolder())
      return this.#button(t('backup.choose-folder'), () => void this.#do(() => chooseFolder()));
    if (kind === 'unread')
      return this.#button(t('backup.now'), () => {
        void beginWork('export', backUpNow);
        openSettings();
      });
    return this.#button(t('backup.open-settings'), openSettings);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { trouble, fault } = this;
    if (!trouble) return nothing;
    const { what, more } = troubleWords(trouble);
    const canWait = trouble.kind === 'old' || trouble.kind === 'none';
    return html`<section aria-label=${t('backup.notice')}>
      <div class="said" role=${canWait ? 'status' : 'alert'}>
        ${icons.warning}
        <p class="words"><strong>${what}</strong> ${more}</p>
      </div>
      <div class="actions">
        ${this.#action(trouble)}
        ${
          canWait
            ? html`<button
                class="icon-button"
                type="button"
                aria-label=${t('dismiss')}
                title=${t('dismiss')}
                @click=${this.#later}
              >
                ${icons.closeSmall}
              </button>`
            : nothing
        }
      </div>
      ${
        fault
          ? html`<p class="fault" role="alert">${icons.warning}<span>${faultText(fault)}</span></p>`
          : nothing
      }
    </section>`;
  }
}

customElements.define('backup-notice', BackupNotice);

declare global {
  interface HTMLElementTagNameMap {
    'backup-notice': BackupNotice;
  }
}
