import { describe, expect, it } from 'vitest';
import { type Person } from './testing/person.ts';
import { type World, createWorld, introduce, isOnline } from './testing/world.ts';

const DAY_MS = 24 * 3600_000;

async function passDays(world: World, days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    world.clock.advance(DAY_MS);
    await world.calm(10);
  }
}

const lastState = async (person: Person, chat: Awaited<ReturnType<Person['chat']>>) =>
  (await person.messages(chat)).at(-1)?.state;

describe('ways that were lost', () => {
  async function three(seed: number) {
    const world = createWorld(seed);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const eve = await world.person('Eve');
    const chats = await introduce(world, ana, ben);
    const eves = await introduce(world, ana, eve);
    await world.calm(50);
    return { world, ana, ben, eve, ...chats, withEve: eves.withBen, eveToAna: eves.withAna };
  }

  it('are mended by a fresh link when a token went stale while one was away', async () => {
    const { world, ana, ben, withAna, withBen, withEve } = await three(361);
    await ben.stop();
    await ana.call('block', { conversation: withEve });
    await world.calm(50);
    await passDays(world, 62);
    await ben.restart();
    await ben.call('send', { conversation: withAna, text: 'long ago' });
    await world.until(
      async () =>
        (await ben.call('openChat', { conversation: withAna, limit: 1 })).chat.waiting?.reason ===
        'not-accepted-now',
      'it is not accepted',
    );
    await ben.call('startChat', { text: (await ana.call('ownInvite', null)).link });
    await world.until(async () => (await ana.texts(withBen)).includes('long ago'), 'it arrives');
    await world.until(async () => (await lastState(ben, withAna)) === 'delivered', 'and is known');
    // From then on by the contacts token: a withdrawn link is no matter.
    await ana.call('makeNewInvite', { oneTime: false });
    await world.calm(50);
    await ben.call('send', { conversation: withAna, text: 'as before' });
    await world.until(async () => (await ana.texts(withBen)).includes('as before'), 'as before');
  });

  it('are kept when a new token is lost with a session', async () => {
    const { world, ana, ben, withAna, withBen, withEve } = await three(362);
    await ben.stop();
    await ana.call('block', { conversation: withEve });
    await world.calm(50);
    const store = ben.disk.open();
    await store.commit([{ table: 'sessions', removeRange: {} }], 'strict');
    store.close();
    await ben.restart();
    await world.until(
      async () => (await ben.messages(withAna)).every(({ body }) => body.kind === 'text'),
      'the stub of it goes',
    );
    await world.calm(50);
    await passDays(world, 40);
    await ben.call('send', { conversation: withAna, text: 'by the new token' });
    await world.until(
      async () => (await ana.texts(withBen)).includes('by the new token'),
      'Ben has the new token',
    );
  });

  it('are kept through a block: what the blocked contact’s tokens became is known after Unblock', async () => {
    const { world, ana, ben, eve, withAna, withBen } = await three(363);
    const benAndEve = await introduce(world, ben, eve);
    await world.calm(50);
    await ana.call('block', { conversation: withBen });
    await world.calm(50);
    await ben.call('block', { conversation: benAndEve.withBen });
    await world.calm(50);
    await passDays(world, 40);
    await ana.call('unblock', { conversation: withBen });
    await ana.call('send', { conversation: withBen, text: 'again' });
    await world.until(async () => (await ben.texts(withAna)).includes('again'), 'Ben hears');
    expect((await ana.messages(withBen)).map(({ state }) => state)).not.toContain('failed');
  });

  it('one-time links take one person, though two wrote before the first was read', async () => {
    const world = createWorld(364);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const eve = await world.person('Eve');
    await world.until(() => isOnline(ana), 'Ana is online');
    const { link } = await ana.call('makeNewInvite', { oneTime: true });
    await world.calm(50);
    const open = await ana.call('ownInvite', null);
    const zoe = await world.person('Zoe');
    await ana.stop();
    // While the first is read, the other two come together.
    for (const person of [zoe, ben, eve]) {
      const chat = await person.call('startChat', { text: person === zoe ? open.link : link });
      await person.call('send', { conversation: chat, text: `I am ${person.name}` });
      await world.until(async () => (await lastState(person, chat)) === 'sent', 'it waits');
    }
    await ana.restart();
    await world.until(
      async () => (await ana.call('snapshot', null)).chats.length >= 3,
      'the requests arrive',
    );
    await world.calm(50);
    expect((await ana.call('snapshot', null)).chats).toHaveLength(3);
  });
});
