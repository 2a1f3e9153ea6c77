/** <backup-progress>: how far what is done with a backup is, in a bar and in words, and its end before the end. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type BackupJob, type BackupKind } from '../../engine/api.ts';
import { engine } from '../contexts/engine-client.ts';
import { t } from '../i18n/index.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { jobShare, jobWords } from './backup-words.ts';

export class BackupProgress extends SottoElement {
  static override properties = { kind: {}, job: {}, ends: { state: true } };

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: var(--s2);
      }

      .title {
        font-weight: var(--weight-strong);
      }

      progress {
        inline-size: 100%;
        accent-color: var(--accent);
      }

      .below {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--s2) var(--s4);
      }

      .words {
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  declare kind: BackupKind;
  /** Undefined until the engine has said something. */
  declare job: BackupJob | undefined;
  /** The person wants its end. */
  declare private ends: boolean;

  constructor() {
    super();
    this.kind = 'export';
    this.job = undefined;
    this.ends = false;
  }

  async #cancel(): Promise<void> {
    if (this.ends) return;
    this.ends = true;
    try {
      await engine().call('cancelBackup', null);
    } catch {
      // What could not be told goes on, and can be told again.
      this.ends = false;
    }
  }

  protected override render(): TemplateResult {
    const share = this.job && jobShare(this.job);
    const words = this.job ? jobWords(this.job) : t('backup.progress-begins');
    return html`<p id="title" class="title">${t(`backup.doing-${this.kind}`)}</p>
      <progress
        aria-labelledby="title"
        aria-describedby="words"
        max="1"
        value=${share ?? nothing}
      ></progress>
      <div class="below">
        <p id="words" class="words">${words}</p>
        <button
          class="button small"
          type="button"
          aria-disabled=${this.ends ? 'true' : nothing}
          @click=${() => void this.#cancel()}
        >
          ${t(this.ends ? 'backup.cancelling' : 'cancel')}
        </button>
      </div>`;
  }
}

customElements.define('backup-progress', BackupProgress);

declare global {
  interface HTMLElementTagNameMap {
    'backup-progress': BackupProgress;
  }
}
