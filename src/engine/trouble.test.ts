import { describe, expect, it } from 'vitest';
import { type DropRequest } from '../wire/frames.ts';
import { type Alterations, alteredLink } from './testing/altered-link.ts';
import { createFullDisk, harm } from './testing/full-disk.ts';
import { type Person } from './testing/person.ts';
import { createWorld, introduce, isOnline, wrongClock } from './testing/world.ts';

const DAY_MS = 24 * 3600_000;

const lastState = async (person: Person, chat: Awaited<ReturnType<Person['chat']>>) =>
  (await person.messages(chat)).at(-1)?.state;

describe('a full disk', () => {
  it('refuses what cannot be kept, confirms nothing, tries again with growing pauses, and loses nothing', async () => {
    const world = createWorld(301);
    const disk = createFullDisk();
    let openings = 0;
    const link = alteredLink(world.relay.link(), { onOpen: () => openings++ });
    const ana = await world.person('Ana', { disk, link });
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);

    disk.full = true;
    await expect(ana.call('send', { conversation: withBen, text: 'no room' })).rejects.toThrow(
      'storage-full',
    );
    await expect(ana.call('setMuted', { conversation: withBen, muted: true })).rejects.toThrow(
      'storage-full',
    );
    expect(await ana.texts(withBen)).toEqual(['hello']);
    await ben.call('send', { conversation: withAna, text: 'for later' });
    await ben.call('send', { conversation: withAna, text: 'and this' });
    openings = 0;
    for (let minute = 0; minute < 10; minute++) {
      for (let second = 0; second < 60; second += 5) {
        world.clock.advance(5_000);
        await world.calm(8);
      }
    }
    expect(openings).toBeGreaterThan(2);
    expect(openings).toBeLessThan(60);
    expect(world.relay.dump().queue.length).toBe(2);
    expect(ana.events.some((one) => one.type === 'trouble' && one.code === 'storage-full')).toBe(
      true,
    );

    disk.full = false;
    await world.until(
      async () => (await ana.texts(withBen)).includes('and this'),
      'with room again, all of it arrives',
    );
    expect(await ana.texts(withBen)).toEqual(['hello', 'for later', 'and this']);
    await ana.call('send', { conversation: withBen, text: 'room again' });
    await world.until(async () => (await ben.texts(withAna)).includes('room again'), 'and leaves');
  });
});

describe('a relay that lies', () => {
  it('cannot slip in another key: the message fails, says why, and goes out once the relay is honest', async () => {
    const world = createWorld(311);
    const eve = await world.person('Eve');
    const ana = await world.person('Ana');
    const alterations: Alterations = {};
    const ben = await world.person('Ben', { link: alteredLink(world.relay.link(), alterations) });
    await world.until(async () => (await isOnline(ana)) && (await isOnline(eve)), 'online');
    const eves = (await eve.call('ownInvite', null)).link;
    const withAna = await ben.call('startChat', {
      text: (await ana.call('ownInvite', null)).link,
    });
    // Eve's bundle is fetched for a chat of its own, and then given for Ana's.
    let stolen: unknown;
    alterations.fromDrop = (frame) => {
      if (frame.type === 'bundle') stolen = frame.bundle;
      return frame;
    };
    const withEve = await ben.call('startChat', { text: eves });
    await ben.call('send', { conversation: withEve, text: 'hello Eve' });
    await world.until(() => stolen !== undefined, 'the bundle of Eve is known');
    let bundles = 0;
    alterations.fromDrop = (frame) => {
      if (frame.type !== 'bundle') return frame;
      bundles++;
      return { ...frame, bundle: stolen as typeof frame.bundle };
    };
    world.relay.down();
    for (let i = 0; i < 80; i++)
      await ben.call('send', { conversation: withAna, text: `secret ${i}` });
    world.relay.up();
    await world.until(
      async () => (await ben.messages(withAna)).every(({ state }) => state === 'failed'),
      'all of them fail',
    );
    expect((await ben.messages(withAna))[0]?.failure).toBe('untrusted-identity');
    expect(bundles).toBeLessThan(4);
    delete alterations.fromDrop;
    const [first] = await ben.messages(withAna);
    await ben.call('retry', { conversation: withAna, order: first?.order ?? 0 });
    await world.until(
      async () => (await ana.call('snapshot', null)).chats.length === 2,
      'the retried one arrives',
    );
  });

  it('and says `stored` for what it dropped: the message stays at Sent, later ones arrive', async () => {
    const world = createWorld(312);
    const alterations: Alterations = {};
    const ana = await world.person('Ana', { link: alteredLink(world.relay.link(), alterations) });
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    alterations.toDrop = (frame: DropRequest, answer) => {
      if (frame.type !== 'submit') return frame;
      answer({ type: 'stored', n: frame.n, until: Number.MAX_SAFE_INTEGER });
      return undefined;
    };
    await ana.call('send', { conversation: withBen, text: 'swallowed' });
    await world.until(async () => (await lastState(ana, withBen)) === 'sent', 'it seems sent');
    const { chat } = await ana.call('openChat', { conversation: withBen, limit: 5 });
    const until = chat.waiting?.reason === 'at-relay' ? (chat.waiting.until ?? 0) : 0;
    // What is shown as a date is one.
    expect(until).toBeGreaterThan(world.clock.now());
    expect(Number.isNaN(new Date(until).getTime())).toBe(false);
    delete alterations.toDrop;
    await ana.call('send', { conversation: withBen, text: 'passed on' });
    await world.until(async () => (await ben.texts(withAna)).includes('passed on'), 'Ben reads');
    expect(await ben.texts(withAna)).toEqual(['hello', 'passed on']);
  });

  it('and never says that the mailbox is empty: what is written goes out all the same, once nothing more came', async () => {
    const world = createWorld(314);
    const alterations: Alterations = {};
    const ana = await world.person('Ana', { link: alteredLink(world.relay.link(), alterations) });
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    alterations.fromMailbox = (frame) => (frame.type === 'drained' ? undefined : frame);
    await ana.restart();
    await world.until(() => isOnline(ana), 'Ana is online');
    await ana.call('send', { conversation: withBen, text: 'is anybody there?' });
    // As long as something comes, the end of it is waited for.
    for (let i = 0; i < 6; i++) {
      world.clock.advance(10_000);
      await ben.call('send', { conversation: withAna, text: `still coming ${i}` });
      await world.calm(50);
    }
    expect(await ben.texts(withAna)).not.toContain('is anybody there?');
    const start = world.clock.now();
    await world.until(
      async () => (await ben.texts(withAna)).includes('is anybody there?'),
      'it leaves',
    );
    expect(world.clock.now() - start).toBeLessThanOrEqual(16_000);
  });

  it('and forgets gives old numbers to new envelopes: none is confirmed by its number on another connection', async () => {
    const world = createWorld(313);
    const disk = createFullDisk();
    const stray: number[] = [];
    let delivered = new Set<number>();
    const link = alteredLink(world.relay.link(), {
      onOpen: () => (delivered = new Set()),
      fromMailbox(frame) {
        if (frame.type === 'deliver') delivered.add(frame.sequence);
        return frame;
      },
      toMailbox(frame) {
        if (frame.type === 'confirm')
          stray.push(...frame.sequences.filter((sequence) => !delivered.has(sequence)));
        return frame;
      },
    });
    const ana = await world.person('Ana', { link, disk });
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    disk.answerAfter = async (writes) => {
      if (!writes.some(({ table }) => table === 'seen')) return;
      disk.answerAfter = undefined;
      world.relay.crash();
      await new Promise<void>((resolve) => void world.clock.after(20_000, resolve));
    };
    await ben.call('send', { conversation: withAna, text: 'in two lives' });
    await world.until(async () => (await lastState(ben, withAna)) === 'delivered', 'it is known');
    expect(await ana.texts(withBen)).toEqual(['hello', 'in two lives']);
    expect(stray).toEqual([]);
  });
});

describe('a clock that is wrong', () => {
  for (const off of [DAY_MS, -DAY_MS])
    it(`by a day ${off > 0 ? 'ahead' : 'behind'}: they talk, nothing expires, and the difference is told`, async () => {
      const world = createWorld(321);
      const shift = { ms: off };
      const ana = await world.person('Ana', { clock: wrongClock(world.clock, shift) });
      const ben = await world.person('Ben');
      const { withAna, withBen } = await introduce(world, ana, ben);
      await ana.call('send', { conversation: withBen, text: 'what time is it?' });
      await world.until(async () => (await ben.texts(withAna)).length === 2, 'Ben reads');
      const [, asked] = await ben.messages(withAna);
      // From the future it is shown with its arrival; from the past as written.
      expect(Math.abs((asked?.time ?? 0) - world.clock.now() - Math.min(0, off))).toBeLessThan(
        3600_000,
      );
      await ben.call('send', { conversation: withAna, text: 'later than you think' });
      await world.until(async () => (await ana.texts(withBen)).length === 3, 'Ana reads');
      const { connection } = await ana.call('snapshot', null);
      expect(Math.abs((connection.clockSkew ?? 0) + off)).toBeLessThan(2 * 3600_000);
      shift.ms = 0;
      await ana.call('send', { conversation: withBen, text: 'set right' });
      await world.until(async () => (await ben.texts(withAna)).includes('set right'), 'it goes on');
    });

  it('and was set right heals all the same', async () => {
    const world = createWorld(323);
    const shift = { ms: 3 * DAY_MS };
    const ana = await world.person('Ana');
    const ben = await world.person('Ben', { clock: wrongClock(world.clock, shift) });
    const { withAna, withBen } = await introduce(world, ana, ben);
    for (const text of ['one', 'two']) {
      await world.calm(50);
      await ben.stop();
      const store = ben.disk.open();
      await store.commit([{ table: 'sessions', removeRange: {} }], 'strict');
      store.close();
      await ben.restart();
      await ana.call('send', { conversation: withBen, text });
      await world.until(async () => (await ben.texts(withAna)).includes(text), `${text} heals`);
      shift.ms = 0;
    }
    const store = ben.disk.open();
    store.close();
  });
});

describe('damage', () => {
  it('to single rows keeps nobody from talking or reading the rest', async () => {
    const world = createWorld(331);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await ana.call('changeSettings', { appearance: 'dark' });
    await ana.call('send', { conversation: withBen, text: 'this row will be damaged' });
    await world.until(async () => (await lastState(ana, withBen)) === 'delivered', 'it arrives');
    world.relay.down();
    await ana.call('send', { conversation: withBen, text: 'waits' });
    await ana.stop();
    const store = ana.disk.open();
    const [, message] = await store.list('messages', { equals: [withBen] });
    const [queued] = await store.list('outbox');
    const settings = await store.get('records', ['settings']);
    if (!message || !queued || !settings) throw new Error('rows are missing');
    await store.commit(
      [
        { table: 'messages', put: harm(message) },
        { table: 'outbox', put: harm(queued) },
        { table: 'records', put: harm(settings) },
        ...(await store.list('prekeys', { equals: ['one-time'] })).map((row) => ({
          table: 'prekeys' as const,
          put: harm(row),
        })),
      ],
      'strict',
    );
    store.close();
    world.relay.up();
    await ana.restart();
    expect(await ana.texts(withBen)).toContain('hello');
    // A receipt that names the damaged row, and a first message to a damaged prekey, are not in the way.
    const [, theirs] = await ben.messages(withAna);
    await ben.call('markRead', { conversation: withAna, order: theirs?.order ?? 0 });
    const eve = await world.person('Eve');
    const withEves = await eve.call('startChat', {
      text: (await ana.call('ownInvite', null)).link,
    });
    await eve.call('send', { conversation: withEves, text: 'to a damaged prekey' });
    await ben.call('send', { conversation: withAna, text: 'do you hear me?' });
    await world.until(
      async () => (await ana.texts(withBen)).includes('do you hear me?'),
      'Ana hears Ben',
    );
    await ana.call('send', { conversation: withBen, text: 'yes' });
    await world.until(async () => (await ben.texts(withAna)).includes('yes'), 'Ben hears Ana');
  });
});

describe('a second engine', () => {
  it('on the same database takes over, and the first dies without a word but one', async () => {
    const world = createWorld(341);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    const first = ana.call;
    const heard = ana.events.length;
    const reasons: string[] = [];
    ana.engine.onStopped((reason) => reasons.push(reason));
    const second = await world.person('Ana', { disk: ana.disk, withoutAccount: true });
    await ben.call('send', { conversation: withAna, text: 'to whom?' });
    await expect(first('send', { conversation: withBen, text: 'too late' })).rejects.toThrow();
    await world.until(async () => (await second.texts(withBen)).includes('to whom?'), 'it arrives');
    expect(reasons).toEqual(['other-tab']);
    const told = ana.events.slice(heard);
    expect(told.filter(({ type }) => type === 'trouble')).toEqual([]);
    expect(told.filter(({ type }) => type === 'stopped')).toHaveLength(1);
    await second.call('send', { conversation: withBen, text: 'to me' });
    await world.until(async () => (await ben.texts(withAna)).includes('to me'), 'and goes on');
    expect(await second.texts(withBen)).toEqual(['hello', 'to whom?', 'to me']);
  });
});

describe('erasing the account', () => {
  it('leaves nothing at the relay and nothing here, and another may begin on the same database', async () => {
    const world = createWorld(351);
    const disk = createFullDisk();
    const ana = await world.person('Ana', { disk });
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.until(
      async () => (await ben.messages(withAna))[0]?.state === 'delivered',
      'all is said',
    );
    await world.calm(50);
    const id = ana.call('snapshot', null).then(({ account }) => account);
    const account = await id;
    if (account.standing === 'none') throw new Error('no account');
    // What is being written at that moment does not come back after it.
    let cleared = false;
    disk.answerAfter = async (writes) => {
      if (!writes.some((write) => write.table === 'keys')) return;
      cleared = true;
      await world.calm(30);
    };
    const late = [1, 2, 3].map((i) =>
      ana.call('send', { conversation: withBen, text: `late ${i}` }).catch(() => undefined),
    );
    const erased = ana.call('eraseAccount', { localOnly: false });
    await world.until(() => cleared, 'the tables are empty');
    late.push(
      ...[4, 5, 6].map((i) =>
        ana.call('send', { conversation: withBen, text: `late ${i}` }).catch(() => undefined),
      ),
    );
    await erased;
    await Promise.all(late);
    await world.calm(50);
    expect(JSON.stringify(world.relay.dump())).not.toContain(account.id);
    const store = ana.disk.open();
    for (const table of [
      'records',
      'contacts',
      'conversations',
      'messages',
      'outbox',
      'keys',
    ] as const)
      expect(await store.list(table), table).toEqual([]);
    store.close();
    expect(ana.events.at(-1)).toEqual({ type: 'stopped', reason: 'erased' });

    await ana.restart();
    expect((await ana.call('snapshot', null)).account.standing).toBe('none');
    await ana.call('createAccount', { name: 'Ana again' });
    const again = await introduce(world, ana, ben);
    await ana.call('send', { conversation: again.withBen, text: 'a new beginning' });
    await world.until(
      async () => (await ben.texts(again.withAna)).includes('a new beginning'),
      'Ben reads',
    );
  });
});
