/**
 * <picker-panel>: the panel above the composer from which emoji, GIFs and stickers are chosen. Stands in the top layer;
 * stays open while one chooses, until Escape or a click elsewhere; then the focus is back in the box. Loaded when it
 * first opens. Knows where chosen things go, not how they are kept or shown (the panes).
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { loadTexts, t } from '../i18n/index.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import './emoji-pane.ts';
import { noteSticker } from './emoji-habits.ts';
import { insertText } from './insert-text.ts';
import { type PickerHost } from './picker-host.ts';
import { type PictureChoice } from './picture-choice.ts';
import { nextIndex } from './roving.ts';

/** What can be chosen from. */
export type Pane = 'emoji' | 'gifs' | 'stickers';

const panes: readonly Pane[] = ['emoji', 'gifs', 'stickers'];
/** Of the panes that are not part of this file. */
const parts = {
  gifs: () => import('./gif-pane.ts'),
  stickers: () => import('./sticker-pane.ts'),
};

export class PickerPanel extends SottoElement {
  static override properties = {
    pane: { state: true },
    fault: { state: true },
  };

  static override styles = [
    shared,
    css`
      :host {
        position: absolute;
      }

      .panel {
        position: fixed;
        inset: auto;
        grid-template-rows: auto 1fr auto;
        gap: var(--s2);
        inline-size: min(23rem, 100vw - 1rem);
        block-size: min(27rem, 100dvh - 8rem);
        margin: 0;
        padding: var(--s3);
        border: 1px solid var(--line);
        border-radius: var(--s4);
        background: var(--raised);
        color: var(--ink);
        box-shadow: var(--shadow);
        overflow: hidden;
      }

      .panel:popover-open {
        display: grid;
        animation: appear var(--quick) var(--ease);
      }

      .tabs {
        display: flex;
        gap: var(--s1);
      }

      .tabs button {
        flex: 1;
        min-block-size: 2.25rem;
        padding: 0 var(--s2);
        border: 0;
        border-radius: var(--round-full);
        background: transparent;
        color: var(--soft);
        cursor: pointer;
      }

      .tabs button:hover {
        background: var(--hover);
      }

      .tabs [aria-selected='true'] {
        background: var(--selected);
        color: var(--ink);
        font-weight: var(--weight-strong);
      }

      .pane {
        min-block-size: 0;
        overflow: hidden;
      }

      @media (forced-colors: active) {
        .tabs [aria-selected='true'] {
          outline: 2px solid Highlight;
          outline-offset: -2px;
        }
      }
    `,
  ];

  declare private pane: Pane;
  declare private fault: FaultCode | undefined;
  readonly #host: PickerHost;

  constructor(host: PickerHost, pane: Pane) {
    super();
    this.#host = host;
    this.pane = pane;
    this.fault = undefined;
    void this.#choosePane(pane);
  }

  get #box(): HTMLTextAreaElement | null {
    return this.#host.renderRoot.querySelector('textarea');
  }

  get #panel(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.panel');
  }

  async open(): Promise<void> {
    await this.updateComplete;
    const panel = this.#panel;
    if (!panel) return;
    panel.showPopover();
    this.#place();
    addEventListener('resize', this.#place);
    const emoji = this.renderRoot.querySelector('emoji-pane');
    await emoji?.updateComplete;
    if (emoji) emoji.focus();
    else this.#focusTab();
  }

  #focusTab(): void {
    this.renderRoot.querySelector<HTMLElement>('[role="tab"][tabindex="0"]')?.focus();
  }

  async #choosePane(pane: Pane): Promise<void> {
    this.fault = undefined;
    this.pane = pane;
    try {
      if (pane !== 'emoji') await parts[pane]();
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  async #tabPressed(event: KeyboardEvent): Promise<void> {
    const next = nextIndex(event, panes.indexOf(this.pane), panes.length);
    const pane = next === undefined ? undefined : panes[next];
    if (!pane) return;
    event.preventDefault();
    await this.#choosePane(pane);
    await this.updateComplete;
    this.#focusTab();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('resize', this.#place);
  }

  close(): void {
    this.#panel?.hidePopover();
  }

  /** Above the box, level with its end. */
  readonly #place = (): void => {
    const panel = this.#panel;
    const around = this.#box?.parentElement?.getBoundingClientRect();
    if (!panel || !around) return;
    const rtl = getComputedStyle(this).direction === 'rtl';
    const wanted = rtl ? around.left : around.right - panel.offsetWidth;
    panel.style.left = `${Math.max(8, Math.min(wanted, innerWidth - panel.offsetWidth - 8))}px`;
    panel.style.bottom = `${Math.max(8, innerHeight - around.top + 8)}px`;
  };

  #pressed(event: KeyboardEvent): void {
    // Keys of the chat (Escape leaves it) are not meant in here.
    event.stopPropagation();
    if (event.key !== 'Escape') return;
    event.preventDefault();
    this.close();
    this.#box?.focus();
  }

  #toggled(event: ToggleEvent): void {
    if (event.newState === 'closed') this.remove();
  }

  #insert(event: CustomEvent<string>): void {
    const box = this.#box;
    if (box) insertText(box, event.detail);
  }

  /** Sends a picture at once, and leaves the person where they write. */
  async #send({ form, name, source, width, height, habit }: PictureChoice): Promise<void> {
    this.fault = undefined;
    try {
      const blob = await source();
      const { type } = blob;
      const hints = { form, name, type, width, height };
      this.#host.dispatchEvent(new CustomEvent('message-sending'));
      const { conversation } = this.#host;
      await engine().call('attach', { conversation, source: blob, hints, caption: '' });
      if (habit) noteSticker(habit);
      this.close();
      this.#box?.focus();
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  /** A dialog takes over; who made a sticker sees it here. */
  async #makeSticker(): Promise<void> {
    try {
      const { makeSticker } = await import('../dialogs/make-sticker.ts');
      this.close();
      if (await makeSticker()) await openPicker(this.#host, 'stickers');
      else this.#host.focus();
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #content(): TemplateResult {
    const chosen = (event: CustomEvent<PictureChoice>): void => void this.#send(event.detail);
    switch (this.pane) {
      case 'emoji':
        return html`<emoji-pane
          @emoji-chosen=${(event: CustomEvent<string>) => this.#insert(event)}
        ></emoji-pane>`;
      case 'gifs':
        return html`<gif-pane @picture-chosen=${chosen}></gif-pane>`;
      case 'stickers':
        return html`<sticker-pane
          @picture-chosen=${chosen}
          @pane-left=${() => this.close()}
          @sticker-wished=${() => void this.#makeSticker()}
          .host=${this.#host}
        ></sticker-pane>`;
    }
  }

  protected override render(): TemplateResult {
    return html`<div
      class="panel"
      popover="auto"
      role="dialog"
      aria-label=${t('emoji.title')}
      @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
      @toggle=${(event: ToggleEvent) => this.#toggled(event)}
    >
      <div
        class="tabs"
        role="tablist"
        aria-label=${t('emoji.sorts')}
        @keydown=${(event: KeyboardEvent) => void this.#tabPressed(event)}
      >
        ${panes.map(
          (pane) =>
            html`<button
              id="tab-${pane}"
              type="button"
              role="tab"
              tabindex=${pane === this.pane ? 0 : -1}
              aria-selected=${pane === this.pane}
              aria-controls="pane"
              @click=${() => void this.#choosePane(pane)}
            >
              ${t(`emoji.${pane}`)}
            </button>`,
        )}
      </div>
      <div id="pane" class="pane" role="tabpanel" aria-labelledby="tab-${this.pane}">
        ${this.#content()}
      </div>
      ${
        this.fault
          ? html`<p class="fault" role="alert"><span>${faultText(this.fault)}</span></p>`
          : nothing
      }
    </div>`;
  }
}

customElements.define('picker-panel', PickerPanel);

declare global {
  interface HTMLElementTagNameMap {
    'picker-panel': PickerPanel;
  }
}

/** Opens the panel above a composer, at the pane of that name. */
export async function openPicker(host: PickerHost, name: string): Promise<void> {
  const pane = panes.find((each) => each === name) ?? 'emoji';
  await loadTexts('emoji');
  const panel = new PickerPanel(host, pane);
  host.renderRoot.append(panel);
  await panel.open();
}
