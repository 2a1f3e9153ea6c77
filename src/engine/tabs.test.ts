import { describe, expect, it } from 'vitest';
import { type EngineEvent, type MessageView } from './api.ts';
import { openTab } from './testing/tab.ts';
import { createWorld, introduce } from './testing/world.ts';

/** What a tab shows that opened a chat and then went by the events alone. */
function shownBy(page: readonly MessageView[], events: readonly EngineEvent[]) {
  const rows = new Map(page.map((message) => [message.order, message]));
  for (const event of events) {
    if (event.type !== 'messages') continue;
    for (const message of event.changed) rows.set(message.order, message);
    for (const order of event.removed) rows.delete(order);
  }
  return [...rows.values()].sort((a, b) => a.order - b.order);
}

describe('several tabs', () => {
  it('whenever a chat is opened while messages pour in, page and events together miss none and none is stale', async () => {
    const world = createWorld(601);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    const texts = Array.from({ length: 150 }, (_, i) => `message ${i}`);
    const sending = Promise.all(
      texts.map((text) => ana.call('send', { conversation: withBen, text })),
    );
    const tabs: { page: readonly MessageView[]; from: number; tab: ReturnType<typeof openTab> }[] =
      [];
    for (let i = 0; i < 12; i++) {
      const tab = openTab(i % 2 === 0 ? ben : ana);
      await tab.call('snapshot', null);
      const conversation = i % 2 === 0 ? withAna : withBen;
      await tab.call('setTab', { visible: true, focused: i === 0, conversation });
      await world.calm(i % 5);
      // Nothing that comes after the answer is in it, and nothing before it is missing from it.
      const { page, from } = await tab
        .call('openChat', { conversation, limit: 500 })
        .then((opened) => ({ page: opened.page.messages, from: tab.events.length }));
      tabs.push({ page, from, tab });
    }
    await sending;
    await world.until(
      async () =>
        (await ana.messages(withBen)).every(({ own, state }) => !own || state === 'delivered'),
      'all is delivered',
    );
    await world.calm(100);
    const atBen = await ben.messages(withAna);
    const atAna = await ana.messages(withBen);
    expect(atBen).toHaveLength(texts.length + 1);
    for (const [i, { page, from, tab }] of tabs.entries())
      expect(shownBy(page, tab.events.slice(from)), `tab ${i}`).toEqual(
        i % 2 === 0 ? atBen : atAna,
      );
  });

  it('know each chat by a handle that lasts, is the chat’s own, and has nothing of an id', async () => {
    const world = createWorld(603);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withBen } = await introduce(world, ana, ben);
    const handles = async () => {
      const { chats } = await ana.call('snapshot', null);
      return new Map(chats.map(({ id, handle }) => [id, handle]));
    };
    const before = await handles();
    expect(before.size).toBe(2);
    expect(new Set(before.values()).size).toBe(2);
    for (const handle of before.values()) expect(handle).toMatch(/^[0-9a-f]{16}$/);
    await ana.call('send', { conversation: withBen, text: 'one more' });
    await world.calm(50);
    await ana.restart();
    expect(await handles()).toEqual(before);
  });

  it('share drafts and read marks; one of them notifies, and none while one has the focus', async () => {
    const world = createWorld(602);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    const [first, second] = [openTab(ben), openTab(ben)];
    for (const tab of [first, second]) await tab.call('snapshot', null);
    await world.calm(50);

    await first.call('setDraft', { conversation: withAna, text: 'half a' });
    expect(second.events).toContainEqual({ type: 'draft', conversation: withAna, text: 'half a' });
    await second.call('send', { conversation: withAna, text: 'half a sentence' });
    expect(first.events).toContainEqual({ type: 'draft', conversation: withAna, text: '' });

    const notices = () =>
      [ben, first, second].map(
        ({ events }) => events.filter(({ type }) => type === 'notify').length,
      );
    await ana.call('send', { conversation: withBen, text: 'psst' });
    await world.until(async () => (await ben.texts(withAna)).includes('psst'), 'Ben has it');
    expect(notices().reduce((sum, count) => sum + count)).toBe(1);
    const [notice] = [ben, first, second].flatMap(({ events }) =>
      events.filter(({ type }) => type === 'notify'),
    );
    // By default the name and no more.
    expect(notice).toEqual({ type: 'notify', conversation: withAna, name: 'Ana' });
    await second.call('setTab', { visible: true, focused: true });
    await ana.call('send', { conversation: withBen, text: 'psst again' });
    await world.until(async () => (await ben.texts(withAna)).includes('psst again'), 'and that');
    expect(notices().reduce((sum, count) => sum + count)).toBe(1);

    const order = (await ben.messages(withAna)).at(-1)?.order ?? 0;
    await second.call('markRead', { conversation: withAna, order });
    const line = first.events.filter(({ type }) => type === 'chats').at(-1);
    expect(line?.type === 'chats' && line.changed[0]?.unread).toBe(0);
    first.close();
    second.close();
  });

  it('the chat on screen is told why its last message waits, as that changes', async () => {
    const world = createWorld(603);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    await ben.stop();
    await ana.call('setTab', { visible: true, focused: true, conversation: withBen });
    const reasons = () =>
      ana.events.flatMap((event) => (event.type === 'chat' ? [event.chat.waiting?.reason] : []));
    world.relay.down();
    await world.calm(50);
    await ana.call('send', { conversation: withBen, text: 'are you there?' });
    await world.calm(50);
    expect(reasons().at(-1)).toBe('offline');
    world.relay.up();
    await world.until(() => reasons().at(-1) === 'at-relay', 'it waits at the relay');
    await ben.restart();
    await world.until(() => reasons().at(-1) === undefined, 'it waits no more');
  });
});
