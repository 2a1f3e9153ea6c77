/**
 * <lost-notice>: an account was in this browser and is not any more. Says what happened, and when the last backup was
 * made where that is known. Loaded only then, behind the texts of backups.
 */
import { css, html, type TemplateResult } from 'lit';
import { recall } from '../contexts/preferences.ts';
import { formatDate } from '../i18n/formats.ts';
import { t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';

export class LostNotice extends SottoElement {
  static override styles = [
    shared,
    css`
      div {
        display: flex;
        gap: var(--s3);
        padding: var(--s4);
        border-radius: var(--round-3);
        background: var(--amber-tint);
        font-size: var(--text-2);
      }

      p {
        margin-block-start: var(--s2);
      }
    `,
  ];

  protected override render(): TemplateResult {
    const made = Number(recall('last-backup'));
    return html`<div role="alert">
      ${icons.warning}
      <section>
        <strong>${t('backup.lost')}</strong>
        <p>${t('backup.lost-cause')}</p>
        <p>
          ${made > 0 ? t('backup.lost-backup', { date: formatDate(made) }) : t('backup.lost-next')}
        </p>
      </section>
    </div>`;
  }
}

customElements.define('lost-notice', LostNotice);

declare global {
  interface HTMLElementTagNameMap {
    'lost-notice': LostNotice;
  }
}
