import { describe, expect, it } from 'vitest';
import { MAX_TOKENS } from '../wire/limits.ts';
import { encodeToken } from './records/token.ts';
import { createRowSeal } from './seal.ts';
import { type Person } from './testing/person.ts';
import { type World, createWorld, introduce, isOnline } from './testing/world.ts';
import { tokenHash } from './tokens.ts';

const DAY_MS = 24 * 3600_000;

/** Somebody opens a link, writes, and is heard. */
async function comeBy(world: World, link: string, owner: Person, name: string): Promise<void> {
  const guest = await world.person(name);
  const chat = await guest.call('startChat', { text: link });
  await guest.call('send', { conversation: chat, text: `I am ${name}` });
  await world.until(
    async () => (await owner.call('snapshot', null)).chats.some((one) => one.name === name),
    `${name} is heard`,
  );
}

describe('more links than a mailbox can have', () => {
  it('keep nobody from connecting: the oldest are withdrawn, and at last no more are made', async () => {
    const world = createWorld(701);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    const stable = (await ana.call('ownInvite', null)).link;
    world.relay.down();
    await world.calm(20);
    const links: string[] = [];
    let refused = '';
    for (let i = 0; i < MAX_TOKENS + 100 && !refused; i++)
      await ana.call('makeNewInvite', { oneTime: true }).then(
        ({ link }) => links.push(link),
        (error: unknown) => (refused = (error as Error).message),
      );
    expect(links.length).toBeGreaterThan(500);
    expect(refused).toBe('rate-limited');
    world.relay.up();
    await world.until(() => isOnline(ana), 'Ana is online');
    await world.calm(50);
    await comeBy(world, stable, ana, 'Carl');
    await comeBy(world, links.at(-1) ?? '', ana, 'Dora');
    await ben.call('send', { conversation: withAna, text: 'still there?' });
    await world.until(async () => (await ana.texts(withBen)).includes('still there?'), 'and Ben');

    // Blocking takes new tokens, and is possible all the same.
    await ana.call('block', { conversation: withBen });
    await world.calm(50);
    expect(world.relay.dump().tokens.length).toBeLessThan(MAX_TOKENS);
    // In time the relay forgets what was withdrawn, and there is room again.
    world.clock.advance(32 * DAY_MS);
    await world.until(() => isOnline(ana), 'Ana is online');
    await world.calm(50);
    const { link } = await ana.call('makeNewInvite', { oneTime: true });
    await world.calm(50);
    await comeBy(world, link, ana, 'Emil');
  });

  it('and are there already do not keep it from connecting either', async () => {
    const world = createWorld(702);
    const ana = await world.person('Ana');
    await world.until(() => isOnline(ana), 'Ana is online');
    const { link } = await ana.call('ownInvite', null);
    await ana.stop();
    const store = ana.disk.open();
    const key = await store.get('keys', ['database']);
    if (!key) throw new Error('no key');
    const seal = createRowSeal(key.key, world.random);
    for (let i = 0; i < MAX_TOKENS + 100; i++) {
      const secret = world.random(16);
      const columns = {
        hash: tokenHash(secret),
        purpose: 'invite' as const,
        state: 'live' as const,
        created: world.clock.now() + i,
      };
      const { created: changed } = columns;
      const token = { ...columns, secret, synced: false, oneTime: true, changed };
      await store.commit(
        [{ table: 'tokens', put: await seal.seal('tokens', columns, encodeToken(token)) }],
        'relaxed',
      );
    }
    store.close();
    await ana.restart();
    await world.until(() => isOnline(ana), 'Ana is online');
    await world.calm(50);
    await comeBy(world, link, ana, 'Carl');
    await ana.call('changeSettings', { lastSeen: false });
    await ana.call('changeSettings', { lastSeen: true });
    const { link: renewed } = await ana.call('ownInvite', null);
    expect(renewed).toBe(link);
  });
});

describe('a token that was retired', () => {
  it('is known for as long as something may come on it, however old it is', async () => {
    const world = createWorld(703);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withBen } = await introduce(world, ana, ben);
    world.clock.advance(70 * DAY_MS);
    await world.until(() => isOnline(ana), 'Ana is online');
    await world.calm(50);
    await ana.call('block', { conversation: withBen });
    await world.calm(50);
    world.clock.advance(2 * DAY_MS);
    await world.calm(50);
    await ana.stop();
    const store = ana.disk.open();
    const rows = await store.list('tokens');
    store.close();
    expect(
      rows.filter(({ purpose, state }) => purpose === 'contacts' && state === 'retired'),
    ).toHaveLength(1);
  });
});
