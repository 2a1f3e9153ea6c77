/**
 * The dialog `Send files`: what was chosen, dropped or pasted, one at a time with its caption, before any of it is
 * sent. Pictures lose what the camera wrote beside them unless `Original` is wished. Hands each to the engine, which
 * goes on when the dialog is closed. Until then all of it is the chat's draft (tray-draft.ts): closing the dialog
 * discards it, leaving the chat or the page does not.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type DraftFile } from '../../engine/api.ts';
import { systemClock } from '../../lib/clock.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { appState, watchState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { describeFault, faultCode, faultText } from '../i18n/faults.ts';
import { formatBytes, loadTexts, t } from '../i18n/index.ts';
import { fileIcon } from '../parts/file-icon.ts';
import { icons } from '../parts/icons.ts';
import { mediaIcons } from '../parts/media-icons.ts';
import '../parts/moving-picture.ts';
import { DialogBase, showDialog } from './dialog-base.ts';
import { trayStyles } from './tray-styles.ts';
import { trayDraft, type TrayDraft, type TrayEnd } from './tray-draft.ts';
import { forget, keptItems, lookAt, outgoing, trayItem, type TrayItem } from './tray-item.ts';

/** Largest file, bytes. Source: protocol.md, Media. */
const MOST_BYTES = 2 ** 31;

/** How many files are not in the tray: too large to be sent, or kept and not to be read any more. */
interface LeftOut {
  readonly tooLarge: number;
  readonly lost: number;
}

/** Why a file waits only while this tab is open. */
function unkeptWords(code: FaultCode): string {
  return code === 'too-large'
    ? t('media.unkept-large')
    : t('media.unkept', { reason: describeFault(code).cause });
}

export class AttachmentTray extends DialogBase {
  static override properties = {
    items: { state: true },
    chosen: { state: true },
    sending: { state: true },
    fault: { state: true },
  };

  static override styles = [DialogBase.styles, trayStyles];

  declare private items: readonly TrayItem[];
  declare private chosen: number;
  /** Which of how many is being handed over. */
  declare private sending: { readonly count: number; readonly total: number } | undefined;
  declare private fault: FaultCode | undefined;
  readonly #conversation: ConversationId;
  readonly #leftOut: LeftOut;
  readonly #draft: TrayDraft;
  /** Resolves when every file was looked at. */
  #looked: Promise<void> = Promise.resolve();
  /** The one that is being handed over. */
  #handed: string | undefined;
  /** What closing it means for the draft. */
  #end: TrayEnd = 'discarded';
  #stopWatching: (() => void) | undefined;

  constructor(
    conversation: ConversationId,
    kept: readonly TrayItem[],
    files: readonly File[],
    leftOut: LeftOut,
  ) {
    super();
    this.#conversation = conversation;
    this.#leftOut = leftOut;
    this.items = [...kept, ...files.map(trayItem)];
    this.chosen = files.length > 0 ? kept.length : 0;
    this.sending = undefined;
    this.fault = undefined;
    this.addEventListener('dialog-closed', () => {
      this.#draft.stop(this.#end);
      this.items.forEach(forget);
    });
    this.#draft = trayDraft(
      systemClock(globalThis),
      conversation,
      kept.map(({ id }) => id),
      {
        refused: (id, unkept) => this.#change(id, { unkept }),
        gone: (ids) => this.#gone(ids),
        heard: (draft) => this.#heard(draft),
      },
    );
    for (const { id } of this.items) this.#look(id);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const isHere = (): boolean => appState().current === this.#conversation;
    let wasHere = isHere();
    this.#stopWatching = watchState(() => {
      if (wasHere && !isHere()) this.#closeAs('left');
      wasHere ||= isHere();
    });
    // Before the way to the engine is closed, which happens at the same event.
    addEventListener('pagehide', this.#flush, true);
    document.addEventListener('visibilitychange', this.#flush);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWatching?.();
    removeEventListener('pagehide', this.#flush, true);
    document.removeEventListener('visibilitychange', this.#flush);
  }

  protected override willUpdate(changed: PropertyValues): void {
    // What is sent leaves the draft with it.
    if (changed.has('items') && !this.sending) this.#draft.changed(this.items);
  }

  readonly #flush = (event: Event): void => {
    // What was typed in this very moment comes with the next drawing, which a page that goes does not have.
    if (!this.sending) this.#draft.changed(this.items);
    if (event.type === 'pagehide' || document.visibilityState === 'hidden') this.#draft.flush();
  };

  #closeAs(end: TrayEnd): void {
    this.#end = end;
    if (end === 'left' && !this.sending) this.#draft.changed(this.items);
    this.close();
  }

  /** Sent or taken out in another tab. */
  #gone(ids: readonly string[]): void {
    const had = this.items.length;
    for (const item of this.items)
      if (ids.includes(item.id) && item.id !== this.#handed) this.#drop(item);
    if (had > 0 && this.items.length === 0) this.#closeAs('empty');
  }

  /** Another tab changed the draft: its order and words count, and what is kept nowhere else stays behind it. */
  #heard(draft: readonly DraftFile[]): readonly TrayItem[] {
    if (this.sending) return this.items;
    const known = new Map(this.items.map((item) => [item.id, item]));
    const chosen = this.items[this.chosen]?.id;
    const theirs = draft.flatMap(({ id, caption, original }) => {
      const item = known.get(id);
      known.delete(id);
      return item ? [{ ...item, caption, original }] : [];
    });
    this.items = [...theirs, ...known.values()];
    this.chosen = Math.max(
      0,
      this.items.findIndex(({ id }) => id === chosen),
    );
    const added = draft.filter(({ id }) => !this.items.some((item) => item.id === id));
    if (added.length > 0) void this.#add(added);
    return this.items;
  }

  async #add(files: readonly DraftFile[]): Promise<void> {
    // One that cannot be opened now is left to the tab that has it.
    const items = await keptItems(this.#conversation, files).catch(() => []);
    const added = items.filter(({ id }) => !this.items.some((item) => item.id === id));
    if (this.#over) return;
    this.items = [...this.items, ...added];
    for (const { id } of added) this.#look(id);
  }

  protected override heading(): string {
    return t('media.tray');
  }

  /** One after the other: a dozen photos decoded at once would take gigabytes. */
  #look(id: string): void {
    this.#looked = this.#looked.then(async () => {
      const item = this.items.find((each) => each.id === id);
      if (!item || this.#over) return;
      const looked = await lookAt(item);
      const { hints, undecodable, url } = looked;
      const isKept = this.items.some((each) => each.id === id);
      // Removed meanwhile, or all of it closed.
      if (!isKept || this.#over) forget(looked);
      else
        this.#change(id, {
          ...(hints && { hints }),
          ...(url !== undefined && { url }),
          undecodable,
        });
    });
  }

  get #over(): boolean {
    return this.hasUpdated && !this.isConnected;
  }

  #change(id: string, change: Partial<TrayItem>): void {
    this.items = this.items.map((item) => (item.id === id ? { ...item, ...change } : item));
  }

  #drop(gone: TrayItem): void {
    forget(gone);
    this.items = this.items.filter(({ id }) => id !== gone.id);
    this.chosen = Math.max(0, Math.min(this.chosen, this.items.length - 1));
  }

  #remove(item: TrayItem): void {
    this.#drop(item);
    if (this.items.length === 0) this.close();
  }

  /** Moves the chosen file among the others; they are sent in this order. */
  #move(step: 1 | -1): void {
    const to = this.chosen + step;
    const items = [...this.items];
    const [item] = items.splice(this.chosen, 1);
    if (!item || to < 0 || to > items.length) return;
    items.splice(to, 0, item);
    this.items = items;
    this.chosen = to;
  }

  async #send(): Promise<void> {
    if (this.sending) return;
    const total = this.items.length;
    this.sending = { count: 1, total };
    this.fault = undefined;
    try {
      await this.#looked;
      while (this.items[0]) {
        // Closed meanwhile: what was not sent is not.
        if (!this.isConnected) return;
        const [item] = this.items;
        this.#handed = item.id;
        this.sending = { count: total - this.items.length + 1, total };
        const [source, hints] = await outgoing(item);
        await engine().call('attach', {
          conversation: this.#conversation,
          source,
          hints,
          caption: item.caption.trim(),
          draft: item.id,
        });
        this.#drop(item);
      }
      this.#closeAs('empty');
    } catch (error) {
      this.fault = faultCode(error);
    } finally {
      this.sending = undefined;
      this.#handed = undefined;
    }
  }

  #preview({ file, hints, url }: TrayItem): TemplateResult {
    if (url && hints?.form === 'video')
      return html`<video src=${url} controls playsinline aria-label=${file.name}></video>`;
    if (url && hints?.form === 'gif')
      return html`<moving-picture .url=${url} .words=${file.name}></moving-picture>`;
    if (url) return html`<img src=${url} alt=${file.name} />`;
    return html`<p class="name">${fileIcon}<bdi>${file.name}</bdi></p>`;
  }

  /** What happens to its bytes. */
  #note({ hints, undecodable, original }: TrayItem): string {
    if (!hints) return t('media.looking');
    if (undecodable) return t('media.as-file');
    if (hints.form === 'image' && !original) return t('media.clean');
    return hints.form === 'file' ? '' : t('media.as-it-is');
  }

  #shown(item: TrayItem): TemplateResult {
    const { id, file, hints, original, caption, unkept } = item;
    const note = this.#note(item);
    const busy = this.sending !== undefined;
    return html`<div class="preview">${this.#preview(item)}</div>
      <div class="about">
        <span>${formatBytes(file.size)}${note ? ` · ${note}` : ''}</span>
        <span class="tools">
          ${this.items.length > 1 ? this.#order(busy) : nothing}
          <button
            class="button small"
            type="button"
            ?disabled=${busy}
            @click=${() => this.#remove(item)}
          >
            ${t('media.remove')}
          </button>
        </span>
      </div>
      ${unkept ? html`<p class="hint" role="alert">${unkeptWords(unkept)}</p>` : nothing}
      ${
        hints?.form === 'image'
          ? html`<div>
              <label class="check">
                <input
                  type="checkbox"
                  .checked=${original}
                  ?disabled=${busy}
                  aria-describedby="original-hint"
                  @change=${(event: Event) =>
                    this.#change(id, { original: (event.target as HTMLInputElement).checked })}
                />
                ${t('media.original')}
              </label>
              <p id="original-hint" class="hint">${t('media.original-hint')}</p>
            </div>`
          : nothing
      }
      <input
        class="input"
        type="text"
        data-first
        autocomplete="off"
        dir="auto"
        aria-label=${t('media.caption')}
        placeholder=${t('media.caption')}
        .value=${caption}
        ?disabled=${busy}
        @input=${(event: Event) =>
          this.#change(id, { caption: (event.target as HTMLInputElement).value })}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Enter' && !event.isComposing) void this.#send();
        }}
      />`;
  }

  #order(busy: boolean): TemplateResult {
    const button = (name: string, shape: unknown, step: 1 | -1, off: boolean) =>
      html`<button
        class="icon-button"
        type="button"
        aria-label=${name}
        title=${name}
        aria-disabled=${busy || off ? 'true' : 'false'}
        @click=${() => busy || this.#move(step)}
      >
        ${shape}
      </button>`;
    const last = this.chosen === this.items.length - 1;
    return html`${button(t('media.earlier'), icons.back, -1, this.chosen === 0)}
    ${button(t('media.later'), mediaIcons.next, 1, last)}`;
  }

  #strip(): TemplateResult {
    return html`<div class="strip">
      ${this.items.map(
        ({ file, url, hints }, index) =>
          html`<button
            type="button"
            aria-label=${file.name}
            aria-current=${index === this.chosen ? 'true' : 'false'}
            @click=${() => (this.chosen = index)}
          >
            ${url && hints?.form !== 'video' ? html`<img src=${url} alt="" />` : fileIcon}
          </button>`,
      )}
    </div>`;
  }

  protected override content(): TemplateResult {
    const item = this.items[this.chosen];
    const { sending } = this;
    const { tooLarge, lost } = this.#leftOut;
    const notice = (words: string): TemplateResult =>
      html`<p class="fault" role="alert">${icons.warning}<span>${words}</span></p>`;
    return html`${tooLarge ? notice(t('media.too-large', { count: tooLarge })) : nothing}
      ${lost ? notice(t('media.draft-lost', { count: lost })) : nothing}
      ${item ? this.#shown(item) : nothing} ${this.items.length > 1 ? this.#strip() : nothing}
      ${this.fault ? notice(faultText(this.fault)) : nothing}
      <div class="actions">
        ${
          sending && sending.total > 1
            ? html`<span class="hint" role="status">${t('media.sending', sending)}</span>`
            : nothing
        }
        <button class="button" type="button" @click=${() => this.close()}>${t('cancel')}</button>
        <button
          class="button primary"
          type="button"
          ?disabled=${sending !== undefined || !item}
          @click=${() => void this.#send()}
        >
          ${t('media.send')}
        </button>
      </div>`;
  }
}

customElements.define('attachment-tray', AttachmentTray);

/** Shows what was chosen, behind what waits in the draft already, and sends it if the person wishes. */
export async function openTray(
  conversation: ConversationId,
  files: readonly File[],
): Promise<void> {
  const waits = appState().chats.get(conversation)?.files;
  const [draft] = await Promise.all([
    waits ? engine().call('draftFiles', { conversation }) : [],
    loadTexts('media'),
  ]);
  const kept = await keptItems(conversation, draft);
  const fitting = files.filter(({ size }) => size <= MOST_BYTES);
  if (files.length === 0 && draft.length === 0) return;
  await showDialog(
    new AttachmentTray(conversation, kept, fitting, {
      tooLarge: files.length - fitting.length,
      lost: draft.length - kept.length,
    }),
  );
}
