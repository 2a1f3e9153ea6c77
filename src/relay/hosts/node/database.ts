/**
 * The only file that touches libsql, whose sharp edges end here: a lone byte string or a boolean as a parameter
 * aborts the process, a lone null throws, a number in an untyped column becomes a real, text ends at its first
 * NUL, `get` adds a column of its own, and `all` gives byte strings as ArrayBuffers. So parameters are checked
 * and bound as one array, and rows are made anew. Knows no table.
 */
import Libsql from 'libsql';
import { Fault } from '../../../lib/fault.ts';
import { type SqlValue } from '../../core/tables.ts';

/** What may be bound; booleans become 0 and 1. */
export type Bindable = SqlValue | Uint8Array | boolean | bigint;
export type DatabaseRow = Record<string, SqlValue>;

export interface Statement {
  run(values: readonly Bindable[]): void;
  get(values: readonly Bindable[]): DatabaseRow | undefined;
  all(values: readonly Bindable[]): DatabaseRow[];
}

export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  /** The one value of a pragma, or undefined. */
  pragma(name: string): SqlValue | undefined;
  close(): void;
}

/** Values that the driver takes without dying. Throws a TypeError on anything else. */
export function toBindable(values: readonly unknown[]): (SqlValue | Uint8Array | bigint)[] {
  return values.map((value) => {
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value === 'number' && !Number.isNaN(value)) return value;
    if (typeof value === 'string' && !value.includes('\0')) return value;
    if (typeof value === 'bigint' || value === null) return value;
    if (value instanceof Uint8Array && !(value.buffer instanceof SharedArrayBuffer)) return value;
    throw new TypeError(
      `A ${value === undefined ? 'missing value' : typeof value} cannot be bound.`,
    );
  });
}

function toRow(found: unknown): DatabaseRow {
  const row: DatabaseRow = {};
  for (const [column, value] of Object.entries(found as Record<string, unknown>)) {
    if (column === '_metadata') continue;
    if (value instanceof ArrayBuffer) row[column] = new Uint8Array(value);
    else if (value instanceof Uint8Array) row[column] = new Uint8Array(value);
    else row[column] = value as SqlValue;
  }
  return row;
}

/** The Fault of what the driver threw: full, closed to writing, damaged, or in use. */
export function toStorageFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const { code = '' } = error as { code?: string };
  const full = code.startsWith('SQLITE_FULL');
  return new Fault(full ? 'storage-full' : 'storage-failed', 'never', error);
}

function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw toStorageFault(error);
  }
}

/** Opens or makes a database file. Throws Fault `storage-failed` or `storage-full`. */
export function openDatabase(path: string): Database {
  const database = guarded(() => new Libsql(path));
  return {
    exec: (sql) => guarded(() => void database.exec(sql)),
    prepare(sql) {
      const statement = guarded(() => database.prepare(sql));
      return {
        run: (values) => guarded(() => void statement.run(toBindable(values))),
        get(values) {
          const found = guarded(() => statement.get(toBindable(values)));
          return found === undefined ? undefined : toRow(found);
        },
        all: (values) => guarded(() => statement.all(toBindable(values))).map(toRow),
      };
    },
    pragma(name) {
      const [row] = guarded(() => database.prepare(`PRAGMA ${name}`).all([]));
      return row === undefined ? undefined : Object.values(toRow(row))[0];
    },
    close: () => void database.close(),
  };
}
