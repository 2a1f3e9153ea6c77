/**
 * The Store in memory, for simulations: a disk that outlives its stores, commits that can crash or fail at a
 * chosen point, and a power cut that loses what was not flushed. Rows are copied in and out, as structured
 * clone would. Work is done at the call and told in a later microtask, so a simulation needs no real time.
 */
import { Fault, type StorageFaultCode } from '../../lib/fault.ts';
import { type AnyRange, boundsOf, columnsOf, compareKeys, indexesOf, keyOf } from '../key-range.ts';
import { primaryKeys, type Rows, type TableName } from '../schema.ts';
import { type KeyValues, type Range, type Store, type Write } from '../store.ts';

/** Called around each commit. What one throws is what the commit rejects with, and the store is dead from then on. */
export interface CrashPoints {
  /** A throw here leaves the disk as it was. */
  readonly beforeCommit?: (writes: readonly Write[], durability: 'strict' | 'relaxed') => void;
  /** A throw here leaves the commit on the disk, and the writer not knowing. */
  readonly afterCommit?: (writes: readonly Write[], durability: 'strict' | 'relaxed') => void;
}

export interface MemoryStore extends Store {
  /** The fencing number of this owner. */
  readonly fence: number;
}

export interface MemoryDisk {
  /** A new owner; stores opened before can read but are `fenced` when they commit. */
  open(crashPoints?: CrashPoints): MemoryStore;
  /** The next commit of any store rejects with this code and changes nothing. */
  failNext(code: StorageFaultCode): void;
  /** Undoes every relaxed commit since the last strict one, and closes all stores. */
  losePower(): void;
  /** Commits that went through so far. */
  readonly commits: number;
}

type Row = Rows[TableName];
interface Entry {
  readonly key: KeyValues;
  readonly primary: KeyValues;
  readonly row: Row;
}
/** Puts one row back as it was. */
type Undo = () => void;

/** An empty disk. */
export function createMemoryDisk(): MemoryDisk {
  const tables = new Map<TableName, Table>();
  for (const name of Object.keys(primaryKeys) as TableName[]) tables.set(name, createTable(name));
  const tableOf = (name: TableName): Table => {
    const table = tables.get(name);
    if (!table) throw new Fault('storage-failed');
    return table;
  };
  const closers = new Set<() => void>();
  let unflushed: Undo[] = [];
  let failure: StorageFaultCode | undefined;
  let commits = 0;

  const readFence = (): number => {
    const row = tableOf('meta').get(['fence']) as Rows['meta'] | undefined;
    return row?.value ?? 0;
  };

  function apply(writes: readonly Write[], durability: 'strict' | 'relaxed'): void {
    const undos: Undo[] = [];
    try {
      for (const write of writes) applyWrite(tableOf(write.table), write, undos);
    } catch (error) {
      for (const undo of undos.reverse()) undo();
      throw error;
    }
    // A flush takes along everything written before it.
    if (durability === 'strict') unflushed = [];
    else unflushed.push(...undos);
    commits++;
  }

  return {
    open(crashPoints = {}) {
      const fence = readFence() + 1;
      apply([{ table: 'meta', put: { name: 'fence', value: fence } }], 'strict');
      let closed = false;
      const close = (): void => {
        closed = true;
        closers.delete(close);
      };
      closers.add(close);
      const mustBeOpen = (): void => {
        if (closed) throw new Fault('storage-closed');
      };
      const point = (callback: CrashPoints['beforeCommit'], ...commit: CommitArguments): void => {
        try {
          callback?.(...commit);
        } catch (error) {
          close();
          throw error;
        }
      };
      return {
        fence,
        async get<Name extends TableName>(table: Name, key: KeyValues) {
          mustBeOpen();
          const row = tableOf(table).get(key);
          return row && (copyRow(row) as Rows[Name]);
        },
        async getMany<Name extends TableName>(table: Name, keys: readonly KeyValues[]) {
          mustBeOpen();
          return keys.map((key) => {
            const row = tableOf(table).get(key);
            return row && (copyRow(row) as Rows[Name]);
          });
        },
        async list<Name extends TableName>(table: Name, range: Range<Name> = {}) {
          mustBeOpen();
          return select(tableOf(table), range).map(({ row }) => copyRow(row) as Rows[Name]);
        },
        async count<Name extends TableName>(table: Name, range: Range<Name> = {}) {
          mustBeOpen();
          return select(tableOf(table), range).length;
        },
        async commit(writes, durability) {
          mustBeOpen();
          point(crashPoints.beforeCommit, writes, durability);
          if (failure !== undefined) {
            const code = failure;
            failure = undefined;
            throw new Fault(code, code === 'storage-full' ? 'now' : 'never');
          }
          if (readFence() !== fence) throw new Fault('fenced');
          apply(writes, durability);
          point(crashPoints.afterCommit, writes, durability);
        },
        close,
      };
    },
    failNext(code) {
      failure = code;
    },
    losePower() {
      for (const undo of unflushed.reverse()) undo();
      unflushed = [];
      for (const close of [...closers]) close();
    },
    get commits() {
      return commits;
    },
  };
}

type CommitArguments = [writes: readonly Write[], durability: 'strict' | 'relaxed'];

function applyWrite(table: Table, write: Write, undos: Undo[]): void {
  if ('put' in write) {
    undos.push(table.put(copyRow(write.put)));
    return;
  }
  if ('remove' in write) {
    undos.push(table.remove(write.remove));
    return;
  }
  for (const { primary } of select(table, write.removeRange)) undos.push(table.remove(primary));
}

function select(table: Table, range: AnyRange): Entry[] {
  const { index, reverse = false, limit = Infinity } = range;
  const list = table.index(index);
  const bounds = boundsOf(range);
  if (!bounds || limit <= 0) return [];
  // `lower` is never a whole key when it is open, so the first key not below it is the first one inside.
  const from = placeOf(list, bounds.lower, []);
  const to = placeOf(list, bounds.upper, []);
  if (!reverse) return list.slice(from, Math.min(to, from + limit));
  return list.slice(Math.max(from, to - limit), to).reverse();
}

interface Table {
  get(key: KeyValues): Row | undefined;
  put(row: Row): Undo;
  remove(key: KeyValues): Undo;
  /** Rows in the order of an index, then of the primary key. */
  index(name: string | undefined): readonly Entry[];
}

function createTable(name: TableName): Table {
  const primaryColumns = columnsOf(name);
  const rows: Entry[] = [];
  const further = Object.entries(indexesOf(name)).map(([index, columns]) => ({
    index,
    columns,
    entries: [] as Entry[],
  }));

  function find(key: KeyValues): Entry | undefined {
    const entry = rows[placeOf(rows, key, [])];
    return entry && compareKeys(entry.key, key) === 0 ? entry : undefined;
  }
  function insert(primary: KeyValues, row: Row): void {
    insertEntry(rows, { key: primary, primary, row });
    for (const { columns, entries } of further) {
      const key = keyOf(row, columns);
      if (key) insertEntry(entries, { key, primary, row });
    }
  }
  function drop({ row, primary }: Entry): void {
    rows.splice(placeOf(rows, primary, []), 1);
    for (const { columns, entries } of further) {
      const key = keyOf(row, columns);
      if (key) entries.splice(placeOf(entries, key, primary), 1);
    }
  }

  return {
    get: (key) => find(key)?.row,
    put(row) {
      const key = keyOf(row, primaryColumns);
      if (!key) throw new Fault('storage-failed');
      const before = find(key);
      if (before) drop(before);
      insert(key, row);
      return () => {
        const now = find(key);
        if (now) drop(now);
        if (before) insert(key, before.row);
      };
    },
    remove(key) {
      const before = find(key);
      if (!before) return () => undefined;
      drop(before);
      return () => insert(before.primary, before.row);
    },
    index(index) {
      if (index === undefined) return rows;
      const found = further.find((each) => each.index === index);
      if (!found) throw new Fault('storage-failed');
      return found.entries;
    },
  };
}

/** Place of the first entry that is not before `key`, and within the same key not before `primary`. */
function placeOf(
  entries: readonly Entry[],
  key: Parameters<typeof compareKeys>[0],
  primary: KeyValues,
): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle] as Entry;
    const order = compareKeys(entry.key, key) || compareKeys(entry.primary, primary);
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insertEntry(entries: Entry[], entry: Entry): void {
  const last = entries.at(-1);
  // Most rows come in rising order.
  if (!last || compareKeys(last.key, entry.key) < 0) entries.push(entry);
  else entries.splice(placeOf(entries, entry.key, entry.primary), 0, entry);
}

/** Bytes are copied, keys and plain values go as they are. */
function copyRow(row: Row): Row {
  const copy: Record<string, unknown> = { ...row };
  for (const [column, value] of Object.entries(copy))
    if (value instanceof Uint8Array) copy[column] = new Uint8Array(value);
  return copy as unknown as Row;
}
