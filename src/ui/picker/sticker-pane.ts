/**
 * <sticker-pane>: stickers to be sent (`picture-chosen`): those used last, own ones, and the mouse that comes with
 * Sotto. Own ones are removed here and, once the person has read how many, shared as a pack (`pane-left` when it is
 * sent); a wish to make one is told (`sticker-wished`). Knows no chat but the one it is opened for.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { STICKER_SIDE, stickerOfDrawing } from '../../capture/sticker.ts';
import { type Collected } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { bundled } from '../stickers/bundled.ts';
import { shared } from '../styles/shared.ts';
import { KeptSight } from './kept-sight.ts';
import { KeptUrls } from './kept-urls.ts';
import { paneStyles } from './pane-styles.ts';
import { type PickerHost } from './picker-host.ts';
import { type PictureChoice } from './picture-choice.ts';
import { packStickers, type StickerPack } from './sticker-pack.ts';

/** A sticker that can be pressed. */
interface Piece {
  readonly key: string;
  readonly words: string;
  /** Undefined before it is open. */
  readonly url: string | undefined;
  readonly choice: PictureChoice;
  /** True where a button removes it. */
  readonly removable?: boolean;
}

/** Of those used last. */
const RECENT = 4;

export class StickerPane extends SottoElement {
  static override properties = {
    host: { attribute: false },
    own: { state: true },
    recent: { state: true },
    pack: { state: true },
    busy: { state: true },
    fault: { state: true },
  };

  static override styles = [
    shared,
    paneStyles,
    css`
      .ask p {
        flex-basis: 100%;
        margin: 0;
      }
    `,
  ];

  declare host: PickerHost;
  declare private own: readonly Collected[];
  declare private recent: readonly string[];
  /** What would be shared, while the person is asked. */
  declare private pack: StickerPack | undefined;
  /** A pack is made or sent. */
  declare private busy: boolean;
  declare private fault: FaultCode | undefined;
  #kept: KeptUrls | undefined;
  #sight: KeptSight | undefined;

  constructor() {
    super();
    this.own = [];
    this.recent = [];
    this.pack = undefined;
    this.busy = false;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#kept = new KeptUrls(this.#open, () => this.requestUpdate());
    this.#sight = new KeptSight(this, this.#kept);
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sight?.close();
    this.#kept?.close();
  }

  readonly #open = (id: string): Promise<Blob> => engine().call('collected', { id });

  async #load(): Promise<void> {
    try {
      const [all, habits] = await Promise.all([
        engine().call('collection', null),
        engine()
          .call('habits', {})
          .catch(() => undefined),
      ]);
      this.recent = habits?.stickers.slice(0, RECENT) ?? [];
      this.own = all.filter(({ kind }) => kind === 'sticker');
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  protected override updated(): void {
    this.#sight?.look(this.renderRoot);
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

  /** What cannot be read is left out. */
  get #readable(): readonly Collected[] {
    return this.own.filter(({ id }) => !this.#kept?.isBroken(id));
  }

  #own(): readonly Piece[] {
    return this.#readable.map(({ id, type, width, height }, index) => ({
      key: id,
      words: t('emoji.own-sticker', { count: index + 1 }),
      url: this.#kept?.urlOf(id),
      removable: true,
      choice: {
        form: 'sticker',
        name: `sticker.${type.slice('image/'.length)}`,
        source: () => this.#open(id),
        width,
        height,
        habit: id,
      },
    }));
  }

  async #remove(id: string): Promise<void> {
    this.fault = undefined;
    try {
      await engine().call('discard', { id });
    } catch (error) {
      this.fault = faultCode(error);
      return;
    }
    this.#kept?.drop(id);
    this.own = this.own.filter((each) => each.id !== id);
    // It may have been among those that were asked about.
    this.pack = undefined;
    await this.updateComplete;
    this.#focus('button');
  }

  #focus(selector: string): void {
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  /** One after the other: a pack takes them so, and no more than fit. */
  async *#sources(): AsyncGenerator<Blob> {
    for (const { id } of this.own) {
      try {
        yield await this.#open(id);
      } catch {
        // One that cannot be read does not keep the others from being shared.
      }
    }
  }

  /** Does one thing at a time, whatever is clicked meanwhile. */
  async #alone(act: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.fault = undefined;
    try {
      await act();
    } catch (error) {
      this.fault = faultCode(error);
    } finally {
      this.busy = false;
    }
  }

  /** A pack goes to somebody who keeps it: how many are in it is said before. */
  readonly #askToShare = async (): Promise<void> => {
    this.pack = await packStickers(this.#sources());
    await this.updateComplete;
    this.#focus('.ask button');
  };

  async #keepThem(): Promise<void> {
    this.pack = undefined;
    await this.updateComplete;
    this.#focus('.share');
  }

  async #share({ source }: StickerPack): Promise<void> {
    const { conversation } = this.host;
    const { type } = source;
    const hints = { form: 'file' as const, name: t('emoji.pack-name'), type };
    this.host.dispatchEvent(new CustomEvent('message-sending'));
    await engine().call('attach', { conversation, source, hints, caption: '' });
    this.dispatchEvent(new CustomEvent('pane-left'));
    this.host.focus();
  }

  #escaped(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    // Ends the question, not the panel.
    event.preventDefault();
    event.stopPropagation();
    void this.#keepThem();
  }

  #question(pack: StickerPack): TemplateResult {
    const { count } = pack;
    const left = this.own.length - count;
    return html`<div
      class="tools ask"
      role="group"
      aria-labelledby="question"
      @keydown=${(event: KeyboardEvent) => this.#escaped(event)}
    >
      <p id="question">
        ${count > 0 ? t('emoji.share-ask', { count }) : t('emoji.share-none')}
        ${count > 0 && left > 0 ? t('emoji.share-left', { count: left }) : nothing}
      </p>
      ${
        count > 0
          ? html`<button
              class="button small primary"
              type="button"
              aria-disabled=${this.busy}
              @click=${() => void this.#alone(() => this.#share(pack))}
            >
              ${t('send')}
            </button>`
          : nothing
      }
      <button class="button small" type="button" @click=${() => void this.#keepThem()}>
        ${count > 0 ? t('cancel') : t('dismiss')}
      </button>
    </div>`;
  }

  #pieces(pieces: readonly Piece[]): TemplateResult {
    return html`<div class="pictures">
      ${repeat(
        pieces,
        ({ key }) => key,
        ({ key, words, url, choice, removable }) =>
          html`<div class="piece" data-kept=${url ? nothing : key}>
            <button
              class="send"
              type="button"
              aria-label=${words}
              title=${removable ? nothing : words}
              @click=${() =>
                this.dispatchEvent(new CustomEvent('picture-chosen', { detail: choice }))}
            >
              ${url ? html`<img src=${url} alt="" draggable="false" />` : nothing}
            </button>
            ${
              removable
                ? html`<button
                    class="icon-button remove"
                    type="button"
                    aria-label=${t('emoji.remove-sticker', { name: words })}
                    @click=${() => void this.#remove(key)}
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
          own.length > 0 && !this.pack
            ? html`<button
                class="button small share"
                type="button"
                aria-disabled=${this.busy}
                @click=${() => void this.#alone(this.#askToShare)}
              >
                ${t('emoji.share-stickers')}
              </button>`
            : nothing
        }
      </div>
      ${this.pack ? this.#question(this.pack) : nothing}
      ${this.fault ? html`<p class="fault" role="alert">${faultText(this.fault)}</p>` : nothing}
      ${
        recent.length > 0
          ? html`<h2>${t('emoji.recent')}</h2>
              ${this.#pieces(recent.map((piece) => ({ ...piece, removable: false })))}`
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
