/**
 * <pack-line>: a pack of stickers in its message: how many there are, and the button that adds them to one's own. What
 * cannot be read as one can be saved like any file. Loaded with the first pack; looked at only once its bytes are here,
 * and not at all where it says that it is larger than a pack.
 */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { isAnimated } from '../../capture/picture-motion.ts';
import { type AttachmentView } from '../../engine/api.ts';
import { Fault, type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatBytes, t } from '../i18n/index.ts';
import { openPack, type PackedSticker } from '../picker/sticker-pack.ts';
import { shared } from '../styles/shared.ts';
import { type MediaPlace, saveAttachment } from './media-bytes.ts';
import { SottoElement } from './sotto-element.ts';

const isSame = (a: MediaPlace, b: MediaPlace): boolean =>
  a.order === b.order && a.conversation === b.conversation;

export class PackLine extends SottoElement {
  static override properties = {
    place: { attribute: false },
    own: { type: Boolean },
    stickers: { state: true },
    unread: { state: true },
    added: { state: true },
    saved: { state: true },
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

      [role='alert'] {
        flex-basis: 100%;
      }
    `,
  ];

  declare place: MediaPlace;
  declare own: boolean;
  declare private stickers: readonly PackedSticker[] | undefined;
  /** Why it is not shown as a pack. */
  declare private unread: FaultCode | undefined;
  declare private added: boolean;
  /** Bytes that were written to the disk, while that goes on. */
  declare private saved: number | undefined;
  /** Why something that was asked for was not done. */
  declare private fault: FaultCode | undefined;
  #adding = false;
  #saving: AbortController | undefined;

  constructor() {
    super();
    this.own = false;
    this.#begin();
  }

  #begin(): void {
    this.stickers = undefined;
    this.unread = undefined;
    this.added = false;
    this.saved = undefined;
    this.fault = undefined;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#saving?.abort();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('place');
    if (!changed.has('place') || (before && isSame(before, this.place))) return;
    this.#saving?.abort();
    this.#begin();
    void this.#look();
  }

  async #attachment(place: MediaPlace): Promise<AttachmentView> {
    const { message } = await engine().call('messageDetails', place);
    if (message.body.kind !== 'media') throw new Fault('no-such-message');
    return message.body.attachment;
  }

  async #look(): Promise<void> {
    const { place } = this;
    try {
      const { size } = await this.#attachment(place);
      const stickers = await openPack(size, () => engine().call('openAttachment', place));
      if (isSame(place, this.place)) this.stickers = stickers;
    } catch (error) {
      if (isSame(place, this.place)) this.unread = faultCode(error);
    }
  }

  async #add(): Promise<void> {
    if (this.#adding || this.added) return;
    this.#adding = true;
    this.fault = undefined;
    try {
      // The first of a pack stands first among one's own, where the newest does.
      for (const sticker of [...(this.stickers ?? [])].reverse())
        // What moves is kept where it can be paused.
        await engine().call('collect', {
          kind: (await isAnimated(sticker.source)) ? 'gif' : 'sticker',
          ...sticker,
        });
      this.added = true;
    } catch (error) {
      this.fault = faultCode(error);
    } finally {
      this.#adding = false;
    }
  }

  async #save(): Promise<void> {
    if (this.#saving) return;
    const saving = (this.#saving = new AbortController());
    const { place } = this;
    this.fault = undefined;
    try {
      const attachment = await this.#attachment(place);
      await saveAttachment(place, attachment, (done) => (this.saved = done), saving.signal);
    } catch (error) {
      if (!saving.signal.aborted) this.fault = faultCode(error);
    } finally {
      this.#saving = undefined;
      this.saved = undefined;
    }
  }

  /** What is no pack is a file still. */
  #file(unread: FaultCode): TemplateResult {
    const isNone = unread === 'malformed' || unread === 'too-large';
    const { saved } = this;
    return html`<span>${isNone ? t('emoji.pack-broken') : faultText(unread)}</span>${
        saved === undefined ? nothing : html`<span>${formatBytes(saved)}</span>`
      }<button
        class="button small"
        type="button"
        @click=${() => (saved === undefined ? void this.#save() : this.#saving?.abort())}
      >
        ${saved === undefined ? t('media.save') : t('cancel')}
      </button>`;
  }

  #pack(stickers: readonly PackedSticker[]): TemplateResult {
    const { own, added } = this;
    return html`<span>${t('emoji.pack-count', { count: stickers.length })}</span>${
        own
          ? nothing
          : html`<button
              class="button small"
              type="button"
              aria-disabled=${added}
              @click=${() => void this.#add()}
            >
              ${added ? t('emoji.stickers-added') : t('emoji.add-stickers')}
            </button>`
      }`;
  }

  protected override render(): TemplateResult {
    const { stickers, unread, fault } = this;
    return html`${stickers ? this.#pack(stickers) : unread ? this.#file(unread) : nothing}${
      fault ? html`<span role="alert">${faultText(fault)}</span>` : nothing
    }`;
  }
}

customElements.define('pack-line', PackLine);

declare global {
  interface HTMLElementTagNameMap {
    'pack-line': PackLine;
  }
}
