import { describe, expect, it } from 'vitest';
import { type Person } from './testing/person.ts';
import { createWorld, introduce } from './testing/world.ts';

const standingOf = async (person: Person, chat: string): Promise<string | undefined> =>
  (await person.call('snapshot', null)).chats.find(({ id }) => id === chat)?.standing;

async function strangers(seed: number) {
  const world = createWorld(seed);
  const ana = await world.person('Ana');
  const ben = await world.person('Ben');
  const online = async (person: Person) =>
    (await person.call('snapshot', null)).connection.status === 'online';
  await world.until(async () => (await online(ana)) && (await online(ben)), 'both are online');
  return { world, ana, ben };
}

describe('first contact', () => {
  it('sends nothing at all back before Accept', async () => {
    const { world, ana, ben } = await strangers(2);
    const { link } = await ana.call('ownInvite', null);
    const withAna = await ben.call('startChat', { text: link });
    await ben.call('send', { conversation: withAna, text: 'hello' });
    await world.until(
      async () => (await ana.call('snapshot', null)).chats.length === 2,
      'the request arrives',
    );
    const withBen = await ana.chat();
    await ana.call('markRead', { conversation: withBen, order: 1_000 });
    await ana.call('setTyping', { conversation: withBen, active: true });
    await world.until(() => true, 'time passes');
    world.clock.advance(60_000);
    await world.calm(50);
    expect(await standingOf(ana, withBen)).toBe('request');
    expect((await ben.messages(withAna))[0]?.state).toBe('sent');
    expect(ben.events.some((event) => event.type === 'chat' && event.chat.typing)).toBe(false);
    await expect(ana.call('send', { conversation: withBen, text: 'no' })).rejects.toThrow(
      'blocked',
    );
  });

  it('makes a request of every message until it is answered, and a new one after Delete', async () => {
    const { world, ana, ben } = await strangers(3);
    const { link } = await ana.call('ownInvite', null);
    const withAna = await ben.call('startChat', { text: link });
    await ben.call('send', { conversation: withAna, text: 'one' });
    await world.until(
      async () => (await ana.call('snapshot', null)).chats.length === 2,
      'the request arrives',
    );
    const withBen = await ana.chat();
    await ana.call('deleteRequest', { conversation: withBen });
    expect((await ana.call('snapshot', null)).chats).toHaveLength(1);
    await ben.call('send', { conversation: withAna, text: 'two' });
    await world.until(
      async () => (await ana.call('snapshot', null)).chats.length === 2,
      'a new request',
    );
    expect(await ana.texts(withBen)).toEqual(['two']);
    expect((await ana.call('snapshot', null)).chats.find(({ id }) => id === withBen)?.name).toBe(
      'Ben',
    );
  });

  it('needs no request when both opened each other’s links', async () => {
    const { world, ana, ben } = await strangers(4);
    const toAna = (await ana.call('ownInvite', null)).link;
    const toBen = (await ben.call('ownInvite', null)).link;
    const withAna = await ben.call('startChat', { text: toAna });
    const withBen = await ana.call('startChat', { text: toBen });
    await ben.call('send', { conversation: withAna, text: 'from Ben' });
    await ana.call('send', { conversation: withBen, text: 'from Ana' });
    await world.until(async () => (await ben.texts(withAna)).length === 2, 'Ben has both');
    await world.until(async () => (await ana.texts(withBen)).length === 2, 'Ana has both');
    expect(await standingOf(ana, withBen)).toBe('accepted');
    expect(await standingOf(ben, withAna)).toBe('accepted');
  });

  it('lets a one-time link serve one person only', async () => {
    const { world, ana, ben } = await strangers(5);
    const eve = await world.person('Eve');
    const { link } = await ana.call('makeNewInvite', { oneTime: true });
    await world.calm();
    const benToAna = await ben.call('startChat', { text: link });
    await ben.call('send', { conversation: benToAna, text: 'first' });
    await world.until(
      async () => (await ana.call('snapshot', null)).chats.length === 2,
      'the request of Ben',
    );
    const eveToAna = await eve.call('startChat', { text: link });
    await eve.call('send', { conversation: eveToAna, text: 'second' });
    await world.until(
      async () => (await eve.messages(eveToAna))[0]?.state === 'sent',
      'the relay took it',
    );
    await world.calm(50);
    expect((await ana.call('snapshot', null)).chats).toHaveLength(2);
    await ana.call('acceptRequest', { conversation: await ana.chat() });
    await world.until(
      async () => (await ben.messages(benToAna))[0]?.state === 'delivered',
      'Ben is accepted',
    );
    await eve.call('send', { conversation: eveToAna, text: 'third' });
    await eve.call('setTab', { visible: true, focused: true, conversation: eveToAna });
    await world.until(
      async () =>
        (await eve.call('openChat', { conversation: eveToAna, limit: 5 })).chat.waiting?.reason ===
        'invite-revoked',
      'Eve hears that the link was withdrawn',
    );
  });

  it('tells own, garbled and foreign links apart', async () => {
    const { ana, ben } = await strangers(6);
    const { link } = await ana.call('ownInvite', null);
    await expect(ana.call('startChat', { text: link })).rejects.toThrow('own-invite');
    await expect(ben.call('startChat', { text: `${link.slice(0, -9)}xxxxxxxxx` })).rejects.toThrow(
      'bad-invite',
    );
    await expect(ben.call('readInvite', { text: 'http://example.org/#hello' })).rejects.toThrow(
      'bad-invite',
    );
    expect((await ben.call('readInvite', { text: `here: ${link} !` })).name).toBe('Ana');
  });

  it('refuses an invite that has expired', async () => {
    const { world, ana, ben } = await strangers(7);
    const { link } = await ana.call('makeNewInvite', { oneTime: false, expiresInMs: 60_000 });
    world.clock.advance(61_000);
    await expect(ben.call('startChat', { text: link })).rejects.toThrow('invite-expired');
  });
});

describe('blocking', () => {
  it('drops what the blocked person sends, and they cannot tell it from a stale token', async () => {
    const world = createWorld(8);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await ana.call('block', { conversation: withBen });
    await ben.call('send', { conversation: withAna, text: 'are you there?' });
    await world.until(
      async () => (await ben.messages(withAna)).at(-1)?.state === 'sent',
      'the relay takes it',
    );
    await world.calm(100);
    expect(await ana.texts(withBen)).toEqual(['hello']);
    expect((await ben.messages(withAna)).at(-1)?.state).toBe('sent');
    const told = JSON.stringify(await ben.call('openChat', { conversation: withAna, limit: 5 }));
    expect(told).not.toContain('block');

    await ana.call('unblock', { conversation: withBen });
    await ana.call('send', { conversation: withBen, text: 'here again' });
    await world.until(
      async () => (await ben.texts(withAna)).includes('here again'),
      'Ben hears again',
    );
    await ben.call('send', { conversation: withAna, text: 'good' });
    await world.until(async () => (await ana.texts(withBen)).includes('good'), 'Ana hears again');
  });

  it('keeps the other contacts connected through the change of tokens', async () => {
    const world = createWorld(9);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const eve = await world.person('Eve');
    const { withAna, withBen } = await introduce(world, ana, ben);
    const eveToAna = await eve.call('startChat', {
      text: (await ana.call('ownInvite', null)).link,
    });
    await eve.call('send', { conversation: eveToAna, text: 'I am Eve' });
    await world.until(
      async () => (await ana.call('snapshot', null)).chats.length === 3,
      'Eve asks',
    );
    const chats = (await ana.call('snapshot', null)).chats;
    const withEve = chats.find(({ standing }) => standing === 'request')?.id;
    if (!withEve) throw new Error('no request');
    await ana.call('acceptRequest', { conversation: withEve });
    await world.until(
      async () => (await eve.messages(eveToAna))[0]?.state === 'delivered',
      'Eve is accepted',
    );
    await ana.call('block', { conversation: withEve });
    await ben.call('send', { conversation: withAna, text: 'still here' });
    await world.until(
      async () => (await ana.texts(withBen)).includes('still here'),
      'Ben gets through',
    );
    expect((await ben.messages(withAna)).at(-1)?.state).not.toBe('failed');
  });

  it('blocking a stranger withdraws only the invite that he used', async () => {
    const { world, ana, ben } = await strangers(10);
    const before = await ana.call('ownInvite', null);
    const withAna = await ben.call('startChat', { text: before.link });
    await ben.call('send', { conversation: withAna, text: 'spam' });
    await world.until(
      async () => (await ana.call('snapshot', null)).chats.length === 2,
      'the request arrives',
    );
    await ana.call('block', { conversation: await ana.chat() });
    const after = await ana.call('ownInvite', null);
    expect(after.link).not.toBe(before.link);
    await world.calm(50);
    await ben.call('send', { conversation: withAna, text: 'more spam' });
    await world.until(
      async () =>
        (await ben.call('openChat', { conversation: withAna, limit: 5 })).chat.waiting?.reason ===
        'invite-revoked',
      'the old link is of no use',
    );
  });
});
