/**
 * <media-attachment>: an attachment in its message. A picture stands in the room that was kept for it, blurred until
 * its bytes are here; a file is a line with its name. Says how a transfer goes, and ends, resumes or begins it. Loaded
 * with the first message that has one. Asks the engine for bytes; knows no key and no file.
 */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { thumbHashToRGBA } from 'thumbhash';
import { type AttachmentView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { engine } from '../contexts/engine-client.ts';
import { describeFault, faultCode } from '../i18n/faults.ts';
import { formatBytes, t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { attachmentWords } from './body-words.ts';
import { fileIcon } from './file-icon.ts';
import { isSeen } from './media-box.ts';
import { SottoElement } from './sotto-element.ts';

/** What a browser draws without running anything; an SVG is a document. */
const PICTURES = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/bmp',
]);
/** Larger pictures are saved, not opened by themselves, bytes. */
const OPENED_BYTES = 32 * 1024 * 1024;

function isShown(attachment: AttachmentView): boolean {
  return isSeen(attachment) && PICTURES.has(attachment.type) && attachment.size <= OPENED_BYTES;
}

export class MediaAttachment extends SottoElement {
  static override properties = {
    attachment: { attribute: false },
    conversation: { attribute: false },
    order: { type: Number },
    own: { type: Boolean },
    url: { state: true },
    done: { state: true },
    fault: { state: true },
  };

  static override styles = [
    shared,
    css`
      :host {
        position: relative;
        inline-size: 100%;
        block-size: 100%;
        overflow: hidden;
        border-radius: var(--round-2);
      }

      canvas,
      img {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
      }

      .over {
        position: absolute;
        inset-block-end: var(--s2);
        inset-inline: var(--s2);
        display: flex;
        align-items: center;
        gap: var(--s2);
        flex-wrap: wrap;
      }

      .state {
        padding: 0.1875rem var(--s2);
        border-radius: var(--round-full);
        background: color-mix(in oklab, var(--paper) 88%, transparent);
        color: var(--ink);
        font-size: var(--text-1);
        font-variant-numeric: tabular-nums;
      }

      .file {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0 var(--s3);
        align-items: center;
        block-size: 100%;
      }

      .file .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .file .line {
        grid-column: 2;
        display: flex;
        align-items: center;
        gap: var(--s2);
        color: var(--soft);
        font-size: var(--text-1);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  declare attachment: AttachmentView;
  declare conversation: ConversationId;
  declare order: number;
  declare own: boolean;
  /** Of the bytes, once they are here and can be shown. */
  declare private url: string | undefined;
  /** Bytes of the transfer under way. */
  declare private done: { readonly done: number; readonly total: number } | undefined;
  declare private fault: FaultCode | undefined;
  #stop: (() => void) | undefined;
  #opening = false;

  constructor() {
    super();
    this.order = 0;
    this.own = false;
    this.url = undefined;
    this.done = undefined;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = engine().listen((event) => {
      if (
        event.type === 'transfer' &&
        event.order === this.order &&
        event.conversation === this.conversation
      )
        this.done = { done: event.done, total: event.total };
    });
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#release();
  }

  #release(): void {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = undefined;
  }

  get #place() {
    return { conversation: this.conversation, order: this.order };
  }

  async #open(): Promise<void> {
    if (this.#opening || this.url) return;
    this.#opening = true;
    try {
      const blob = await engine().call('openAttachment', this.#place);
      // Whatever its sender calls it: only what is a picture may be opened as one.
      const safe = isShown(this.attachment)
        ? blob
        : new Blob([blob], { type: 'application/octet-stream' });
      if (this.isConnected) this.url = URL.createObjectURL(safe);
    } catch (error) {
      this.fault = faultCode(error);
    } finally {
      this.#opening = false;
    }
  }

  async #ask(method: 'transfer' | 'pauseTransfer'): Promise<void> {
    this.fault = undefined;
    try {
      await engine().call(method, this.#place);
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  async #save(): Promise<void> {
    await this.#open();
    if (!this.url) return;
    const link = document.createElement('a');
    link.href = this.url;
    // Never opened in the page, whatever it is.
    link.download = this.attachment.name || 'file';
    link.click();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('order') || changed.has('conversation')) this.#release();
    if (changed.has('attachment') && this.attachment.stage !== 'here' && !this.own) this.#release();
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { stage, thumbhash } = this.attachment;
    const there = stage === 'here' || (this.own && stage === 'uploading');
    if (isShown(this.attachment) && there && !this.url && !this.fault) void this.#open();
    const canvas = this.renderRoot.querySelector('canvas');
    if (canvas && thumbhash && (changed.has('attachment') || canvas.width !== 32))
      this.#blur(canvas, thumbhash);
  }

  #blur(canvas: HTMLCanvasElement, thumbhash: Uint8Array): void {
    try {
      const { w, h, rgba } = thumbHashToRGBA(thumbhash);
      canvas.width = w;
      canvas.height = h;
      const pixels = new ImageData(new Uint8ClampedArray(rgba), w, h);
      canvas.getContext('2d')?.putImageData(pixels, 0, 0);
    } catch {
      // A hash that is none leaves the place plain.
    }
  }

  #button(words: string, act: () => void): TemplateResult {
    return html`<button class="button small" type="button" @click=${act}>${words}</button>`;
  }

  /** What happens with the bytes, and what can be done about it. */
  #state(): TemplateResult | typeof nothing {
    const { stage, size, paused, fault } = this.attachment;
    const begin = (words: string) => this.#button(words, () => void this.#ask('transfer'));
    const end = (words: string) => this.#button(words, () => void this.#ask('pauseTransfer'));
    const word = (words: string) => html`<span class="state" role="status">${words}</span>`;
    const problem = this.fault ?? fault;
    const why = problem ? word(describeFault(problem).cause) : nothing;
    const amount = this.done
      ? t('media.uploading', {
          done: formatBytes(this.done.done),
          total: formatBytes(this.done.total),
        })
      : formatBytes(size);
    if (paused) return html`${word(t('media.paused'))}${begin(t('media.resume'))}`;
    switch (stage) {
      case 'staging':
        return html`${why}${word(t('media.preparing'))}${end(t('media.cancel-upload'))}`;
      case 'uploading':
        return html`${why}${word(amount)}${end(t('media.cancel-upload'))}`;
      case 'fetching':
        return html`${why}${word(amount)}${end(t('media.cancel-download'))}`;
      case 'remote':
        return html`${why}${begin(t('media.download', { size: formatBytes(size) }))}`;
      case 'gone':
        return word(t('media.gone'));
      case 'removed':
        return word(t('media.removed'));
      case 'here':
        return why;
    }
  }

  protected override render(): TemplateResult {
    const { attachment } = this;
    if (isShown(attachment))
      return html`<canvas aria-hidden="true"></canvas>${
          this.url ? html`<img src=${this.url} alt=${attachmentWords(attachment)} />` : nothing
        }
        <div class="over">${this.#state()}</div>`;
    const state = this.#state();
    return html`<div class="file">
      <span>${fileIcon}</span>
      <span class="name"><bdi>${attachment.name || attachmentWords(attachment)}</bdi></span>
      <span class="line">
        ${
          state === nothing
            ? html`<span>${formatBytes(attachment.size)}</span>
                <button class="button small" type="button" @click=${() => void this.#save()}>
                  ${t('media.save', { name: '' }).trim()}
                </button>`
            : state
        }
      </span>
    </div>`;
  }
}

customElements.define('media-attachment', MediaAttachment);

declare global {
  interface HTMLElementTagNameMap {
    'media-attachment': MediaAttachment;
  }
}
