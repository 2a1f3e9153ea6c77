/** A Storage in memory: what was committed survives a crash of the relay over it, what was not is lost. */
import { type Fault } from '../../../lib/fault.ts';
import { showRow } from '../ledger.ts';
import { type Change, type Storage } from '../storage.ts';
import { type Key, type TableName, type Tables, tableNames, tables } from '../tables.ts';

type AnyRow = Tables[TableName];
type Last = string | number;

interface Group {
  readonly rows: Map<Last, AnyRow>;
  /** Keys in order, some perhaps gone; undefined when they have to be sorted anew. */
  order: Last[] | undefined;
}

export interface MemoryStorage extends Storage {
  /** Every committed row by table, in no particular order. */
  dump(): Record<TableName, AnyRow[]>;
}

/**
 * @param schedule decides when a batch becomes durable: it gets the function that writes it and tells the core.
 *   A function that is never run is a commit that a crash lost.
 */
export function createMemoryStorage(
  schedule: (write: (fault?: Fault) => void) => void,
): MemoryStorage {
  const groups = new Map<string, Group>();

  function groupOf(table: TableName, prefix: Key): Group {
    const name = `${table}/${prefix.join('/')}`;
    let group = groups.get(name);
    if (!group) groups.set(name, (group = { rows: new Map(), order: [] }));
    return group;
  }

  function apply(change: Change): void {
    if (change.type === 'wipe') {
      groups.delete(`${change.table}/${change.prefix.join('/')}`);
      return;
    }
    const group = groupOf(change.table, change.key.slice(0, -1));
    const last = change.key.at(-1)!;
    if (change.type === 'remove') {
      group.rows.delete(last);
      if (group.order && group.order.length > 2 * group.rows.size + 8) group.order = undefined;
      return;
    }
    const known = group.rows.has(last);
    group.rows.set(last, change.row);
    if (known || !group.order) return;
    const end = group.order.at(-1);
    if (end === undefined || last > end) group.order.push(last);
    else group.order = undefined;
  }

  function orderOf(group: Group): Last[] {
    group.order ??= [...group.rows.keys()].sort((a, b) => (a < b ? -1 : 1));
    return group.order;
  }

  function* rowsOf(table: TableName): Iterable<AnyRow> {
    for (const [name, { rows }] of groups) if (name.startsWith(`${table}/`)) yield* rows.values();
  }

  return {
    get: <Name extends TableName>(table: Name, key: Key) =>
      groupOf(table, key.slice(0, -1)).rows.get(key.at(-1)!) as Tables[Name] | undefined,

    scan<Name extends TableName>(
      table: Name,
      prefix: Key,
      after: Last | undefined,
      limit: number,
    ): Tables[Name][] {
      const group = groupOf(table, prefix);
      const order = orderOf(group);
      let low = 0;
      let high = order.length;
      while (after !== undefined && low < high) {
        const middle = (low + high) >> 1;
        if (order[middle]! > after) high = middle;
        else low = middle + 1;
      }
      const found: Tables[Name][] = [];
      for (let at = low; at < order.length && found.length < limit; at++) {
        const row = group.rows.get(order[at]!);
        if (row) found.push(row as Tables[Name]);
      }
      return found;
    },

    queueSize(mailbox, device) {
      const size = { count: 0, bytes: 0, last: 0 };
      for (const row of groupOf('queue', [mailbox, device]).rows.values()) {
        if (!('envelope' in row)) continue;
        size.count++;
        size.bytes += row.envelope.length;
        size.last = Math.max(size.last, row.sequence);
      }
      return size;
    },

    blobBytes() {
      let bytes = 0;
      for (const row of rowsOf('blobs')) if ('size' in row) bytes += row.size;
      for (const row of rowsOf('uploads'))
        if ('upload' in row && row.blob === null) bytes += row.size;
      return bytes;
    },

    expired(table, now, limit) {
      const { expiry, key } = tables[table];
      const found: Key[] = [];
      for (const row of rowsOf(table)) {
        const values = row as unknown as Record<string, string | number | null>;
        const due = expiry && values[expiry];
        if (typeof due === 'number' && due <= now && found.length < limit)
          found.push(key.map((column) => values[column] as string | number));
      }
      return found;
    },

    *ledger(mailbox, most) {
      const found = tableNames.flatMap((table) =>
        [...rowsOf(table)]
          .filter((row) => 'mailbox' in row && row.mailbox === mailbox)
          .map((row) => showRow(table, row as never)),
      );
      for (let at = 0; at < found.length; at += most) yield found.slice(at, at + most);
    },

    commit(batch, done) {
      schedule((fault) => {
        if (!fault) for (const change of batch) apply(change);
        done(fault);
      });
    },

    dump() {
      const all = {} as Record<TableName, AnyRow[]>;
      for (const table of tableNames) all[table] = [...rowsOf(table)];
      return all;
    },
  };
}
