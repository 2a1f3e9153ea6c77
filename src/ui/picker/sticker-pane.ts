/**
 * <sticker-pane>: stickers to be sent (`picture-chosen`): those used last, own ones, and the mouse that comes with
 * Sotto. Own ones are removed here and shared as a pack (`pane-left` once it is sent); a wish to make one is told
 * (`sticker-wished`). Knows no chat but the one it is opened for.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { STICKER_SIDE, stickerOfDrawing } from '../../capture/sticker.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { bundled } from '../stickers/bundled.ts';
import { shared } from '../styles/shared.ts';
import { hideKept, showKept, type Shown } from './kept-urls.ts';
import { paneStyles } from './pane-styles.ts';
import { type PickerHost } from './picker-host.ts';
import { type PictureChoice } from './picture-choice.ts';
import { packStickers } from './sticker-pack.ts';

/** A sticker that can be pressed. */
interface Piece {
  readonly key: string;
  readonly words: string;
  readonly url: string;
  readonly choice: PictureChoice;
  /** Of an own one. */
  readonly kept?: Shown;
}

/** Of those used last. */
const RECENT = 4;

export class StickerPane extends SottoElement {
  static override properties = {
    host: { attribute: false },
    own: { state: true },
    recent: { state: true },
    fault: { state: true },
  };

  static override styles = [
    shared,
    paneStyles,
    css`
      .tools {
        display: flex;
        flex-wrap: wrap;
        gap: var(--s2);
        margin-block-end: var(--s2);
      }
    `,
  ];

  declare host: PickerHost;
  declare private own: readonly Shown[] | undefined;
  declare private recent: readonly string[];
  declare private fault: FaultCode | undefined;

  constructor() {
    super();
    this.own = undefined;
    this.recent = [];
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    hideKept(this.own ?? []);
  }

  async #load(): Promise<void> {
    const [own, habits] = await Promise.all([
      showKept('sticker').catch(() => []),
      engine()
        .call('habits', {})
        .catch(() => undefined),
    ]);
    if (!this.isConnected) {
      hideKept(own);
      return;
    }
    this.recent = habits?.stickers.slice(0, RECENT) ?? [];
    this.own = own;
  }

  #bundled(): readonly Piece[] {
    return bundled.map(({ name, words, url }) => ({
      key: name,
      words: t(words),
      url,
      choice: {
        form: 'sticker',
        name: `${name}.webp`,
        source: () => stickerOfDrawing(url),
        width: STICKER_SIDE,
        height: STICKER_SIDE,
        habit: name,
      },
    }));
  }

  #own(): readonly Piece[] {
    return (this.own ?? []).map((kept, index) => {
      const { id, type, width, height } = kept.picture;
      return {
        key: id,
        words: t('emoji.own-sticker', { count: index + 1 }),
        url: kept.url,
        kept,
        choice: {
          form: 'sticker',
          name: `sticker.${type.slice('image/'.length)}`,
          source: () => Promise.resolve(kept.source),
          width,
          height,
          habit: id,
        },
      };
    });
  }

  async #remove(gone: Shown): Promise<void> {
    await engine().call('discard', { id: gone.picture.id });
    hideKept([gone]);
    this.own = (this.own ?? []).filter((each) => each !== gone);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('button')?.focus();
  }

  async #share(): Promise<void> {
    this.fault = undefined;
    try {
      const source = await packStickers((this.own ?? []).map((each) => each.source));
      const { conversation } = this.host;
      const { type } = source;
      const hints = { form: 'file' as const, name: t('emoji.pack-name'), type };
      this.host.dispatchEvent(new CustomEvent('message-sending'));
      await engine().call('attach', { conversation, source, hints, caption: '' });
      this.dispatchEvent(new CustomEvent('pane-left'));
      this.host.focus();
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #pieces(pieces: readonly Piece[]): TemplateResult {
    return html`<div class="pictures">
      ${pieces.map(
        ({ words, url, choice, kept }) =>
          html`<div class="piece">
            <button
              class="send"
              type="button"
              aria-label=${words}
              title=${kept ? nothing : words}
              @click=${() =>
                this.dispatchEvent(new CustomEvent('picture-chosen', { detail: choice }))}
            >
              <img src=${url} alt="" draggable="false" />
            </button>
            ${
              kept
                ? html`<button
                    class="icon-button remove"
                    type="button"
                    aria-label=${t('emoji.remove-sticker', { name: words })}
                    @click=${() => void this.#remove(kept)}
                  >
                    ${icons.closeSmall}
                  </button>`
                : nothing
            }
          </div>`,
      )}
    </div>`;
  }

  protected override render(): TemplateResult {
    const [mouse, own] = [this.#bundled(), this.#own()];
    const recent = this.recent.flatMap(
      (name) => [...own, ...mouse].find(({ key }) => key === name) ?? [],
    );
    return html`<div class="tools">
        <button
          class="button small"
          type="button"
          @click=${() => this.dispatchEvent(new CustomEvent('sticker-wished'))}
        >
          ${t('emoji.make-sticker')}
        </button>
        ${
          own.length > 0
            ? html`<button class="button small" type="button" @click=${() => void this.#share()}>
                ${t('emoji.share-stickers')}
              </button>`
            : nothing
        }
      </div>
      ${this.fault ? html`<p class="fault" role="alert">${faultText(this.fault)}</p>` : nothing}
      ${
        recent.length > 0
          ? html`<h2>${t('emoji.recent')}</h2>
              ${this.#pieces(recent.map(({ kept: _, ...piece }) => piece))}`
          : nothing
      }
      ${
        own.length > 0
          ? html`<h2>${t('emoji.my-stickers')}</h2>
              ${this.#pieces(own)}`
          : nothing
      }
      <h2>${t('emoji.mouse')}</h2>
      ${this.#pieces(mouse)}`;
  }
}

customElements.define('sticker-pane', StickerPane);

declare global {
  interface HTMLElementTagNameMap {
    'sticker-pane': StickerPane;
  }
}
