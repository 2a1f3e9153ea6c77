import { describe, expect, it } from 'vitest';
import { type MessagePage, type MessageView } from '../../engine/api.ts';
import { type ConversationId, type MessageId } from '../../lib/ids.ts';
import { type EngineClient } from '../contexts/engine-client.ts';
import { OpenMessages } from './open-messages.ts';

const conversation = 'c' as ConversationId;

function message(order: number, text = `text ${order}`): MessageView {
  return {
    conversation,
    order,
    id: `${order}` as MessageId,
    own: false,
    time: order,
    body: { kind: 'text', text },
  };
}
const range = (from: number, to: number): MessageView[] =>
  Array.from({ length: to - from }, (_, index) => message(from + index));

/** An engine whose answers are given by hand, in any order. */
function setUp() {
  const asked: { method: string; answer: (page: MessagePage) => void; fail: () => void }[] = [];
  const engine = {
    call: (method: string) =>
      new Promise((resolve, reject) => {
        asked.push({
          method,
          answer: (page) =>
            resolve(method === 'openChat' ? { chat: {}, page, unread: 0, draft: '' } : page),
          fail: () => reject(new Error('offline')),
        });
      }),
    listen: () => () => undefined,
  } as unknown as EngineClient;
  const messages = new OpenMessages(engine, conversation);
  return {
    asked,
    messages,
    orders: () => messages.window?.messages.map(({ order }) => order),
    opened: async (page: MessagePage) => {
      const opening = messages.open();
      asked.shift()?.answer(page);
      await opening;
    },
  };
}
const page = (from: number, to: number, older = true, newer = false): MessagePage => ({
  messages: range(from, to),
  older,
  newer,
});

describe('the messages on screen', () => {
  it('include what arrived while the chat was being opened, once', async () => {
    const { asked, messages, orders } = setUp();
    const opening = messages.open();
    messages.hear({ changed: [message(3)], removed: [] }, true);
    messages.hear({ changed: [message(4)], removed: [1] }, true);
    asked.shift()?.answer(page(1, 4));
    await opening;
    expect(orders()).toEqual([2, 3, 4]);
  });

  it('keep the newer state of a message when a page that was read before brings the old one', async () => {
    const { asked, messages, opened } = setUp();
    await opened(page(10, 12));
    const loading = messages.load('older');
    messages.hear({ changed: [message(9, 'healed')], removed: [8] }, false);
    asked.shift()?.answer(page(7, 10));
    expect(await loading).toBe(true);
    expect(
      messages.window?.messages.map(({ order, body }) => [
        order,
        body.kind === 'text' && body.text,
      ]),
    ).toEqual([
      [7, 'text 7'],
      [9, 'healed'],
      [10, 'text 10'],
      [11, 'text 11'],
    ]);
  });

  it('never join a page to a window that was replaced meanwhile', async () => {
    const { asked, messages, opened, orders } = setUp();
    await opened(page(100, 103, true, true));
    const loading = messages.load('older');
    const jumping = messages.openLatest();
    const [older, latest] = asked.splice(0);
    latest?.answer(page(900, 903));
    await jumping;
    older?.answer(page(97, 100));
    expect(await loading).toBe(false);
    expect(orders()).toEqual([900, 901, 902]);
  });

  it('keep listening for a page while another one is answered', async () => {
    const { asked, messages, opened, orders } = setUp();
    await opened(page(100, 102, true, true));
    const older = messages.load('older');
    const newer = messages.load('newer');
    const [first, second] = asked.splice(0);
    first?.answer(page(98, 100));
    await older;
    messages.hear({ changed: [], removed: [103] }, false);
    second?.answer(page(102, 105));
    await newer;
    expect(orders()).toEqual([98, 99, 100, 101, 102, 104]);
  });

  it('are left alone by answers that come after the chat was left', async () => {
    const { asked, messages } = setUp();
    const opening = messages.open();
    messages.leave();
    asked.shift()?.answer(page(1, 2));
    expect(await opening).toBeUndefined();
    expect(messages.window).toBeUndefined();
  });

  it('stay as they are when a page cannot be had', async () => {
    const { asked, messages, opened, orders } = setUp();
    await opened(page(10, 12));
    const loading = messages.load('older');
    asked.shift()?.fail();
    await expect(loading).rejects.toThrow();
    expect(orders()).toEqual([10, 11]);
  });
});
