/**
 * The Store over IndexedDB: opening and upgrading, taking ownership, reads, and the one kind of write. Owns the
 * connection and the fencing number; sees sealed bytes and knows no key's use. An IndexedDB transaction ends
 * when anything but its own requests is awaited, so nothing else is awaited inside one.
 * Source: Indexed Database API 3.0.
 */
import {
  deleteDB,
  type IDBPDatabase,
  type IDBPIndex,
  type IDBPObjectStore,
  type IDBPTransaction,
  openDB,
  unwrap,
} from 'idb';
import { type Clock, systemClock } from '../lib/clock.ts';
import { Fault } from '../lib/fault.ts';
import { type AnyRange, boundsOf } from './key-range.ts';
import { type Migration, migrations as ownMigrations } from './migrations.ts';
import { type Rows, type TableName } from './schema.ts';
import { type KeyValues, type Range, type Store, type Write } from './store.ts';

/** How long another connection may keep an upgrade or a removal waiting, ms. */
const BLOCKED_MS = 5_000;

/** Why a store closed by itself: a newer build upgrades, the database is removed, or the browser took it away. */
export type CloseReason = 'upgrade' | 'removed' | 'terminated';

export interface OpenOptions {
  /** Name of the database, one per account slot. */
  readonly name: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Hears when the store closes by itself; every call after that throws Fault `storage-closed`. */
  readonly onClosed?: (reason: CloseReason) => void;
  /** Default: the ones of this build. The database's version is their number. */
  readonly migrations?: readonly Migration[];
}

/** A store and the fencing number under which it writes. */
export type OwnedStore = Store & { readonly fence: number };

/**
 * Opens the database, upgrading it where needed, and takes ownership: whoever opened it before can write no
 * more. When this throws, the database is as it was.
 * @throws Fault `storage-newer` (made by a newer build), `storage-full`, `storage-closed` (another connection
 *   does not let go), `storage-failed`
 */
export async function openStore(options: OpenOptions): Promise<OwnedStore> {
  const { name, clock = systemClock(globalThis), migrations = ownMigrations } = options;
  let closed = false;
  const closeBy = (reason: CloseReason): void => {
    if (closed) return;
    closed = true;
    options.onClosed?.(reason);
  };

  const database = await withinPatience(clock, (onBlocked) =>
    openDB(name, migrations.length, {
      blocked: onBlocked,
      upgrade(wrapped, from, _to, transaction) {
        ignoreOutcome(transaction.done);
        for (const migrate of migrations.slice(from)) migrate(unwrap(wrapped), unwrap(transaction));
      },
      blocking(_from, to, event) {
        // Work under way ends first; closing only keeps new transactions from starting.
        (event.target as IDBDatabase).close();
        closeBy(to === null ? 'removed' : 'upgrade');
      },
      terminated: () => closeBy('terminated'),
    }),
  ).catch((error: unknown) => {
    throw openingFault(error);
  });

  let fence: number;
  try {
    fence = await raiseFence(database);
  } catch (error) {
    database.close();
    throw storageFault(error);
  }
  return createStore(database, fence, {
    isClosed: () => closed,
    close() {
      closed = true;
      database.close();
    },
  });
}

/**
 * Removes a database and all that is in it; one that does not exist is no fault. Open stores close by themselves.
 * @throws Fault `storage-closed` when a connection does not let go; the removal then happens once it does
 */
export async function deleteStore(
  name: string,
  clock: Clock = systemClock(globalThis),
): Promise<void> {
  await withinPatience(clock, (onBlocked) => deleteDB(name, { blocked: onBlocked })).catch(
    (error: unknown) => {
      throw storageFault(error);
    },
  );
}

interface Lifetime {
  isClosed(): boolean;
  close(): void;
}

function createStore(database: IDBPDatabase, fence: number, lifetime: Lifetime): OwnedStore {
  /** Runs `work` in a readonly transaction over one table. */
  async function read<Result>(
    table: TableName,
    work: (rows: ReadStore) => Promise<Result>,
  ): Promise<Result> {
    if (lifetime.isClosed()) throw new Fault('storage-closed');
    try {
      const transaction = database.transaction(table, 'readonly');
      ignoreOutcome(transaction.done);
      return await work(transaction.objectStore(table));
    } catch (error) {
      throw storageFault(error);
    }
  }

  return {
    fence,
    get: <Name extends TableName>(table: Name, key: KeyValues) =>
      read(table, (rows) => rows.get([...key]) as Promise<Rows[Name] | undefined>),
    getMany: async <Name extends TableName>(table: Name, keys: readonly KeyValues[]) => {
      // A transaction for nothing costs as much as one for something.
      if (keys.length === 0) return [];
      return read(
        table,
        (rows) =>
          Promise.all(keys.map((key) => rows.get([...key]))) as Promise<(Rows[Name] | undefined)[]>,
      );
    },
    list: <Name extends TableName>(table: Name, range: Range<Name> = {}) =>
      read(table, (rows) => listRange(rows, range) as Promise<Rows[Name][]>),
    count: <Name extends TableName>(table: Name, range: Range<Name> = {}) =>
      read(table, async (rows) => {
        const keys = keyRangeOf(range);
        const count = keys ? await sourceOf(rows, range.index).count(keys) : 0;
        return Math.min(count, Math.max(0, range.limit ?? count));
      }),
    async commit(writes, durability) {
      if (lifetime.isClosed()) throw new Fault('storage-closed');
      const tables = new Set<TableName>(['meta']);
      for (const { table } of writes) tables.add(table);
      await inTransaction(database, [...tables], durability, async (transaction) => {
        if ((await readFence(transaction)) !== fence) throw new Fault('fenced');
        for (const write of writes) await applyWrite(transaction, write);
      });
    },
    close: () => lifetime.close(),
  };
}

type WriteTransaction = IDBPTransaction<unknown, TableName[], 'readwrite'>;
type ReadStore = IDBPObjectStore<unknown, TableName[], TableName>;

/**
 * Runs `work` in one readwrite transaction and returns when it is complete. Whatever goes wrong inside, nothing
 * is written and the cause is thrown as a Fault.
 */
async function inTransaction<Result>(
  database: IDBPDatabase,
  tables: TableName[],
  durability: 'strict' | 'relaxed',
  work: (transaction: WriteTransaction) => Promise<Result>,
): Promise<Result> {
  try {
    const transaction = database.transaction(tables, 'readwrite', { durability });
    const raw = unwrap(transaction);
    ignoreOutcome(transaction.done);
    const complete = completionOf(raw);
    let result: Result;
    try {
      result = await work(transaction);
      raw.commit();
    } catch (error) {
      abort(raw);
      await complete.catch(() => undefined);
      // When a request failed, the transaction knows why, and `error` is only the echo.
      throw raw.error ?? error;
    }
    await complete;
    return result;
  } catch (error) {
    throw storageFault(error);
  }
}

/** Raises the fencing number on disk and returns it. */
async function raiseFence(database: IDBPDatabase): Promise<number> {
  return inTransaction(database, ['meta'], 'strict', async (transaction) => {
    const fence = (await readFence(transaction)) + 1;
    const row: Rows['meta'] = { name: 'fence', value: fence };
    ignoreOutcome(transaction.objectStore('meta').put(row));
    return fence;
  });
}

async function readFence(transaction: WriteTransaction): Promise<number> {
  const row = (await transaction.objectStore('meta').get(['fence'])) as Rows['meta'] | undefined;
  return row?.value ?? 0;
}

/** Issues one write. Requests run in the order issued, so only what must be read first is awaited. */
async function applyWrite(transaction: WriteTransaction, write: Write): Promise<void> {
  const rows = transaction.objectStore(write.table);
  if ('put' in write) {
    ignoreOutcome(rows.put(withOwnBytes(write.put)));
  } else if ('remove' in write) {
    ignoreOutcome(rows.delete([...write.remove]));
  } else {
    const range: AnyRange = write.removeRange;
    const keys = keyRangeOf(range);
    if (!keys) return;
    if (range.index === undefined) ignoreOutcome(rows.delete(keys));
    else
      for (const key of await sourceOf(rows, range.index).getAllKeys(keys))
        ignoreOutcome(rows.delete(key));
  }
}

/** A view would be stored with all of the buffer behind it. */
function withOwnBytes(row: Rows[TableName]): Rows[TableName] {
  if (!('sealed' in row) || row.sealed.length === row.sealed.buffer.byteLength) return row;
  return { ...row, sealed: row.sealed.slice() };
}

async function listRange(rows: ReadStore, range: AnyRange): Promise<unknown[]> {
  const keys = keyRangeOf(range);
  const { limit } = range;
  if (!keys || (limit !== undefined && limit <= 0)) return [];
  const source = sourceOf(rows, range.index);
  const all = (within: IDBKeyRange, most?: number) =>
    source.getAll(within, most) as Promise<unknown[]>;
  if (!range.reverse) return all(keys, limit);
  if (limit === undefined) return (await all(keys)).reverse();
  // From the end, step over the limit by keys alone; then one request reads what lies above.
  let cursor = await source.openKeyCursor(keys, 'prev');
  if (cursor && limit > 1) cursor = await cursor.advance(limit - 1);
  const from = cursor
    ? IDBKeyRange.bound(cursor.key, keys.upper as IDBValidKey, false, true)
    : keys;
  // Rows that share an index value with the last one may come along; they lie before it.
  return (await all(from)).slice(-limit).reverse();
}

/** Both have the same methods for reading. */
type Source = ReadStore | IDBPIndex<unknown, TableName[], TableName>;

function sourceOf(
  rows: ReadStore | IDBPObjectStore<unknown, TableName[], TableName, 'readwrite'>,
  index: string | undefined,
): Source {
  const readable = rows as ReadStore;
  return index === undefined ? readable : readable.index(index);
}

function keyRangeOf(range: AnyRange): IDBKeyRange | undefined {
  const bounds = boundsOf(range);
  return bounds && IDBKeyRange.bound(bounds.lower, bounds.upper, bounds.lowerOpen, true);
}

/** Resolves when the transaction is complete; rejects once it is undone, with its cause. */
function completionOf(transaction: IDBTransaction): Promise<void> {
  const completion = new Promise<void>((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () =>
      reject(transaction.error ?? new DOMException('aborted', 'AbortError')),
    );
  });
  ignoreOutcome(completion);
  return completion;
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // A failed request has undone it already.
  }
}

/** Its failure is told elsewhere, by the transaction or by whoever awaits it. */
function ignoreOutcome(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}

/**
 * Lets an opening or a removal wait for other connections, but not for ever. What comes after that is closed.
 * @param start hands its parameter to the request as the listener of `blocked`
 */
function withinPatience<Result extends IDBPDatabase | void>(
  clock: Clock,
  start: (onBlocked: () => void) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let late = false;
    let cancel = (): void => undefined;
    const onBlocked = (): void => {
      cancel = clock.after(BLOCKED_MS, () => {
        late = true;
        reject(new Fault('storage-closed', 'now'));
      });
    };
    start(onBlocked).then(
      (result) => {
        cancel();
        if (late) result?.close();
        else resolve(result);
      },
      (error: Error) => {
        cancel();
        reject(error);
      },
    );
  });
}

function openingFault(error: unknown): Fault {
  const name = nameOf(error);
  if (name === 'VersionError') return new Fault('storage-newer', 'never', error);
  if (name === 'QuotaExceededError' || error instanceof Fault) return storageFault(error);
  // The same names mean something else here: a private window or a broken disk.
  return new Fault('storage-failed', 'now', error);
}

function storageFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const name = nameOf(error);
  if (name === 'QuotaExceededError') return new Fault('storage-full', 'now', error);
  // A connection that is closing, and work that was under way when the browser took it away.
  if (name === 'InvalidStateError' || name === 'AbortError')
    return new Fault('storage-closed', 'never', error);
  return new Fault('storage-failed', 'now', error);
}

function nameOf(error: unknown): string | undefined {
  return error instanceof Error || error instanceof DOMException ? error.name : undefined;
}
