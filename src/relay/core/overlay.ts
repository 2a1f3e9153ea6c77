/**
 * The database as handlers see it: committed rows below, the batch being committed and the open batch above.
 * Everything written in a turn is one batch; what must wait for durability registers with `after`. A row that is
 * put and removed before its batch left never reaches the database. Knows no table's meaning.
 */
import { type Fault } from '../../lib/fault.ts';
import { type Change, type Storage } from './storage.ts';
import { type Key, type TableName, type Tables, keyOf } from './tables.ts';

type AnyRow = Tables[TableName];
type Last = string | number;

interface Pending {
  readonly row: AnyRow | undefined;
  /** Below this layer there is no such row. */
  readonly isNew: boolean;
}
interface Group {
  readonly table: TableName;
  readonly prefix: Key;
  /** What lies below is gone. */
  wiped: boolean;
  readonly rows: Map<Last, Pending>;
}
interface Layer {
  readonly groups: Map<string, Group>;
  readonly waiting: (() => void)[];
  bytes: number;
}

export interface Overlay {
  get<Name extends TableName>(table: Name, key: Key): Tables[Name] | undefined;
  scan<Name extends TableName>(
    table: Name,
    prefix: Key,
    after: Last | undefined,
    limit: number,
  ): Tables[Name][];
  /** @param isNew the caller knows that no such row exists */
  put<Name extends TableName>(table: Name, row: Tables[Name], isNew?: boolean): void;
  remove(table: TableName, key: Key): void;
  /** Removes every row under `prefix`: all key columns but the last. */
  wipe(table: TableName, prefix: Key): void;
  /** Runs when all that was written so far is durable; at once when it is. Never after a failed commit. */
  after(run: () => void): void;
  /** Bytes of rows that are not yet durable. */
  readonly pendingBytes: number;
}

/**
 * @param soon     runs a function once when the present turn is over
 * @param onFailed hears that a batch could not be written; the overlay commits nothing after that
 */
export function createOverlay(
  storage: Storage,
  soon: (run: () => void) => void,
  onFailed: (fault: Fault) => void,
): Overlay {
  let open = newLayer();
  let leaving: Layer | undefined;
  let scheduled = false;
  let failed = false;

  function schedule(): void {
    if (scheduled || leaving || failed) return;
    scheduled = true;
    soon(() => {
      scheduled = false;
      flush();
    });
  }

  function flush(): void {
    if (leaving || failed) return;
    const batch = changesOf(open);
    leaving = open;
    open = newLayer();
    if (batch.length === 0) return settle();
    storage.commit(batch, (fault) => {
      if (!fault) return settle();
      failed = true;
      onFailed(fault);
    });
  }

  function settle(): void {
    const { waiting } = leaving ?? newLayer();
    leaving = undefined;
    for (const run of waiting) run();
    if (open.groups.size > 0 || open.waiting.length > 0) schedule();
  }

  function groupOf(layer: Layer, table: TableName, prefix: Key): Group | undefined {
    return layer.groups.get(nameOf(table, prefix));
  }

  function openGroup(table: TableName, prefix: Key): Group {
    const name = nameOf(table, prefix);
    let group = open.groups.get(name);
    if (!group) open.groups.set(name, (group = { table, prefix, wiped: false, rows: new Map() }));
    schedule();
    return group;
  }

  /** Layers from the top down to the first that wiped the group; `true` when the database counts too. */
  function layersOf(table: TableName, prefix: Key): [Group[], boolean] {
    const groups: Group[] = [];
    for (const layer of leaving ? [open, leaving] : [open]) {
      const group = groupOf(layer, table, prefix);
      if (!group) continue;
      groups.push(group);
      if (group.wiped) return [groups, false];
    }
    return [groups, true];
  }

  return {
    get<Name extends TableName>(table: Name, key: Key): Tables[Name] | undefined {
      const [groups, below] = layersOf(table, key.slice(0, -1));
      const last = key.at(-1)!;
      for (const group of groups) {
        const found = group.rows.get(last);
        if (found) return found.row as Tables[Name] | undefined;
      }
      return below ? storage.get(table, key) : undefined;
    },

    scan<Name extends TableName>(
      table: Name,
      prefix: Key,
      after: Last | undefined,
      limit: number,
    ): Tables[Name][] {
      const [groups, below] = layersOf(table, prefix);
      const over = new Map<Last, AnyRow | undefined>();
      for (const group of [...groups].reverse()) {
        for (const [last, { row }] of group.rows) {
          if (after === undefined || last > after) over.set(last, row);
        }
      }
      if (over.size === 0) return below ? storage.scan(table, prefix, after, limit) : [];
      let hidden = 0;
      for (const row of over.values()) if (!row) hidden++;
      const rows = new Map<Last, AnyRow>();
      if (below) {
        for (const row of storage.scan(table, prefix, after, limit + hidden))
          rows.set(lastOf(table, row), row);
      }
      for (const [last, row] of over) {
        if (row) rows.set(last, row);
        else rows.delete(last);
      }
      return [...rows]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([, row]) => row as Tables[Name]);
    },

    put(table, row, isNew = false) {
      const key = keyOf(table, row);
      const group = openGroup(table, key.slice(0, -1));
      const last = key.at(-1)!;
      const before = group.rows.get(last);
      if (before) open.bytes -= sizeOf(before.row);
      open.bytes += sizeOf(row);
      group.rows.set(last, { row, isNew: before?.isNew ?? isNew });
    },

    remove(table, key) {
      const group = openGroup(table, key.slice(0, -1));
      const last = key.at(-1)!;
      const before = group.rows.get(last);
      if (before) open.bytes -= sizeOf(before.row);
      if (before?.isNew) group.rows.delete(last);
      else group.rows.set(last, { row: undefined, isNew: false });
    },

    wipe(table, prefix) {
      const group = openGroup(table, prefix);
      for (const { row } of group.rows.values()) open.bytes -= sizeOf(row);
      group.rows.clear();
      group.wiped = true;
    },

    after(run) {
      if (open.groups.size > 0 || open.waiting.length > 0) open.waiting.push(run);
      else if (leaving) leaving.waiting.push(run);
      else run();
    },

    get pendingBytes() {
      return open.bytes + (leaving?.bytes ?? 0);
    },
  };
}

function newLayer(): Layer {
  return { groups: new Map(), waiting: [], bytes: 0 };
}

function nameOf(table: TableName, prefix: Key): string {
  return `${table}/${prefix.join('/')}`;
}

function lastOf(table: TableName, row: AnyRow): Last {
  return keyOf(table, row as never).at(-1)!;
}

function sizeOf(row: AnyRow | undefined): number {
  return row && 'envelope' in row ? row.envelope.length : 0;
}

function changesOf(layer: Layer): Change[] {
  const changes: Change[] = [];
  for (const { table, prefix, wiped, rows } of layer.groups.values()) {
    if (wiped) changes.push({ type: 'wipe', table, prefix });
    for (const [last, { row }] of rows) {
      const key = [...prefix, last];
      changes.push(row ? { type: 'put', table, key, row } : { type: 'remove', table, key });
    }
  }
  return changes;
}
