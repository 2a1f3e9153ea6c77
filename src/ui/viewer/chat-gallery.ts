/** The dialog `Media, files and links` of one chat, newest first, in three tabs; loads older ones when asked. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type GalleryKind, type MessageView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { engine } from '../contexts/engine-client.ts';
import { DialogBase } from '../dialogs/dialog-base.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatDate, t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { linkify } from '../../lib/linkify.ts';
import '../parts/media-attachment.ts';
import './media-thumb.ts';
import { viewMedia } from './media-viewer.ts';

const kinds: readonly GalleryKind[] = ['media', 'files', 'links'];
const PAGE = 60;

export class ChatGallery extends DialogBase {
  static override properties = {
    kind: { state: true },
    messages: { state: true },
    next: { state: true },
    busy: { state: true },
    fault: { state: true },
  };

  static override styles = [
    DialogBase.styles,
    css`
      dialog {
        inline-size: min(40rem, 100vw - 2rem);
        block-size: min(46rem, 100dvh - 2rem);
      }

      .tabs {
        display: flex;
        gap: var(--s2);
        border-block-end: 1px solid var(--line);
      }

      .tabs button {
        padding: var(--s2) var(--s3);
        border: 0;
        border-block-end: 2px solid transparent;
        background: none;
        color: var(--soft);
        cursor: pointer;
      }

      .tabs button[aria-selected='true'] {
        border-color: var(--accent);
        color: var(--ink);
        font-weight: var(--weight-strong);
      }

      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr));
        gap: var(--s1);
        padding: 0;
        margin: 0;
        list-style: none;
      }

      .list {
        display: grid;
        gap: var(--s3);
        padding: 0;
        margin: 0;
        list-style: none;
      }

      .list li {
        display: grid;
        gap: var(--s1);
        padding-block-end: var(--s3);
        border-block-end: 1px solid var(--line);
        overflow-wrap: anywhere;
      }

      media-attachment {
        block-size: auto;
        min-block-size: 3.5rem;
      }

      .none {
        padding: var(--s8) var(--s4);
        color: var(--soft);
        text-align: center;
      }

      .more {
        justify-self: center;
      }
    `,
  ];

  declare private kind: GalleryKind;
  declare private messages: readonly MessageView[];
  declare private next: number | undefined;
  declare private busy: boolean;
  declare private fault: FaultCode | undefined;
  readonly #conversation: ConversationId;
  #stop: (() => void) | undefined;

  constructor(conversation: ConversationId) {
    super();
    this.#conversation = conversation;
    this.kind = 'media';
    this.messages = [];
    this.next = undefined;
    this.busy = true;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load(undefined);
    this.#stop = engine().listen((event) => {
      if (event.type !== 'messages' || event.conversation !== this.#conversation) return;
      const changed = new Map(event.changed.map((message) => [message.order, message]));
      this.messages = this.messages
        .filter(({ order }) => !event.removed.includes(order))
        .map((message) => changed.get(message.order) ?? message);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override heading(): string {
    return t('media.gallery');
  }

  async #load(before: number | undefined): Promise<void> {
    const { kind } = this;
    this.busy = true;
    this.fault = undefined;
    try {
      const page = await engine().call('gallery', {
        conversation: this.#conversation,
        kind,
        limit: PAGE,
        ...(before !== undefined && { before }),
      });
      // Another tab was chosen meanwhile.
      if (kind !== this.kind) return;
      this.messages = before === undefined ? page.messages : [...this.messages, ...page.messages];
      this.next = page.next;
    } catch (error) {
      this.fault = faultCode(error);
    } finally {
      if (kind === this.kind) this.busy = false;
    }
  }

  #choose(kind: GalleryKind): void {
    if (kind === this.kind) return;
    this.kind = kind;
    this.messages = [];
    this.next = undefined;
    void this.#load(undefined);
  }

  async #pressed(event: KeyboardEvent): Promise<void> {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = (kinds.indexOf(this.kind) + step + kinds.length) % kinds.length;
    this.#choose(kinds[at] ?? 'media');
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }

  async #view(order: number): Promise<void> {
    try {
      await viewMedia(this.#conversation, order);
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #links({ body }: MessageView): TemplateResult[] {
    const text = body.kind === 'text' ? body.text : body.kind === 'media' ? body.caption : '';
    return linkify(text).flatMap(({ href, text: shown }) =>
      href === undefined
        ? []
        : [html`<a href=${href} dir="ltr" target="_blank" rel="noopener noreferrer">${shown}</a>`],
    );
  }

  #row(message: MessageView): TemplateResult {
    const { body, conversation, order, own, time } = message;
    return html`<li>
      ${
        this.kind === 'files' && body.kind === 'media'
          ? html`<media-attachment
              .attachment=${body.attachment}
              .conversation=${conversation}
              .order=${order}
              .own=${own}
            ></media-attachment>`
          : this.#links(message)
      }
      <time class="hint" datetime=${new Date(time).toISOString()}>${formatDate(time)}</time>
    </li>`;
  }

  #shown(): TemplateResult {
    const { kind, messages } = this;
    if (messages.length === 0 && !this.busy && this.next === undefined)
      return html`<p class="none">${t(`media.gallery-none-${kind}`)}</p>`;
    if (kind !== 'media')
      return html`<ul class="list">
        ${repeat(
          messages,
          ({ order }) => order,
          (message) => this.#row(message),
        )}
      </ul>`;
    return html`<ul class="grid">
      ${repeat(
        messages,
        ({ order }) => order,
        (message) =>
          html`<li>
            <media-thumb
              .message=${message}
              @click=${() => void this.#view(message.order)}
            ></media-thumb>
          </li>`,
      )}
    </ul>`;
  }

  protected override content(): TemplateResult {
    return html`<div
        class="tabs"
        role="tablist"
        aria-label=${t('media.gallery')}
        @keydown=${(event: KeyboardEvent) => void this.#pressed(event)}
      >
        ${kinds.map(
          (kind) =>
            html`<button
              id=${kind}
              type="button"
              role="tab"
              aria-selected=${kind === this.kind ? 'true' : 'false'}
              aria-controls="panel"
              tabindex=${kind === this.kind ? 0 : -1}
              @click=${() => this.#choose(kind)}
            >
              ${t(`media.gallery-${kind}`)}
            </button>`,
        )}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby=${this.kind}>${this.#shown()}</div>
      ${
        this.fault
          ? html`<p class="fault" role="alert">
              ${icons.warning}<span>${faultText(this.fault)}</span>
            </p>`
          : nothing
      }
      ${
        this.next === undefined
          ? nothing
          : html`<button
              class="button small more"
              type="button"
              ?disabled=${this.busy}
              @click=${() => void this.#load(this.next)}
            >
              ${t('media.gallery-more')}
            </button>`
      }`;
  }
}

customElements.define('chat-gallery', ChatGallery);
