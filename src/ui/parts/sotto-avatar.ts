/**
 * The picture of an account, drawn from its address: two or three plain shapes in colours that go together. The
 * same address gives the same picture everywhere, in both themes. It is decoration: the name stands beside it.
 */
import { LitElement, css, html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

/** 32 bits from text (FNV-1a with a final mix); for pictures only. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  value = Math.imul(value ^ (value >>> 15), 0x846ca68b);
  return (value ^ (value >>> 16)) >>> 0;
}

const hues = [20, 48, 75, 105, 145, 170, 195, 225, 255, 285, 315, 345];

type Drawing = (back: string, middle: string, light: string) => SVGTemplateResult;

const drawings: readonly Drawing[] = [
  // Hill and sun.
  (back, middle, light) =>
    svg`<path fill=${back} d="M0 0h48v48H0z" /><circle cx="36" cy="14" r="10" fill=${light} /><path fill=${middle} d="M0 20c16-4 34 8 30 28H0z" />`,
  // Mountain.
  (back, middle, light) =>
    svg`<path fill=${back} d="M0 0h48v48H0z" /><circle cx="35" cy="14" r="7" fill=${light} /><path fill=${middle} d="M24 13 45 48H3z" />`,
  // Two halves and a disc.
  (back, middle, light) =>
    svg`<path fill=${back} d="M0 0h48v48H0z" /><path fill=${middle} d="M24 0h24v48H24z" /><circle cx="24" cy="24" r="11" fill=${light} />`,
  // A slope.
  (back, middle, light) =>
    svg`<path fill=${back} d="M0 0h48v48H0z" /><path fill=${middle} d="M0 48 48 8v40z" /><circle cx="15" cy="16" r="8" fill=${light} />`,
  // Rings.
  (back, middle, light) =>
    svg`<path fill=${back} d="M0 0h48v48H0z" /><circle cx="24" cy="24" r="17" fill=${middle} /><circle cx="24" cy="24" r="7.5" fill=${light} />`,
  // Waves.
  (back, middle, light) =>
    svg`<path fill=${back} d="M0 0h48v48H0z" /><path fill=${light} d="M0 20c12-9 20 7 32 0 6-3 10-4 16-2v14H0z" /><path fill=${middle} d="M0 32c12-7 22 7 34 1 5-3 9-4 14-3v18H0z" />`,
  // Quarters.
  (back, middle, light) =>
    svg`<path fill=${back} d="M0 0h48v48H0z" /><path fill=${middle} d="M0 0h24v24H0zM24 24h24v24H24z" /><path fill=${light} d="M24 12a12 12 0 0 1 0 24z" />`,
  // A leaf.
  (back, middle, light) =>
    svg`<path fill=${back} d="M0 0h48v48H0z" /><path fill=${middle} d="M8 40C6 20 20 8 41 8c1 21-11 34-33 32z" /><circle cx="30" cy="20" r="6" fill=${light} />`,
];

export class SottoAvatar extends LitElement {
  static override properties = { address: { type: String } };

  static override styles = css`
    :host {
      display: block;
      flex: none;
      inline-size: var(--avatar-size, 2.75rem);
      block-size: var(--avatar-size, 2.75rem);
      border-radius: 50%;
      overflow: hidden;
    }

    svg {
      display: block;
      inline-size: 100%;
      block-size: 100%;
    }

    @media (forced-colors: active) {
      :host {
        forced-color-adjust: none;
      }
    }
  `;

  /** The account id or address it is drawn from; what follows an @ does not matter. Size: `--avatar-size`. */
  declare address: string;

  constructor() {
    super();
    this.address = '';
  }

  protected override render(): TemplateResult {
    const value = hash(this.address.split('@')[0] ?? '');
    const first = value % hues.length;
    // Two to five steps along the wheel: related, never the same.
    const second = (first + 2 + ((value >>> 8) % 4)) % hues.length;
    const draw = drawings[(value >>> 16) % drawings.length] ?? drawings[0];
    const back = `oklch(0.74 0.09 ${hues[first] ?? 0})`;
    const middle = `oklch(${(value >>> 24) % 2 ? 0.5 : 0.56} 0.1 ${hues[second] ?? 0})`;
    const light = `oklch(0.9 0.05 ${hues[first] ?? 0})`;
    return html`<svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      ${draw?.(back, middle, light)}
    </svg>`;
  }
}

customElements.define('sotto-avatar', SottoAvatar);

declare global {
  interface HTMLElementTagNameMap {
    'sotto-avatar': SottoAvatar;
  }
}
