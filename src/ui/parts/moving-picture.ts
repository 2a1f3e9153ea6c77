/**
 * <moving-picture>: a picture that moves, and stands still at its first frame for whoever wants less motion, until it
 * is played. What moves can always be paused. Knows a URL and a name, not where they come from.
 */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { mediaIcons } from './media-icons.ts';
import { SottoElement } from './sotto-element.ts';
import { stillSize } from './still-size.ts';

const lessMotion = matchMedia('(prefers-reduced-motion: reduce)');

export class MovingPicture extends SottoElement {
  static override properties = {
    url: { attribute: false },
    words: { attribute: false },
    bare: { type: Boolean },
    paused: { attribute: false },
  };

  static override styles = [
    shared,
    css`
      :host {
        position: relative;
        inline-size: 100%;
        block-size: 100%;
        pointer-events: none;
      }

      img,
      canvas {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        object-fit: inherit;
      }

      .tools {
        position: absolute;
        inset-block-start: var(--s2);
        inset-inline-end: var(--s2);
        display: flex;
        gap: var(--s1);
      }

      button,
      ::slotted(button) {
        pointer-events: auto;
      }

      .icon-button {
        inline-size: 2rem;
        block-size: 2rem;
        background: color-mix(in oklab, var(--paper) 88%, transparent);
      }
    `,
  ];

  declare url: string;
  /** What it is called. */
  declare words: string;
  /** Without a button, for where it is part of one; what it is part of says when it is paused. */
  declare bare: boolean;
  declare paused: boolean;

  constructor() {
    super();
    this.url = '';
    this.words = '';
    this.bare = false;
    this.paused = lessMotion.matches;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    lessMotion.addEventListener('change', this.#wished);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    lessMotion.removeEventListener('change', this.#wished);
  }

  readonly #wished = (): void => {
    if (!this.bare) this.paused = lessMotion.matches;
  };

  protected override updated(changed: PropertyValues): void {
    if (this.paused && (changed.has('paused') || changed.has('url'))) void this.#drawStill();
  }

  /** A picture outside of the document stands at its first frame. */
  async #drawStill(): Promise<void> {
    const { url } = this;
    const image = new Image();
    image.src = url;
    try {
      await image.decode();
    } catch {
      // What the browser cannot decode is not shown moving either.
      return;
    }
    const canvas = this.renderRoot.querySelector('canvas');
    if (!canvas || url !== this.url) return;
    const { width, height } = stillSize(image.naturalWidth, image.naturalHeight);
    canvas.width = width;
    canvas.height = height;
    canvas.getContext('2d')?.drawImage(image, 0, 0, width, height);
  }

  protected override render(): TemplateResult {
    const { paused, words } = this;
    return html`${
        paused
          ? html`<canvas role=${words ? 'img' : nothing} aria-label=${words || nothing}></canvas>`
          : html`<img src=${this.url} alt=${words} />`
      }
      <div class="tools">
        ${
          this.bare
            ? nothing
            : html`<button
                class="icon-button"
                type="button"
                aria-label=${paused ? t('emoji.play') : t('emoji.pause')}
                @click=${() => (this.paused = !paused)}
              >
                ${paused ? mediaIcons.play : mediaIcons.pause}
              </button>`
        }
        <slot></slot>
      </div>`;
  }
}

customElements.define('moving-picture', MovingPicture);

declare global {
  interface HTMLElementTagNameMap {
    'moving-picture': MovingPicture;
  }
}
