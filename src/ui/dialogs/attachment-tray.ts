/**
 * The dialog `Send files`: what was chosen, dropped or pasted, one at a time with its caption, before any of it is
 * sent. Pictures lose what the camera wrote beside them unless `Original` is wished. Hands each to the engine, which
 * goes on when the dialog is closed.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { preparePicture } from '../../capture/picture.ts';
import { type AttachmentHints } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatBytes, loadTexts, t } from '../i18n/index.ts';
import { fileIcon } from '../parts/file-icon.ts';
import { icons } from '../parts/icons.ts';
import { DialogBase, showDialog } from './dialog-base.ts';

/** Largest file, bytes. Source: protocol.md, Media. */
const MOST_BYTES = 2 ** 31;
/** Pictures that a browser decodes; a GIF would lose its movement, and an SVG is a document with scripts. */
const PICTURES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/bmp']);
/** Tried as a picture, and sent as a file where the browser cannot. */
const PERHAPS = new Set(['image/heic', 'image/heif', 'image/tiff']);

interface Item {
  readonly file: File;
  readonly form: AttachmentHints['form'];
  /** A picture that this browser cannot show. */
  readonly undecodable: boolean;
  readonly url: string | undefined;
  caption: string;
  original: boolean;
}

async function itemOf(file: File): Promise<Item> {
  const base = { file, caption: '', original: false };
  const perhaps = PERHAPS.has(file.type);
  if (!PICTURES.has(file.type))
    return { ...base, form: 'file', undecodable: perhaps, url: undefined };
  try {
    await preparePicture(file, true);
    return { ...base, form: 'image', undecodable: false, url: URL.createObjectURL(file) };
  } catch {
    return { ...base, form: 'file', undecodable: true, url: undefined };
  }
}

/** What is sent for an item: its bytes and what is told of them. */
async function outgoing({ file, form, original }: Item): Promise<[Blob, AttachmentHints]> {
  const plain: AttachmentHints = { form, name: file.name, type: file.type };
  if (form !== 'image') return [file, plain];
  const { source, width, height, thumbhash } = await preparePicture(file, original);
  const ending = source.type === 'image/webp' ? '.webp' : '.png';
  // A file's name may hold a time or a place as well.
  const name = original ? file.name : `photo${ending}`;
  return [source, { form, name, type: source.type, width, height, thumbhash }];
}

export class AttachmentTray extends DialogBase {
  static override properties = {
    items: { state: true },
    chosen: { state: true },
    busy: { state: true },
    fault: { state: true },
  };

  static override styles = [
    DialogBase.styles,
    css`
      .preview {
        display: grid;
        place-items: center;
        block-size: min(40dvh, 20rem);
        border-radius: var(--round-3);
        background: var(--panel);
        overflow: hidden;
      }

      .preview img {
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

      .strip {
        display: flex;
        gap: var(--s2);
        overflow-x: auto;
      }

      .strip button {
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

  declare private items: readonly Item[];
  declare private chosen: number;
  declare private busy: boolean;
  declare private fault: FaultCode | undefined;
  readonly #conversation: ConversationId;

  constructor(conversation: ConversationId, items: readonly Item[]) {
    super();
    this.#conversation = conversation;
    this.items = items;
    this.chosen = 0;
    this.busy = false;
    this.fault = undefined;
    this.addEventListener('dialog-closed', () => {
      for (const { url } of this.items) if (url) URL.revokeObjectURL(url);
    });
  }

  protected override heading(): string {
    return t('media.tray');
  }

  #change(change: Partial<Pick<Item, 'caption' | 'original'>>): void {
    this.items = this.items.map((item, index) =>
      index === this.chosen ? { ...item, ...change } : item,
    );
  }

  #remove(): void {
    const gone = this.items[this.chosen];
    if (gone?.url) URL.revokeObjectURL(gone.url);
    this.items = this.items.filter((_, index) => index !== this.chosen);
    this.chosen = Math.max(0, Math.min(this.chosen, this.items.length - 1));
    if (this.items.length === 0) this.close();
  }

  async #send(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.fault = undefined;
    try {
      for (const item of this.items) {
        // Closed meanwhile: what was not sent is not.
        if (!this.isConnected) return;
        const [source, hints] = await outgoing(item);
        const { caption } = item;
        await engine().call('attach', {
          conversation: this.#conversation,
          source,
          hints,
          caption: caption.trim(),
        });
        if (item.url) URL.revokeObjectURL(item.url);
        this.items = this.items.filter(({ file }) => file !== item.file);
        this.chosen = 0;
      }
      this.close();
    } catch (error) {
      this.fault = faultCode(error);
    } finally {
      this.busy = false;
    }
  }

  #shown(item: Item): TemplateResult {
    const { file, form, url } = item;
    return html`<div class="preview">
        ${
          url
            ? html`<img src=${url} alt=${file.name} />`
            : html`<p class="name">${fileIcon}<bdi>${file.name}</bdi></p>`
        }
      </div>
      <div class="about">
        <span>
          ${formatBytes(file.size)}${
            item.undecodable
              ? ` · ${t('media.as-file')}`
              : form === 'image' && !item.original
                ? ` · ${t('media.clean')}`
                : nothing
          }
        </span>
        <button
          class="button small"
          type="button"
          ?disabled=${this.busy}
          @click=${() => this.#remove()}
        >
          ${t('media.remove')}
        </button>
      </div>
      ${
        form === 'image'
          ? html`<label class="check">
                <input
                  type="checkbox"
                  .checked=${item.original}
                  aria-describedby="original-hint"
                  @change=${(event: Event) =>
                    this.#change({ original: (event.target as HTMLInputElement).checked })}
                />
                ${t('media.original')}
              </label>
              <p id="original-hint" class="hint">${t('media.original-hint')}</p>`
          : nothing
      }
      <input
        class="field"
        type="text"
        data-first
        autocomplete="off"
        dir="auto"
        aria-label=${t('media.caption')}
        placeholder=${t('media.caption')}
        .value=${item.caption}
        @input=${(event: Event) =>
          this.#change({ caption: (event.target as HTMLInputElement).value })}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Enter' && !event.isComposing) void this.#send();
        }}
      />`;
  }

  protected override content(): TemplateResult {
    const item = this.items[this.chosen];
    return html`${item ? this.#shown(item) : nothing}
      ${
        this.items.length > 1
          ? html`<div class="strip">
              ${this.items.map(
                ({ file, url }, index) =>
                  html`<button
                    type="button"
                    aria-label=${file.name}
                    aria-current=${index === this.chosen}
                    @click=${() => (this.chosen = index)}
                  >
                    ${url ? html`<img src=${url} alt="" />` : fileIcon}
                  </button>`,
              )}
            </div>`
          : nothing
      }
      ${
        this.fault
          ? html`<p class="fault" role="alert">
              ${icons.warning}<span>${faultText(this.fault)}</span>
            </p>`
          : nothing
      }
      <div class="actions">
        <button class="button" type="button" @click=${() => this.close()}>${t('cancel')}</button>
        <button
          class="button primary"
          type="button"
          ?disabled=${this.busy}
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
  if (fitting.length === 0) return;
  await showDialog(new AttachmentTray(conversation, await Promise.all(fitting.map(itemOf))));
}
