import { describe, expect, it } from 'vitest';
import { createRowSeal } from './seal.ts';
import { type Alterations, alteredLink } from './testing/altered-link.ts';
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
  /** What is done to Ben's frames. */
  const alterations: Alterations = {};
  const ben = await world.person('Ben', { link: alteredLink(world.relay.link(), alterations) });
  const { withAna, withBen } = await introduce(world, ana, ben);
  await ana.call('send', { conversation: withBen, text: 'before' });
  await world.until(async () => (await ben.texts(withAna)).includes('before'), 'they talk');
  await world.until(
    async () => (await ana.messages(withBen)).at(-1)?.state === 'delivered',
    'the receipt is back',
  );
  await world.calm(30);
  return { world, alterations, ana, ben, withAna, withBen };
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

  it('two resends that arrive together heal one message, which stays', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(26);
    await loseSessions(ben);
    await ben.stop();
    await ana.call('send', { conversation: withBen, text: 'lost' });
    await world.until(
      async () => (await ana.messages(withBen)).at(-1)?.state === 'sent',
      'it is at the relay',
    );
    await ana.stop();
    await ben.restart();
    await world.until(
      async () => (await ben.messages(withAna)).at(-1)?.body.kind === 'undecryptable',
      'Ben has a stub',
    );
    const stub = (await ben.messages(withAna)).at(-1);
    // The button, several times, beside what was asked by itself.
    for (let i = 0; i < 4; i++)
      await ben.call('askToResend', { conversation: withAna, order: stub?.order ?? 0 });
    await world.until(() => world.relay.dump().queue.length >= 5, 'the requests wait for Ana');
    await world.calm(50);
    // Zoe's message will be taken alone, so that both resends are read in one batch after it.
    const zoe = await world.person('Zoe');
    const toBen = await zoe.call('startChat', { text: (await ben.call('ownInvite', null)).link });
    await ben.stop();
    await zoe.call('send', { conversation: toBen, text: 'first in line' });
    await world.until(
      async () => (await zoe.messages(toBen)).at(-1)?.state === 'sent',
      'Zoe is first in line',
    );
    await ana.restart();
    await world.until(
      async () => (await ana.call('snapshot', null)).connection.status === 'online',
      'Ana is back',
    );
    for (let i = 0; i < 20; i++) {
      world.clock.advance(1_000);
      await world.calm(20);
    }
    // Twice, however often it was asked for.
    expect(world.relay.dump().queue).toHaveLength(3);
    await ben.restart();
    await world.until(async () => (await ben.texts(withAna)).includes('lost'), 'it heals');
    await world.calm(50);
    const healed = (await ben.messages(withAna)).at(-1);
    expect(healed?.order).toBe(stub?.order);
    expect(await ben.texts(withAna)).toEqual(['hello', 'before', 'lost']);
  });

  it('what nobody answered may be asked for again after an hour', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(29);
    await ana.call('send', { conversation: withBen, text: 'lost' });
    await ben.stop();
    await world.until(
      async () => (await ana.messages(withBen)).at(-1)?.state === 'sent',
      'it is at the relay',
    );
    await ana.stop();
    await loseSessions(ben);
    const stub = async () => {
      const body = (await ben.messages(withAna)).at(-1)?.body;
      return body?.kind === 'undecryptable' ? body.resend : body?.kind;
    };
    await world.until(async () => (await stub()) === 'asked', 'it is asked for');
    world.clock.advance(3_601_000);
    await world.calm(20);
    expect(await stub()).toBe('possible');
    await ana.restart();
    await world.until(async () => (await stub()) === 'text', 'Ana answers at last');
  });

  it('a stub that goes takes its unread mark along', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(27);
    const unread = async () =>
      (await ben.call('snapshot', null)).chats.find(({ id }) => id === withAna)?.unread;
    const order = (await ben.messages(withAna)).at(-1)?.order ?? 0;
    await ben.call('markRead', { conversation: withAna, order });
    await world.calm(50);
    expect(await unread()).toBe(0);
    await ana.stop();
    await ben.call('send', { conversation: withAna, text: 'tick me' });
    await world.until(
      async () => (await ben.messages(withAna)).at(-1)?.state === 'sent',
      'it waits for Ana',
    );
    await loseSessions(ben);
    await ana.restart();
    await world.until(async () => (await ana.texts(withBen)).includes('tick me'), 'Ana has it');
    await world.until(
      () =>
        ben.events.some((event) => event.type === 'messages' && event.removed.length > 0) &&
        ben.events.some(
          (event) =>
            event.type === 'messages' &&
            event.changed.some(({ body }) => body.kind === 'undecryptable'),
        ),
      'a stub comes and goes',
    );
    await world.calm(50);
    expect(await unread()).toBe(0);
  });

  it('the first answer of a person whose link was opened heals as well', async () => {
    const world = createWorld(28);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    await world.until(
      async () => (await ana.call('snapshot', null)).connection.status === 'online',
      'Ana is online',
    );
    const withAna = await ben.call('startChat', {
      text: (await ana.call('ownInvite', null)).link,
    });
    await ben.call('send', { conversation: withAna, text: 'hello' });
    await world.until(
      async () => (await ana.call('snapshot', null)).chats.length === 2,
      'the request arrives',
    );
    await world.calm(50);
    const withBen = await ana.chat();
    await ben.stop();
    await ana.call('acceptRequest', { conversation: withBen });
    await ana.call('send', { conversation: withBen, text: 'welcome' });
    await world.until(
      async () => (await ana.messages(withBen)).at(-1)?.state === 'sent',
      'her answer waits for Ben',
    );
    await loseSessions(ben);
    await world.until(async () => (await ben.texts(withAna)).includes('welcome'), 'it heals');
    await ben.call('send', { conversation: withAna, text: 'thanks' });
    await world.until(async () => (await ana.texts(withBen)).includes('thanks'), 'and goes on');
    expect((await ben.call('openChat', { conversation: withAna, limit: 9 })).chat.standing).toBe(
      'accepted',
    );
  });
});

describe('receipts that were lost with a session', () => {
  /** What Ana wrote is with Ben, who may have read it; his receipts wait for her at the relay, and she loses her sessions. */
  async function loseReceipts(seed: number, texts: readonly string[]) {
    const parts = await pair(seed);
    const { world, ana, ben, withAna, withBen } = parts;
    for (const text of texts) await ana.call('send', { conversation: withBen, text });
    await ben.stop();
    await world.until(
      async () => (await ana.messages(withBen)).at(-1)?.state !== 'sending',
      'the relay has them',
    );
    await ana.stop();
    await ben.restart();
    await world.until(
      async () => (await ben.texts(withAna)).includes(texts.at(-1) ?? ''),
      'Ben has them',
    );
    const read = async (text: string) => {
      const one = (await ben.messages(withAna)).find(
        ({ body }) => body.kind === 'text' && body.text === text,
      );
      await ben.call('markRead', { conversation: withAna, order: one?.order ?? 0 });
    };
    const states = async () =>
      (await ana.messages(withBen)).flatMap(({ own, state }) => (own ? [state] : [])).slice(1);
    return { ...parts, read, states };
  }

  it('are sent anew, Delivered and Read', async () => {
    const { world, ana, read, states } = await loseReceipts(31, ['one', 'two']);
    await world.calm(50);
    const delivered = world.relay.dump().queue.length;
    expect(delivered).toBeGreaterThan(0);
    await read('one');
    await world.until(
      () => world.relay.dump().queue.length > delivered,
      'his receipts wait for Ana',
    );
    await world.calm(50);
    await loseSessions(ana);
    await world.until(
      async () => (await states()).join() === 'read,delivered',
      'Ana sees what became of both',
    );
  });

  it('tell no more than those that were lost: not what was read while that was not shared', async () => {
    const { world, ana, ben, withAna, withBen, read, states } = await loseReceipts(32, [
      'secretly read',
    ]);
    await ben.call('changeSettings', { readReceipts: false });
    await read('secretly read');
    await ben.call('changeSettings', { readReceipts: true });
    await world.calm(50);
    await loseSessions(ana);
    await world.until(async () => (await states()).join() === 'delivered', 'it was delivered');
    await ana.call('send', { conversation: withBen, text: 'openly read' });
    await world.until(async () => (await ben.texts(withAna)).includes('openly read'), 'Ben has it');
    await ana.stop();
    await read('openly read');
    await world.until(() => world.relay.dump().queue.length > 0, 'his receipt waits for Ana');
    await world.calm(50);
    await loseSessions(ana);
    await world.until(async () => (await states()).join() === 'delivered,read', 'it was read');
    await world.calm(50);
    expect(await states()).toEqual(['delivered', 'read']);
  });

  it('are not sent for each one that was lost', async () => {
    const texts = Array.from({ length: 40 }, (_, i) => `message ${i}`);
    const { world, alterations, ana, read, states } = await loseReceipts(33, texts);
    // One by one, however many envelopes the receipts of delivery took: each Read is lost by itself.
    const waiting = () => world.relay.dump().queue.length;
    for (const text of texts) {
      const before = waiting();
      await read(text);
      await world.until(() => waiting() > before, 'his receipt waits for Ana');
    }
    await world.calm(50);
    expect(waiting()).toBeGreaterThan(texts.length);
    world.clock.advance(1_000);
    await loseSessions(ana);
    const bytes: number[] = [];
    alterations.toDrop = (frame) => {
      if (frame.type === 'submit') bytes.push(frame.envelope.length);
      return frame;
    };
    await world.until(
      async () => (await states()).every((state) => state === 'read'),
      'Ana sees that all were read',
    );
    await world.calm(50);
    // Those that tell of forty messages are larger than all else.
    expect(bytes.filter((length) => length > 1_200).length).toBeLessThanOrEqual(2);
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
