/**
 * The dialog `Media`: one picture or film of a chat over the whole window, the ones before and after it, zoom, and the
 * way to the disk. What is not here yet is fetched in its place by a <media-attachment>, which whoever opens the viewer
 * has loaded. Returns the focus where it came from.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { type AttachmentView, type MessageBody, type MessageView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { appState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatBytes, formatMoment, loadTexts, t } from '../i18n/index.ts';
import { attachmentWords } from '../parts/body-words.ts';
import { chatName } from '../parts/chat-name.ts';
import { focusedElement } from '../parts/focus.ts';
import { icons } from '../parts/icons.ts';
import { isFilm, openToShow, saveAttachment } from '../parts/media-bytes.ts';
import { mediaIcons } from '../parts/media-icons.ts';
import { openPlayable, type Playable } from '../parts/media-stream.ts';
import { joinSounds, takeSound } from '../parts/one-sound.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { surface } from '../surface.ts';
import { viewerStyles } from './media-viewer-styles.ts';
import { StillPicture, stillOf } from './still-picture.ts';
import { createZoom, type Zoom } from './zoom.ts';

type Shown = MessageView & { readonly body: Extract<MessageBody, { kind: 'media' }> };

function isShown(message: MessageView): message is Shown {
  return message.body.kind === 'media';
}

/** True where all its bytes are in this browser. */
function isHere({ own, body: { attachment } }: Shown): boolean {
  return attachment.stage === 'here' || (own && attachment.stage === 'uploading');
}

export class MediaViewer extends SottoElement {
  static override properties = {
    message: { state: true },
    older: { state: true },
    newer: { state: true },
    shown: { state: true },
    zoomed: { state: true },
    saved: { state: true },
    fault: { state: true },
  };

  static override styles = [shared, viewerStyles];

  declare private message: Shown | undefined;
  /** Orders of the neighbours. */
  declare private older: number | undefined;
  declare private newer: number | undefined;
  declare private shown: Playable | undefined;
  declare private zoomed: boolean;
  /** Bytes written to the disk, while that goes on. */
  declare private saved: number | undefined;
  declare private fault: FaultCode | undefined;
  readonly #conversation: ConversationId;
  readonly #still = new StillPicture(this);
  readonly #zoom: Zoom = createZoom((zoomed) => (this.zoomed = zoomed));
  #returnTo: HTMLElement | undefined;
  #saving: AbortController | undefined;
  #ends: readonly (() => void)[] = [];
  readonly #silence = (): void => this.renderRoot.querySelector('video')?.pause();
  #opened: number | undefined;

  constructor(conversation: ConversationId, message: Shown) {
    super();
    this.#conversation = conversation;
    this.message = message;
    this.older = undefined;
    this.newer = undefined;
    this.shown = undefined;
    this.zoomed = false;
    this.saved = undefined;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    this.#returnTo ??= focusedElement();
    super.connectedCallback();
    const stop = engine().listen((event) => {
      if (event.type !== 'messages' || event.conversation !== this.#conversation) return;
      const order = this.message?.order;
      if (order === undefined) return;
      const changed = event.changed.find((message) => message.order === order);
      if (changed && isShown(changed)) this.#see(changed);
      // What is looked at was deleted, here or in another tab.
      else if (event.removed.includes(order)) this.#dialog?.close();
    });
    this.#ends = [stop, joinSounds(this.#silence)];
    if (this.message) this.#see(this.message);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends) end();
    this.#saving?.abort();
    this.#release();
  }

  protected override firstUpdated(): void {
    this.#dialog?.showModal();
    this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  protected override updated(): void {
    this.#zoom.attach(this.renderRoot.querySelector<HTMLElement>('.room img') ?? undefined);
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  #release(): void {
    this.shown?.release();
    this.shown = undefined;
    this.#still.show(undefined);
    this.#opened = undefined;
  }

  #see(message: Shown): void {
    const isOther = message.order !== this.message?.order;
    this.message = message;
    // What was deleted, here or in another tab, is not looked at any more.
    if (isOther || !isHere(message)) this.#release();
    if (isOther) {
      this.#zoom.reset();
      this.fault = undefined;
    }
    void this.#findNeighbours(message.order);
    void this.#open(message);
  }

  /** What stands on either side, as it is now: messages come and go while one looks. */
  async #findNeighbours(order: number): Promise<void> {
    const ask = async (side: { before: number } | { after: number }) => {
      const page = { conversation: this.#conversation, kind: 'media' as const, limit: 1, ...side };
      return (await engine().call('gallery', page)).messages[0]?.order;
    };
    try {
      const [older, newer] = await Promise.all([ask({ before: order }), ask({ after: order })]);
      if (this.message?.order !== order) return;
      this.older = older;
      this.newer = newer;
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  async #open(message: Shown): Promise<void> {
    const { order, body } = message;
    if (!isHere(message) || this.#opened === order) return;
    this.#opened = order;
    try {
      const { shown, still } = await this.#openShown(order, body.attachment);
      if (!this.isConnected || this.#opened !== order) return shown.release();
      this.#still.show(still);
      this.shown = shown;
    } catch (error) {
      if (this.#opened === order) this.fault = faultCode(error);
    }
  }

  /** What is looked at, and the first frame of a picture that moves. */
  async #openShown(
    order: number,
    attachment: AttachmentView,
  ): Promise<{ readonly shown: Playable; readonly still?: Blob | undefined }> {
    const place = { conversation: this.#conversation, order };
    if (isFilm(attachment))
      return {
        shown: await openPlayable(place, attachment, (code) => this.#failed(order, code)),
      };
    const blob = await openToShow(place, attachment);
    const still = await stillOf(blob);
    const url = URL.createObjectURL(blob);
    return { shown: { url, release: () => URL.revokeObjectURL(url) }, still };
  }

  /** A film that cannot be played on makes way for the words that say why. */
  #failed(order: number, code: FaultCode): void {
    if (this.#opened !== order || this.fault) return;
    this.shown?.release();
    this.shown = undefined;
    this.fault = code;
  }

  #sounds(film: HTMLVideoElement): void {
    if (!film.paused && !film.muted) takeSound(this.#silence);
  }

  async #go(order: number | undefined): Promise<void> {
    if (order === undefined) return;
    try {
      const place = { conversation: this.#conversation, order };
      const { message } = await engine().call('messageDetails', place);
      if (isShown(message)) this.#see(message);
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  async #save(attachment: AttachmentView, order: number): Promise<void> {
    if (this.#saving) return;
    this.#saving = new AbortController();
    const { signal } = this.#saving;
    const place = { conversation: this.#conversation, order };
    try {
      await saveAttachment(place, attachment, (done) => (this.saved = done), signal);
    } catch (error) {
      if (!signal.aborted) this.fault = faultCode(error);
    } finally {
      this.#saving = undefined;
      this.saved = undefined;
    }
  }

  #pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A film's own controls use the arrows to go forth and back in it.
    if (event.target instanceof HTMLVideoElement) return;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => (this.#zoom.factor > 1 ? this.#zoom.move(80, 0) : void this.#go(this.older)),
      ArrowRight: () =>
        this.#zoom.factor > 1 ? this.#zoom.move(-80, 0) : void this.#go(this.newer),
      ArrowUp: () => this.#zoom.move(0, 80),
      ArrowDown: () => this.#zoom.move(0, -80),
      '+': () => this.#zoom.by(1.5),
      '=': () => this.#zoom.by(1.5),
      '-': () => this.#zoom.by(1 / 1.5),
      '0': () => this.#zoom.reset(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #closed(): void {
    this.dispatchEvent(new CustomEvent('viewer-closed'));
    this.remove();
    // As in every dialog: whoever moved on since is not called back.
    if (document.activeElement === document.body) this.#returnTo?.focus();
  }

  #room(message: Shown): TemplateResult {
    const { attachment } = message.body;
    const { shown } = this;
    // The way to the disk is the viewer's own: the browser's would ask for the address outside of this page.
    if (shown && isFilm(attachment))
      return html`<video
        src=${shown.url}
        controls
        controlslist="nodownload"
        playsinline
        aria-label=${attachmentWords(attachment)}
        @play=${(event: Event) => this.#sounds(event.target as HTMLVideoElement)}
        @volumechange=${(event: Event) => this.#sounds(event.target as HTMLVideoElement)}
        @error=${() => this.#failed(message.order, 'not-playable')}
      ></video>`;
    if (shown)
      return html`<img
        class=${this.zoomed ? 'zoomed' : ''}
        src=${this.#still.seen(shown.url)}
        alt=${attachmentWords(attachment)}
        draggable="false"
      />`;
    if (this.fault || isHere(message)) return html``;
    return html`<media-attachment
      .attachment=${attachment}
      .conversation=${message.conversation}
      .order=${message.order}
      .own=${message.own}
    ></media-attachment>`;
  }

  protected override render(): TemplateResult {
    const { message } = this;
    if (!message) return html``;
    const { attachment, caption } = message.body;
    const chat = appState().chats.get(this.#conversation);
    const name = message.own ? t('you') : chat ? chatName(chat) : '';
    const button = (label: string, shape: unknown, act: () => void, off = false, kind = '') =>
      html`<button
        class="icon-button ${kind}"
        type="button"
        aria-label=${label}
        title=${label}
        aria-disabled=${off ? 'true' : 'false'}
        @click=${() => off || act()}
      >
        ${shape}
      </button>`;
    const amount =
      this.saved === undefined
        ? nothing
        : html`<span class="hint">
            ${t('media.amount', {
              done: formatBytes(this.saved),
              total: formatBytes(attachment.size),
            })}
          </span>`;
    const isPictureShown = this.shown !== undefined && !isFilm(attachment);
    return html`<dialog
      aria-label=${t('media.viewer')}
      @close=${() => this.#closed()}
      @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
    >
      <div class="frame">
        <div class="bar">
          <h2 class="clip" tabindex="-1">
            <bdi>${name}</bdi> <time class="hint">${formatMoment(message.time)}</time>
          </h2>
          ${amount} ${this.#still.button()}
          ${
            isPictureShown
              ? html`<button
                  class="icon-button"
                  type="button"
                  aria-label=${t('media.zoom')}
                  title=${t('media.zoom')}
                  aria-pressed=${this.zoomed ? 'true' : 'false'}
                  @click=${() => this.#zoom.toggle()}
                >
                  ${mediaIcons.zoom}
                </button>`
              : nothing
          }
          ${
            isHere(message)
              ? button(
                  t('media.save-viewed'),
                  mediaIcons.download,
                  () => void this.#save(attachment, message.order),
                  this.saved !== undefined,
                )
              : nothing
          }
          ${button(t('close'), icons.close, () => this.#dialog?.close())}
        </div>
        <div class="stage">
          ${button(
            t('media.previous'),
            icons.back,
            () => void this.#go(this.older),
            this.older === undefined,
          )}
          <div class="room">${this.#room(message)}</div>
          ${button(
            t('media.next'),
            mediaIcons.next,
            () => void this.#go(this.newer),
            this.newer === undefined,
            'next',
          )}
        </div>
        <div>
          ${
            this.fault
              ? html`<p class="fault" role="alert">
                  ${icons.warning}<span>${faultText(this.fault)}</span>
                </p>`
              : nothing
          }
          ${caption ? html`<p class="caption" dir="auto">${caption}</p>` : nothing}
        </div>
      </div>
    </dialog>`;
  }
}

customElements.define('media-viewer', MediaViewer);

/** Opens the viewer at a message; resolves when it is closed. Faults as in EngineApi.messageDetails. */
export async function viewMedia(conversation: ConversationId, order: number): Promise<void> {
  await loadTexts('media');
  const { message } = await engine().call('messageDetails', { conversation, order });
  if (!isShown(message)) return;
  const viewer = new MediaViewer(conversation, message);
  await new Promise<void>((resolve) => {
    viewer.addEventListener('viewer-closed', () => resolve(), { once: true });
    surface().append(viewer);
  });
}
