/**
 * <pack-line>: a pack of stickers in its message: how many there are, and the button that adds them to one's own.
 * Loaded with the first pack. What is in a pack is looked at only once its bytes are here.
 */
import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { describeFault, faultCode } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';
import { type PackedSticker, unpackStickers } from '../picker/sticker-pack.ts';
import { shared } from '../styles/shared.ts';
import { type MediaPlace } from './media-bytes.ts';
import { SottoElement } from './sotto-element.ts';

export class PackLine extends SottoElement {
  static override properties = {
    place: { attribute: false },
    own: { type: Boolean },
    stickers: { state: true },
    added: { state: true },
    fault: { state: true },
  };

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--s2);
      }
    `,
  ];

  declare place: MediaPlace;
  declare own: boolean;
  declare private stickers: readonly PackedSticker[] | undefined;
  declare private added: boolean;
  declare private fault: FaultCode | undefined;

  constructor() {
    super();
    this.own = false;
    this.stickers = undefined;
    this.added = false;
    this.fault = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('place');
    if (!changed.has('place') || before?.order === this.place.order) return;
    this.stickers = undefined;
    this.added = false;
    this.fault = undefined;
    void this.#look();
  }

  async #look(): Promise<void> {
    const { place } = this;
    const isStill = (): boolean => place.order === this.place.order;
    try {
      const stickers = await unpackStickers(await engine().call('openAttachment', place));
      if (isStill()) this.stickers = stickers;
    } catch (error) {
      if (isStill()) this.fault = faultCode(error);
    }
  }

  async #add(): Promise<void> {
    this.fault = undefined;
    try {
      // The first of a pack stands first among one's own, where the newest does.
      for (const sticker of [...(this.stickers ?? [])].reverse())
        await engine().call('collect', { kind: 'sticker', ...sticker });
      this.added = true;
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  protected override render(): TemplateResult {
    const { stickers, own, added, fault } = this;
    if (!stickers) return html`${fault ? t('emoji.pack-broken') : ''}`;
    const { length } = stickers;
    return html`<span>${t('emoji.pack-count', { count: length })}</span>${
        own
          ? ''
          : html`<button
              class="button small"
              type="button"
              aria-disabled=${added}
              @click=${() => void (added || this.#add())}
            >
              ${added ? t('emoji.stickers-added') : t('emoji.add-stickers')}
            </button>`
      }${fault ? html`<span role="alert">${describeFault(fault).cause}</span>` : ''}`;
  }
}

customElements.define('pack-line', PackLine);

declare global {
  interface HTMLElementTagNameMap {
    'pack-line': PackLine;
  }
}
