/**
 * <backup-section>: when the last backup was made and proven, what is done with one now, in whatever tab, and the ways
 * to write, read and prove one. Asks the engine how backups stand; its dialogs load when they are opened.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type BackupView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { fromState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { showDialog, type DialogBase } from '../dialogs/dialog-base.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatBytes, loadTexts, t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { moreIcons } from '../parts/more-icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { BackupSight } from './backup-sight.ts';
import { backupWork, forgetWork, isWorking } from './backup-work.ts';
import { fullDate, isOld, stoppedWords } from './backup-words.ts';
import { exportBackup } from './export-backup.ts';
import { type KeyWish } from './recovery-key-dialog.ts';
import { type FileWish } from './restore-flow.ts';
import { workOutcome, workOutcomeStyles } from './work-outcome.ts';
import './automatic-backups.ts';
import './backup-progress.ts';

export class BackupSection extends SottoElement {
  static override properties = { fault: { state: true }, hasDialog: { state: true } };

  static override styles = [
    shared,
    workOutcomeStyles,
    css`
      :host {
        display: grid;
        gap: var(--s4);
      }

      .facts {
        display: grid;
        gap: var(--s2);
      }

      .facts li {
        display: flex;
        gap: var(--s3);
      }

      .facts svg {
        margin-block-start: 0.15em;
        color: var(--accent);
      }

      .facts .late,
      .facts .late svg {
        color: var(--amber);
      }

      .late > span > strong {
        color: var(--ink);
      }

      strong {
        display: block;
        font-weight: var(--weight-strong);
      }

      .stopped,
      .ended {
        display: grid;
        gap: var(--s3);
      }

      .stopped {
        padding: var(--s3);
        border-radius: var(--round-3);
        background: var(--amber-tint);
      }

      .ended > .button {
        justify-self: start;
      }

      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: var(--s3);
      }
    `,
  ];

  declare private fault: FaultCode | undefined;
  /** A dialog of this section tells how it goes. */
  declare private hasDialog: boolean;
  readonly #sight = new BackupSight(this);
  readonly #hasMessages = fromState(this, ({ chats }) =>
    [...chats.values()].some(({ last }) => last !== undefined),
  );
  #hadProgress = false;

  constructor() {
    super();
    this.fault = undefined;
    this.hasDialog = false;
  }

  protected override firstUpdated(): void {
    void this.#tellGrown();
  }

  async #tellGrown(): Promise<void> {
    await loadTexts('backup');
    await this.updateComplete;
    this.dispatchEvent(new CustomEvent('section-loaded'));
  }

  get #isBusy(): boolean {
    return isWorking() || this.#sight.view?.job !== undefined;
  }

  async #open(make: () => Promise<DialogBase>): Promise<void> {
    this.fault = undefined;
    try {
      const dialog = await make();
      this.hasDialog = true;
      await showDialog(dialog);
    } catch (error) {
      this.fault = faultCode(error);
    }
    this.hasDialog = false;
  }

  #openKey(wish: KeyWish, { key, keyMade }: BackupView): Promise<void> {
    return this.#open(async () => {
      const { RecoveryKeyDialog } = await import('./recovery-key-dialog.ts');
      return new RecoveryKeyDialog(wish, key === 'confirmed', keyMade);
    });
  }

  #openFile(wish: FileWish): Promise<void> {
    return this.#open(async () => {
      const { RestoreFlow } = await import('./restore-flow.ts');
      return new RestoreFlow(wish);
    });
  }

  #openArchive(): Promise<void> {
    return this.#open(async () => {
      const { ArchiveDialog } = await import('./archive-dialog.ts');
      return new ArchiveDialog();
    });
  }

  async #export(view: BackupView): Promise<void> {
    forgetWork();
    if (view.key !== 'confirmed') return this.#openKey('export', view);
    this.fault = undefined;
    try {
      await exportBackup();
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  async #leave(): Promise<void> {
    try {
      this.#sight.take(await engine().call('forgetInterrupted', null));
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  protected override willUpdate(): void {
    this.#hadProgress = this.shadowRoot?.activeElement?.localName === 'backup-progress';
  }

  protected override updated(): void {
    // Its button to cancel had the keyboard.
    if (this.#hadProgress && !this.renderRoot.querySelector('backup-progress'))
      this.renderRoot.querySelector<HTMLElement>('button')?.focus();
  }

  #fact(isLate: boolean, fact: string, more = ''): TemplateResult {
    return html`<li class=${isLate ? 'late' : ''}>
      ${isLate ? icons.warning : moreIcons.check}
      <span>${fact ? html`<strong>${fact}</strong>` : nothing}${more}</span>
    </li>`;
  }

  #facts({ last, proven }: BackupView): TemplateResult | typeof nothing {
    if (!last && !proven && !this.#hasMessages.value) return nothing;
    const isLastOld = last !== undefined && isOld(last.made);
    const isProvenOld = proven !== undefined && isOld(proven.at);
    return html`<ul class="facts">
      ${
        last
          ? this.#fact(
              isLastOld,
              t('backup.last', {
                date: fullDate(last.made),
                count: last.messages,
                size: formatBytes(last.bytes),
              }),
              isLastOld ? t('backup.last-old') : '',
            )
          : this.#hasMessages.value
            ? this.#fact(true, '', t('backup.last-none'))
            : nothing
      }
      ${
        proven
          ? this.#fact(
              isProvenOld,
              t('backup.proven', { date: fullDate(proven.at), count: proven.messages }),
              isProvenOld ? t('backup.proven-old') : '',
            )
          : last
            ? this.#fact(true, '', t('backup.proven-never'))
            : nothing
      }
    </ul>`;
  }

  #stopped({ interrupted, job }: BackupView): TemplateResult | typeof nothing {
    if (!interrupted || job) return nothing;
    return html`<div class="stopped">
      <p>${stoppedWords(interrupted)}</p>
      <div class="buttons">
        <button class="button" type="button" @click=${() => void this.#openFile('go-on')}>
          ${t('backup.go-on')}
        </button>
        <button class="button" type="button" @click=${() => void this.#leave()}>
          ${t('backup.leave')}
        </button>
      </div>
    </div>`;
  }

  #now({ job, proven }: BackupView): TemplateResult | typeof nothing {
    const work = backupWork();
    if (job || isWorking()) {
      return html`<backup-progress
          .kind=${job?.kind ?? work?.kind ?? 'export'}
          .job=${job}
        ></backup-progress>
        <p class="hint">${t('backup.goes-on')}</p>`;
    }
    if (!work || this.hasDialog) return nothing;
    return html`<div class="ended">
      ${workOutcome(work, proven?.made)}
      <button class="button small" type="button" @click=${forgetWork}>${t('backup.done')}</button>
    </div>`;
  }

  #button(text: string, act: () => Promise<void>, look = ''): TemplateResult {
    return html`<button
      class="button ${look}"
      type="button"
      aria-disabled=${this.#isBusy ? 'true' : nothing}
      @click=${() => {
        if (!this.#isBusy) void act();
      }}
    >
      ${text}
    </button>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    // Its words come with it, a moment later.
    if (!t('backup.lead')) return nothing;
    const fault = this.fault ?? this.#sight.fault;
    const { view } = this.#sight;
    return html`<p class="hint">${t('backup.lead')}</p>
      ${
        fault
          ? html`<p class="fault" role="alert">${icons.warning}<span>${faultText(fault)}</span></p>`
          : nothing
      }
      ${
        view
          ? html`${this.#facts(view)} ${this.#stopped(view)} ${this.#now(view)}
              <div class="buttons">
                ${this.#button(t('backup.export'), () => this.#export(view), 'primary')}
                ${this.#button(t('backup.import'), () => this.#openFile('import'))}
                ${this.#button(t('backup.test'), () => this.#openFile('test'))}
                <button
                  class="button"
                  type="button"
                  @click=${() => void this.#openKey('show', view)}
                >
                  ${t('backup.show-key')}
                </button>
                ${
                  view.key === 'none'
                    ? nothing
                    : html`<button
                        class="button"
                        type="button"
                        @click=${() => void this.#openKey('new', view)}
                      >
                        ${t('backup.new-key')}
                      </button>`
                }
                ${this.#button(t('backup.archive'), () => this.#openArchive())}
              </div>
              <automatic-backups
                .view=${view}
                .busy=${this.#isBusy}
                .confirmKey=${() => void this.#openKey('folder', view)}
              ></automatic-backups>`
          : nothing
      }`;
  }
}

customElements.define('backup-section', BackupSection);

declare global {
  interface HTMLElementTagNameMap {
    'backup-section': BackupSection;
  }
}
