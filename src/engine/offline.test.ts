import { describe, expect, it } from 'vitest';
import { type MailboxRequest } from '../wire/frames.ts';
import { type Alterations, alteredLink } from './testing/altered-link.ts';
import { createWorld, introduce, isOnline } from './testing/world.ts';

describe('a connection that comes and goes', () => {
  it('an account registers however often the answers are lost', async () => {
    const world = createWorld(201);
    let lost = 0;
    const alterations: Alterations = {};
    const ana = await world.person('Ana', {
      link: alteredLink(world.relay.link(), alterations),
      supply: { oneTime: 100, kyber: 1 },
      withoutAccount: true,
    });
    // The relay stores what it is told, and its answer to the prekeys never comes.
    const pending = new Set<number>();
    alterations.toMailbox = (frame: MailboxRequest) => {
      if (frame.type === 'prekeys') pending.add(frame.n);
      return frame;
    };
    alterations.fromMailbox = (frame) => {
      if (frame.type !== 'done' || !pending.has(frame.n) || lost >= 4) return frame;
      lost++;
      return undefined;
    };
    await ana.call('createAccount', { name: 'Ana' });
    await world.until(() => isOnline(ana), 'Ana is registered');
    const { one_time_prekeys: keys } = world.relay.dump();
    expect(keys.length).toBeLessThanOrEqual(200);
  });

  it('prekeys are replaced weekly, also when the connection never breaks', async () => {
    const world = createWorld(202);
    const ana = await world.person('Ana');
    await world.until(() => isOnline(ana), 'Ana is online');
    const signed = () => world.relay.dump().signed_prekeys.map((row) => (row as { id: number }).id);
    const before = signed();
    for (let day = 0; day < 9; day++) {
      world.clock.advance(24 * 3600_000);
      await world.calm(20);
    }
    await world.until(() => signed().every((id) => !before.includes(id)), 'they were replaced');
  });

  it('a relay that lost its data is given everything again, and the talk goes on', async () => {
    const world = createWorld(203);
    const elsewhere = createWorld(204);
    let lost = false;
    const link = (): Alterations => ({});
    const toEither = (of: 'openMailbox' | 'openDrop') =>
      ((events: never) => (lost ? elsewhere : world).relay.link()[of](events)) as never;
    const ways = { openMailbox: toEither('openMailbox'), openDrop: toEither('openDrop') };
    const ana = await world.person('Ana', { link: alteredLink(ways, link()) });
    const ben = await world.person('Ben', { link: alteredLink(ways, link()) });
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    lost = true;
    world.relay.crash();
    await ana.call('send', { conversation: withBen, text: 'still?' });
    await world.until(async () => (await ben.texts(withAna)).includes('still?'), 'Ben reads');
    await ben.call('send', { conversation: withAna, text: 'still!' });
    await world.until(async () => (await ana.texts(withBen)).includes('still!'), 'Ana reads');
    const { link: invite } = await ana.call('ownInvite', null);
    expect((await ben.call('readInvite', { text: invite })).verdict).toBe('known');
  });

  it('what was deleted while it waited does not leave', async () => {
    const world = createWorld(205);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    await ben.stop();
    world.relay.down();
    await world.calm(20);
    await ana.call('send', { conversation: withBen, text: 'first' });
    const { order } = await ana.call('send', { conversation: withBen, text: 'regretted' });
    await ana.call('send', { conversation: withBen, text: 'third' });
    // The relay takes its time with the first, and the others wait behind it, ready to go.
    world.relay.setCommitDelay('held');
    world.relay.up();
    await world.until(() => isOnline(ana), 'Ana is online');
    await world.calm(50);
    await ana.call('deleteMessage', { conversation: withBen, order });
    world.relay.releaseCommits();
    await ben.restart();
    await world.until(async () => (await ben.texts(withAna)).includes('third'), 'the others leave');
    await world.calm(50);
    expect(await ben.texts(withAna)).toEqual(['hello', 'first', 'third']);
  });

  it('two thousand messages written offline leave in order, each once', async () => {
    const world = createWorld(206);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    world.relay.down();
    const texts = Array.from({ length: 2_000 }, (_, i) => `message ${i}`);
    await Promise.all(texts.map((text) => ana.call('send', { conversation: withBen, text })));
    expect((await ana.call('snapshot', null)).connection.waiting).toBe(2_000);
    await ana.restart();
    world.relay.up();
    await world.until(
      async () =>
        (await ben.call('snapshot', null)).chats.find(({ id }) => id === withAna)?.unread === 2_000,
      'they are all there',
    );
    const known = await ben.messages(withAna);
    expect(known.map(({ body }) => (body.kind === 'text' ? body.text : ''))).toEqual(
      ['hello', ...texts].slice(-known.length),
    );
    const { chats } = await ben.call('snapshot', null);
    expect(chats.find(({ id }) => id === withAna)?.unread).toBe(2_000);
    await world.until(
      async () => (await ana.call('snapshot', null)).connection.waiting === 0,
      'nothing waits any more',
    );
  });

  it('64 KiB of text arrive as they are', async () => {
    const world = createWorld(207);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    const text = '𝄞'.repeat(16 * 1024);
    await ana.call('send', { conversation: withBen, text });
    await world.until(async () => (await ben.texts(withAna)).includes(text), 'it is there whole');
    await expect(ana.call('send', { conversation: withBen, text: `${text}!` })).rejects.toThrow(
      'message-too-large',
    );
    expect((await ben.call('snapshot', null)).chats.find(({ id }) => id === withAna)?.unread).toBe(
      1,
    );
  });

  it('a paused engine says so and stays paused', async () => {
    const world = createWorld(208);
    const ana = await world.person('Ana');
    await world.until(() => isOnline(ana), 'Ana is online');
    world.relay.down();
    await world.calm(20);
    await ana.stop();
    world.relay.up();
    world.clock.advance(600_000);
    await world.calm(50);
    const { connection } = await ana.call('snapshot', null);
    expect(connection.status).toBe('paused');
    expect(world.relay.sockets).toBe(0);
  });

  it('what was written five weeks ago without a network still goes out', async () => {
    const world = createWorld(209);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    await ana.stop();
    world.relay.down();
    await ana.restart();
    await ana.call('send', { conversation: withBen, text: 'before the journey' });
    await ana.stop();
    world.clock.advance(35 * 24 * 3600_000);
    world.relay.up();
    await ana.restart();
    await world.until(
      async () => (await ben.texts(withAna)).includes('before the journey'),
      'it arrives',
    );
  });

  it('what is refused for thirty days fails, says so, and may be tried again', async () => {
    const world = createWorld(210);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    await world.until(() => isOnline(ana), 'Ana is online');
    const withAna = await ben.call('startChat', {
      text: (await ana.call('ownInvite', null)).link,
    });
    await ana.call('makeNewInvite', { oneTime: false });
    await world.calm(50);
    await ben.call('send', { conversation: withAna, text: 'too late' });
    const state = async () => (await ben.messages(withAna))[0]?.state;
    for (let day = 0; day < 29; day++) {
      world.clock.advance(24 * 3600_000);
      await world.calm(5);
    }
    expect(await state()).toBe('sending');
    expect(
      (await ben.call('openChat', { conversation: withAna, limit: 1 })).chat.waiting?.reason,
    ).toBe('invite-revoked');
    for (let day = 0; day < 2; day++) {
      world.clock.advance(24 * 3600_000);
      await world.calm(20);
    }
    await world.until(async () => (await state()) === 'failed', 'it is given up');
    await ben.call('startChat', { text: (await ana.call('ownInvite', null)).link });
    const [message] = await ben.messages(withAna);
    await ben.call('retry', { conversation: withAna, order: message?.order ?? 0 });
    await world.until(async () => (await state()) === 'sent', 'the new link takes it');
  });

  it('Notes are written, kept and emptied without anybody', async () => {
    const world = createWorld(211);
    world.relay.down();
    const ana = await world.person('Ana');
    const [notes] = (await ana.call('snapshot', null)).chats;
    if (!notes) throw new Error('no notes');
    await ana.call('send', { conversation: notes.id, text: 'milk' });
    await ana.call('send', { conversation: notes.id, text: 'bread' });
    await ana.restart();
    expect(await ana.texts(notes.id)).toEqual(['milk', 'bread']);
    expect((await ana.messages(notes.id)).map(({ state }) => state)).toEqual([
      undefined,
      undefined,
    ]);
    expect((await ana.call('snapshot', null)).connection.waiting).toBe(0);
    const before = ana.events.length;
    await ana.call('deleteChat', { conversation: notes.id });
    // The chat itself stays: it is emptied, not removed.
    const told = ana.events.slice(before);
    expect(told.flatMap((event) => (event.type === 'chats' ? event.removed : []))).toEqual([]);
    expect(told.flatMap((event) => (event.type === 'messages' ? event.removed : []))).toHaveLength(
      2,
    );
    expect(await ana.texts(notes.id)).toEqual([]);
    expect((await ana.call('snapshot', null)).chats).toHaveLength(1);
  });
});
