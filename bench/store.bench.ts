/**
 * What batching gains, and what the store in memory saves a simulation, as ratios within one run. The database is
 * the one of the tests, without a disk: its figures say nothing about a browser.
 */
import 'fake-indexeddb/auto';
import { bench, describe } from 'vitest';
import { type Store, type Write } from '../src/storage/store.ts';
import { openStore } from '../src/storage/open.ts';
import { createMemoryDisk } from '../src/storage/testing/memory-store.ts';
import { alice, messageRow } from '../src/storage/testing/rows.ts';

const HELD = 2_000;
const BATCH = 50;
const blob = new Uint8Array(300);

const puts = (from: number, count: number): Write[] =>
  Array.from({ length: count }, (_, i) => ({
    table: 'messages',
    put: messageRow(alice, from + i, blob),
  }));

/** A store with a chat of `HELD` messages. */
async function filled(store: Store): Promise<Store> {
  await store.commit(puts(0, HELD), 'relaxed');
  return store;
}

const stores: [string, Store][] = [
  ['memory', await filled(createMemoryDisk().open())],
  ['IndexedDB of the tests', await filled(await openStore({ name: 'bench' }))],
];

describe(`writing ${BATCH} messages into a chat of ${HELD}`, () => {
  for (const [name, store] of stores) {
    bench(`${name}: one commit`, () => store.commit(puts(HELD, BATCH), 'relaxed'));
    bench(`${name}: a commit each`, async () => {
      for (let i = 0; i < BATCH; i++) await store.commit(puts(HELD + i, 1), 'relaxed');
    });
  }
});

describe('reading the last 50 messages of a chat', () => {
  for (const [name, store] of stores)
    bench(name, async () => {
      await store.list('messages', { equals: [alice], reverse: true, limit: 50 });
    });
});

describe('opening a store and writing one row', () => {
  bench('memory', async () => {
    const store = createMemoryDisk().open();
    await store.commit(puts(0, 1), 'strict');
  });
  let opened = 0;
  bench('IndexedDB of the tests', async () => {
    const store = await openStore({ name: `opened-${opened++}` });
    await store.commit(puts(0, 1), 'strict');
    store.close();
  });
});
