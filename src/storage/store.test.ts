import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { IDBFactory } from 'fake-indexeddb';
import { expect, it } from 'vitest';
import { type AccountId } from '../lib/ids.ts';
import { openStore } from './open.ts';
import { type Range, type Store, type Write } from './store.ts';
import { createMemoryDisk } from './testing/memory-store.ts';
import { messageRow, outboxRow, seenRow } from './testing/rows.ts';

// Prefixes of one another, and names on both sides of the letters, where orders go wrong.
const peers = ['a', 'ab', 'b', '', '~', 'é'].map((peer) => peer as AccountId);
const peer = fc.constantFrom(...peers);
const small = fc.integer({ min: -2, max: 8 });

const bounds = <Column>(column: fc.Arbitrary<Column>) =>
  fc.record({ above: column, below: column }, { requiredKeys: [] });
const ends = fc.record(
  { reverse: fc.boolean(), limit: fc.integer({ min: 0, max: 6 }) },
  { requiredKeys: [] },
);

const messageRange = fc.oneof(
  bounds(peer),
  fc.tuple(peer, bounds(small)).map(([one, bound]) => ({ equals: [one], ...bound })),
  fc
    .tuple(peer, peer, bounds(fc.constantFrom('0', '2', 'x')))
    .map(([one, other, bound]) => ({ index: 'byId' as const, equals: [one, other], ...bound })),
);
const outboxRange = fc.oneof(
  bounds(small),
  fc
    .tuple(peer, bounds(small))
    .map(([one, bound]) => ({ index: 'byPeer' as const, equals: [one], ...bound })),
);
const seenRange = fc.oneof(
  bounds(peer),
  bounds(small).map((bound) => ({ index: 'byExpiry' as const, ...bound })),
);

const write = fc.oneof<fc.Arbitrary<Write>[]>(
  fc
    .tuple(peer, small, fc.constantFrom('0', '1', '2'))
    .map(([one, order, id]) => ({ table: 'messages', put: messageRow(one, order, 'x', id) })),
  fc.tuple(small, peer).map(([at, one]) => ({ table: 'outbox', put: outboxRow(at, one) })),
  fc.tuple(peer, small).map(([hash, expires]) => ({ table: 'seen', put: seenRow(hash, expires) })),
  fc.tuple(peer, small).map((remove) => ({ table: 'messages', remove })),
  messageRange.map((removeRange) => ({ table: 'messages', removeRange })),
  outboxRange.map((removeRange) => ({ table: 'outbox', removeRange })),
  seenRange.map((removeRange) => ({ table: 'seen', removeRange })),
);

it('reads the same from the database and from memory, whatever was written', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.array(write, { maxLength: 8 }), { maxLength: 6 }),
    fc.array(fc.tuple(messageRange, outboxRange, seenRange, ends), { minLength: 8, maxLength: 8 }),
    async (commits, ranges) => {
      globalThis.indexedDB = new IDBFactory();
      const database = await openStore({ name: 'model' });
      const memory: Store = createMemoryDisk().open();
      for (const writes of commits) {
        await database.commit(writes, 'relaxed');
        await memory.commit(writes, 'relaxed');
      }
      for (const [messages, outbox, seen, end] of ranges) {
        await agree('messages', { ...messages, ...end });
        await agree('outbox', { ...outbox, ...end });
        await agree('seen', { ...seen, ...end });
      }
      await agree('messages', {});

      async function agree<Table extends 'messages' | 'outbox' | 'seen'>(
        table: Table,
        range: Range<Table>,
      ): Promise<void> {
        expect(await database.list(table, range)).toEqual(await memory.list(table, range));
        expect(await database.count(table, range)).toBe(await memory.count(table, range));
      }
    },
  );
  await fc.assert(property, { numRuns: 100 });
});
