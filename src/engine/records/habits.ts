/** What is used often here: recent emoji, the tone of hands, recent stickers. Sealed, because it tells of a person. */
import { type Bytes, fromUtf8, utf8 } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { type Habits } from '../api.ts';

/** How many of each are remembered, and how long a name may be, bytes. */
const MOST = { emoji: 32, stickers: 16, name: 64, tone: 5 };

export const noHabits: Habits = { emoji: [], tone: 0, stickers: [] };

const names = (given: readonly string[], most: number): Bytes[] =>
  [...new Set(given)]
    .map(utf8)
    .filter(({ length }) => length > 0 && length <= MOST.name)
    .slice(0, most);

export function encodeHabits({ emoji, tone, stickers }: Habits): Bytes {
  const writer = writeMessage();
  for (const name of names(emoji, MOST.emoji)) writer.bytes(1, name);
  writer.uint(2, Math.min(MOST.tone, Math.max(0, Math.trunc(tone)) || 0));
  for (const name of names(stickers, MOST.stickers)) writer.bytes(3, name);
  return writer.finish();
}

/** Throws Fault `malformed` or `too-large`. */
export function decodeHabits(bytes: Uint8Array): Habits {
  const fields = readMessage(bytes, 8 * 1024);
  const texts = (field: number, most: number): string[] =>
    fields.repeatedBytes(field, most, { max: MOST.name }).map(fromUtf8);
  return {
    emoji: texts(1, MOST.emoji),
    tone: fields.optionalUint(2, MOST.tone) ?? 0,
    stickers: texts(3, MOST.stickers),
  };
}
