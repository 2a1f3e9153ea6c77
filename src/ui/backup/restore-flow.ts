/**
 * The dialog in which a backup file is read: to restore it into an empty browser, to import it, to go on with either,
 * or to test it. A file, its key, what it says of itself, then the work, which goes on when the dialog is closed. The
 * engine reads files; nothing is changed before the person has seen whose backup it is.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type BackupReading, type EngineApi } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { asRecoveryKey, KEY_DIGITS, readDigits } from '../../lib/recovery-digits.ts';
import { appState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { DialogBase, showDialog } from '../dialogs/dialog-base.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatBytes, loadTexts, t, type TextKey } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { allowFiles } from '../parts/file-drop.ts';
import { BackupSight } from './backup-sight.ts';
import { backupWork, beginWork, forgetWork, isWorking } from './backup-work.ts';
import { stoppedWords } from './backup-words.ts';
import { readingCard } from './reading-card.ts';
import { type RecoveryKeyField } from './recovery-key-field.ts';
import { restoreFlowStyles } from './restore-flow-styles.ts';
import { workOutcome } from './work-outcome.ts';
import './backup-progress.ts';
import './recovery-key-field.ts';

/** What a file is chosen for. */
export type FileWish = 'restore' | 'import' | 'go-on' | 'test';

const titles: Readonly<Record<FileWish, TextKey>> = {
  restore: 'backup.restore-title',
  import: 'backup.import',
  'go-on': 'backup.go-on-title',
  test: 'backup.test',
};

export class RestoreFlow extends DialogBase {
  static override properties = {
    step: { state: true },
    file: { state: true },
    typed: { state: true },
    fault: { state: true },
    busy: { state: true },
    isOtherKey: { state: true },
  };

  static override styles = [DialogBase.styles, restoreFlowStyles];

  declare private step: 'file' | 'key' | 'reading' | 'work';
  declare private file: File | undefined;
  /** The digits that stand in the field. */
  declare private typed: string;
  declare private fault: FaultCode | undefined;
  declare private busy: boolean;
  /** The present key does not open this file. */
  declare private isOtherKey: boolean;
  readonly #wish: FileWish;
  readonly #sight = new BackupSight(this);
  #reading: BackupReading | undefined;

  constructor(wish: FileWish) {
    super();
    this.#wish = wish;
    forgetWork();
    // Opened again over what it has begun.
    this.step = isWorking() ? 'work' : 'file';
    this.file = undefined;
    this.typed = '';
    this.fault = undefined;
    this.busy = false;
    this.isOtherKey = false;
  }

  protected override heading(): string {
    return t(titles[this.#wish]);
  }

  protected override firstUpdated(): void {
    super.firstUpdated();
    // A click beside it would take what was typed along.
    this.dialog?.setAttribute('closedby', 'closerequest');
  }

  override disconnectedCallback(): void {
    // Whoever closes it has seen how it ended.
    forgetWork();
    super.disconnectedCallback();
  }

  /** What goes on with the same file, and needs no key. */
  get #interrupted() {
    const canGoOn = this.#wish === 'go-on' || this.#wish === 'restore';
    return canGoOn ? this.#sight.view?.interrupted : undefined;
  }

  #take(files: FileList | null | undefined): void {
    const [file] = files ?? [];
    if (!file || this.busy) return;
    this.file = file;
    this.fault = undefined;
    this.isOtherKey = false;
    this.#reading = undefined;
    if (this.#interrupted) this.#restore(file);
    else if (this.#wish === 'test' && this.#sight.view?.key !== 'none') void this.#test(file);
    else this.step = 'key';
  }

  async #open(event: SubmitEvent, source: File): Promise<void> {
    event.preventDefault();
    if (this.busy || !this.#isEnough) return;
    this.busy = true;
    this.fault = undefined;
    try {
      this.#reading = await engine().call('readBackup', { source, digits: this.typed });
      this.step = 'reading';
    } catch (error) {
      this.fault = faultCode(error);
    }
    this.busy = false;
  }

  get #isEnough(): boolean {
    return Math.abs(this.typed.length - KEY_DIGITS) <= 1;
  }

  /** What opens the file, as far as it is certain. */
  get #key(): { readonly key?: string } {
    const key = this.#reading?.key ?? asRecoveryKey(this.typed);
    return key === undefined ? {} : { key };
  }

  #restore(source: File, salvages = false): void {
    const file: Parameters<EngineApi['restoreBackup']>[0] = { source, salvages, ...this.#key };
    const kind = this.#interrupted?.kind ?? (this.#wish === 'restore' ? 'restore' : 'import');
    this.step = 'work';
    void beginWork(kind, () => engine().call('restoreBackup', file));
  }

  async #test(source: File): Promise<void> {
    const file = { source, ...this.#key };
    this.step = 'work';
    await beginWork('test', () => engine().call('testBackup', file));
    // Made with a key of another time: the person has it.
    if (backupWork()?.fault !== 'wrong-recovery-key' || !this.isConnected) return;
    forgetWork();
    this.isOtherKey = true;
    this.step = 'key';
  }

  async #leave(): Promise<void> {
    try {
      this.#sight.take(await engine().call('forgetInterrupted', null));
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #again(): void {
    forgetWork();
    this.fault = undefined;
    this.step = 'file';
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('step') || changed.get('step') === undefined) return;
    const first = this.step === 'key' ? 'recovery-key-field' : 'h2';
    const target = this.renderRoot.querySelector<HTMLElement>(first);
    // What is in the field's own root is drawn a moment later.
    if (target?.localName === 'recovery-key-field')
      void (target as RecoveryKeyField).updateComplete.then(() => target.focus());
    else target?.focus();
  }

  #wrong(): TemplateResult | typeof nothing {
    if (!this.fault) return nothing;
    return html`<p class="fault" role="alert">
      ${icons.warning}<span>${faultText(this.fault)}</span>
    </p>`;
  }

  #fileStep(): TemplateResult {
    const stopped = this.#interrupted;
    const hint: TextKey | undefined =
      this.#wish === 'test'
        ? 'backup.file-test'
        : this.#wish === 'import'
          ? 'backup.file-import'
          : undefined;
    return html`<p>${stopped ? stoppedWords(stopped) : t('backup.file-lead')}</p>
      <div
        class="drop"
        @dragover=${allowFiles}
        @drop=${(event: DragEvent) => {
          event.preventDefault();
          this.#take(event.dataTransfer?.files);
        }}
      >
        <input
          type="file"
          hidden
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            this.#take(input.files);
            // The same file may be chosen again.
            input.value = '';
          }}
        />
        <button
          class="button primary"
          type="button"
          data-first
          @click=${() => this.renderRoot.querySelector('input')?.click()}
        >
          ${t('backup.choose')}
        </button>
        <span class="hint">${t('backup.file-hint')}</span>
      </div>
      ${hint ? html`<p class="hint">${t(hint)}</p>` : nothing} ${this.#wrong()}
      ${
        stopped && this.#wish === 'restore'
          ? html`<div class="actions">
              <button class="button" type="button" @click=${() => void this.#leave()}>
                ${t('backup.leave')}
              </button>
            </div>`
          : nothing
      }`;
  }

  #chosen(file: File): TemplateResult {
    return html`<p class="chosen">
      <bdi>${file.name}</bdi><span class="soft">${formatBytes(file.size)}</span>
    </p>`;
  }

  #keyStep(file: File): TemplateResult {
    const canSalvage = this.fault === 'backup-damaged' && this.#key.key !== undefined;
    return html`<form @submit=${(event: SubmitEvent) => void this.#open(event, file)}>
      ${this.#chosen(file)}
      <recovery-key-field
        .hint=${t(this.isOtherKey ? 'backup.test-key' : 'backup.type-key')}
        ?invalid=${this.fault === 'wrong-recovery-key'}
        @key-typed=${(event: Event) => {
          this.typed = (event.target as RecoveryKeyField).digits;
          this.fault = undefined;
        }}
      ></recovery-key-field>
      ${this.#wrong()}
      <div class="actions">
        <button class="button" type="button" @click=${() => this.#again()}>
          ${t('backup.file-again')}
        </button>
        ${canSalvage && this.#wish !== 'test' ? this.#salvage(file) : nothing}
        <button
          class="button primary"
          type="submit"
          ?disabled=${!this.#isEnough}
          aria-disabled=${this.busy ? 'true' : nothing}
        >
          ${t(this.busy ? 'backup.opening' : 'backup.open')}
        </button>
      </div>
    </form>`;
  }

  #salvage(file: File): TemplateResult {
    return html`<button class="button" type="button" @click=${() => this.#restore(file, true)}>
      ${t('backup.salvage')}
    </button>`;
  }

  #readingStep(file: File, reading: BackupReading): TemplateResult {
    const begin: Readonly<Record<FileWish, TextKey>> = {
      restore: 'backup.restore',
      import: 'backup.import-now',
      'go-on': 'backup.go-on',
      test: 'backup.test-now',
    };
    return html`${readingCard(reading, readDigits(this.typed).digits)}
      <div class="actions">
        <button class="button" type="button" @click=${() => this.close()}>${t('cancel')}</button>
        <button
          class="button primary"
          type="button"
          @click=${() => (this.#wish === 'test' ? void this.#test(file) : this.#restore(file))}
        >
          ${t(begin[this.#wish])}
        </button>
      </div>`;
  }

  #workStep(): TemplateResult {
    const work = backupWork();
    const { view } = this.#sight;
    if (!work || isWorking()) {
      const kind = work?.kind ?? view?.job?.kind ?? 'restore';
      return html`<backup-progress .kind=${kind} .job=${view?.job}></backup-progress> ${
          appState().account.standing === 'none'
            ? nothing
            : html`<p class="hint">${t('backup.close-hint')}</p>`
        }`;
    }
    const { file } = this;
    const canSalvage = work.fault === 'backup-damaged' && work.kind !== 'test';
    return html`${workOutcome(work, view?.proven?.made)}
      <div class="actions">
        ${
          work.fault
            ? html`<button class="button" type="button" @click=${() => this.#again()}>
                ${t('backup.file-again')}
              </button>`
            : nothing
        }
        ${canSalvage && file ? this.#salvage(file) : nothing}
        <button class="button primary" type="button" @click=${() => this.close()}>
          ${t('backup.done')}
        </button>
      </div>`;
  }

  protected override content(): TemplateResult {
    const { file, step } = this;
    // Another tab may be at it.
    if (step === 'work' || (step === 'file' && this.#sight.view?.job)) return this.#workStep();
    if (step === 'key' && file) return this.#keyStep(file);
    if (step === 'reading' && file && this.#reading) return this.#readingStep(file, this.#reading);
    return this.#fileStep();
  }
}

customElements.define('restore-flow', RestoreFlow);

/** Opens it in a browser that has no account; resolves when it is closed. */
export async function openRestore(): Promise<void> {
  await loadTexts('backup');
  return showDialog(new RestoreFlow('restore'));
}
