/**
 * What stands in the list of messages, top to bottom: day separators, the unread separator, messages with their
 * place in a run of one speaker; and the days as sections, so that a separator can stick to the top of its day.
 * Pure; knows the calendar of this place, not how anything looks.
 */
import { type MessageView } from '../../engine/api.ts';
import { isOnlyEmoji } from '../../lib/linkify.ts';
import { mediaBox } from './media-box.ts';

export type ListItem =
  | { readonly kind: 'day'; readonly key: string; readonly time: number }
  | { readonly kind: 'unread'; readonly key: string; readonly count: number }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly message: MessageView;
      /** First and last of a run: the same speaker, the same day, close in time. */
      readonly first: boolean;
      readonly last: boolean;
      /** Place among the loaded messages, from 1. */
      readonly position: number;
    };

/** One day: items from `from` (the separator) up to, not including, `to`. */
export interface Section {
  readonly key: string;
  readonly time: number;
  readonly from: number;
  readonly to: number;
}

export interface ListItems {
  readonly items: readonly ListItem[];
  readonly sections: readonly Section[];
}

/** A pause that ends a run, ms. */
const PAUSE = 10 * 60_000;

/** The key of a message's row; the same as long as the message lives. */
export function keyOf(order: number): string {
  return `m${order}`;
}

function dayNumber(time: number): number {
  const date = new Date(time);
  return date.getFullYear() * 10_000 + date.getMonth() * 100 + date.getDate();
}

/** Days of many messages in a row: most have the day of the one before, which is known without a Date. */
function daySeeker(): (time: number) => number {
  let day = 0;
  let from = Infinity;
  let to = -Infinity;
  return (time) => {
    if (time < from || time >= to) {
      day = dayNumber(time);
      const start = new Date(time);
      from = start.setHours(0, 0, 0, 0);
      to = start.setHours(24, 0, 0, 0);
    }
    return day;
  };
}

/**
 * The items of some messages.
 * @param firstUnread order of the message that the unread separator stands before
 */
export function listItems(
  messages: readonly MessageView[],
  firstUnread?: number,
  unread = 0,
): ListItems {
  const items: ListItem[] = [];
  const sections: Section[] = [];
  const dayOf = daySeeker();
  let day = -1;
  let section: { key: string; time: number; from: number } | undefined;
  const closeSection = (): void => {
    if (section) sections.push({ ...section, to: items.length });
  };
  let divided = firstUnread === undefined;
  for (const [index, message] of messages.entries()) {
    let starts = !follows(messages[index - 1], message);
    // Days only go on: a message whose clock went back stands in the day of its neighbours.
    const its = dayOf(message.time);
    if (its > day) {
      day = its;
      closeSection();
      const key = `d${its}`;
      section = { key, time: message.time, from: items.length };
      items.push({ kind: 'day', key, time: message.time });
      starts = true;
    }
    if (!divided && message.order >= (firstUnread ?? Infinity)) {
      divided = true;
      items.push({ kind: 'unread', key: 'unread', count: unread });
      starts = true;
    }
    const next = messages[index + 1];
    const last =
      next === undefined ||
      !follows(message, next) ||
      dayOf(next.time) > day ||
      (!divided && next.order >= (firstUnread ?? Infinity));
    items.push({
      kind: 'message',
      key: keyOf(message.order),
      message,
      first: starts,
      last,
      position: index + 1,
    });
  }
  closeSection();
  return { items, sections };
}

function follows(before: MessageView | undefined, message: MessageView): boolean {
  return (
    before !== undefined &&
    before.own === message.own &&
    Math.abs(message.time - before.time) < PAUSE
  );
}

/** Days in view, each with its rendered rows; a day is there as long as one of its rows is, for its heading. */
export function rowsByDay<Row extends { readonly index: number }>(
  sections: readonly Section[],
  rendered: readonly Row[],
): readonly { readonly section: Section; readonly rows: readonly Row[] }[] {
  const days: { section: Section; rows: Row[] }[] = [];
  let at = 0;
  for (const row of rendered) {
    while ((sections[at]?.to ?? Infinity) <= row.index) at++;
    const section = sections[at];
    if (!section) break;
    const day = days.at(-1);
    if (day?.section === section) day.rows.push(row);
    else days.push({ section, rows: [row] });
  }
  return days;
}

/**
 * A guess at the height of an item in px, before it is measured.
 * @param width of the list in px
 */
export function estimateHeight(item: ListItem, width: number): number {
  if (item.kind === 'day') return 36;
  if (item.kind === 'unread') return 44;
  const gap = item.last ? 16 : 2;
  const { body, own, state } = item.message;
  const below = own && state === 'failed' ? 30 : 0;
  const room = Math.min(width, 816) * 0.78 - 26;
  const above = body.kind === 'media' ? mediaBox(body.attachment, room).height + 4 : 0;
  if (body.kind !== 'text' && !above) return 76 + gap;
  const text = body.kind === 'text' ? body.text : body.kind === 'media' ? body.caption : '';
  if (body.kind === 'text' && isOnlyEmoji(text)) return 68 + gap;
  // Letters of 15 px are some 7.6 px wide; a line holds at most 65 of them, a bubble at most 78 % of the list.
  const perLine = Math.max(16, Math.min(65, (Math.min(width, 816) * 0.78 - 50) / 7.6));
  let lines = 0;
  let start = 0;
  for (;;) {
    const end = text.indexOf('\n', start);
    const length = (end < 0 ? text.length : end) - start;
    lines += Math.max(1, Math.ceil(length / perLine));
    if (end < 0) {
      // The time stands beside the last line, or on one of its own.
      if (length % perLine > perLine - 9) lines += 1;
      break;
    }
    start = end + 1;
  }
  return Math.round(lines * 21.75) + 14 + gap + below + above;
}
