/** How a chat and its last line read in the list and to a screen reader. Pure. */
import { type ChatSummary, type MessageBody } from '../../engine/api.ts';
import { formatListTime, t } from '../i18n/index.ts';
import { bodyText } from './body-words.ts';

/** The name of a chat; Notes has one in each language. */
export function chatName(chat: { readonly standing: string; readonly name: string }): string {
  return chat.standing === 'notes' ? t('notes') : chat.name;
}

/** A message's body on one line. */
export function bodyLine(body: MessageBody): string {
  return bodyText(body).replace(/\s+/gu, ' ').trim().slice(0, 200);
}

/** What stands under the name. */
export interface LastLine {
  readonly kind: 'typing' | 'draft' | 'request' | 'message' | 'none';
  readonly text: string;
}

/** The last line of a chat: what is happening, else what is unfinished, else what was said. */
export function lastLine(chat: ChatSummary, draft: string, open: boolean): LastLine {
  if (chat.typing) return { kind: 'typing', text: t('list.typing') };
  const unsent = draft || (chat.files ? t('media.draft', { count: chat.files }) : '');
  if (unsent && !open) return { kind: 'draft', text: unsent.replace(/\s+/gu, ' ').slice(0, 200) };
  if (chat.standing === 'request') return { kind: 'request', text: t('list.request') };
  if (chat.standing === 'blocked') return { kind: 'none', text: t('list.blocked') };
  if (chat.last) return { kind: 'message', text: bodyLine(chat.last.body) };
  if (chat.standing === 'notes') return { kind: 'none', text: t('list.notes-empty') };
  return {
    kind: 'none',
    text: chat.standing === 'asked' ? t('list.asked') : t('list.no-messages'),
  };
}

/** The accessible name of a line: `<name>, <last line>, <time>[, N unread]`. */
export function lineName(chat: ChatSummary, line: LastLine): string {
  const last =
    line.kind === 'draft'
      ? `${t('list.draft')} ${line.text}`
      : line.kind === 'message' && chat.last?.own && chat.standing !== 'notes'
        ? t('list.you', { text: line.text })
        : line.text;
  const parts = [chatName(chat), last, formatListTime(chat.time)];
  if (chat.unread > 0) parts.push(t('list.unread', { count: chat.unread }));
  return parts.join(', ');
}
