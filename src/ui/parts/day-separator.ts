/** The day above its messages: small capitals that stick to the top of the list while the day lasts. */
import { html, type TemplateResult } from 'lit';
import { formatDay } from '../i18n/index.ts';

/** @param time any moment of the day, ms since 1970 */
export function daySeparator(time: number, index: number): TemplateResult {
  const day = formatDay(time);
  return html`<div class="day-separator" role="separator" aria-label=${day} data-index=${index}>
    <span>${day}</span>
  </div>`;
}
