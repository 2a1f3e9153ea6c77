/**
 * What the core asks of a host's database: synchronous reads of what is committed, and commits in batches whose
 * end is told. The core puts an overlay of rows not yet durable before it (overlay.ts).
 */
import { type Fault } from '../../lib/fault.ts';
import { type LedgerRow } from '../../wire/frames.ts';
import { type Key, type TableName, type Tables } from './tables.ts';

/** One change of a batch, applied in order. */
export type Change =
  | {
      readonly type: 'put';
      readonly table: TableName;
      readonly key: Key;
      readonly row: Tables[TableName];
    }
  | { readonly type: 'remove'; readonly table: TableName; readonly key: Key }
  /** Removes every row whose key starts with `prefix`. */
  | { readonly type: 'wipe'; readonly table: TableName; readonly prefix: Key };

/** What waits in a mailbox. */
export interface QueueSize {
  readonly count: number;
  readonly bytes: number;
  /** The highest sequence, 0 for none. */
  readonly last: number;
}

/** Rows removed per sweep and table, so that a sweep never holds up a turn. */
export const SWEEP_ROWS = 1_000;
/** Tables whose rows have their time. */
export type ExpiringTable = 'queue' | 'tokens' | 'uploads' | 'blobs';

export interface Storage {
  /** The committed row under a whole key. */
  get<Name extends TableName>(table: Name, key: Key): Tables[Name] | undefined;
  /** Committed rows under all key columns but the last, that one rising from beyond `after`. */
  scan<Name extends TableName>(
    table: Name,
    prefix: Key,
    after: string | number | undefined,
    limit: number,
  ): Tables[Name][];
  queueSize(mailbox: string, device: number): QueueSize;
  /** Keys of rows whose expiry column is not later than `now`. */
  expired(table: ExpiringTable, now: number, limit: number): Key[];
  /** Bytes of all blobs and of all uploads that are not whole yet, at their full size. */
  blobBytes(): number;
  /**
   * Every row of a mailbox as committed when the first page is taken, with every column the database has and not
   * those the core knows, at most `most` rows at a time. What is not read to its end must be told so by `return`.
   */
  ledger(mailbox: string, most: number): Generator<LedgerRow[], void>;
  /**
   * Makes a batch durable as one transaction, then calls `done`; with a Fault when it could not, and then
   * nothing of it was written. One batch is under way at a time.
   */
  commit(batch: readonly Change[], done: (fault?: Fault) => void): void;
}
