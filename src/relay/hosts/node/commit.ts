/** Applies batches of the core to the database, each as one transaction. Runs in the commit worker, or in tests in place. */
import { type Change } from '../../core/storage.ts';
import { type TableName, tableNames, tables } from '../../core/tables.ts';
import { type Bindable, type Database, type Statement } from './database.ts';

/** Applies one batch durably, or nothing of it. Throws Fault `storage-full` or `storage-failed`. */
export type ApplyBatch = (batch: readonly Change[]) => void;

interface Statements {
  readonly put: Statement;
  readonly remove: Statement;
  readonly wipe: Statement | undefined;
  readonly columns: readonly string[];
}

function prepareTable(database: Database, table: TableName): Statements {
  const { columns, key } = tables[table];
  const names = Object.keys(columns);
  const where = (of: readonly string[]): string =>
    of.map((column) => `"${column}" = ?`).join(' AND ');
  return {
    put: database.prepare(
      `INSERT OR REPLACE INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ),
    remove: database.prepare(`DELETE FROM "${table}" WHERE ${where(key)}`),
    wipe:
      key.length > 1
        ? database.prepare(`DELETE FROM "${table}" WHERE ${where(key.slice(0, -1))}`)
        : undefined,
    columns: names,
  };
}

/** Prepares a database opened for writing. */
export function prepareCommits(database: Database): ApplyBatch {
  const statements = new Map(tableNames.map((table) => [table, prepareTable(database, table)]));

  function apply(change: Change): void {
    const { put, remove, wipe, columns } = statements.get(change.table)!;
    if (change.type === 'remove') return remove.run(change.key);
    if (change.type === 'wipe') return wipe?.run(change.prefix);
    const row = change.row as unknown as Record<string, Bindable>;
    put.run(columns.map((column) => row[column] ?? null));
  }

  return (batch) => {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const change of batch) apply(change);
      database.exec('COMMIT');
    } catch (error) {
      try {
        database.exec('ROLLBACK');
      } catch {
        // SQLite has rolled back by itself, as it does on a full disk; the first error is the one to tell.
      }
      throw error;
    }
  };
}
