/**
 * The database of the node host: its file, its tables made from the core's definitions, its version, and the
 * checks that let nothing be acknowledged on a database that is damaged, newer, foreign or in use.
 */
import { join } from 'node:path';
import { statSync } from 'node:fs';
import { Fault } from '../../../lib/fault.ts';
import { type TableName, tables } from '../../core/tables.ts';
import { type Database, openDatabase } from './database.ts';

/** `SOTO`: marks the file as ours. */
const APPLICATION_ID = 0x534f544f;
/** Raised with every entry of `migrations`. */
export const SCHEMA_VERSION = 2;
/** Larger files are not read through at every start. */
const MOST_CHECKED_BYTES = 1024 ** 3;
const BUSY_MS = 5_000;

/** The database file in a data folder. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'relay.db');
}

function createTable(table: TableName): string {
  const { columns, key, expiry } = tables[table];
  const lines = Object.entries(columns).map(([name, type]) =>
    type.endsWith('?') ? `"${name}" ${type.slice(0, -1)}` : `"${name}" ${type} NOT NULL`,
  );
  const primary = `PRIMARY KEY (${key.map((column) => `"${column}"`).join(', ')})`;
  const index = expiry
    ? `CREATE INDEX "${table}_${expiry}" ON "${table}" ("${expiry}") WHERE "${expiry}" IS NOT NULL;`
    : '';
  return `CREATE TABLE "${table}" (${[...lines, primary].join(', ')}) STRICT; ${index}`;
}

function createTables(names: readonly TableName[]): string {
  return names.map(createTable).join('\n');
}

/** What leads from one version to the next; append only. */
const migrations: readonly (() => string)[] = [
  () =>
    createTables([
      'mailboxes',
      'signed_prekeys',
      'one_time_prekeys',
      'kyber_prekeys',
      'tokens',
      'queue',
    ]),
  () => createTables(['uploads', 'blobs']),
];

/**
 * Opens the database for writing, makes or upgrades its tables, and checks it.
 * @throws Fault `storage-newer` (a later version of Sotto wrote it) or `storage-failed`, `storage-full`
 */
export function openForWriting(path: string): Database {
  const database = openDatabase(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    const version = Number(database.pragma('user_version'));
    const owner = Number(database.pragma('application_id'));
    if (version > SCHEMA_VERSION) throw new Fault('storage-newer');
    if (version > 0 && owner !== APPLICATION_ID) throw new Fault('storage-failed');
    database.pragma('journal_mode = WAL');
    // FULL: a commit is on the disk when it returns, or an acknowledgement would promise too much.
    database.exec('PRAGMA synchronous = FULL');
    // ON: what is removed is written over. FAST leaves whole pages of it, accounts that were erased included.
    database.pragma('secure_delete = ON');
    if (statSync(path).size <= MOST_CHECKED_BYTES && database.pragma('quick_check(1)') !== 'ok')
      throw new Fault('storage-failed');
    if (version === SCHEMA_VERSION) {
      // A write that changes nothing: a read-only disk shows itself now and not at the first message.
      database.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
      return database;
    }
    const steps = migrations.slice(version).map((migrate) => migrate());
    database.exec(
      `BEGIN IMMEDIATE; ${steps.join('\n')} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`,
    );
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Closes a database opened for writing, with everything in the one file, so that it can be copied. */
export function closeAfterWriting(database: Database): void {
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

/** Opens the database, which exists, for reading. */
export function openForReading(path: string): Database {
  const database = openDatabase(path);
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA query_only = ON`);
  return database;
}

/**
 * Keeps a second relay out of a data folder for as long as this process lives, `kill -9` included.
 * @throws Fault `fenced` when another one is in it
 */
export function lockFolder(dataDir: string): () => void {
  const lock = openDatabase(join(dataDir, 'relay.lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    const { code } = ((error as Fault).cause ?? {}) as { code?: string };
    throw code?.startsWith('SQLITE_BUSY') ? new Fault('fenced', 'never', error) : error;
  }
  return () => {
    lock.exec('ROLLBACK');
    lock.close();
  };
}
