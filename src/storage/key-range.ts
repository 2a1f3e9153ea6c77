/**
 * Ranges as bounds on compound keys. Every key of the database is an array of strings and numbers, compared
 * as IndexedDB does (number < string < array; a shorter array before its longer namesakes), so an empty array
 * stands above every value of a column. Knows no database; both stores read their bounds here.
 * Source: Indexed Database API 3.0, section 2.4 "Keys".
 */
import { Fault } from '../lib/fault.ts';
import { indexes, primaryKeys, type TableName } from './schema.ts';
import { type KeyValues, type Range } from './store.ts';

/** Above every string and number. */
const ABOVE_ALL: readonly never[] = [];

/** One place in a key, or the sentinel above all. */
type Part = string | number | typeof ABOVE_ALL;

/** Keys from `lower` to `upper`. `upper` is excluded; so is `lower`, which may be a key only when it is a prefix. */
export interface Bounds {
  readonly lower: readonly Part[];
  readonly lowerOpen: boolean;
  readonly upper: readonly Part[];
}

/** A range over any table. */
export interface AnyRange extends Omit<Range<TableName>, 'index'> {
  readonly index?: string | undefined;
}

/**
 * The bounds of a range, or `undefined` when no key can lie within.
 * @throws Fault `storage-failed` on a value that is no key (NaN)
 */
export function boundsOf(range: AnyRange): Bounds | undefined {
  const { equals = [], above, below } = range;
  const lower: Part[] = above === undefined ? [...equals] : [...equals, above, ABOVE_ALL];
  const upper: Part[] = [...equals, below ?? ABOVE_ALL];
  for (const part of [...lower, ...upper])
    if (Number.isNaN(part)) throw new Fault('storage-failed');
  if (compareKeys(lower, upper) >= 0) return undefined;
  return { lower, lowerOpen: above !== undefined, upper };
}

/** Negative, zero or positive, in the order of IndexedDB. */
export function compareKeys(a: readonly Part[], b: readonly Part[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = compareParts(a[i] as Part, b[i] as Part);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareParts(a: Part, b: Part): number {
  if (a === b) return 0;
  const ranks = rank(a) - rank(b);
  if (ranks !== 0) return ranks;
  // Strings compare by UTF-16 unit, which is what `<` does.
  return a < b ? -1 : a > b ? 1 : 0;
}

function rank(part: Part): number {
  return typeof part === 'number' ? 0 : typeof part === 'string' ? 1 : 2;
}

/** Columns of an index, or of the primary key when none is named. */
export function columnsOf(table: TableName, index?: string): readonly string[] {
  if (index === undefined) return primaryKeys[table];
  const named: Record<string, readonly string[]> = indexesOf(table);
  const columns = named[index];
  if (!columns) throw new Fault('storage-failed');
  return columns;
}

/** The further indexes of a table by name. */
export function indexesOf(table: TableName): Record<string, readonly string[]> {
  const all: { [Name in TableName]?: Record<string, readonly string[]> } = indexes;
  return all[table] ?? {};
}

/**
 * The values of a row in the given columns; `undefined` when one is missing or no key. A row without a key in
 * an index is not in that index; a row without a primary key cannot be.
 */
export function keyOf(row: object, columns: readonly string[]): KeyValues | undefined {
  const key: (string | number)[] = [];
  for (const column of columns) {
    const value = (row as Record<string, unknown>)[column];
    if (typeof value !== 'string' && (typeof value !== 'number' || Number.isNaN(value)))
      return undefined;
    key.push(value);
  }
  return key;
}
