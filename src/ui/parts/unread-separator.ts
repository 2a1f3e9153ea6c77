/** The line between what was read and what was not. */
import { html, type TemplateResult } from 'lit';
import { t } from '../i18n/index.ts';
import { place } from './place.ts';

export function unreadSeparator(count: number, index: number, shift: number): TemplateResult {
  const words = t('chat.unread', { count });
  return html`<div
    class="unread-separator"
    role="separator"
    aria-label=${words}
    data-index=${index}
    ${place({ shift })}
  >
    <span>${words}</span>
  </div>`;
}
