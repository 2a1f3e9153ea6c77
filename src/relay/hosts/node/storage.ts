/**
 * The core's Storage over SQLite: reads on this thread through a connection of its own (a WAL reader, which sees
 * every commit as soon as it is made), commits through a Committer.
 */
import { type LedgerRow } from '../../../wire/frames.ts';
import { showRow } from '../../core/ledger.ts';
import { type Storage } from '../../core/storage.ts';
import { type Key, type TableName, type Tables, tableNames, tables } from '../../core/tables.ts';
import { type Committer } from './committer.ts';
import { type Database, type Statement } from './database.ts';

interface Reads {
  readonly get: Statement;
  readonly scan: Statement;
  readonly scanAfter: Statement;
  readonly expired: Statement | undefined;
}

function prepareReads(database: Database, table: TableName): Reads {
  const { key, expiry } = tables[table];
  const last = key.at(-1)!;
  const prefix = key.slice(0, -1).map((column) => `"${column}" = ?`);
  const where = (conditions: readonly string[]): string =>
    conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const select = `SELECT * FROM "${table}"`;
  return {
    get: database.prepare(`${select}${where([...prefix, `"${last}" = ?`])}`),
    scan: database.prepare(`${select}${where(prefix)} ORDER BY "${last}" LIMIT ?`),
    scanAfter: database.prepare(
      `${select}${where([...prefix, `"${last}" > ?`])} ORDER BY "${last}" LIMIT ?`,
    ),
    expired: expiry
      ? database.prepare(
          `SELECT ${key.map((column) => `"${column}"`).join(', ')} FROM "${table}" WHERE "${expiry}" <= ? LIMIT ?`,
        )
      : undefined,
  };
}

/**
 * Reads from a database opened for reading, commits through `committer`.
 * @param openReader opens the same database once more: a ledger is read over several turns and must not hold the
 *   others' reads at the moment of its first page
 */
export function createSqlStorage(
  database: Database,
  committer: Committer,
  openReader: () => Database,
): Storage {
  const reads = new Map(tableNames.map((table) => [table, prepareReads(database, table)]));
  const size = database.prepare(
    'SELECT count(*) AS count, coalesce(sum(length(envelope)), 0) AS bytes, coalesce(max(sequence), 0) AS last FROM queue WHERE mailbox = ? AND device = ?',
  );
  const stored = database.prepare(
    'SELECT (SELECT coalesce(sum(size), 0) FROM blobs) + (SELECT coalesce(sum(size), 0) FROM uploads WHERE blob IS NULL) AS bytes',
  );

  return {
    get: <Name extends TableName>(table: Name, key: Key) =>
      reads.get(table)!.get.get(key) as unknown as Tables[Name] | undefined,
    scan<Name extends TableName>(
      table: Name,
      prefix: Key,
      after: string | number | undefined,
      limit: number,
    ) {
      const { scan, scanAfter } = reads.get(table)!;
      const rows =
        after === undefined
          ? scan.all([...prefix, limit])
          : scanAfter.all([...prefix, after, limit]);
      return rows as unknown as Tables[Name][];
    },
    queueSize(mailbox, device) {
      const row = size.get([mailbox, device]);
      const { count, bytes, last } = row as { count: number; bytes: number; last: number };
      return { count, bytes, last };
    },
    expired(table, now, limit) {
      const rows = reads.get(table)!.expired?.all([now, limit]) ?? [];
      return rows.map((row) => tables[table].key.map((column) => row[column] as string | number));
    },
    blobBytes() {
      const row = stored.get([]);
      return Number(row?.['bytes'] ?? 0);
    },
    *ledger(mailbox, most) {
      const reader = openReader();
      try {
        reader.exec('BEGIN');
        yield* readLedger(reader, mailbox, most);
      } finally {
        reader.close();
      }
    },
    commit: (batch, done) => committer.commit(batch, done),
  };
}

/** Tables as the database has them, whatever the core knows, with their columns and types. */
export function describeTables(
  database: Database,
): { table: string; columns: { name: string; type: string }[] }[] {
  const listed = database.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  return listed.all([]).map(({ name }) => ({
    table: String(name),
    columns: database
      .prepare('SELECT name, type FROM pragma_table_info(?) ORDER BY cid')
      .all([name ?? null])
      .map((column) => ({ name: String(column['name']), type: String(column['type']) })),
  }));
}

/** Every row of every table that has a mailbox column, long bytes by their number. */
function* readLedger(
  database: Database,
  mailbox: string,
  most: number,
): Generator<LedgerRow[], void> {
  let page: LedgerRow[] = [];
  for (const { table, columns } of describeTables(database)) {
    if (!columns.some(({ name }) => name === 'mailbox')) continue;
    // Read as they will be shown: a full mailbox holds 64 MiB that nobody would see.
    const shown = columns.map(({ name, type }) =>
      type === 'BLOB'
        ? `CASE WHEN length("${name}") > 64 THEN length("${name}") || ' bytes' ELSE "${name}" END AS "${name}"`
        : `"${name}"`,
    );
    const select = database.prepare(
      `SELECT ${shown.join(', ')} FROM "${table}" WHERE mailbox = ? LIMIT ? OFFSET ?`,
    );
    for (let at = 0; ;) {
      const wanted = most - page.length;
      const rows = select.all([mailbox, wanted, at]);
      page.push(...rows.map((row) => showRow(table, row)));
      if (rows.length < wanted) break;
      at += rows.length;
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}
