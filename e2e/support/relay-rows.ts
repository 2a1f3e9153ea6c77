/** What a relay has written, read from outside: its database row by row, and its files as they are. */
import { hash } from 'node:crypto';
import { fromBase32 } from '../../src/lib/base32.ts';
import { databasePath, openForReading } from '../../src/relay/hosts/node/schema.ts';
import { type DatabaseRow } from '../../src/relay/hosts/node/database.ts';
import { type File } from './needles.ts';

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly DatabaseRow[];
}

/** Every table of the database in a data folder, SQLite's own included. */
export function readTables(data: string): Map<string, Table> {
  const database = openForReading(databasePath(data));
  try {
    const names = database.prepare(
      "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')",
    );
    return new Map(
      ['sqlite_master', ...names.all([]).map(({ name }) => String(name))].map((table) => [
        table,
        {
          columns: database
            .prepare('SELECT name FROM pragma_table_info(?) ORDER BY cid')
            .all([table])
            .map(({ name }) => String(name)),
          rows: database.prepare(`SELECT * FROM "${table}"`).all([]),
        },
      ]),
    );
  } finally {
    database.close();
  }
}

/** A row's values as bytes, one after the other, to be searched. */
export function rowBytes(row: DatabaseRow): Buffer {
  return Buffer.concat(
    Object.values(row).flatMap((value) => [
      value instanceof Uint8Array ? value : Buffer.from(String(value)),
      Buffer.of(0),
    ]),
  );
}

/** Whole groups of eight letters leave no bits over. */
function decodeBase32(text: string): Buffer {
  const whole = text.toLowerCase().padEnd(Math.ceil(text.length / 8) * 8, 'a');
  return Buffer.from(fromBase32(whole));
}

const TOKEN_BYTES = 16;
const codes: { name: string; run: RegExp; group: number; decode: (text: string) => Buffer }[] = [
  { name: 'hex', run: /[0-9a-f]{32,}/gi, group: 2, decode: (text) => Buffer.from(text, 'hex') },
  {
    name: 'base64',
    run: /[\w+/-]{22,}/g,
    group: 4,
    decode: (text) => Buffer.from(text, 'base64'),
  },
  { name: 'base32', run: /[a-z2-7]{26,}/gi, group: 8, decode: decodeBase32 },
];

/** The bytes as they are, and what stands in them in letters: `[form, bytes]`. */
function* readings(bytes: Buffer): Generator<[string, Buffer]> {
  yield ['raw', bytes];
  for (const [width, text] of [
    ['', bytes.toString('latin1')],
    [' in UTF-16', bytes.toString('latin1').replaceAll('\0', '')],
  ] as const) {
    for (const { name, run, group, decode } of codes) {
      for (const [letters] of text.matchAll(run))
        for (let from = 0; from < group; from++) yield [name + width, decode(letters.slice(from))];
    }
  }
}

/**
 * Looks for tokens that nobody outside knows, by their hashes: 16 bytes in a row, anywhere, plain or in letters,
 * whose SHA-256 is one of them.
 */
export function findTokens(files: readonly File[], hashes: ReadonlySet<string>): string[] {
  const findings: string[] = [];
  for (const { path, bytes } of files) {
    for (const [form, reading] of readings(bytes)) {
      for (let at = 0; at + TOKEN_BYTES <= reading.length; at++) {
        if (hashes.has(hash('sha256', reading.subarray(at, at + TOKEN_BYTES))))
          findings.push(`a token in ${path} at ${at}: ${form}`);
      }
    }
  }
  return findings;
}
