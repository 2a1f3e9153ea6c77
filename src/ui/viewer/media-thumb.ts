/**
 * <media-thumb>: a picture or film as a small square that opens it. Blurred at first; the picture itself is drawn once
 * the square is on screen, one after the other, scaled down as it is decoded.
 */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type AttachmentView, type MessageView } from '../../engine/api.ts';
import { formatDate, t } from '../i18n/index.ts';
import { attachmentWords, playTime } from '../parts/body-words.ts';
import { isFilm, isPicture, openToShow } from '../parts/media-bytes.ts';
import { mediaIcons } from '../parts/media-icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { drawThumbhash } from '../parts/thumbhash-canvas.ts';
import { shared } from '../styles/shared.ts';

/** Pixels of a square's side, for screens of twice the density. */
const SIDE = 240;

/** Pictures are opened one at a time: sixty at once would hold sixty in memory. */
let opening: Promise<unknown> = Promise.resolve();

export class MediaThumb extends SottoElement {
  static override properties = { message: { attribute: false } };

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        aspect-ratio: 1;
      }

      button {
        position: relative;
        inline-size: 100%;
        block-size: 100%;
        padding: 0;
        border: 0;
        border-radius: var(--round-2);
        background: var(--panel);
        overflow: hidden;
        cursor: pointer;
      }

      canvas {
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
      }

      .length {
        position: absolute;
        inset-block-end: var(--s1);
        inset-inline-end: var(--s1);
        display: inline-flex;
        align-items: center;
        gap: 0.125rem;
        padding: 0 var(--s2);
        border-radius: var(--round-full);
        background: color-mix(in oklab, var(--paper) 88%, transparent);
        font-size: var(--text-1);
        font-variant-numeric: tabular-nums;
      }

      .length svg {
        inline-size: 0.875rem;
        block-size: 0.875rem;
      }
    `,
  ];

  declare message: MessageView;
  #watch: IntersectionObserver | undefined;
  #drawn = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#watch?.disconnect();
      opening = opening.then(() => this.#draw());
    });
    this.#watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch?.disconnect();
  }

  get #attachment(): AttachmentView | undefined {
    return this.message.body.kind === 'media' ? this.message.body.attachment : undefined;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const thumbhash = this.#attachment?.thumbhash;
    if (this.#attachment?.stage === 'removed') this.#drawn = false;
    if (canvas && thumbhash && changed.has('message') && !this.#drawn)
      drawThumbhash(canvas, thumbhash);
  }

  async #draw(): Promise<void> {
    const attachment = this.#attachment;
    const isHere = attachment?.stage === 'here' || attachment?.stage === 'uploading';
    if (!attachment || !isHere || !isPicture(attachment) || !this.isConnected) return;
    try {
      const { conversation, order } = this.message;
      const blob = await openToShow({ conversation, order }, attachment);
      const { width = 1, height = 1 } = attachment;
      const picture = await createImageBitmap(
        blob,
        width > height
          ? { resizeHeight: Math.min(SIDE, height) }
          : { resizeWidth: Math.min(SIDE, width) },
      );
      const canvas = this.renderRoot.querySelector('canvas');
      if (canvas) {
        canvas.width = picture.width;
        canvas.height = picture.height;
        canvas.getContext('2d')?.drawImage(picture, 0, 0);
        this.#drawn = true;
      }
      picture.close();
    } catch {
      // It stays blurred; the viewer says why.
    }
  }

  protected override render(): TemplateResult {
    const attachment = this.#attachment;
    if (!attachment) return html``;
    const { duration = 0 } = attachment;
    const words = `${attachmentWords(attachment)}, ${formatDate(this.message.time)}`;
    return html`<button type="button" aria-label=${t('media.open', { name: words })}>
      <canvas aria-hidden="true"></canvas>
      ${
        isFilm(attachment)
          ? html`<span class="length" aria-hidden="true"
              >${mediaIcons.play}${duration ? playTime(duration) : nothing}</span
            >`
          : nothing
      }
    </button>`;
  }
}

customElements.define('media-thumb', MediaThumb);

declare global {
  interface HTMLElementTagNameMap {
    'media-thumb': MediaThumb;
  }
}
