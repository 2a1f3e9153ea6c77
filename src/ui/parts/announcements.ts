/**
 * What a screen reader is told of a chat that is open and in focus: each arrival once, failures, never ticks.
 * Builds the words and joins what comes at once; does not know where they are shown.
 */
import { type MessageView } from '../../engine/api.ts';
import { t } from '../i18n/index.ts';
import { bodyText } from './body-words.ts';
import { indexOfOrder, type MessageChange } from './message-window.ts';

/** Of many arrivals at once this many are read out. */
const MOST = 3;
/** A text is cut after this many UTF-16 units when it is read out. */
const LONGEST = 300;

function spoken({ body }: MessageView): string {
  const text = bodyText(body);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** `<sender>: <text>` for each arrival; of a crowd the last ones, and how many more. */
export function arrivalWords(arrived: readonly MessageView[], name: string): string {
  const lines = arrived
    .slice(-MOST)
    .map((message) => t('chat.said', { name, text: spoken(message) }));
  const more = arrived.length - lines.length;
  return [...lines, ...(more > 0 ? [t('chat.more-said', { count: more })] : [])].join('\n');
}

/** `Failed: <text>` for each own message that failed just now. */
export function failureWords(before: readonly MessageView[], change: MessageChange): string {
  return change.changed
    .filter(({ own, state, order }) => {
      const known = before[indexOfOrder(before, order)];
      return own && state === 'failed' && known !== undefined && known.state !== 'failed';
    })
    .map((message) => t('chat.failed-said', { text: spoken(message) }))
    .join('\n');
}
