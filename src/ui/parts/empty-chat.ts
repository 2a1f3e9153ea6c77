/** What stands in a chat without messages. */
import { html, type TemplateResult } from 'lit';
import { type ChatDetails } from '../../engine/api.ts';
import { t, tParts } from '../i18n/index.ts';

/** Words for a chat of that standing; undefined where nothing is to be begun. */
export function emptyChat({ standing, name }: ChatDetails): TemplateResult | undefined {
  switch (standing) {
    case 'notes':
      return html`<h2>${t('chat.empty-notes')}</h2>
        <p>${t('chat.empty-notes-more')}</p>`;
    case 'accepted':
    case 'asked': {
      const who = html`<bdi>${name}</bdi>`;
      return html`<h2>${tParts('chat.empty', { name: who })}</h2>
        <p>${tParts('chat.empty-more', { name: who })}</p>`;
    }
    case 'request':
    case 'blocked':
      return undefined;
  }
}
