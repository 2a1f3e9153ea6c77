import { describe, expect, it } from 'vitest';
import { type MessageView } from '../../engine/api.ts';
import { type ConversationId, type MessageId } from '../../lib/ids.ts';
import { estimateHeight, listItems } from './list-items.ts';

const noon = new Date(2026, 4, 3, 12).getTime();
const minute = 60_000;
const day = 24 * 60 * minute;

function message(order: number, time: number, own = false, text = 'text'): MessageView {
  return {
    conversation: 'c' as ConversationId,
    order,
    id: `${order}` as MessageId,
    own,
    time,
    body: { kind: 'text', text },
  };
}
const keys = (messages: MessageView[], firstUnread?: number): string[] =>
  listItems(messages, firstUnread, 2).items.map(({ key }) => key);

describe('what stands in the list', () => {
  it('begins each day with a separator, at midnight of this place', () => {
    const midnight = new Date(2026, 4, 4).getTime();
    const { items, sections } = listItems([
      message(1, noon),
      message(2, midnight - 1),
      message(3, midnight),
    ]);
    expect(items.map(({ kind }) => kind)).toEqual(['day', 'message', 'message', 'day', 'message']);
    expect(sections.map(({ from, to }) => [from, to])).toEqual([
      [0, 3],
      [3, 5],
    ]);
  });

  it('shows a day once when a clock went back', () => {
    expect(
      keys([message(1, noon), message(2, noon + day), message(3, noon), message(4, noon + day)]),
    ).toEqual(['d20260403', 'm1', 'd20260404', 'm2', 'm3', 'm4']);
  });

  it('keeps the key of a day when older messages of that day are loaded', () => {
    expect(keys([message(2, noon)])[0]).toBe(
      keys([message(1, noon - minute), message(2, noon)])[0],
    );
  });

  it('divides read from unread, also when the first unread message was deleted', () => {
    const messages = [message(1, noon), message(2, noon), message(4, noon)];
    expect(keys(messages, 2)).toEqual(['d20260403', 'm1', 'unread', 'm2', 'm4']);
    expect(keys(messages, 3)).toEqual(['d20260403', 'm1', 'm2', 'unread', 'm4']);
    expect(keys(messages, 9)).not.toContain('unread');
  });

  it('joins what one person says in a row, and separates speakers, pauses, days and the unread line', () => {
    const runs = (messages: MessageView[], firstUnread?: number): string[] =>
      listItems(messages, firstUnread).items.flatMap((item) =>
        item.kind === 'message'
          ? [`${item.first ? '[' : ''}${item.message.order}${item.last ? ']' : ''}`]
          : [],
      );
    expect(runs([message(1, noon), message(2, noon), message(3, noon, true)])).toEqual([
      '[1',
      '2]',
      '[3]',
    ]);
    expect(runs([message(1, noon), message(2, noon + 11 * minute)])).toEqual(['[1]', '[2]']);
    expect(runs([message(1, noon), message(2, noon + day)])).toEqual(['[1]', '[2]']);
    expect(runs([message(1, noon), message(2, noon)], 2)).toEqual(['[1]', '[2]']);
  });

  it('counts messages, not separators', () => {
    const positions = listItems([message(1, noon), message(2, noon + day)], 2).items.flatMap(
      (item) => (item.kind === 'message' ? [item.position] : []),
    );
    expect(positions).toEqual([1, 2]);
  });

  it('guesses that longer messages and narrower lists are higher', () => {
    const height = (text: string, width: number): number => {
      const item = listItems([message(1, noon, false, text)]).items[1];
      return item ? estimateHeight(item, width) : 0;
    };
    expect(height('a'.repeat(500), 800)).toBeGreaterThan(height('a', 800));
    expect(height('a'.repeat(500), 320)).toBeGreaterThan(height('a'.repeat(500), 800));
    expect(height('a\nb\nc', 800)).toBeGreaterThan(height('a b c', 800));
  });
});
