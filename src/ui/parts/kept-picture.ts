/**
 * <kept-picture>: a GIF or sticker in its message, with the button that keeps it to be sent again. Asks the engine to
 * keep it; does not know how it came here.
 */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type AttachmentView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { attachmentWords } from './body-words.ts';
import { icons } from './icons.ts';
import { moreIcons } from './more-icons.ts';
import { type MediaPlace } from './media-bytes.ts';
import './moving-picture.ts';
import { keepPicture, onKept } from './picture-keeping.ts';
import { SottoElement } from './sotto-element.ts';

export class KeptPicture extends SottoElement {
  static override properties = {
    attachment: { attribute: false },
    place: { attribute: false },
    url: { attribute: false },
    own: { type: Boolean },
    moves: { type: Boolean },
    kept: { state: true },
    fault: { state: true },
  };

  static override styles = [
    shared,
    css`
      :host {
        position: absolute;
        inset: 0;
        pointer-events: none;
      }

      moving-picture {
        object-fit: cover;
      }

      .sticker {
        inline-size: 100%;
        block-size: 100%;
        object-fit: contain;
      }

      .keep {
        inline-size: 2rem;
        block-size: 2rem;
        background: color-mix(in oklab, var(--paper) 88%, transparent);
        pointer-events: auto;
      }

      .sticker + .keep {
        position: absolute;
        inset-block-start: var(--s1);
        inset-inline-end: var(--s1);
        opacity: 0;
      }

      :host(:hover) .keep,
      .keep:focus-visible,
      .keep[aria-disabled='true'] {
        opacity: 1;
      }

      :host(.sticker) {
        pointer-events: auto;
      }

      @media (hover: none) {
        .sticker + .keep {
          opacity: 1;
        }
      }

      .why {
        position: absolute;
        inset-block-end: 0;
        inset-inline: 0;
        padding: var(--s1) var(--s2);
        background: var(--danger-tint);
        font-size: var(--text-1);
      }
    `,
  ];

  declare attachment: AttachmentView;
  declare place: MediaPlace;
  declare url: string;
  declare own: boolean;
  /** It is kept as a GIF, and can be paused. */
  declare moves: boolean;
  declare private kept: boolean;
  declare private fault: FaultCode | undefined;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.url = '';
    this.own = false;
    this.moves = false;
    this.kept = false;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = onKept(({ conversation, order }) => {
      if (conversation === this.place.conversation && order === this.place.order) this.kept = true;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('url')) this.kept = false;
    this.classList.toggle('sticker', this.attachment.form === 'sticker');
  }

  async #keep(): Promise<void> {
    if (this.kept) return;
    this.fault = undefined;
    try {
      const kind = this.moves ? 'gif' : 'sticker';
      await keepPicture(kind, this.place, this.attachment);
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #button(wish: string, done: string): TemplateResult {
    const words = this.kept ? done : wish;
    return html`<button
      class="icon-button keep"
      type="button"
      aria-label=${words}
      aria-disabled=${this.kept}
      title=${words}
      @click=${() => void this.#keep()}
    >
      ${this.kept ? moreIcons.check : icons.plus}
    </button>`;
  }

  protected override render(): TemplateResult {
    const { attachment, url } = this;
    const words = attachmentWords(attachment);
    return html`${
      this.moves
        ? html`<moving-picture .url=${url} .words=${words}
            >${this.#button(t('emoji.save-gif'), t('emoji.gif-saved'))}</moving-picture
          >`
        : html`<img class="sticker" src=${url} alt=${words} />${
              this.own ? nothing : this.#button(t('emoji.add-sticker'), t('emoji.sticker-added'))
            }`
    }
    ${this.fault ? html`<p class="why" role="alert">${faultText(this.fault)}</p>` : nothing}`;
  }
}

customElements.define('kept-picture', KeptPicture);

declare global {
  interface HTMLElementTagNameMap {
    'kept-picture': KeptPicture;
  }
}
