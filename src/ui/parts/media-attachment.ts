/**
 * <media-attachment>: an attachment in its message. A picture or film stands in the room that was kept for it, blurred
 * until its bytes are here; a file is a line with its name. Says how a transfer goes, and ends, resumes or begins it.
 * Loaded with the first message that has one. Asks the engine for bytes; knows no key and no file.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { isAnimated } from '../../capture/picture-motion.ts';
import { type AttachmentView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { appState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode } from '../i18n/faults.ts';
import { formatBytes, t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { attachmentWords, playTime } from './body-words.ts';
import { fileIcon } from './file-icon.ts';
import './kept-picture.ts';
import { attachmentStyles } from './media-attachment-styles.ts';
import {
  isFilm,
  isHere,
  isPicture,
  isSoundFile,
  openToShow,
  saveAttachment,
} from './media-bytes.ts';
import { mediaIcons } from './media-icons.ts';
import { transferLine, transferStyles, type TransferWish } from './media-transfer.ts';
import { PACK_TYPE } from './pack-type.ts';
import { isMoving } from './moving-type.ts';
import { SottoElement } from './sotto-element.ts';
import { drawThumbhash } from './thumbhash-canvas.ts';

export class MediaAttachment extends SottoElement {
  static override properties = {
    attachment: { attribute: false },
    conversation: { attribute: false },
    order: { type: Number },
    own: { type: Boolean },
    url: { state: true },
    moves: { state: true },
    done: { state: true },
    saved: { state: true },
    fault: { state: true },
  };

  static override styles = [shared, transferStyles, attachmentStyles];

  declare attachment: AttachmentView;
  declare conversation: ConversationId;
  declare order: number;
  declare own: boolean;
  /** Of a picture's bytes, once they are here. */
  declare private url: string | undefined;
  /** What is shown moves, as its bytes tell: what it is called is its sender's choice. */
  declare private moves: boolean;
  /** Bytes of the transfer under way. */
  declare private done: { readonly done: number; readonly total: number } | undefined;
  /** Bytes of it that were written to the disk, while that goes on. */
  declare private saved: number | undefined;
  declare private fault: FaultCode | undefined;
  #stop: (() => void) | undefined;
  #opening = false;
  #saving: AbortController | undefined;

  constructor() {
    super();
    this.order = 0;
    this.own = false;
    this.url = undefined;
    this.moves = false;
    this.done = undefined;
    this.saved = undefined;
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
      else if (event.type === 'restarted') this.fault = undefined;
      // Accepted or blocked, perhaps, and with that what may be fetched.
      else if (event.type === 'chats') this.requestUpdate();
    });
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#saving?.abort();
    this.#release();
  }

  #release(): void {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = undefined;
  }

  get #place() {
    return { conversation: this.conversation, order: this.order };
  }

  get #isHere(): boolean {
    return isHere(this.own, this.attachment);
  }

  async #show(): Promise<void> {
    if (this.#opening || this.url) return;
    this.#opening = true;
    const { order } = this;
    try {
      const blob = await openToShow(this.#place, this.attachment);
      const moves = isMoving(this.attachment) || (await isAnimated(blob));
      // A row that went on to another message meanwhile asks anew.
      if (this.isConnected && order === this.order && this.#isHere) {
        this.moves = moves;
        this.url = URL.createObjectURL(blob);
      }
    } catch (error) {
      if (order === this.order) this.fault = faultCode(error);
    } finally {
      this.#opening = false;
      if (order !== this.order) this.requestUpdate();
    }
  }

  async #cancelUpload(): Promise<void> {
    await engine().call('pauseTransfer', this.#place);
    const { message } = await engine().call('messageDetails', this.#place);
    // It may have left in this very moment; then it is sent, and stays.
    if (message.state === 'sending' || message.state === 'failed')
      await engine().call('deleteMessage', this.#place);
  }

  async #do(wish: TransferWish): Promise<void> {
    this.fault = undefined;
    try {
      if (wish === 'begin') await engine().call('transfer', this.#place);
      else if (wish === 'ask') await engine().call('askForMedia', this.#place);
      else if (wish === 'cancel-upload') await this.#cancelUpload();
      else
        await engine().call('pauseTransfer', {
          ...this.#place,
          drop: wish === 'cancel-download',
        });
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  async #save(): Promise<void> {
    if (this.#saving) return;
    this.#saving = new AbortController();
    this.fault = undefined;
    try {
      const { signal } = this.#saving;
      await saveAttachment(this.#place, this.attachment, (done) => (this.saved = done), signal);
    } catch (error) {
      if (!this.#saving.signal.aborted) this.fault = faultCode(error);
    } finally {
      this.#saving = undefined;
      this.saved = undefined;
    }
  }

  async #view(): Promise<void> {
    try {
      const { viewMedia } = await import('../viewer/media-viewer.ts');
      await viewMedia(this.conversation, this.order);
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('order') || changed.has('conversation')) {
      this.#release();
      this.fault = undefined;
      this.done = undefined;
    }
    const before = changed.get('attachment');
    if (!before) return;
    if (before.stage !== this.attachment.stage) {
      this.fault = undefined;
      this.done = undefined;
    }
    if (!this.#isHere) this.#release();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (isPicture(this.attachment) && this.#isHere && !this.url && !this.fault) void this.#show();
    const { thumbhash } = this.attachment;
    const canvas = this.renderRoot.querySelector('canvas');
    if (canvas && thumbhash && (changed.has('attachment') || changed.has('order')))
      drawThumbhash(canvas, thumbhash);
  }

  #transfer(): TemplateResult | typeof nothing {
    const { attachment, done, fault } = this;
    const chat = appState().chats.get(this.conversation);
    const view = { attachment, done, fault, standing: chat?.standing };
    const sender = this.own ? undefined : chat?.name;
    return transferLine({ ...view, sender }, (wish) => void this.#do(wish));
  }

  #seen(): TemplateResult {
    const { attachment, url } = this;
    const words = attachmentWords(attachment);
    const film = isFilm(attachment);
    const shows = this.#isHere && (film || url !== undefined);
    const { duration } = attachment;
    const { form } = attachment;
    const isKept = this.moves || form === 'sticker';
    return html`<canvas aria-hidden="true" ?hidden=${form === 'sticker'}></canvas>
      ${url && !isKept ? html`<img src=${url} alt=${words} />` : nothing}
      ${
        shows && form !== 'sticker'
          ? html`<button
              class="view"
              type="button"
              aria-label=${t('media.open', { name: words })}
              @click=${() => void this.#view()}
            >
              ${film ? html`<span>${mediaIcons.play}</span>` : nothing}
            </button>`
          : nothing
      }
      ${
        url && isKept
          ? html`<kept-picture
              .attachment=${attachment}
              .place=${this.#place}
              .url=${url}
              .own=${this.own}
              .moves=${this.moves}
            ></kept-picture>`
          : nothing
      }
      <div class="over">
        ${this.#transfer()}
        ${
          film && duration !== undefined
            ? html`<span class="state">${playTime(duration)}</span>`
            : nothing
        }
        ${this.fault && attachment.stage === 'here' ? this.#saveButton() : nothing}
      </div>`;
  }

  /** The way to the disk, and how far it has come. */
  #saveButton(): TemplateResult {
    if (this.saved === undefined)
      return html`<button class="button small" type="button" @click=${() => void this.#save()}>
        ${t('media.save')}
      </button>`;
    const amount = { done: formatBytes(this.saved), total: formatBytes(this.attachment.size) };
    return html`<span class="state">${t('media.amount', amount)}</span>
      <button class="button small" type="button" @click=${() => this.#saving?.abort()}>
        ${t('cancel')}
      </button>`;
  }

  #voice(aside: unknown): TemplateResult {
    import('./voice.ts').catch(() => undefined);
    return html`<voice-message
      .attachment=${this.attachment}
      .conversation=${this.conversation}
      .order=${this.order}
      .own=${this.own}
      >${aside}</voice-message
    >`;
  }

  /** A file that can be heard where it stands. */
  #sound(): TemplateResult {
    const { attachment } = this;
    return html`<div class="sound">
      <span class="name"><bdi>${attachment.name || attachmentWords(attachment)}</bdi></span>
      ${this.#voice(
        html`${this.saved === undefined ? html`<span>${formatBytes(attachment.size)}</span>` : nothing}
        ${this.#transfer()}${this.#saveButton()}`,
      )}
    </div>`;
  }

  /** Its room is there before the part that reads packs has been loaded. */
  #pack(): TemplateResult {
    import('./pack-line.ts').catch((error: unknown) => (this.fault = faultCode(error)));
    return html`<pack-line .place=${this.#place} .own=${this.own}></pack-line>`;
  }

  #file(): TemplateResult {
    const { attachment } = this;
    const transfer = this.#transfer();
    return html`<div class="file">
      <span>${fileIcon}</span>
      <span class="name"><bdi>${attachment.name || attachmentWords(attachment)}</bdi></span>
      <span class="line">
        ${transfer === nothing ? html`<span>${formatBytes(attachment.size)}</span>` : transfer}
        ${
          attachment.stage !== 'here'
            ? nothing
            : attachment.type === PACK_TYPE
              ? this.#pack()
              : this.#saveButton()
        }
      </span>
    </div>`;
  }

  protected override render(): TemplateResult {
    const { attachment } = this;
    if (attachment.form === 'voice') return this.#voice(this.#transfer());
    if (attachment.stage === 'here' && isSoundFile(attachment)) return this.#sound();
    return isPicture(attachment) || isFilm(attachment) ? this.#seen() : this.#file();
  }
}

customElements.define('media-attachment', MediaAttachment);

declare global {
  interface HTMLElementTagNameMap {
    'media-attachment': MediaAttachment;
  }
}
