/**
 * The dialog in which messages are exported as a readable archive: which chat, whether with its files, and what that
 * means; then how far it is, which goes on when the dialog is closed. Its words are those of backups.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type ArchiveWish, type BackupResult } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { appState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { DialogBase, showDialog } from '../dialogs/dialog-base.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { loadTexts, localeTag, t } from '../i18n/index.ts';
import { chatName } from '../parts/chat-name.ts';
import { icons } from '../parts/icons.ts';
import { BackupSight } from './backup-sight.ts';
import { backupWork, beginWork, forgetWork, isWorking } from './backup-work.ts';
import { destination, download } from './export-backup.ts';
import { workOutcome, workOutcomeStyles } from './work-outcome.ts';
import './backup-progress.ts';

async function write(wish: ArchiveWish): Promise<BackupResult> {
  const result = await engine().call('exportArchive', wish);
  if (wish.target.kind === 'own') await download('archive', wish.target.name);
  return result;
}

export class ArchiveDialog extends DialogBase {
  static override properties = {
    chat: { state: true },
    media: { state: true },
    fault: { state: true },
    begun: { state: true },
  };

  static override styles = [
    DialogBase.styles,
    workOutcomeStyles,
    css`
      form {
        display: grid;
        gap: var(--s4);
      }

      .check {
        display: flex;
        align-items: center;
        gap: var(--s3);
        min-block-size: 2rem;
      }

      .check input {
        flex: none;
        inline-size: 1.25rem;
        block-size: 1.25rem;
        margin: 0;
        accent-color: var(--accent);
      }

      .warning {
        display: flex;
        gap: var(--s3);
        padding: var(--s3);
        border-radius: var(--round-3);
        background: var(--amber-tint);
      }

      .warning svg {
        flex: none;
        margin-block-start: 0.15em;
        color: var(--amber);
      }

      @media (forced-colors: active) {
        .warning {
          border: 1px solid;
        }
      }
    `,
  ];

  /** Undefined for all. */
  declare private chat: ConversationId | undefined;
  declare private media: boolean;
  declare private fault: FaultCode | undefined;
  /** This dialog has begun something, or found it under way. */
  declare private begun: boolean;
  readonly #sight = new BackupSight(this);
  #hadProgress = false;

  /** @param chat the one that is chosen at first */
  constructor(chat?: ConversationId) {
    super();
    forgetWork();
    this.chat = chat;
    this.media = true;
    this.fault = undefined;
    this.begun = isWorking();
  }

  protected override heading(): string {
    return t('backup.archive');
  }

  override disconnectedCallback(): void {
    // Whoever closes it has seen how it ended.
    forgetWork();
    super.disconnectedCallback();
  }

  async #export(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    this.fault = undefined;
    const { chat, media } = this;
    try {
      const target = await destination('archive');
      if (!target) return;
      const wish: ArchiveWish = {
        target,
        media,
        locale: localeTag(),
        ...(chat && { conversation: chat }),
      };
      this.begun = true;
      void beginWork('archive', () => write(wish), { downloaded: target.kind === 'own' });
    } catch (error) {
      this.fault = faultCode(error);
      return;
    }
    // What was pressed is gone.
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('#heading')?.focus();
  }

  protected override willUpdate(): void {
    this.#hadProgress = this.shadowRoot?.activeElement?.localName === 'backup-progress';
  }

  protected override updated(): void {
    // Its button to cancel had the keyboard.
    if (this.#hadProgress && !this.renderRoot.querySelector('backup-progress'))
      this.renderRoot.querySelector<HTMLElement>('#heading')?.focus();
  }

  #wish(): TemplateResult {
    const chats = [...appState().chats.values()];
    return html`<form @submit=${(event: SubmitEvent) => void this.#export(event)}>
      <p>${t('backup.archive-lead')}</p>
      <div class="field">
        <label for="chat">${t('backup.archive-chat')}</label>
        <select
          id="chat"
          class="input"
          autocomplete="off"
          data-first
          @change=${({ target }: Event) => {
            this.chat = ((target as HTMLSelectElement).value || undefined) as typeof this.chat;
          }}
        >
          <option value="" ?selected=${this.chat === undefined}>${t('backup.archive-all')}</option>
          ${chats.map(
            (chat) =>
              html`<option value=${chat.id} dir="auto" ?selected=${chat.id === this.chat}>
                ${chatName(chat)}
              </option>`,
          )}
        </select>
      </div>
      <label class="check">
        <input
          type="checkbox"
          autocomplete="off"
          .checked=${this.media}
          @change=${({ target }: Event) => (this.media = (target as HTMLInputElement).checked)}
        />
        ${t('backup.archive-media')}
      </label>
      <p class="warning">${icons.warning}<span>${t('backup.archive-warning')}</span></p>
      ${
        this.fault
          ? html`<p class="fault" role="alert">
              ${icons.warning}<span>${faultText(this.fault)}</span>
            </p>`
          : nothing
      }
      <div class="actions">
        <button class="button" type="button" @click=${() => this.close()}>${t('cancel')}</button>
        <button class="button primary" type="submit">${t('backup.archive-begin')}</button>
      </div>
    </form>`;
  }

  protected override content(): TemplateResult {
    const { view } = this.#sight;
    const work = backupWork();
    // Another tab may be at something, too.
    if (isWorking() || view?.job) {
      const kind = view?.job?.kind ?? work?.kind ?? 'archive';
      return html`<backup-progress .kind=${kind} .job=${view?.job}></backup-progress>
        <p class="hint">${t('backup.close-hint')}</p>`;
    }
    if (!work || !this.begun) return this.#wish();
    return html`${workOutcome(work)}
      <div class="actions">
        <button class="button primary" type="button" @click=${() => this.close()}>
          ${t('backup.done')}
        </button>
      </div>`;
  }
}

customElements.define('archive-dialog', ArchiveDialog);

/** Opens it over a chat; resolves when it is closed. */
export async function openArchive(chat: ConversationId): Promise<void> {
  await loadTexts('backup');
  return showDialog(new ArchiveDialog(chat));
}
