/** The way down: shown while the view is away from the newest message, with the number that came meanwhile. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { moreIcons } from './more-icons.ts';
import { SottoElement } from './sotto-element.ts';

export class JumpButton extends SottoElement {
  static override properties = { count: { type: Number } };

  static override styles = [
    shared,
    css`
      .icon-button {
        position: relative;
        border: 1px solid var(--edge);
        background: var(--raised);
        box-shadow: 0 2px 8px light-dark(oklch(0.26 0.015 240 / 0.14), oklch(0 0 0 / 0.4));
      }

      .icon-button:hover {
        background: var(--selected);
      }

      .count {
        position: absolute;
        inset-block-start: -0.5rem;
        inset-inline-end: -0.25rem;
        min-inline-size: 1.25rem;
        padding: 0 0.3125rem;
        border-radius: var(--round-full);
        background: var(--accent);
        color: var(--on-accent);
        font-size: 0.6875rem;
        font-weight: var(--weight-strong);
        font-variant-numeric: tabular-nums;
        line-height: 1.25rem;
        text-align: center;
      }

      @media (forced-colors: active) {
        .count {
          border: 1px solid;
        }
      }
    `,
  ];

  /** Messages that arrived below. */
  declare count: number;

  constructor() {
    super();
    this.count = 0;
  }

  protected override render(): TemplateResult {
    return html`<button
      class="icon-button"
      type="button"
      aria-label=${t('chat.jump')}
      aria-describedby=${this.count ? 'count' : nothing}
    >
      ${moreIcons.down}
      ${
        this.count
          ? html`<span class="count" aria-hidden="true"
                >${this.count > 999 ? '999+' : this.count}</span
              >
              <span id="count" hidden>${t('chat.below', { count: this.count })}</span>`
          : nothing
      }
    </button>`;
  }
}

customElements.define('jump-button', JumpButton);

declare global {
  interface HTMLElementTagNameMap {
    'jump-button': JumpButton;
  }
}
