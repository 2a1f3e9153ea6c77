import { describe, expect, it } from 'vitest';
import { createFullDisk, harm } from './testing/full-disk.ts';
import { type Person } from './testing/person.ts';
import { createWorld, introduce } from './testing/world.ts';

describe('what waits to be sent', () => {
  const failed = async (person: Person, chat: Awaited<ReturnType<Person['chat']>>) =>
    (await person.messages(chat)).flatMap(({ state, order, failure }) =>
      state === 'failed' ? [{ order, failure }] : [],
    );

  it('fails and may be tried again where its row of the queue is damaged or gone', async () => {
    const world = createWorld(332);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    world.relay.down();
    for (const text of ['damaged', 'gone', 'whole'])
      await ana.call('send', { conversation: withBen, text });
    await ana.stop();
    const store = ana.disk.open();
    const [first, second] = await store.list('outbox');
    if (!first || !second) throw new Error('rows are missing');
    await store.commit(
      [
        { table: 'outbox', put: harm(first) },
        { table: 'outbox', remove: [second.sequence] },
      ],
      'strict',
    );
    store.close();
    await ana.restart();
    await world.until(
      async () => (await failed(ana, withBen)).length === 2,
      'both say that they failed',
    );
    world.relay.up();
    await world.until(async () => (await ben.texts(withAna)).includes('whole'), 'the third leaves');
    for (const { order } of await failed(ana, withBen))
      await ana.call('retry', { conversation: withBen, order });
    await world.until(async () => (await ben.texts(withAna)).length === 4, 'the others, too');
    expect((await ben.texts(withAna)).slice(1)).toEqual(['whole', 'damaged', 'gone']);
    expect((await ana.call('snapshot', null)).connection.waiting).toBe(0);
    const rows = ana.disk.open();
    expect(await rows.list('outbox')).toEqual([]);
    rows.close();
  });

  it('fails at once where the disk damages its row while it waits', async () => {
    const world = createWorld(333);
    const disk = createFullDisk();
    const ana = await world.person('Ana', { disk });
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    world.relay.down();
    await world.calm(20);
    for (const text of ['damaged', 'whole'])
      await ana.call('send', { conversation: withBen, text });
    // Sequences rise, so the row of the older one is the one before the last.
    const store = disk.open();
    const rows = await store.list('outbox');
    store.close();
    await ana.restart();
    for (const { sequence } of rows.slice(-2, -1)) disk.damaged.add(sequence);
    world.relay.up();
    await world.until(async () => (await ben.texts(withAna)).includes('whole'), 'the other leaves');
    expect((await failed(ana, withBen)).map(({ failure }) => failure)).toEqual(['bad-seal']);
    expect((await ana.call('snapshot', null)).connection.waiting).toBe(0);
  });
});
