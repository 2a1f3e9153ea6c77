/** <qr-code>: text as a QR code, drawn as one SVG path. Loaded with the dialog that shows it. */
import encodeQR from 'qr';
import { css, html, LitElement, type TemplateResult } from 'lit';

/** The dark modules as one path, a run of modules per stroke. */
function path(modules: readonly (readonly boolean[])[]): string {
  return modules
    .map((row, y) => {
      let line = '';
      for (let x = 0; x < row.length; x++) {
        const start = x;
        while (row[x]) x++;
        if (x > start) line += `M${start} ${y}h${x - start}v1h-${x - start}z`;
      }
      return line;
    })
    .join('');
}

export class QrCode extends LitElement {
  static override properties = { text: {}, label: {} };

  static override styles = css`
    :host {
      display: block;
    }

    svg {
      display: block;
      inline-size: 100%;
      block-size: auto;
      border-radius: var(--round-2);
    }

    @media (forced-colors: active) {
      svg {
        forced-color-adjust: none;
      }
    }
  `;

  declare text: string;
  /** Its accessible name. */
  declare label: string;

  constructor() {
    super();
    this.text = '';
    this.label = '';
  }

  protected override render(): TemplateResult {
    const modules = encodeQR(this.text, 'raw', { border: 3, ecc: 'low' });
    const size = modules.length;
    // Black on white in both themes: cameras read nothing else reliably.
    return html`<svg
      viewBox="0 0 ${size} ${size}"
      role="img"
      aria-label=${this.label}
      shape-rendering="crispEdges"
    >
      <path fill="#fff" d="M0 0h${size}v${size}H0z" />
      <path fill="#14191d" d=${path(modules)} />
    </svg>`;
  }
}

customElements.define('qr-code', QrCode);

declare global {
  interface HTMLElementTagNameMap {
    'qr-code': QrCode;
  }
}
