/**
 * The database as the engine sees it: reads, and one kind of write. Every commit is one readwrite transaction
 * that first reads the fencing number, so a writer that was replaced can never write again. Implemented over
 * IndexedDB in open.ts and in memory for simulations.
 */
import { type IndexName, type Rows, type TableName } from './schema.ts';

/** Values of a primary key or index, in the order of its columns. A prefix of an index's columns selects all that share it. */
export type KeyValues = readonly (string | number)[];

/** Which rows, in ascending order of the index. */
export interface Range<Table extends TableName> {
  /** Default: the primary key. */
  readonly index?: IndexName<Table>;
  /** Leading columns that must be equal. */
  readonly equals?: KeyValues;
  /** Bounds on the column after `equals`, both exclusive. */
  readonly above?: string | number;
  readonly below?: string | number;
  /** Descending order. */
  readonly reverse?: boolean;
  readonly limit?: number;
}

export type Write = {
  [Table in TableName]:
    | { readonly table: Table; readonly put: Rows[Table] }
    | { readonly table: Table; readonly remove: KeyValues }
    | { readonly table: Table; readonly removeRange: Omit<Range<Table>, 'reverse' | 'limit'> };
}[TableName];

export interface Store {
  /** One row by its primary key. */
  get<Table extends TableName>(table: Table, key: KeyValues): Promise<Rows[Table] | undefined>;
  /** Rows by primary keys, in one transaction, in the order asked for. */
  getMany<Table extends TableName>(
    table: Table,
    keys: readonly KeyValues[],
  ): Promise<(Rows[Table] | undefined)[]>;
  list<Table extends TableName>(table: Table, range?: Range<Table>): Promise<Rows[Table][]>;
  count<Table extends TableName>(table: Table, range?: Range<Table>): Promise<number>;
  /**
   * All or nothing, in the order given. `strict` returns after the disk has it: for session state and whatever
   * must precede a send or a confirm.
   * @throws Fault `fenced` (another owner took over), `storage-full`, `storage-closed`, `storage-failed`
   */
  commit(writes: readonly Write[], durability: 'strict' | 'relaxed'): Promise<void>;
  /** Closes; later calls throw Fault `storage-closed`. */
  close(): void;
}
