/**
 * <key-sheet>: the recovery key on paper. It stands on the page only while the browser prints, and then alone: the
 * page's own styles hide everything else from the printer, and the sheet from the screen.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { appState } from '../contexts/app-state.ts';
import { t } from '../i18n/index.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { fullDate } from './backup-words.ts';
import { digitRows, digitRowStyles } from './digit-rows.ts';
import '../parts/qr-code.ts';

/** For the document, which has the printer's page to itself. */
const alone = `
  @media screen { key-sheet { display: none } }
  @media print {
    :root, :root[data-appearance] { color-scheme: light; font-size: 100% }
    html, body { block-size: auto; background: #fff; overflow: visible }
    body > :not(key-sheet) { display: none !important }
  }`;

export class KeySheet extends SottoElement {
  static override properties = { digits: {}, made: {} };

  static override styles = [
    shared,
    digitRowStyles,
    css`
      article {
        display: grid;
        gap: var(--s6);
        max-inline-size: 40rem;
        color: #000;
        font-size: 0.9375rem;
      }

      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--s1) var(--s4);
      }

      dd {
        overflow-wrap: anywhere;
        font-weight: var(--weight-strong);
      }

      .rows {
        border-color: #000;
        background: none;
        break-inside: avoid;
      }

      .rows .number {
        color: #000;
      }

      qr-code {
        inline-size: 12rem;
        break-inside: avoid;
      }
    `,
  ];

  declare digits: string;
  /** When the key was made, ms since 1970. */
  declare made: number | undefined;

  constructor() {
    super();
    this.digits = '';
    this.made = undefined;
  }

  #fact(title: string, value: string | TemplateResult): TemplateResult {
    return html`<dt>${title}</dt>
      <dd>${value}</dd>`;
  }

  protected override render(): TemplateResult {
    const { account } = appState();
    return html`<article>
      <h1>${t('backup.sheet')}</h1>
      <p>${t('backup.sheet-lead')}</p>
      <dl>
        ${
          account.standing === 'none'
            ? nothing
            : html`${this.#fact(t('backup.sheet-name'), html`<bdi>${account.name}</bdi>`)}
              ${this.#fact(t('backup.sheet-host'), account.address.slice(account.address.indexOf('@') + 1))}`
        }
        ${this.made === undefined ? nothing : this.#fact(t('backup.sheet-made'), fullDate(this.made))}
        ${this.#fact(t('backup.sheet-date'), fullDate(Date.now()))}
      </dl>
      ${digitRows(this.digits)}
      <qr-code .text=${this.digits} .label=${t('backup.sheet-qr')}></qr-code>
      <p>${t('backup.sheet-use')}</p>
    </article>`;
  }
}

customElements.define('key-sheet', KeySheet);

declare global {
  interface HTMLElementTagNameMap {
    'key-sheet': KeySheet;
  }
}

let remove: (() => void) | undefined;

/** Takes the sheet off the page, where it still stands. */
export function removeSheet(): void {
  remove?.();
}

/** Opens the browser's print window with the sheet in it. */
export async function printSheet(digits: string, made: number | undefined): Promise<void> {
  removeSheet();
  const sheet = new KeySheet();
  sheet.digits = digits;
  sheet.made = made;
  const styles = new CSSStyleSheet();
  styles.replaceSync(alone);
  document.adoptedStyleSheets.push(styles);
  document.body.append(sheet);
  remove = () => {
    removeEventListener('afterprint', removeSheet);
    sheet.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== styles);
    remove = undefined;
  };
  addEventListener('afterprint', removeSheet);
  await sheet.updateComplete;
  await sheet.renderRoot.querySelector('qr-code')?.updateComplete;
  window.print();
}
