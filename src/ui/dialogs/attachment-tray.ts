/**
 * The dialog `Send files`: what was chosen, dropped or pasted, one at a time with its caption, before any of it is
 * sent. Pictures lose what the camera wrote beside them unless `Original` is wished. Hands each to the engine, which
 * goes on when the dialog is closed.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatBytes, loadTexts, t } from '../i18n/index.ts';
import { fileIcon } from '../parts/file-icon.ts';
import { icons } from '../parts/icons.ts';
import { mediaIcons } from '../parts/media-icons.ts';
import '../parts/moving-picture.ts';
import { DialogBase, showDialog } from './dialog-base.ts';
import { forget, lookAt, outgoing, trayItem, type TrayItem } from './tray-item.ts';

/** Largest file, bytes. Source: protocol.md, Media. */
const MOST_BYTES = 2 ** 31;
export class AttachmentTray extends DialogBase {
  static override properties = {
    items: { state: true },
    chosen: { state: true },
    sending: { state: true },
    fault: { state: true },
  };

  static override styles = [
    DialogBase.styles,
    css`
      .preview {
        display: grid;
        place-items: center;
        block-size: min(30dvh, 18rem);
        border-radius: var(--round-3);
        background: var(--panel);
        overflow: hidden;
      }

      .preview moving-picture {
        object-fit: contain;
      }

      .preview img,
      .preview video {
        max-inline-size: 100%;
        max-block-size: 100%;
        object-fit: contain;
      }

      .name {
        display: grid;
        gap: var(--s1);
        padding: var(--s4);
        text-align: center;
        overflow-wrap: anywhere;
      }

      .about {
        display: flex;
        flex-wrap: wrap;
        gap: var(--s2) var(--s4);
        align-items: center;
        justify-content: space-between;
        color: var(--soft);
        font-size: var(--text-1);
      }

      /* Always in reach, also where the rest must be scrolled. */
      .actions {
        position: sticky;
        inset-block-end: 0;
        align-items: center;
        margin: calc(var(--s3) * -1) calc(var(--s6) * -1) calc(var(--s6) * -1);
        padding: var(--s3) var(--s6) var(--s4);
        background: var(--paper);
      }

      .tools {
        display: flex;
        align-items: center;
        gap: var(--s1);
      }

      .strip {
        display: flex;
        gap: var(--s2);
        overflow-x: auto;
      }

      .strip button {
        display: grid;
        place-items: center;
        flex: none;
        inline-size: 3.5rem;
        block-size: 3.5rem;
        padding: 0;
        border: 1px solid var(--line);
        border-radius: var(--round-2);
        overflow: hidden;
        background: var(--panel);
      }

      .strip button[aria-current='true'] {
        outline: 2px solid var(--accent);
        outline-offset: -2px;
      }

      .strip img {
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
      }
    `,
  ];

  declare private items: readonly TrayItem[];
  declare private chosen: number;
  /** Which of how many is being handed over. */
  declare private sending: { readonly count: number; readonly total: number } | undefined;
  declare private fault: FaultCode | undefined;
  readonly #conversation: ConversationId;
  /** Files that were left out. */
  readonly #tooLarge: number;
  /** Resolves when every file was looked at. */
  readonly #looked: Promise<void>;

  constructor(conversation: ConversationId, files: readonly File[], tooLarge: number) {
    super();
    this.#conversation = conversation;
    this.#tooLarge = tooLarge;
    this.items = files.map(trayItem);
    this.chosen = 0;
    this.sending = undefined;
    this.fault = undefined;
    this.addEventListener('dialog-closed', () => this.items.forEach(forget));
    this.#looked = this.#look(files);
  }

  protected override heading(): string {
    return t('media.tray');
  }

  /** One after the other: a dozen photos decoded at once would take gigabytes. */
  async #look(files: readonly File[]): Promise<void> {
    for (const file of files) {
      const item = this.items.find((each) => each.file === file);
      if (!item) continue;
      const looked = await lookAt(item);
      const { hints, undecodable, url } = looked;
      const isKept = this.items.some((each) => each.file === file);
      // Removed meanwhile, or all of it closed.
      if (!isKept || this.#over) forget(looked);
      else
        this.#change(file, {
          ...(hints && { hints }),
          ...(url !== undefined && { url }),
          undecodable,
        });
    }
  }

  get #over(): boolean {
    return this.hasUpdated && !this.isConnected;
  }

  #change(file: File, change: Partial<TrayItem>): void {
    this.items = this.items.map((item) => (item.file === file ? { ...item, ...change } : item));
  }

  #drop(gone: TrayItem): void {
    forget(gone);
    this.items = this.items.filter(({ file }) => file !== gone.file);
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
        this.sending = { count: total - this.items.length + 1, total };
        const [source, hints] = await outgoing(item);
        await engine().call('attach', {
          conversation: this.#conversation,
          source,
          hints,
          caption: item.caption.trim(),
        });
        this.#drop(item);
      }
      this.close();
    } catch (error) {
      this.fault = faultCode(error);
    } finally {
      this.sending = undefined;
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
    const { file, hints, original, caption } = item;
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
                    this.#change(file, { original: (event.target as HTMLInputElement).checked })}
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
          this.#change(file, { caption: (event.target as HTMLInputElement).value })}
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
    return html`${
        this.#tooLarge
          ? html`<p class="fault" role="alert">
              ${icons.warning}<span>${t('media.too-large', { count: this.#tooLarge })}</span>
            </p>`
          : nothing
      }
      ${item ? this.#shown(item) : nothing} ${this.items.length > 1 ? this.#strip() : nothing}
      ${
        this.fault
          ? html`<p class="fault" role="alert">
              ${icons.warning}<span>${faultText(this.fault)}</span>
            </p>`
          : nothing
      }
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

/** Shows what was chosen, and sends it if the person wishes. */
export async function openTray(
  conversation: ConversationId,
  files: readonly File[],
): Promise<void> {
  await loadTexts('media');
  const fitting = files.filter(({ size }) => size <= MOST_BYTES);
  if (files.length === 0) return;
  await showDialog(new AttachmentTray(conversation, fitting, files.length - fitting.length));
}
