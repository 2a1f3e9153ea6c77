/**
 * A database as JSON and back, with its tables, indexes and rows, so that one made by an old version can be
 * kept in a file and upgraded in a test. Bytes stand as `{bytes: hex}`, keys as `{aesKey: hex}`. Speaks plain
 * IndexedDB, so that nothing it needs changes with the schema.
 */
import { fromHex, toHex } from '../../lib/bytes.ts';

export interface DatabaseCopy {
  readonly version: number;
  readonly tables: Readonly<Record<string, TableCopy>>;
}

export interface TableCopy {
  readonly keyPath: readonly string[];
  readonly indexes: Readonly<Record<string, readonly string[]>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Copies a whole database. Keys must be extractable, so only those made for a fixture can be copied. */
export async function copyDatabase(name: string): Promise<DatabaseCopy> {
  const database = await resultOf(indexedDB.open(name));
  const tables: Record<string, TableCopy> = {};
  for (const table of [...database.objectStoreNames].sort()) {
    const store = database.transaction(table).objectStore(table);
    const found = (await resultOf(store.getAll())) as Record<string, unknown>[];
    tables[table] = {
      keyPath: store.keyPath as string[],
      indexes: Object.fromEntries(
        [...store.indexNames]
          .sort()
          .map((index) => [index, store.index(index).keyPath as string[]]),
      ),
      rows: await Promise.all(found.map((row) => convert(row, toJson))),
    };
  }
  const { version } = database;
  database.close();
  return { version, tables };
}

/** Makes a database as it was when copied. Keys come back unextractable. */
export async function restoreDatabase(name: string, copy: DatabaseCopy): Promise<void> {
  const rows = new Map<string, unknown[]>();
  for (const [table, { rows: copied }] of Object.entries(copy.tables))
    rows.set(table, await Promise.all(copied.map((row) => convert(row, fromJson))));
  const request = indexedDB.open(name, copy.version);
  request.onupgradeneeded = () => {
    for (const [table, { keyPath, indexes }] of Object.entries(copy.tables)) {
      const store = request.result.createObjectStore(table, { keyPath: [...keyPath] });
      for (const [index, columns] of Object.entries(indexes))
        store.createIndex(index, [...columns]);
      for (const row of rows.get(table) ?? []) store.put(row);
    }
  };
  (await resultOf(request)).close();
}

async function convert(
  row: Readonly<Record<string, unknown>>,
  one: (value: unknown) => unknown,
): Promise<Record<string, unknown>> {
  const converted: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) converted[column] = await one(value);
  return converted;
}

async function toJson(value: unknown): Promise<unknown> {
  if (value instanceof Uint8Array) return { bytes: toHex(value) };
  if (value instanceof CryptoKey)
    return { aesKey: toHex(new Uint8Array(await crypto.subtle.exportKey('raw', value))) };
  return value;
}

async function fromJson(value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value;
  if ('bytes' in value) return fromHex(value.bytes as string);
  if ('aesKey' in value)
    return crypto.subtle.importKey('raw', fromHex(value.aesKey as string), 'AES-GCM', false, [
      'encrypt',
      'decrypt',
    ]);
  return value;
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('request failed'));
  });
}
