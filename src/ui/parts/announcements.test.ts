import { describe, expect, it } from 'vitest';
import { type MessageState, type MessageView } from '../../engine/api.ts';
import { type ConversationId, type MessageId } from '../../lib/ids.ts';
import { arrivalWords, failureWords } from './announcements.ts';

function message(order: number, text: string, state?: MessageState): MessageView {
  return {
    conversation: 'c' as ConversationId,
    order,
    id: `${order}` as MessageId,
    own: state !== undefined,
    time: order,
    body: { kind: 'text', text },
    ...(state ? { state } : {}),
  };
}

describe('what a screen reader is told', () => {
  it('is who said what', () => {
    expect(arrivalWords([message(1, 'hello')], 'Ana')).toBe('Ana: hello');
    expect(arrivalWords([], 'Ana')).toBe('');
  });

  it('is the end of a crowd and how many more, and the beginning of a long text', () => {
    const crowd = Array.from({ length: 2_000 }, (_, index) => message(index, `line ${index}`));
    expect(arrivalWords(crowd, 'Ana').split('\n')).toEqual([
      'Ana: line 1997',
      'Ana: line 1998',
      'Ana: line 1999',
      'And 1,997 more messages',
    ]);
    expect(arrivalWords([message(1, 'x'.repeat(60_000))], 'Ana').length).toBeLessThan(400);
  });

  it('is a failure when it happens, not each time the message is heard of, and never a tick', () => {
    const before = [message(1, 'a', 'sending'), message(2, 'b', 'failed'), message(3, 'c', 'sent')];
    const change = {
      changed: [message(1, 'a', 'failed'), message(2, 'b', 'failed'), message(3, 'c', 'read')],
      removed: [],
    };
    expect(failureWords(before, change)).toBe('Failed: a');
    expect(failureWords([], change)).toBe('');
  });
});
