/**
 * <gif-pane>: the GIFs that a person saved, to be sent again (`picture-chosen`) or removed. They come from chats and
 * files only: there is no service that would learn what is searched for. All of them can be paused; then, and for
 * whoever wants less motion, only the one that is pointed at or has the keyboard moves.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type Collected } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import '../parts/moving-picture.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { KeptSight } from './kept-sight.ts';
import { KeptUrls } from './kept-urls.ts';
import { paneStyles } from './pane-styles.ts';
import { type PictureChoice } from './picture-choice.ts';

const lessMotion = matchMedia('(prefers-reduced-motion: reduce)');

export class GifPane extends SottoElement {
  static override properties = {
    all: { state: true },
    paused: { state: true },
    active: { state: true },
    fault: { state: true },
  };

  static override styles = [
    shared,
    paneStyles,
    css`
      .pictures {
        --columns: 2;
      }

      moving-picture {
        object-fit: cover;
      }
    `,
  ];

  declare private all: readonly Collected[] | undefined;
  declare private paused: boolean;
  /** Which of them is pointed at or has the keyboard. */
  declare private active: string | undefined;
  declare private fault: FaultCode | undefined;
  #kept: KeptUrls | undefined;
  #sight: KeptSight | undefined;

  constructor() {
    super();
    this.all = undefined;
    this.paused = lessMotion.matches;
    this.active = undefined;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    lessMotion.addEventListener('change', this.#wished);
    const open = (id: string) => engine().call('collected', { id });
    this.#kept = new KeptUrls(open, () => this.requestUpdate());
    this.#sight = new KeptSight(this, this.#kept);
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    lessMotion.removeEventListener('change', this.#wished);
    this.#sight?.close();
    this.#kept?.close();
  }

  readonly #wished = (): void => {
    this.paused = lessMotion.matches;
  };

  async #load(): Promise<void> {
    try {
      const all = await engine().call('collection', null);
      this.all = all.filter(({ kind }) => kind === 'gif');
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #send({ id, type, width, height }: Collected): void {
    const ending = type.slice('image/'.length);
    const detail: PictureChoice = {
      form: 'gif',
      name: `gif.${ending}`,
      source: () => engine().call('collected', { id }),
      width,
      height,
    };
    this.dispatchEvent(new CustomEvent('picture-chosen', { detail }));
  }

  async #remove({ id }: Collected): Promise<void> {
    this.fault = undefined;
    try {
      await engine().call('discard', { id });
    } catch (error) {
      this.fault = faultCode(error);
      return;
    }
    this.#kept?.drop(id);
    this.all = this.all?.filter((each) => each.id !== id);
    await this.updateComplete;
    // Where it stood, its neighbour has the keyboard; else the pane would lose it.
    this.renderRoot.querySelector<HTMLElement>('.send')?.focus();
  }

  protected override updated(): void {
    this.#sight?.look(this.renderRoot);
  }

  #piece(picture: Collected, index: number): TemplateResult {
    const { id } = picture;
    const url = this.#kept?.urlOf(id);
    const enter = (): void => void (this.active = id);
    const leave = (): void => void (this.active = undefined);
    return html`<div
      class="piece"
      data-kept=${url ? nothing : id}
      @pointerenter=${enter}
      @pointerleave=${leave}
      @focusin=${enter}
      @focusout=${leave}
    >
      <button
        class="send"
        type="button"
        aria-label=${t('emoji.send-gif', { count: index + 1 })}
        @click=${() => this.#send(picture)}
      >
        ${
          url
            ? html`<moving-picture
                bare
                .url=${url}
                .words=${''}
                .paused=${this.paused && this.active !== id}
              ></moving-picture>`
            : nothing
        }
      </button>
      <button
        class="icon-button remove"
        type="button"
        aria-label=${t('emoji.remove-gif', { count: index + 1 })}
        @click=${() => void this.#remove(picture)}
      >
        ${icons.closeSmall}
      </button>
    </div>`;
  }

  #pictures(all: readonly Collected[]): TemplateResult {
    const readable = all.filter(({ id }) => !this.#kept?.isBroken(id));
    if (readable.length === 0)
      return html`<div class="none">
        <p>${t('emoji.gif-none')}</p>
        <p class="small">${t('emoji.gif-none-more')}</p>
      </div>`;
    return html`<div class="tools">
        <button class="button small" type="button" @click=${() => (this.paused = !this.paused)}>
          ${this.paused ? t('emoji.play-all') : t('emoji.pause-all')}
        </button>
      </div>
      <div class="pictures">
        ${repeat(
          readable,
          ({ id }) => id,
          (picture, index) => this.#piece(picture, index),
        )}
      </div>`;
  }

  protected override render(): TemplateResult {
    const { all, fault } = this;
    return html`${fault ? html`<p class="fault" role="alert">${faultText(fault)}</p>` : nothing}
    ${all ? this.#pictures(all) : nothing}`;
  }
}

customElements.define('gif-pane', GifPane);

declare global {
  interface HTMLElementTagNameMap {
    'gif-pane': GifPane;
  }
}
