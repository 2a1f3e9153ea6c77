/**
 * Seals rows at rest: 0x01 ‖ nonce 12 ‖ AES-256-GCM under the database key. The associated data is
 * table ‖ 0x00 ‖ primary key ‖ clear columns, so that a row moved to another place, or whose clear columns were
 * changed, does not open (docs/protocol.md, "At rest"). Knows nothing of what the rows mean.
 */
import { openGcm, sealGcm } from '../crypto/aes-gcm.ts';
import { type Bytes, concat, utf8 } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type RandomBytes } from '../lib/random.ts';
import { type Rows, type TableName, primaryKeys } from '../storage/schema.ts';

const SEAL_VERSION = 1;
const NONCE_BYTES = 12;
const columnNames = new Map<string, readonly string[]>();

/** A table whose rows carry a sealed blob. */
export type SealedTable = {
  [Name in TableName]: Rows[Name] extends { readonly sealed: Bytes } ? Name : never;
}[TableName];

/** A row without its blob. */
export type ClearColumns<Table extends SealedTable> = Omit<Rows[Table], 'sealed'>;

/** Seals and opens rows under one database key. */
export interface RowSeal {
  /** The row with `plain` sealed into it. */
  seal<Table extends SealedTable>(
    table: Table,
    clear: ClearColumns<Table>,
    plain: Bytes,
  ): Promise<Rows[Table]>;
  /** The plaintext of a row. Throws Fault `bad-seal` when row, place or key do not belong together. */
  open<Table extends SealedTable>(table: Table, row: Rows[Table]): Promise<Bytes>;
}

function associatedData(table: SealedTable, row: object): Bytes {
  const record = row as Record<string, string | number>;
  let order = columnNames.get(table);
  if (!order) {
    const primary: readonly string[] = primaryKeys[table];
    const rest = Object.keys(record).filter((name) => name !== 'sealed' && !primary.includes(name));
    order = [...primary, ...rest.sort()];
    columnNames.set(table, order);
  }
  return utf8(`${table}\0${JSON.stringify(order.map((name) => record[name]))}`);
}

/** A seal under `key`; nonces come from `random`. */
export function createRowSeal(key: CryptoKey, random: RandomBytes): RowSeal {
  return {
    async seal(table, clear, plain) {
      const nonce = random(NONCE_BYTES);
      const sealed = await sealGcm(key, nonce, plain, associatedData(table, clear));
      return { ...clear, sealed: concat(Uint8Array.of(SEAL_VERSION), nonce, sealed) } as never;
    },
    async open(table, row) {
      const { sealed } = row as { sealed: Bytes };
      if (sealed[0] !== SEAL_VERSION || sealed.length < 1 + NONCE_BYTES + 16)
        throw new Fault('bad-seal');
      const nonce = sealed.slice(1, 1 + NONCE_BYTES);
      return openGcm(key, nonce, sealed.slice(1 + NONCE_BYTES), associatedData(table, row));
    },
  };
}
