import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Change, type Storage } from '../../core/storage.ts';
import { type QueueRow } from '../../core/tables.ts';
import { type Committer, openCommitterInPlace } from './committer.ts';
import { type Database } from './database.ts';
import { databasePath, openForReading } from './schema.ts';
import { createSqlStorage } from './storage.ts';

let folder: string;
let committer: Committer;
let reader: Database;
let storage: Storage;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-storage-'));
  const path = databasePath(folder);
  committer = await openCommitterInPlace(path);
  reader = openForReading(path);
  storage = createSqlStorage(reader, committer, () => openForReading(path));
});
afterEach(async () => {
  await committer.close();
  reader.close();
  rmSync(folder, { recursive: true, force: true });
});

const queued = (sequence: number): QueueRow => ({
  mailbox: 'ana',
  device: 1,
  sequence,
  class: 'normal',
  token: '00',
  arrived: 0,
  expires: 0,
  envelope: new Uint8Array(100),
});
const put = (row: QueueRow): Change => ({
  type: 'put',
  table: 'queue',
  key: [row.mailbox, row.device, row.sequence],
  row,
});
const commit = (batch: Change[]): void =>
  storage.commit(batch, (fault) => expect(fault).toBeUndefined());

it('shows a ledger as of one moment, whatever is written between its pages', () => {
  commit(Array.from({ length: 10 }, (_, at) => put(queued(at + 1))));
  const pages = storage.ledger('ana', 4);
  const sequences: string[] = [];
  for (const page of pages) {
    expect(page.length).toBeLessThanOrEqual(4);
    for (const { columns } of page)
      sequences.push(columns.find(({ name }) => name === 'sequence')!.value);
    commit([
      { type: 'remove', table: 'queue', key: ['ana', 1, 1] },
      { type: 'remove', table: 'queue', key: ['ana', 1, 9] },
      put(queued(11)),
    ]);
  }
  expect(sequences).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
  const rest = [...storage.ledger('ana', 4)].flat();
  expect(rest).toHaveLength(9);
});

it('reads what was committed while a ledger is being read', () => {
  commit([put(queued(1)), put(queued(2))]);
  const pages = storage.ledger('ana', 1);
  pages.next();
  commit([put(queued(3))]);
  expect(storage.queueSize('ana', 1).count).toBe(3);
  pages.return();
});
