import { describe, expect, it } from 'vitest';
import { type Alterations, alteredLink } from './testing/altered-link.ts';
import { type Person } from './testing/person.ts';
import { createWorld, introduce } from './testing/world.ts';

type Chat = Awaited<ReturnType<Person['chat']>>;

async function pair(seed: number, alterations: Alterations = {}) {
  const world = createWorld(seed);
  const ana = await world.person('Ana', { link: alteredLink(world.relay.link(), alterations) });
  const ben = await world.person('Ben');
  const chats = await introduce(world, ana, ben);
  await world.until(
    async () => (await ben.messages(chats.withAna)).at(-1)?.state === 'delivered',
    'they know each other',
  );
  await world.calm(50);
  return { world, ana, ben, ...chats };
}

const lastOrder = async (person: Person, chat: Chat) =>
  (await person.messages(chat)).at(-1)?.order ?? 0;
const states = async (person: Person, chat: Chat) =>
  (await person.messages(chat)).flatMap(({ own, state }) => (own ? [state] : []));
const unread = async (person: Person, chat: Chat) =>
  (await person.call('snapshot', null)).chats.find(({ id }) => id === chat)?.unread;

describe('ticks', () => {
  it('rise to Delivered always, and to Read only where both sides want that', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(501);
    const readBy = async (person: Person, chat: Chat) => {
      await person.call('markRead', { conversation: chat, order: await lastOrder(person, chat) });
      await world.calm(80);
    };
    await ben.call('changeSettings', { readReceipts: false });
    await world.calm(80);
    await ana.call('send', { conversation: withBen, text: 'one' });
    await world.until(
      async () => (await states(ana, withBen)).at(-1) === 'delivered',
      'it is delivered',
    );
    await readBy(ben, withAna);
    expect(await states(ana, withBen)).toEqual(['delivered']);
    // Ana still sends hers, but Ben's own switch hides them from him: nothing is even sent.
    await ben.call('send', { conversation: withAna, text: 'two' });
    await world.until(async () => (await ana.texts(withBen)).includes('two'), 'Ana has it');
    await readBy(ana, withBen);
    expect((await states(ben, withAna)).at(-1)).toBe('delivered');

    await ben.call('changeSettings', { readReceipts: true });
    await world.calm(80);
    await ana.call('send', { conversation: withBen, text: 'three' });
    await world.until(async () => (await ben.texts(withAna)).includes('three'), 'Ben has it');
    await readBy(ben, withAna);
    await world.until(async () => (await states(ana, withBen)).at(-1) === 'read', 'now it is read');
    expect(await states(ana, withBen)).toEqual(['delivered', 'read']);
    const details = await ana.call('messageDetails', {
      conversation: withBen,
      order: await lastOrder(ana, withBen),
    });
    expect(details.read).toBeGreaterThanOrEqual(details.delivered ?? Infinity);
  });

  it('come before the acknowledgement of the relay, and do not fall back when that comes', async () => {
    const alterations: Alterations = {};
    const { world, ana, ben, withAna, withBen } = await pair(502, alterations);
    alterations.fromDrop = (frame) => (frame.type === 'stored' ? undefined : frame);
    await ana.call('send', { conversation: withBen, text: 'fast' });
    await world.until(async () => (await states(ana, withBen)).at(-1) === 'delivered', 'delivered');
    delete alterations.fromDrop;
    await world.until(
      async () => (await ana.call('snapshot', null)).connection.waiting === 0,
      'it is acknowledged after all',
    );
    expect((await states(ana, withBen)).at(-1)).toBe('delivered');
    expect(await ben.texts(withAna)).toEqual(['hello', 'fast']);
  });

  it('never go to the blocked or the not yet accepted; Accept tells what was delivered and read', async () => {
    const world = createWorld(503);
    let submits = 0;
    const link = alteredLink(world.relay.link(), {
      toDrop(frame) {
        if (frame.type === 'submit' || frame.type === 'bundle') submits++;
        return frame;
      },
    });
    const ana = await world.person('Ana', { link });
    const ben = await world.person('Ben');
    await world.until(
      async () => (await ana.call('snapshot', null)).connection.status === 'online',
      'Ana is online',
    );
    const withAna = await ben.call('startChat', {
      text: (await ana.call('ownInvite', null)).link,
    });
    await ben.call('send', { conversation: withAna, text: 'one' });
    await ben.call('send', { conversation: withAna, text: 'two' });
    await world.until(async () => (await ana.call('snapshot', null)).chats.length === 2, 'request');
    const withBen = await ana.chat();
    await world.until(async () => (await ana.texts(withBen)).length === 2, 'both are there');
    const [first] = await ana.messages(withBen);
    await ana.call('markRead', { conversation: withBen, order: first?.order ?? 0 });
    await ana.call('changeSettings', { typing: false });
    await world.calm(80);
    expect(submits).toBe(0);
    await ana.call('acceptRequest', { conversation: withBen });
    await world.until(
      async () => (await states(ben, withAna)).join() === 'read,delivered',
      'Ben hears of both',
    );
    await ana.call('block', { conversation: withBen });
    await world.calm(80);
    submits = 0;
    await ben.call('send', { conversation: withAna, text: 'three' });
    await world.until(async () => (await states(ben, withAna)).at(-1) === 'sent', 'taken');
    await ana.call('markRead', { conversation: withBen, order: 1_000 });
    await world.calm(80);
    expect(submits).toBe(0);
  });
});

describe('unread', () => {
  it('counts what was not seen, whatever is read, deleted or claimed to be read', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(511);
    for (const text of ['one', 'two', 'three', 'four'])
      await ana.call('send', { conversation: withBen, text });
    await world.until(async () => (await unread(ben, withAna)) === 4, 'four are new');
    const theirs = (await ben.messages(withAna)).filter(({ own }) => !own);
    expect((await ben.call('openChat', { conversation: withAna, limit: 2 })).firstUnread).toBe(
      theirs[0]?.order,
    );
    await ben.call('markRead', { conversation: withAna, order: theirs[1]?.order ?? 0 });
    expect(await unread(ben, withAna)).toBe(2);
    await ben.call('deleteMessage', { conversation: withAna, order: theirs[2]?.order ?? 0 });
    expect(await unread(ben, withAna)).toBe(1);
    await ben.call('markRead', { conversation: withAna, order: theirs[0]?.order ?? 0 });
    expect(await unread(ben, withAna)).toBe(1);
    // A tab that claims more than there is.
    await ben.call('markRead', { conversation: withAna, order: 1_000_000 });
    expect(await unread(ben, withAna)).toBe(0);
    await ana.call('send', { conversation: withBen, text: 'five' });
    await world.until(async () => (await unread(ben, withAna)) === 1, 'one is new');
    await ben.call('markRead', {
      conversation: withAna,
      order: await lastOrder(ben, withAna),
    });
    expect(await unread(ben, withAna)).toBe(0);
    await ben.restart();
    expect(await unread(ben, withAna)).toBe(0);
  });
});
