import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bindable, type Database, openDatabase, toBindable } from './database.ts';

let folder: string;
let database: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-database-'));
  database = openDatabase(join(folder, 'x.db'));
  database.exec('CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB) STRICT');
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a parameter', () => {
  it('of every type of the language is bound or refused, and the process lives', () => {
    const bound: [string, Bindable, unknown][] = [
      ['i', 0, 0],
      ['i', -5, -5],
      ['i', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
      ['i', 1_750_000_000_000, 1_750_000_000_000],
      ['i', 7n, 7],
      ['i', true, 1],
      ['i', false, 0],
      ['i', null, null],
      ['r', 1.5, 1.5],
      ['r', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
      ['s', '', ''],
      ['s', 'päth 😀 𠀀', 'päth 😀 𠀀'],
      ['b', new Uint8Array(0), new Uint8Array(0)],
      ['b', Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 3)],
      ['b', Buffer.from('hi'), new Uint8Array(Buffer.from('hi'))],
      ['b', Uint8Array.of(9, 8, 7, 6).subarray(1, 3), Uint8Array.of(8, 7)],
    ];
    for (const [column, value, expected] of bound) {
      database.exec('DELETE FROM t');
      database.prepare(`INSERT INTO t (${column}) VALUES (?)`).run([value]);
      expect(database.prepare(`SELECT ${column} AS v FROM t`).get([])).toEqual({ v: expected });
      expect(database.prepare(`SELECT ${column} AS v FROM t`).all([])).toEqual([{ v: expected }]);
    }
    const insert = database.prepare('INSERT INTO t (s) VALUES (?)');
    const refused: unknown[] = [
      undefined,
      Number.NaN,
      'cut \u0000 here',
      Symbol('s'),
      () => 1,
      {},
      [1],
      new Date(0),
      new ArrayBuffer(4),
      new Float64Array(2),
      new Map(),
      new Uint8Array(new SharedArrayBuffer(4)),
    ];
    for (const value of refused) {
      expect(() => insert.run([value as never])).toThrow(TypeError);
      expect(() => toBindable([value])).toThrow(TypeError);
    }
  });

  it('passed bare would kill the process: the reason for this file', () => {
    const script = `
      import Libsql from 'libsql';
      const database = new Libsql(':memory:');
      database.exec('CREATE TABLE t (b)');
      database.prepare('INSERT INTO t VALUES (?)').run(new Uint8Array(3));
      console.log('alive');`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(run.stdout).not.toContain('alive');
  });

  it('of the wrong type for a STRICT column is a Fault, and nothing is written', () => {
    expect(() => database.prepare('INSERT INTO t (i) VALUES (?)').run(['text'])).toThrow(
      'storage-failed',
    );
    expect(database.prepare('SELECT * FROM t').all([])).toEqual([]);
  });
});

it('gives rows as plain bytes and columns, with nothing of the driver', () => {
  database.prepare('INSERT INTO t (i, b) VALUES (?, ?)').run([1, Uint8Array.of(1)]);
  const row = database.prepare('SELECT i, b FROM t').get([])!;
  expect(Object.keys(row)).toEqual(['i', 'b']);
  expect(row['b']!.constructor).toBe(Uint8Array);
  expect(database.prepare('SELECT i FROM t WHERE i = ?').get([9])).toBeUndefined();
});
