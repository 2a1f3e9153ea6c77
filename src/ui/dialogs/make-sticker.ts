/**
 * The dialog `Make sticker`: a picture is chosen, seen as the sticker it becomes, and kept. Asks the engine to keep it;
 * sends nothing.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { STICKER_SIDE, stickerOf } from '../../capture/sticker.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { loadTexts, t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { DialogBase, showDialog } from './dialog-base.ts';

export class MakeSticker extends DialogBase {
  static override properties = {
    sticker: { state: true },
    fault: { state: true },
    busy: { state: true },
  };

  static override styles = [
    DialogBase.styles,
    css`
      .preview {
        display: grid;
        place-items: center;
        inline-size: 12rem;
        max-inline-size: 100%;
        aspect-ratio: 1;
        margin-inline: auto;
        border: 1px dashed var(--edge);
        border-radius: var(--round-3);
        color: var(--soft);
        text-align: center;
        padding: var(--s3);
      }

      .preview img {
        inline-size: 100%;
        block-size: 100%;
        object-fit: contain;
      }
    `,
  ];

  declare private sticker: { readonly source: Blob; readonly url: string } | undefined;
  declare private fault: FaultCode | undefined;
  declare private busy: boolean;
  /** Whether one was made. */
  done = false;

  constructor() {
    super();
    this.sticker = undefined;
    this.fault = undefined;
    this.busy = false;
    this.addEventListener('dialog-closed', () => this.#forget());
  }

  protected override heading(): string {
    return t('emoji.make-sticker');
  }

  #forget(): void {
    if (this.sticker) URL.revokeObjectURL(this.sticker.url);
    this.sticker = undefined;
  }

  async #choose(input: HTMLInputElement): Promise<void> {
    const [file] = input.files ?? [];
    // The same file may be chosen again.
    input.value = '';
    if (!file) return;
    this.fault = undefined;
    this.#forget();
    try {
      const source = await stickerOf(file);
      this.sticker = { source, url: URL.createObjectURL(source) };
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  async #keep(): Promise<void> {
    const { sticker } = this;
    if (!sticker || this.busy) return;
    this.busy = true;
    this.fault = undefined;
    const { source } = sticker;
    const size = { width: STICKER_SIDE, height: STICKER_SIDE };
    try {
      await engine().call('collect', { kind: 'sticker', type: source.type, ...size, source });
      this.done = true;
      this.close();
    } catch (error) {
      this.fault = faultCode(error);
    } finally {
      this.busy = false;
    }
  }

  protected override content(): TemplateResult {
    const { sticker } = this;
    return html`<div class="preview">
        ${
          sticker
            ? html`<img src=${sticker.url} alt=${t('emoji.sticker-preview')} />`
            : html`<p>${t('emoji.sticker-hint')}</p>`
        }
      </div>
      <input
        type="file"
        accept="image/*"
        hidden
        @change=${(event: Event) => void this.#choose(event.target as HTMLInputElement)}
      />
      ${
        this.fault
          ? html`<p class="fault" role="alert">
              ${icons.warning}<span>${faultText(this.fault)}</span>
            </p>`
          : nothing
      }
      <div class="actions">
        <button
          class="button"
          type="button"
          data-first
          @click=${() => this.renderRoot.querySelector('input')?.click()}
        >
          ${t('emoji.choose-picture')}
        </button>
        <button
          class="button primary"
          type="button"
          ?disabled=${!sticker || this.busy}
          @click=${() => void this.#keep()}
        >
          ${t('emoji.add-made')}
        </button>
      </div>`;
  }
}

customElements.define('make-sticker', MakeSticker);

/** Lets a person make a sticker. @returns true when one was kept */
export async function makeSticker(): Promise<boolean> {
  await loadTexts('emoji');
  const dialog = new MakeSticker();
  await showDialog(dialog);
  return dialog.done;
}
