/**
 * <picker-panel>: the panel above the composer from which emoji, GIFs and stickers are chosen. Stands in the top layer;
 * stays open while one chooses, until Escape or a click elsewhere; then the focus is back in the box. Loaded when it
 * first opens. Knows where chosen things go, not how they are kept or shown (the panes).
 */
import { css, html, type TemplateResult } from 'lit';
import { loadTexts, t } from '../i18n/index.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import './emoji-pane.ts';
import { insertText } from './insert-text.ts';
import { type PickerHost } from './picker-host.ts';

export class PickerPanel extends SottoElement {
  static override properties = {};

  static override styles = [
    shared,
    css`
      :host {
        position: absolute;
      }

      .panel {
        position: fixed;
        inset: auto;
        grid-template-rows: 1fr;
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
    `,
  ];

  readonly #host: PickerHost;

  constructor(host: PickerHost) {
    super();
    this.#host = host;
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
    const pane = this.renderRoot.querySelector('emoji-pane');
    await pane?.updateComplete;
    pane?.focus();
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

  protected override render(): TemplateResult {
    return html`<div
      class="panel"
      popover="auto"
      role="dialog"
      aria-label=${t('emoji.title')}
      @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
      @toggle=${(event: ToggleEvent) => this.#toggled(event)}
    >
      <emoji-pane @emoji-chosen=${(event: CustomEvent<string>) => this.#insert(event)}></emoji-pane>
    </div>`;
  }
}

customElements.define('picker-panel', PickerPanel);

declare global {
  interface HTMLElementTagNameMap {
    'picker-panel': PickerPanel;
  }
}

/** Opens the panel above a composer; where it is open, closes it. */
export async function openPicker(host: PickerHost): Promise<void> {
  await loadTexts('emoji');
  const panel = new PickerPanel(host);
  host.renderRoot.append(panel);
  await panel.open();
}
