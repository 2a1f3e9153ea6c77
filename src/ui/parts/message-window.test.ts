import { describe, expect, it } from 'vitest';
import { type MessageView } from '../../engine/api.ts';
import { type ConversationId, type MessageId } from '../../lib/ids.ts';
import {
  WINDOW_MOST,
  WINDOW_REST,
  arrivals,
  indexOfOrder,
  openWindow,
  trimmedToEnd,
  withChange,
  withNewer,
  withOlder,
} from './message-window.ts';

function message(order: number, text = `text ${order}`, own = false): MessageView {
  return {
    conversation: 'c' as ConversationId,
    order,
    id: `${order}` as MessageId,
    own,
    time: 1_700_000_000_000 + order * 1000,
    body: { kind: 'text', text },
  };
}
const range = (from: number, to: number): MessageView[] =>
  Array.from({ length: to - from }, (_, index) => message(from + index));
const orders = (window: { messages: readonly MessageView[] }): number[] =>
  window.messages.map(({ order }) => order);
const open = (from: number, to: number, older = false, newer = false) =>
  openWindow({ messages: range(from, to), older, newer });

describe('the loaded stretch of a chat', () => {
  it('takes a message that arrives at the end', () => {
    const window = withChange(open(0, 3), { changed: [message(3)], removed: [] });
    expect(orders(window)).toEqual([0, 1, 2, 3]);
    expect(window.latest).toBe(3);
  });

  it('takes the first message of an empty chat', () => {
    expect(orders(withChange(open(0, 0), { changed: [message(0)], removed: [] }))).toEqual([0]);
  });

  it('shows a changed message in its place, and the same window when nothing concerns it', () => {
    const before = open(10, 13, true);
    const after = withChange(before, { changed: [message(11, 'healed')], removed: [] });
    expect(after.messages[1]?.body).toEqual({ kind: 'text', text: 'healed' });
    expect(withChange(before, { changed: [message(4)], removed: [2] })).toBe(before);
  });

  it('puts late messages in order, whatever order they are told in', () => {
    const window = withChange(
      openWindow({ messages: [message(1), message(5)], older: false, newer: false }),
      {
        changed: [message(9), message(3), message(7)],
        removed: [],
      },
    );
    expect(orders(window)).toEqual([1, 3, 5, 7, 9]);
  });

  it('has no gap: what arrives beyond an unloaded stretch is only counted', () => {
    const window = withChange(open(0, 3, false, true), { changed: [message(90)], removed: [] });
    expect(orders(window)).toEqual([0, 1, 2]);
    expect(window.latest).toBe(90);
  });

  it('lets deleted messages go, also one that is told as changed and removed at once', () => {
    const window = withChange(open(0, 4), {
      changed: [message(1), message(8)],
      removed: [1, 2, 8],
    });
    expect(orders(window)).toEqual([0, 3]);
  });

  it('knows an arrival from a change, and own messages are none', () => {
    const window = open(0, 3);
    const change = { changed: [message(2), message(3), message(4, 'mine', true)], removed: [] };
    expect(arrivals(window, change).map(({ order }) => order)).toEqual([3]);
    expect(arrivals(withChange(window, change), change)).toEqual([]);
  });

  it('joins older pages without doubling and says whether there is more', () => {
    const window = withOlder(open(5, 8, true), {
      messages: range(2, 6),
      older: false,
      newer: true,
    });
    expect(orders(window)).toEqual([2, 3, 4, 5, 6, 7]);
    expect([window.older, window.newer]).toEqual([false, false]);
  });

  it('stays within its bound when paging up, and remembers that newer ones were let go', () => {
    const window = withOlder(open(WINDOW_MOST, WINDOW_MOST * 2, true), {
      messages: range(WINDOW_MOST - 200, WINDOW_MOST),
      older: true,
      newer: true,
    });
    expect(window.messages.length).toBe(WINDOW_REST);
    expect(window.messages[0]?.order).toBe(WINDOW_MOST - 200);
    expect(window.newer).toBe(true);
  });

  it('stays within its bound when paging down and when live messages pour in at the end', () => {
    const paged = withNewer(open(0, WINDOW_MOST, false, true), {
      messages: range(WINDOW_MOST, WINDOW_MOST + 200),
      older: true,
      newer: false,
    });
    expect(paged.messages.at(-1)?.order).toBe(WINDOW_MOST + 199);
    expect([paged.messages.length, paged.older, paged.newer]).toEqual([WINDOW_REST, true, false]);
    const poured = trimmedToEnd(open(0, WINDOW_MOST + 1));
    expect([poured.messages.length, poured.older]).toEqual([WINDOW_REST, true]);
  });

  it('finds a message by its order', () => {
    const messages = [message(1), message(4), message(9)];
    expect([1, 4, 9, 5].map((order) => indexOfOrder(messages, order))).toEqual([0, 1, 2, -1]);
  });
});
