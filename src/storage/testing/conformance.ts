/**
 * What every Store must do, whatever lies under it. Run against IndexedDB and against memory, so that a
 * simulation in memory says something about the database.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { type AccountId } from '../../lib/ids.ts';
import { type Rows, type TableName } from '../schema.ts';
import { type Store, type Write } from '../store.ts';
import { alice, bob, messageRow, outboxRow, recordRow, seenRow, sentRow } from './rows.ts';

/** One disk under test. */
export interface StoreUnderTest {
  /** A new owner of the same disk. */
  open(): Promise<Store & { readonly fence: number }>;
  /** The next commit finds the disk full. */
  fillDisk(): void;
}

/** The stories of a store. `make` gives a new, empty disk. */
export function describeStore(name: string, make: () => StoreUnderTest): void {
  describe(`the store over ${name}`, () => {
    let disk: StoreUnderTest;
    let store: Store & { readonly fence: number };
    beforeEach(async () => {
      disk = make();
      store = await disk.open();
    });

    const write = (...writes: Write[]): Promise<void> => store.commit(writes, 'relaxed');
    const putMessages = (peer: AccountId, ...orders: number[]): Promise<void> =>
      write(...orders.map((order): Write => ({ table: 'messages', put: messageRow(peer, order) })));
    const orders = async (...range: Parameters<typeof store.list<'messages'>>): Promise<number[]> =>
      (await store.list(...range)).map((row) => row.order);

    describe('reads', () => {
      it('gives back a row as it was put, and undefined for one that is not there', async () => {
        await write({ table: 'messages', put: messageRow(alice, 7) });
        expect(await store.get('messages', [alice, 7])).toEqual(messageRow(alice, 7));
        expect(await store.get('messages', [alice, 8])).toBeUndefined();
        expect(await store.get('messages', [bob, 7])).toBeUndefined();
      });

      it('gives many rows in the order asked for, with holes where there is none', async () => {
        await putMessages(alice, 1, 2, 3);
        const rows = await store.getMany('messages', [
          [alice, 3],
          [alice, 9],
          [alice, 1],
          [alice, 3],
        ]);
        expect(rows.map((row) => row?.order)).toEqual([3, undefined, 1, 3]);
        expect(await store.getMany('messages', [])).toEqual([]);
      });

      it('keeps its rows from changes made to what was put or given', async () => {
        const put = recordRow('settings', 'as it was');
        await write({ table: 'records', put });
        put.sealed[0] = 0;
        const first = await store.get('records', ['settings']);
        expect(first).toEqual(recordRow('settings', 'as it was'));
        if (first) first.sealed[0] = 0;
        expect(await store.get('records', ['settings'])).toEqual(
          recordRow('settings', 'as it was'),
        );
      });

      it('stores of a view no more than the view', async () => {
        const buffer = new Uint8Array(1000);
        buffer.fill(7);
        await write({ table: 'records', put: { name: 'view', sealed: buffer.subarray(10, 14) } });
        const row = await store.get('records', ['view']);
        expect(row?.sealed).toEqual(new Uint8Array([7, 7, 7, 7]));
        expect(row?.sealed.buffer.byteLength).toBe(4);
      });

      it('keeps a key as it is, unable to leave', async () => {
        const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
          'encrypt',
          'decrypt',
        ]);
        await write({ table: 'keys', put: { name: 'database', key } });
        const row = await store.get('keys', ['database']);
        expect(row?.key.extractable).toBe(false);
        const iv = new Uint8Array(12);
        const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, iv);
        const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, row!.key, sealed);
        expect(new Uint8Array(opened)).toEqual(iv);
      });

      it('sees a commit that was called before the read', async () => {
        const committed = putMessages(alice, 1);
        expect(await store.count('messages')).toBe(1);
        await committed;
      });
    });

    describe('ranges', () => {
      beforeEach(async () => {
        await putMessages(bob, 5, 1, 20);
        await putMessages(alice, 3, 1, 2, 10, 4);
      });

      it('lists a whole table in the order of its key', async () => {
        const rows = await store.list('messages');
        expect(rows.map((row) => [row.conversation, row.order])).toEqual([
          ...[1, 2, 3, 4, 10].map((order) => [alice, order]),
          ...[1, 5, 20].map((order) => [bob, order]),
        ]);
      });

      it('lists what shares a prefix, and nothing of its neighbours', async () => {
        expect(await orders('messages', { equals: [alice] })).toEqual([1, 2, 3, 4, 10]);
        expect(await orders('messages', { equals: [alice, 4] })).toEqual([4]);
        expect(await orders('messages', { equals: ['a'.repeat(31)] })).toEqual([]);
        expect(await orders('messages', { equals: [alice, 4, 1] })).toEqual([]);
      });

      it('excludes both bounds', async () => {
        expect(await orders('messages', { equals: [alice], above: 2 })).toEqual([3, 4, 10]);
        expect(await orders('messages', { equals: [alice], below: 3 })).toEqual([1, 2]);
        expect(await orders('messages', { equals: [alice], above: 1, below: 10 })).toEqual([
          2, 3, 4,
        ]);
        expect(await orders('messages', { above: alice })).toEqual([1, 5, 20]);
        expect(await orders('messages', { below: bob })).toEqual([1, 2, 3, 4, 10]);
      });

      it('is empty where the bounds leave no room', async () => {
        expect(await orders('messages', { equals: [alice], above: 3, below: 4 })).toEqual([]);
        expect(await orders('messages', { equals: [alice], above: 4, below: 4 })).toEqual([]);
        expect(await orders('messages', { equals: [alice], above: 9, below: 2 })).toEqual([]);
        expect(await store.count('messages', { equals: [alice], above: 9, below: 2 })).toBe(0);
      });

      it('goes backwards, and stops at the limit', async () => {
        const equals = [alice];
        expect(await orders('messages', { equals, reverse: true })).toEqual([10, 4, 3, 2, 1]);
        expect(await orders('messages', { equals, reverse: true, limit: 1 })).toEqual([10]);
        expect(await orders('messages', { equals, reverse: true, limit: 2 })).toEqual([10, 4]);
        expect(await orders('messages', { equals, reverse: true, limit: 5 })).toEqual([
          10, 4, 3, 2, 1,
        ]);
        expect(await orders('messages', { equals, reverse: true, limit: 99 })).toEqual([
          10, 4, 3, 2, 1,
        ]);
        expect(
          await orders('messages', { equals, below: 10, above: 1, reverse: true, limit: 2 }),
        ).toEqual([4, 3]);
        expect(await orders('messages', { equals, limit: 2 })).toEqual([1, 2]);
        expect(await orders('messages', { equals, limit: 0 })).toEqual([]);
        expect(await orders('messages', { equals, limit: 0, reverse: true })).toEqual([]);
      });

      it('counts without reading', async () => {
        expect(await store.count('messages')).toBe(8);
        expect(await store.count('messages', { equals: [bob] })).toBe(3);
        expect(await store.count('messages', { equals: [bob], above: 1 })).toBe(2);
        expect(await store.count('messages', { equals: [bob], limit: 2 })).toBe(2);
        expect(await store.count('tokens')).toBe(0);
      });

      it('finds by an index what shares a prefix of its columns', async () => {
        const twin = messageRow(alice, 11, 'again', messageRow(alice, 2).id);
        await write({ table: 'messages', put: twin });
        const found = { index: 'byId', equals: [alice, alice, twin.id] } as const;
        expect(await orders('messages', found)).toEqual([2, 11]);
        expect(await orders('messages', { ...found, reverse: true })).toEqual([11, 2]);
        expect(await orders('messages', { ...found, reverse: true, limit: 1 })).toEqual([11]);
        expect(await orders('messages', { index: 'byId', equals: [bob] })).toEqual([1, 5, 20]);
      });

      it('orders rows of the same index value by their key, also backwards under a limit', async () => {
        await write(
          ...['c', 'a', 'd', 'b'].map((hash): Write => ({ table: 'seen', put: seenRow(hash, 50) })),
          { table: 'seen', put: seenRow('z', 49) },
        );
        const hashes = async (range: Parameters<typeof store.list<'seen'>>[1]): Promise<string> =>
          (await store.list('seen', range)).map((row) => row.hash).join('');
        expect(await hashes({ index: 'byExpiry' })).toBe('zabcd');
        expect(await hashes({ index: 'byExpiry', below: 50 })).toBe('z');
        expect(await hashes({ index: 'byExpiry', reverse: true, limit: 2 })).toBe('dc');
        expect(await hashes({ index: 'byExpiry', reverse: true, limit: 5 })).toBe('dcbaz');
      });

      it('leaves out of an index a row without one of its columns', async () => {
        await write(
          { table: 'sentLog', put: sentRow('1', alice, 'm') },
          { table: 'sentLog', put: sentRow('2', alice) },
        );
        const hashes = async (index: 'byMessage' | 'byExpiry'): Promise<string> =>
          (await store.list('sentLog', { index })).map((row) => row.hash).join('');
        expect(await hashes('byMessage')).toBe('1');
        expect(await hashes('byExpiry')).toBe('12');
        await write(
          { table: 'sentLog', put: sentRow('1', alice) },
          { table: 'sentLog', put: sentRow('2', alice, 'm') },
        );
        expect(await hashes('byMessage')).toBe('2');
        expect(await store.count('sentLog')).toBe(2);
      });

      it('moves a row in an index when its columns change', async () => {
        await write({ table: 'outbox', put: outboxRow(1, alice) });
        await write({ table: 'outbox', put: outboxRow(1, bob) });
        expect(await store.count('outbox', { index: 'byPeer', equals: [alice] })).toBe(0);
        expect(await store.count('outbox', { index: 'byPeer', equals: [bob] })).toBe(1);
      });
    });

    describe('commits', () => {
      it('follow the order given, the later write winning', async () => {
        await write(
          { table: 'records', put: recordRow('draft', 'first') },
          { table: 'records', put: recordRow('draft', 'second') },
          { table: 'records', put: recordRow('gone', 'x') },
          { table: 'records', remove: ['gone'] },
        );
        expect(await store.list('records')).toEqual([recordRow('draft', 'second')]);
      });

      it('may be empty, and may remove what is not there', async () => {
        await write();
        await write({ table: 'records', remove: ['never was'] });
        expect(await store.count('records')).toBe(0);
      });

      it('remove a range of the key or of an index, and only that', async () => {
        await putMessages(alice, 1, 2, 3);
        await putMessages(bob, 1, 2);
        await write({ table: 'messages', removeRange: { equals: [alice], above: 1 } });
        expect(await orders('messages', { equals: [alice] })).toEqual([1]);
        expect(await orders('messages', { equals: [bob] })).toEqual([1, 2]);
        await write({ table: 'messages', removeRange: { equals: [bob], above: 5, below: 2 } });
        expect(await orders('messages', { equals: [bob] })).toEqual([1, 2]);

        await write(
          ...[10, 20, 30].map((expires): Write => ({
            table: 'seen',
            put: seenRow(`h${expires}`, expires),
          })),
          { table: 'seen', removeRange: { index: 'byExpiry', below: 30 } },
          { table: 'seen', put: seenRow('h5', 5) },
        );
        expect((await store.list('seen')).map((row) => row.hash)).toEqual(['h30', 'h5']);
      });

      it('empty a table', async () => {
        await putMessages(alice, 1, 2);
        await write({ table: 'messages', removeRange: {} });
        expect(await store.count('messages')).toBe(0);
      });

      it('write nothing at all when one of their writes cannot be', async () => {
        await write({ table: 'records', put: recordRow('kept', 'before') });
        const keyless = { name: Number.NaN, sealed: new Uint8Array(1) } as unknown;
        await expect(
          write(
            { table: 'records', put: recordRow('kept', 'after') },
            { table: 'records', put: recordRow('new', 'x') },
            { table: 'messages', put: messageRow(alice, 1) },
            { table: 'records', removeRange: {} },
            { table: 'records', put: keyless as Rows['records'] },
          ),
        ).rejects.toMatchObject({ name: 'Fault', code: 'storage-failed' });
        expect(await store.list('records')).toEqual([recordRow('kept', 'before')]);
        expect(await store.count('messages')).toBe(0);
      });

      it('leave everything as before when the disk is full, and go on when there is room', async () => {
        await write({ table: 'records', put: recordRow('kept', 'before') });
        disk.fillDisk();
        const writes: Write[] = [
          { table: 'records', put: recordRow('kept', 'after') },
          { table: 'messages', put: messageRow(alice, 1) },
        ];
        await expect(store.commit(writes, 'strict')).rejects.toMatchObject({
          code: 'storage-full',
          retry: 'now',
        });
        expect(await store.list('records')).toEqual([recordRow('kept', 'before')]);
        expect(await store.count('messages')).toBe(0);
        await store.commit(writes, 'strict');
        expect(await store.list('records')).toEqual([recordRow('kept', 'after')]);
      });

      it('refuse a bound that is no key, in reads too', async () => {
        const removeRange = { equals: [Number.NaN] };
        await expect(write({ table: 'messages', removeRange })).rejects.toMatchObject({
          code: 'storage-failed',
        });
        await expect(store.list('messages', { above: Number.NaN })).rejects.toMatchObject({
          code: 'storage-failed',
        });
      });
    });

    describe('ownership', () => {
      it('passes to whoever opened last: the one before reads but never writes again', async () => {
        await putMessages(alice, 1);
        const next = await disk.open();
        expect(next.fence).toBe(store.fence + 1);
        await next.commit([{ table: 'messages', put: messageRow(alice, 2) }], 'strict');
        await expect(putMessages(alice, 3)).rejects.toMatchObject({
          code: 'fenced',
          retry: 'never',
        });
        await expect(
          store.commit([{ table: 'messages', removeRange: {} }], 'strict'),
        ).rejects.toMatchObject({ code: 'fenced' });
        expect(await orders('messages')).toEqual([1, 2]);
      });

      it('is lost also by a commit under way when another owner opens', async () => {
        const opening = disk.open();
        const results = await Promise.allSettled([
          putMessages(alice, 1),
          opening,
          putMessages(alice, 2),
        ]);
        await expect(putMessages(alice, 3)).rejects.toMatchObject({ code: 'fenced' });
        const next = await opening;
        const written = [results[0], results[2]].filter((result) => result.status === 'fulfilled');
        expect(await next.count('messages')).toBe(written.length);
      });

      it('outlives closing: what was written is there for the next owner', async () => {
        await putMessages(alice, 1);
        store.close();
        const next = await disk.open();
        expect(next.fence).toBeGreaterThan(store.fence);
        expect(await next.count('messages')).toBe(1);
      });
    });

    it('answers storage-closed to every call after closing, and lets work under way finish', async () => {
      const under = putMessages(alice, 1);
      store.close();
      store.close();
      await under;
      const table: TableName = 'messages';
      const calls = [
        () => store.get(table, [alice, 1]),
        () => store.getMany(table, [[alice, 1]]),
        () => store.list(table),
        () => store.count(table),
        () => store.commit([], 'relaxed'),
      ];
      for (const call of calls)
        await expect(call()).rejects.toMatchObject({ code: 'storage-closed' });
      expect(await (await disk.open()).count('messages')).toBe(1);
    });
  });
}
