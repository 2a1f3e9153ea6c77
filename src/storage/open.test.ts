import 'fake-indexeddb/auto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { forceCloseDatabase, IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { utf8 } from '../lib/bytes.ts';
import { manualClock } from '../lib/clock.ts';
import {
  type ConversationId,
  type EnvelopeHash,
  FIRST_DEVICE,
  type MessageId,
  type TokenHash,
} from '../lib/ids.ts';
import { type Migration, migrations } from './migrations.ts';
import { type CloseReason, deleteStore, openStore } from './open.ts';
import { indexes, primaryKeys, type Rows, SCHEMA_VERSION, type TableName } from './schema.ts';
import { type Write } from './store.ts';
import { describeStore } from './testing/conformance.ts';
import { copyDatabase, type DatabaseCopy, restoreDatabase } from './testing/database-copy.ts';
import { alice, messageRow, recordRow } from './testing/rows.ts';

const name = 'sotto-test';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Makes the next put fail as a full disk does: in its request. */
function fillDisk(): void {
  type Inside = { _execRequestAsync(request: { source: unknown; operation: () => never }): never };
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (this: IDBObjectStore) {
    return (this.transaction as unknown as Inside)._execRequestAsync({
      source: this,
      operation: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    });
  });
}

/** Makes the next transaction fail when it is about to complete, which is where Chromium finds out. */
function fillDiskAtCommit(): void {
  vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementationOnce(function (
    this: IDBTransaction,
  ) {
    (this as unknown as { _abort(error: string): void })._abort('QuotaExceededError');
  });
}

let disks = 0;
describeStore('IndexedDB', () => {
  const own = `disk-${disks++}`;
  return { open: () => openStore({ name: own }), fillDisk };
});

describe('a commit to the database', () => {
  it('leaves everything as before when the disk turns out to be full at its end', async () => {
    const store = await openStore({ name });
    await store.commit([{ table: 'records', put: recordRow('kept', 'before') }], 'strict');
    fillDiskAtCommit();
    await expect(
      store.commit([{ table: 'records', put: recordRow('kept', 'after') }], 'strict'),
    ).rejects.toMatchObject({ code: 'storage-full', retry: 'now' });
    expect(await store.list('records')).toEqual([recordRow('kept', 'before')]);
  });

  it('says that the disk is full also when that shows while it reads what to remove', async () => {
    const store = await openStore({ name });
    fillDisk();
    await expect(
      store.commit(
        [
          { table: 'records', put: recordRow('a', '1') },
          { table: 'seen', removeRange: { index: 'byExpiry', below: 5 } },
        ],
        'strict',
      ),
    ).rejects.toMatchObject({ code: 'storage-full' });
  });

  it('names only the tables it touches, and the fence', async () => {
    const store = await openStore({ name });
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await store.commit(
      [
        { table: 'records', put: recordRow('a', '1') },
        { table: 'records', remove: ['b'] },
        { table: 'seen', removeRange: { index: 'byExpiry', below: 5 } },
      ],
      'relaxed',
    );
    await store.commit([{ table: 'records', put: recordRow('a', '2') }], 'strict');
    expect(transaction.mock.calls).toEqual([
      [['meta', 'records', 'seen'], 'readwrite', { durability: 'relaxed' }],
      [['meta', 'records'], 'readwrite', { durability: 'strict' }],
    ]);
  });

  it('leaves no rejection unheard when many of its writes fail', async () => {
    const unheard = vi.fn();
    process.on('unhandledRejection', unheard);
    const store = await openStore({ name });
    const writes = Array.from({ length: 20 }, (_, order): Write => ({
      table: 'messages',
      put: messageRow(alice, order),
    }));
    fillDisk();
    await expect(store.commit(writes, 'strict')).rejects.toMatchObject({ code: 'storage-full' });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
  });
});

describe('opening', () => {
  it('takes ownership on disk before it returns', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const store = await openStore({ name });
    expect(transaction.mock.calls.at(-1)).toEqual([
      ['meta'],
      'readwrite',
      { durability: 'strict' },
    ]);
    expect(await store.get('meta', ['fence'])).toEqual({ name: 'fence', value: store.fence });
  });

  it('on a full disk says so, and the owner before keeps what is his', async () => {
    const first = await openStore({ name });
    fillDisk();
    await expect(openStore({ name })).rejects.toMatchObject({ code: 'storage-full' });
    await first.commit([{ table: 'records', put: recordRow('a', '1') }], 'strict');
    expect(await first.count('records')).toBe(1);
  });

  it('refuses a database made by a newer build, and leaves it alone', async () => {
    const newer: Migration = (database) => void database.createObjectStore('futures');
    (await openStore({ name, migrations: [...migrations, newer] })).close();
    await expect(openStore({ name })).rejects.toMatchObject({ code: 'storage-newer' });
    const again = await openStore({ name, migrations: [...migrations, newer] });
    expect(again.fence).toBe(2);
  });

  it('leaves the old version whole when a migration fails', async () => {
    const store = await openStore({ name });
    await store.commit([{ table: 'records', put: recordRow('a', '1') }], 'strict');
    store.close();
    const broken: Migration = (database) => {
      database.deleteObjectStore('records');
      throw new Error('broken');
    };
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await expect(openStore({ name, migrations: [...migrations, broken] })).rejects.toMatchObject({
      code: 'storage-failed',
    });
    expect(await (await openStore({ name })).list('records')).toEqual([recordRow('a', '1')]);
  });

  it('tells what the platform says when there is no database to be had', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('no', 'InvalidStateError');
    });
    await expect(openStore({ name })).rejects.toMatchObject({ code: 'storage-failed' });
  });
});

describe('a store that loses its database', () => {
  const next: Migration = (database) => void database.createObjectStore('futures');

  it('makes room for a newer build, and says so', async () => {
    const reasons: CloseReason[] = [];
    const store = await openStore({ name, onClosed: (reason) => reasons.push(reason) });
    const newer = await openStore({ name, migrations: [...migrations, next] });
    expect(reasons).toEqual(['upgrade']);
    await expect(store.commit([], 'strict')).rejects.toMatchObject({ code: 'storage-closed' });
    await expect(store.count('records')).rejects.toMatchObject({ code: 'storage-closed' });
    expect(newer.fence).toBe(store.fence + 1);
  });

  it('makes room for its removal, and says so', async () => {
    const reasons: CloseReason[] = [];
    const store = await openStore({ name, onClosed: (reason) => reasons.push(reason) });
    await store.commit([{ table: 'records', put: recordRow('a', '1') }], 'strict');
    await deleteStore(name);
    expect(reasons).toEqual(['removed']);
    await expect(store.get('records', ['a'])).rejects.toMatchObject({ code: 'storage-closed' });
    expect(await indexedDB.databases()).toEqual([]);
    expect(await (await openStore({ name })).count('records')).toBe(0);
  });

  it('says so once when the browser takes it away', async () => {
    const reasons: CloseReason[] = [];
    const opened: IDBDatabase[] = [];
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const store = await openStore({ name, onClosed: (reason) => reasons.push(reason) });
    opened.push(...(transaction.mock.contexts as IDBDatabase[]));
    forceCloseDatabase(opened.at(-1) as never);
    await vi.waitFor(() => expect(reasons).toEqual(['terminated']));
    await expect(store.commit([], 'strict')).rejects.toMatchObject({ code: 'storage-closed' });
    store.close();
    expect(reasons).toEqual(['terminated']);
  });

  it('is not told of a closing it asked for', async () => {
    const onClosed = vi.fn();
    const store = await openStore({ name, onClosed });
    store.close();
    await deleteStore(name);
    expect(onClosed).not.toHaveBeenCalled();
  });
});

describe('another connection that does not let go', () => {
  /** A connection that hears nothing. */
  async function holdOn(): Promise<IDBDatabase> {
    (await openStore({ name })).close();
    return new Promise((resolve) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
    });
  }
  const next: Migration = (database) => void database.createObjectStore('futures');

  it('keeps an upgrade waiting for a while, and then it is given up', async () => {
    const holder = await holdOn();
    const clock = manualClock();
    const onClosed = vi.fn();
    const opening = openStore({ name, clock, onClosed, migrations: [...migrations, next] });
    const given = expect(opening).rejects.toMatchObject({ code: 'storage-closed', retry: 'now' });
    await vi.waitFor(() => expect(clock.waiting).toBe(1));
    clock.advance(5_000);
    await given;
    // What comes after all is closed again, and stands in nobody's way.
    holder.close();
    await deleteStore(name);
    expect(onClosed).not.toHaveBeenCalled();
  });

  it('may let go in time', async () => {
    const holder = await holdOn();
    const clock = manualClock();
    const opening = openStore({ name, clock, migrations: [...migrations, next] });
    await vi.waitFor(() => expect(clock.waiting).toBe(1));
    holder.close();
    expect((await opening).fence).toBe(2);
    expect(clock.waiting).toBe(0);
  });

  it('keeps a removal waiting in the same way', async () => {
    const holder = await holdOn();
    const clock = manualClock();
    const given = expect(deleteStore(name, clock)).rejects.toMatchObject({
      code: 'storage-closed',
      retry: 'now',
    });
    await vi.waitFor(() => expect(clock.waiting).toBe(1));
    clock.advance(5_000);
    await given;
    holder.close();
    await vi.waitFor(async () => expect(await indexedDB.databases()).toEqual([]));
  });
});

it('removes a database that never was without complaint', async () => {
  await deleteStore('never-was');
});

describe('the migrations', () => {
  it('are one a version', () => {
    expect(migrations.length).toBe(SCHEMA_VERSION);
  });

  it('make the tables and indexes that the schema names, and no others', async () => {
    (await openStore({ name })).close();
    const { tables } = await copyDatabase(name);
    const made = Object.fromEntries(
      Object.entries(tables).map(([table, { keyPath, indexes }]) => [table, { keyPath, indexes }]),
    );
    const named = Object.fromEntries(
      Object.entries(primaryKeys).map(([table, keyPath]) => [
        table,
        { keyPath, indexes: table in indexes ? indexes[table as keyof typeof indexes] : {} },
      ]),
    );
    expect(made).toEqual(named);
  });

  it('run from where the database stands, in order', async () => {
    const steps: string[] = [];
    const step =
      (label: string): Migration =>
      (database) => {
        steps.push(label);
        database.createObjectStore(label);
      };
    (await openStore({ name, migrations: [...migrations, step('two')] })).close();
    (
      await openStore({
        name,
        migrations: [...migrations, step('two'), step('three'), step('four')],
      })
    ).close();
    expect(steps).toEqual(['two', 'three', 'four']);
  });

  it('may carry rows over with requests of their own', async () => {
    const first = await openStore({ name });
    await first.commit([{ table: 'records', put: recordRow('old-name', 'x') }], 'strict');
    first.close();
    const rename: Migration = (_database, transaction) => {
      const records = transaction.objectStore('records');
      records.get(['old-name']).onsuccess = (event) => {
        const row = (event.target as IDBRequest<Rows['records']>).result;
        records.delete(['old-name']);
        records.put({ ...row, name: 'new-name' });
      };
    };
    const store = await openStore({ name, migrations: [...migrations, rename] });
    expect(await store.list('records')).toEqual([recordRow('new-name', 'x')]);
  });
});

/**
 * Databases as each version left them, kept as files. To make the one of a new version, run this test once
 * with SOTTO_MAKE_FIXTURE=1 right before that version is released; a file that exists is never made again.
 */
describe('a database of each version there ever was', () => {
  const fixture = (version: number): URL =>
    new URL(`testing/fixtures/version-${version}.json`, import.meta.url);

  it('has a fixture', async () => {
    const file = fixture(SCHEMA_VERSION);
    if (process.env['SOTTO_MAKE_FIXTURE'] && !existsSync(file)) {
      const store = await openStore({ name });
      await store.commit(await fixtureWrites(), 'strict');
      store.close();
      writeFileSync(file, JSON.stringify(await copyDatabase(name), null, 2) + '\n');
    }
    for (let version = 1; version <= SCHEMA_VERSION; version++)
      expect(existsSync(fixture(version)), `version ${version}`).toBe(true);
  });

  for (let version = 1; version <= SCHEMA_VERSION; version++)
    it(`of version ${version} opens with every row, and belongs to the new owner`, async () => {
      const copy = JSON.parse(readFileSync(fixture(version), 'utf8')) as DatabaseCopy;
      expect(copy.version).toBe(version);
      await restoreDatabase(name, copy);
      const store = await openStore({ name });
      expect(store.fence).toBe(2);
      for (const [table, { rows }] of Object.entries(copy.tables)) {
        expect(rows.length, table).toBeGreaterThan(0);
        expect(await store.count(table as TableName), table).toBe(rows.length);
      }
      const message = await store.get('messages', [alice, 2]);
      expect(message?.sealed).toEqual(utf8(`${alice} 2`));
      expect(
        await store.count('messages', { index: 'byId', equals: [alice, alice, message!.id] }),
      ).toBe(1);
      const key = await store.get('keys', ['database']);
      expect(key?.key.algorithm).toMatchObject({ name: 'AES-GCM', length: 256 });
      await store.commit([{ table: 'messages', put: messageRow(alice, 3) }], 'strict');
    });
});

/** At least one row in every table, as the present version writes them. */
async function fixtureWrites(): Promise<Write[]> {
  const sealed = utf8('sealed');
  const conversation = alice as string as ConversationId;
  const account = alice;
  const peer = alice;
  const device = FIRST_DEVICE;
  const created = 1_750_000_000_000;
  const hash = '0'.repeat(32) as EnvelopeHash;
  const token = '1'.repeat(64) as TokenHash;
  const message = '2'.repeat(32) as MessageId;
  // Extractable, so that it can be written to a file; the ones of the app never are.
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, [
    'encrypt',
    'decrypt',
  ]);
  return [
    { table: 'keys', put: { name: 'database', key } },
    { table: 'records', put: { name: 'account', sealed } },
    { table: 'prekeys', put: { kind: 'one-time', id: 1, created, sealed } },
    { table: 'prekeys', put: { kind: 'last-resort', id: 1, created, sealed } },
    { table: 'tokens', put: { hash: token, purpose: 'contacts', state: 'live', created, sealed } },
    { table: 'contacts', put: { id: account, sealed } },
    { table: 'conversations', put: { id: conversation, time: created, unread: 1, sealed } },
    { table: 'drafts', put: { conversation, sealed } },
    { table: 'draftFiles', put: { conversation, files: 1, bytes: 1_000, sealed } },
    { table: 'messages', put: messageRow(alice, 1) },
    { table: 'messages', put: messageRow(alice, 2) },
    {
      table: 'attachments',
      put: { conversation, order: 2, stage: 'here', bytes: 1_000, file: '3'.repeat(32) },
    },
    { table: 'sessions', put: { account, device, sealed } },
    { table: 'outbox', put: { sequence: 1, peer, device, stage: 'sealed', created, sealed } },
    { table: 'sentLog', put: { hash, peer, device, message, expires: created, resends: 0 } },
    { table: 'seen', put: { hash, expires: created } },
    { table: 'collection', put: { id: '4'.repeat(32), sealed } },
    { table: 'collectionBytes', put: { id: '4'.repeat(32), sealed } },
    // What a browser makes of a handle on its disk is its own business; any object stands for one.
    {
      table: 'folders',
      put: { name: 'backups', handle: { kind: 'directory', name: 'Backups' } as never },
    },
  ];
}
