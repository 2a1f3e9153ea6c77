/** A database row as text that a person can read: what `What the relay knows` shows. */
import { toHex } from '../../lib/bytes.ts';
import { type LedgerRow } from '../../wire/frames.ts';

const MAX_SHOWN_BYTES = 64;

/** A value as shown: bytes in hex while short, else by their number; NULL as an empty text. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Uint8Array)
    return value.length <= MAX_SHOWN_BYTES ? toHex(value) : `${value.length} bytes`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A row with all the columns it came with. */
export function showRow(table: string, row: Readonly<Record<string, unknown>>): LedgerRow {
  return {
    table,
    columns: Object.entries(row).map(([name, value]) => ({ name, value: showValue(value) })),
  };
}
