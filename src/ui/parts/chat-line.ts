/**
 * One line of the chat list: picture, name, time, what was last, and marks. A template and no component, because
 * there are many. Does not know what a click on it does.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { type ChatSummary } from '../../engine/api.ts';
import { formatListTime, t } from '../i18n/index.ts';
import { chatName, type LastLine } from './chat-name.ts';
import { icons } from './icons.ts';
import './sotto-avatar.ts';

function ticks(chat: ChatSummary): TemplateResult | typeof nothing {
  const { last } = chat;
  if (!last?.own || !last.state) return nothing;
  switch (last.state) {
    case 'sending':
      return html`<span class="ticks">${icons.clock}</span>`;
    case 'failed':
      return html`<span class="ticks failed">${icons.warning}</span>`;
    case 'sent':
      return html`<span class="ticks">${icons.tick}</span>`;
    case 'delivered':
      return html`<span class="ticks">${icons.ticks}</span>`;
    case 'read':
      return html`<span class="ticks read">${icons.ticks}</span>`;
  }
}

/** What a line shows, with these words for what was last; the same for links and results. */
export function chatLine(chat: ChatSummary, line: LastLine): TemplateResult {
  return html`<sotto-avatar .address=${chat.id}></sotto-avatar>
    <span class="name clip"><bdi>${chatName(chat)}</bdi></span>
    <time class="time">${formatListTime(chat.time)}</time>
    <span class="below">
      <span class="last clip ${line.kind}"
        >${line.kind === 'message' ? ticks(chat) : nothing}${
          line.kind === 'draft' ? html`<span class="mark">${t('list.draft')}</span> ` : nothing
        }<bdi>${line.text}</bdi></span
      >
      ${chat.muted ? icons.bellOff : nothing}
      ${
        chat.unread > 0
          ? html`<span class="count digits ${chat.muted ? 'quiet' : ''}">${chat.unread}</span>`
          : nothing
      }
    </span>`;
}
