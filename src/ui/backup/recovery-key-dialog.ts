/**
 * The dialog `Recovery key`: shows the 64 digits, copies and prints them, and asks two groups back before anything is
 * exported with them. Makes another key where that is wished. The engine makes and keeps keys.
 */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type FaultCode } from '../../lib/fault.ts';
import { readDigits } from '../../lib/recovery-digits.ts';
import { engine } from '../contexts/engine-client.ts';
import { DialogBase } from '../dialogs/dialog-base.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { loadTexts, t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { moreIcons } from '../parts/more-icons.ts';
import { fullDate } from './backup-words.ts';
import { chooseFolder } from './choose-folder.ts';
import { copyDigits } from './copied-digits.ts';
import { digitRows, digitRowStyles } from './digit-rows.ts';
import { exportBackup } from './export-backup.ts';

const GROUPS = 16;
const GROUP = 4;

const groupOf = (digits: string, group: number): string =>
  digits.slice(group * GROUP, (group + 1) * GROUP);

/** Two different groups, from 0, in order. */
function twoGroups(): readonly number[] {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint8Array(2));
  const first = a % GROUPS;
  return [first, (first + 1 + (b % (GROUPS - 1))) % GROUPS].sort((x, y) => x - y);
}

/** What the dialog is opened for. */
export type KeyWish = 'show' | 'export' | 'folder' | 'new';

/** What the button says that asks two groups back. */
const confirmWords = {
  show: 'backup.confirm',
  new: 'backup.confirm',
  export: 'backup.confirm-export',
  folder: 'backup.confirm-folder',
} as const satisfies Record<KeyWish, string>;

export class RecoveryKeyDialog extends DialogBase {
  static override properties = {
    step: { state: true },
    digits: { state: true },
    isConfirmed: { state: true },
    copied: { state: true },
    wrong: { state: true },
    fault: { state: true },
    busy: { state: true },
  };

  static override styles = [
    DialogBase.styles,
    digitRowStyles,
    css`
      .buttons,
      .groups {
        display: flex;
        flex-wrap: wrap;
        gap: var(--s3);
      }

      .take {
        display: grid;
        gap: var(--s2);
      }

      form {
        display: grid;
        gap: var(--s5);
      }

      .groups > .field {
        flex: 1 1 9rem;
      }

      .groups .input {
        font-family: var(--mono);
        font-variant-numeric: tabular-nums;
        font-size: var(--text-4);
        letter-spacing: 0.1em;
      }

      .done {
        font-weight: var(--weight-strong);
      }
    `,
  ];

  declare private step: 'new' | 'show' | 'confirm' | 'confirmed';
  declare private digits: string | undefined;
  /** This key was asked back before. */
  declare private isConfirmed: boolean;
  declare private copied: boolean;
  /** The group that was not what stands there. */
  declare private wrong: number | undefined;
  declare private fault: FaultCode | undefined;
  declare private busy: boolean;
  readonly #wish: KeyWish;
  #made: number | undefined;
  #asked: readonly number[] = [];

  /**
   * @param isConfirmed whether the present key was asked back before
   * @param made when it was made
   */
  constructor(wish: KeyWish, isConfirmed: boolean, made?: number) {
    super();
    this.#wish = wish;
    this.#made = made;
    this.step = wish === 'new' ? 'new' : 'show';
    this.digits = undefined;
    this.isConfirmed = isConfirmed;
    this.copied = false;
    this.wrong = undefined;
    this.fault = undefined;
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#wish !== 'new') void this.#load('recoveryKey');
  }

  override disconnectedCallback(): void {
    void import('./key-sheet.ts').then(({ removeSheet }) => removeSheet()).catch(() => undefined);
    super.disconnectedCallback();
  }

  protected override heading(): string {
    return t(this.#wish === 'new' ? 'backup.new-key' : 'backup.key');
  }

  async #load(method: 'recoveryKey' | 'newRecoveryKey'): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.fault = undefined;
    try {
      this.digits = await engine().call(method, null);
      if (method === 'newRecoveryKey') {
        this.isConfirmed = false;
        this.#made = undefined;
      }
      this.#made ??= Date.now();
      this.step = 'show';
    } catch (error) {
      this.fault = faultCode(error);
    }
    this.busy = false;
  }

  async #copy(digits: string): Promise<void> {
    this.fault = undefined;
    try {
      await copyDigits(digits.replace(/.{16}(?=.)/g, '$&\n').replace(/\d{4}(?=\d)/g, '$& '));
      this.copied = true;
    } catch {
      this.copied = false;
      this.fault = 'not-copied';
    }
  }

  async #print(digits: string): Promise<void> {
    try {
      const [{ printSheet }] = await Promise.all([import('./key-sheet.ts'), loadTexts('backup')]);
      await printSheet(digits, this.#made);
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #ask(): void {
    this.#asked = twoGroups();
    this.wrong = undefined;
    this.fault = undefined;
    this.step = 'confirm';
  }

  async #confirm(event: SubmitEvent, digits: string): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const boxes = [...this.renderRoot.querySelectorAll<HTMLInputElement>('.groups input')];
    const at = boxes.findIndex(
      (box, index) => readDigits(box.value).digits !== groupOf(digits, this.#asked[index] ?? 0),
    );
    this.wrong = this.#asked[at];
    if (this.wrong !== undefined) return boxes[at]?.focus();
    this.busy = true;
    this.fault = undefined;
    const confirm = (): Promise<unknown> => engine().call('confirmRecoveryKey', { digits });
    try {
      // The browser asks where to only in the click itself: before anything is waited for.
      if (this.#wish === 'export' || this.#wish === 'folder') {
        await (this.#wish === 'export' ? exportBackup(confirm) : chooseFolder(confirm));
        this.close();
      } else {
        await confirm();
        this.step = 'confirmed';
      }
    } catch (error) {
      this.fault = faultCode(error);
    }
    this.busy = false;
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('step') || changed.get('step') === undefined) return;
    const first = this.step === 'confirm' ? '.groups input' : 'h2';
    this.renderRoot.querySelector<HTMLElement>(first)?.focus();
  }

  #new(): TemplateResult {
    return html`<p>${t('backup.new-lead')}</p>
      <div class="actions">
        <button class="button" type="button" data-first @click=${() => this.close()}>
          ${t('cancel')}
        </button>
        <button
          class="button primary"
          type="button"
          @click=${() => void this.#load('newRecoveryKey')}
        >
          ${t('backup.new-make')}
        </button>
      </div>`;
  }

  #show(digits: string): TemplateResult {
    return html`<p>${t('backup.key-lead')}</p>
      ${digitRows(digits)}
      ${
        this.isConfirmed && this.#made !== undefined
          ? html`<p class="hint">${t('backup.key-since', { date: fullDate(this.#made) })}</p>`
          : nothing
      }
      <div class="take">
        <div class="buttons">
          <button class="button" type="button" @click=${() => void this.#copy(digits)}>
            ${this.copied ? moreIcons.check : moreIcons.copySmall}${t('backup.copy')}
          </button>
          <button class="button" type="button" @click=${() => void this.#print(digits)}>
            ${t('backup.print')}
          </button>
        </div>
        <p class="hint" role="status">${this.copied ? t('backup.copied') : nothing}</p>
      </div>
      <div class="actions">
        ${
          this.isConfirmed
            ? html`<button class="button" type="button" @click=${() => this.close()}>
                ${t('backup.done')}
              </button>`
            : html`<button class="button primary" type="button" @click=${() => this.#ask()}>
                ${t('backup.continue')}
              </button>`
        }
      </div>`;
  }

  #group(group: number): TemplateResult {
    const isWrong = this.wrong === group;
    return html`<div class="field">
      <label for="group-${group}">${t('backup.group', { group: group + 1 })}</label>
      <input
        id="group-${group}"
        class="input"
        type="text"
        dir="ltr"
        inputmode="numeric"
        autocomplete="off"
        spellcheck="false"
        required
        aria-describedby="group-${group}-hint ${isWrong ? 'wrong' : ''}"
        aria-invalid=${isWrong ? 'true' : nothing}
        @input=${() => (this.wrong = undefined)}
      />
      <span class="hint" id="group-${group}-hint"
        >${t('backup.group-hint', { row: Math.floor(group / GROUP) + 1, place: (group % GROUP) + 1 })}</span
      >
    </div>`;
  }

  #confirmation(digits: string): TemplateResult {
    return html`<form @submit=${(event: SubmitEvent) => void this.#confirm(event, digits)}>
      <p>${t('backup.confirm-lead')}</p>
      <div class="groups">${this.#asked.map((group) => this.#group(group))}</div>
      ${
        this.wrong === undefined
          ? nothing
          : html`<p class="fault" id="wrong" role="alert">
              ${icons.warning}<span>${t('backup.group-wrong', { group: this.wrong + 1 })}</span>
            </p>`
      }
      <div class="actions">
        <button class="button" type="button" @click=${() => (this.step = 'show')}>
          ${t('back')}
        </button>
        <button class="button primary" type="submit" ?disabled=${this.busy}>
          ${t(confirmWords[this.#wish])}
        </button>
      </div>
    </form>`;
  }

  #confirmed(): TemplateResult {
    return html`<p class="done" role="status">${t('backup.confirmed')}</p>
      <div class="actions">
        <button class="button primary" type="button" @click=${() => this.close()}>
          ${t('backup.done')}
        </button>
      </div>`;
  }

  #step(): TemplateResult | typeof nothing {
    if (this.step === 'new') return this.#new();
    if (this.step === 'confirmed') return this.#confirmed();
    const { digits } = this;
    if (digits === undefined) return nothing;
    return this.step === 'show' ? this.#show(digits) : this.#confirmation(digits);
  }

  protected override content(): TemplateResult {
    return html`${this.#step()}
    ${
      this.fault
        ? html`<p class="fault" role="alert">
            ${icons.warning}<span>${faultText(this.fault)}</span>
          </p>`
        : nothing
    }`;
  }
}

customElements.define('recovery-key-dialog', RecoveryKeyDialog);
