/** <insecure-page>: why Sotto cannot run at this address or in this browser, and what to do about it. */
import { css, html, type TemplateResult } from 'lit';
import { t } from '../i18n/index.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { pageStyles } from './page-styles.ts';

export class InsecurePage extends SottoElement {
  static override properties = { missing: {} };

  static override styles = [
    shared,
    pageStyles,
    css`
      h2 {
        font-size: var(--text-body);
        margin-block-end: var(--s2);
      }

      .next {
        display: grid;
        gap: var(--s3);
        padding: var(--s4);
        border: 1px solid var(--line);
        border-radius: var(--round-3);
        background: var(--panel);
      }
    `,
  ];

  /** What the browser lacks; without it the address is the reason. */
  declare missing: string | undefined;

  constructor() {
    super();
    this.missing = undefined;
  }

  protected override render(): TemplateResult {
    if (this.missing !== undefined) {
      return html`<main>
        <div class="sheet">
          <h1>${t('unsupported.title')}</h1>
          <p class="lead">${t('unsupported.cause', { missing: this.missing })}</p>
          <p>${t('unsupported.next')}</p>
        </div>
      </main>`;
    }
    return html`<main>
      <div class="sheet">
        <h1>${t('insecure.title')}</h1>
        <p class="lead">${t('insecure.cause')}</p>
        <section class="next" aria-labelledby="next">
          <h2 id="next">${t('insecure.next')}</h2>
          <p>${t('insecure.https')}</p>
          <p>${t('insecure.operator')}</p>
        </section>
      </div>
    </main>`;
  }
}

customElements.define('insecure-page', InsecurePage);
