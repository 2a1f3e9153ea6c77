/**
 * <gif-pane>: the GIFs that a person saved, to be sent again (`picture-chosen`) or removed. They come from chats and
 * files only: there is no service that would learn what is searched for.
 */
import { css, html, type TemplateResult } from 'lit';
import { engine } from '../contexts/engine-client.ts';
import { t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import '../parts/moving-picture.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { hideKept, showKept, type Shown } from './kept-urls.ts';
import { paneStyles } from './pane-styles.ts';
import { type PictureChoice } from './picture-choice.ts';

export class GifPane extends SottoElement {
  static override properties = { shown: { state: true } };

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

  declare private shown: readonly Shown[] | undefined;

  constructor() {
    super();
    this.shown = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    hideKept(this.shown ?? []);
  }

  async #load(): Promise<void> {
    const shown = await showKept('gif').catch(() => []);
    if (this.isConnected) this.shown = shown;
    else hideKept(shown);
  }

  #send({ picture, source }: Shown): void {
    const { type, width, height } = picture;
    const ending = type.slice('image/'.length);
    const detail: PictureChoice = {
      form: 'gif',
      name: `gif.${ending}`,
      source: () => Promise.resolve(source),
      width,
      height,
    };
    this.dispatchEvent(new CustomEvent('picture-chosen', { detail }));
  }

  async #remove(gone: Shown): Promise<void> {
    await engine().call('discard', { id: gone.picture.id });
    hideKept([gone]);
    this.shown = (this.shown ?? []).filter((each) => each !== gone);
    await this.updateComplete;
    // Where it stood, its neighbour has the keyboard; else the pane would lose it.
    this.renderRoot.querySelector<HTMLElement>('.send')?.focus();
  }

  protected override render(): TemplateResult {
    const { shown } = this;
    if (!shown) return html``;
    if (shown.length === 0)
      return html`<div class="none">
        <p>${t('emoji.gif-none')}</p>
        <p class="small">${t('emoji.gif-none-more')}</p>
      </div>`;
    return html`<div class="pictures">
      ${shown.map(
        (each, index) =>
          html`<div class="piece">
            <button
              class="send"
              type="button"
              aria-label=${t('emoji.send-gif', { count: index + 1 })}
              @click=${() => this.#send(each)}
            >
              <moving-picture bare .url=${each.url} .words=${''}></moving-picture>
            </button>
            <button
              class="icon-button remove"
              type="button"
              aria-label=${t('emoji.remove-gif', { count: index + 1 })}
              @click=${() => void this.#remove(each)}
            >
              ${icons.closeSmall}
            </button>
          </div>`,
      )}
    </div>`;
  }
}

customElements.define('gif-pane', GifPane);

declare global {
  interface HTMLElementTagNameMap {
    'gif-pane': GifPane;
  }
}
