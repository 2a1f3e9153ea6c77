import { describe, expect, it } from 'vitest';
import { createRowSeal } from './seal.ts';
import { type Person } from './testing/person.ts';
import { createWorld, introduce } from './testing/world.ts';

/** Loses the session rows of a person, as a restored backup or a damaged disk would. */
async function loseSessions(person: Person): Promise<void> {
  await person.stop();
  const store = person.disk.open();
  await store.commit([{ table: 'sessions', removeRange: {} }], 'strict');
  store.close();
  await person.restart();
}

async function pair(seed: number) {
  const world = createWorld(seed);
  const ana = await world.person('Ana');
  const ben = await world.person('Ben');
  const { withAna, withBen } = await introduce(world, ana, ben);
  await ana.call('send', { conversation: withBen, text: 'before' });
  await world.until(async () => (await ben.texts(withAna)).includes('before'), 'they talk');
  await world.until(
    async () => (await ana.messages(withBen)).at(-1)?.state === 'delivered',
    'the receipt is back',
  );
  await world.calm(30);
  return { world, ana, ben, withAna, withBen };
}

describe('healing', () => {
  it('a message that meets a lost session becomes a stub, is asked for again and heals in place', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(21);
    await loseSessions(ben);
    await ana.call('send', { conversation: withBen, text: 'lost' });
    await world.until(
      async () =>
        (await ben.messages(withAna)).some(({ body }) => body.kind === 'undecryptable') ||
        (await ben.texts(withAna)).includes('lost'),
      'Ben has a stub',
    );
    const stub = (await ben.messages(withAna)).at(-1);
    await world.until(async () => (await ben.texts(withAna)).includes('lost'), 'it heals');
    const healed = (await ben.messages(withAna)).at(-1);
    expect(healed?.order).toBe(stub?.order);
    expect(await ben.texts(withAna)).toEqual(['hello', 'before', 'lost']);
    await world.until(
      async () => (await ana.messages(withBen)).at(-1)?.state === 'delivered',
      'Ana sees it delivered',
    );
    // And the talk goes on in both directions.
    await ben.call('send', { conversation: withAna, text: 'after' });
    await ana.call('send', { conversation: withBen, text: 'after too' });
    await world.until(async () => (await ana.texts(withBen)).includes('after'), 'Ana reads on');
    await world.until(async () => (await ben.texts(withAna)).includes('after too'), 'Ben reads on');
    expect(
      (await ben.messages(withAna)).filter(({ body }) => body.kind === 'undecryptable'),
    ).toEqual([]);
  });

  it('a control message that met a lost session leaves no stub behind', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(22);
    await ben.call('send', { conversation: withAna, text: 'tick me' });
    await loseSessions(ben);
    await world.until(async () => (await ana.texts(withBen)).includes('tick me'), 'Ana has it');
    await world.until(
      async () => (await ben.messages(withAna)).every(({ body }) => body.kind === 'text'),
      'the stub of the receipt goes',
    );
    await world.calm(50);
    expect(await ben.texts(withAna)).toEqual(['hello', 'before', 'tick me']);
  });

  it('both sides may lose their sessions at once', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(23);
    await loseSessions(ana);
    await loseSessions(ben);
    await ana.call('send', { conversation: withBen, text: 'from Ana' });
    await ben.call('send', { conversation: withAna, text: 'from Ben' });
    await world.until(async () => (await ana.texts(withBen)).includes('from Ben'), 'Ana reads');
    await world.until(async () => (await ben.texts(withAna)).includes('from Ana'), 'Ben reads');
  });

  it('a session row that was tampered with counts as lost', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(24);
    await ben.stop();
    const store = ben.disk.open();
    const [row] = await store.list('sessions');
    if (!row) throw new Error('no session');
    await store.commit(
      [
        {
          table: 'sessions',
          put: { ...row, sealed: row.sealed.map((byte, i) => (i === 40 ? byte ^ 1 : byte)) },
        },
      ],
      'strict',
    );
    store.close();
    await ben.restart();
    await ana.call('send', { conversation: withBen, text: 'still' });
    await world.until(async () => (await ben.texts(withAna)).includes('still'), 'it heals');
  });

  it('says so when what is asked for was deleted meanwhile', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(25);
    await loseSessions(ben);
    await ben.stop();
    const { order } = await ana.call('send', { conversation: withBen, text: 'regretted' });
    await world.until(
      async () => (await ana.messages(withBen)).at(-1)?.state === 'sent',
      'it is at the relay',
    );
    await ana.call('deleteMessage', { conversation: withBen, order });
    await ben.restart();
    await world.until(
      async () =>
        (await ben.messages(withAna)).some(
          ({ body }) => body.kind === 'undecryptable' && body.reason === 'no-such-message',
        ),
      'the stub says that it is gone',
    );
  });
});

describe('rows at rest', () => {
  it('do not open in another place, with other clear columns, or when changed', async () => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]);
    const seal = createRowSeal(key, (length) => crypto.getRandomValues(new Uint8Array(length)));
    const plain = new TextEncoder().encode('secret');
    const row = await seal.seal('records', { name: 'account' }, plain);
    expect(new TextDecoder().decode(await seal.open('records', row))).toBe('secret');
    await expect(seal.open('records', { ...row, name: 'settings' })).rejects.toThrow('bad-seal');
    const chat = await seal.seal('conversations', { id: 'a' as never, time: 1, unread: 0 }, plain);
    await expect(seal.open('conversations', { ...chat, unread: 1 })).rejects.toThrow('bad-seal');
    await expect(
      seal.open('conversations', { ...chat, sealed: chat.sealed.slice(0, 20) }),
    ).rejects.toThrow('bad-seal');
  });
});
