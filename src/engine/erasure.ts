/**
 * Erasing the account: first the relay's rows, then every table here but the database's own facts, in one commit.
 * Nothing may be written after it, or a row would outlive the key that it was sealed under.
 */
import { Fault } from '../lib/fault.ts';
import { type TableName, primaryKeys } from '../storage/schema.ts';
import { type Store, type Write } from '../storage/store.ts';
import { removeLeftBackups } from './backup/left-backups.ts';
import { type Connection } from './connection.ts';
import type { Media } from './media.ts';
import type { MediaParts } from './media-work.ts';

/** What stops and goes on again around the erasure. */
export interface Erasure {
  /** From here on every other commit is refused; the result allows them again. */
  readonly refuseCommits: () => () => void;
  /** Resolves when inbox and outbox have nothing under way. */
  readonly settled: () => Promise<unknown>;
  /** Ends what reads the tables to write a file; resolves when it has ended, or was waited for long enough. */
  readonly endJobs: () => Promise<void> | undefined;
}

/** Throws Fault `offline` when the relay cannot be told (unless `localOnly`), or what the store throws. */
export async function eraseAccount(
  store: Store,
  connection: Connection,
  { refuseCommits, settled, endJobs }: Erasure,
  localOnly: boolean,
): Promise<void> {
  if (!localOnly) {
    if (!connection.line) throw new Fault('offline', 'on-reconnect');
    await connection.line.mailboxRequests.request({ type: 'erase' });
  }
  connection.stop();
  await settled();
  const allow = refuseCommits();
  // One that found the tables empty would take an empty file for a whole one.
  await endJobs();
  const tables = (Object.keys(primaryKeys) as TableName[]).filter((table) => table !== 'meta');
  try {
    await store.commit(
      tables.map((table) => ({ table, removeRange: {} }) as Write),
      'strict',
    );
  } catch (error) {
    // All is still here: the account goes on, and registers anew where the relay has forgotten it.
    allow();
    connection.start();
    throw error;
  }
}

/** Removes what lies beside the database: attachments, backups that were not saved, and trials. As far as it goes. */
export async function eraseFiles(
  media: Pick<Media, 'erase'>,
  partsOf: () => Promise<MediaParts>,
): Promise<void> {
  await media.erase().catch(() => undefined);
  await partsOf()
    .then(removeLeftBackups)
    .catch(() => undefined);
}
