/**
 * The 64 digits of a recovery key as text: four rows of fifteen digits and a check digit. Every wrong digit, every swap
 * of neighbours and every swapped row shows in its row. Does not know what the digits open.
 * Source of the check digit: H. Michael Damm, "Total anti-symmetrische Quasigruppen", 2004, the table of order 10.
 */
declare const brand: unique symbol;
/** 64 ASCII digits whose four rows are right. */
export type RecoveryKey = string & { readonly [brand]: 'RecoveryKey' };

export const ROWS = 4;
/** Digits of a row, its check digit included. */
export const ROW_DIGITS = 16;
export const KEY_DIGITS = ROWS * ROW_DIGITS;

const damm = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
].map((row) => [...row].map(Number));

/** What stands in a row of a key that is being typed. */
export type RowState = 'empty' | 'partial' | 'right' | 'wrong';

/** What somebody typed, as digits. */
export interface TypedDigits {
  /** ASCII, in order. */
  readonly digits: string;
  /** True where something stood there that no key has: a letter, say. */
  readonly hasForeign: boolean;
}

/** The digits in a text, in whatever script of the world; spaces and punctuation between them count for nothing. */
export function readDigits(text: string): TypedDigits {
  let digits = '';
  let hasForeign = false;
  for (const letter of text.slice(0, 16 * KEY_DIGITS)) {
    if (/\p{Nd}/u.test(letter)) digits += String(digitValue(letter));
    else if (!/[\p{Z}\p{P}\p{Cc}\p{Cf}]/u.test(letter)) hasForeign = true;
  }
  return { digits, hasForeign };
}

/** How each row of what was typed so far stands; `digits` as `readDigits` gives them. */
export function rowStates(digits: string): RowState[] {
  return Array.from({ length: ROWS }, (_, row) => {
    const body = rowOf(digits, row);
    if (body === '') return 'empty';
    if (body.length < ROW_DIGITS) return 'partial';
    return isRowRight(body, row) ? 'right' : 'wrong';
  });
}

/** The key that these digits are; undefined where a row is not right or the length is another. */
export function asRecoveryKey(digits: string): RecoveryKey | undefined {
  if (!/^[0-9]{64}$/.test(digits)) return undefined;
  for (let row = 0; row < ROWS; row++) if (!isRowRight(rowOf(digits, row), row)) return undefined;
  return digits as RecoveryKey;
}

/** The state of the check after these digits; each row starts from another, so that rows cannot change places. */
export function checkState(body: string, row: number): number {
  let state = row;
  for (const digit of body) state = damm[state]![Number(digit)]!;
  return state;
}

/** The digits of a row, as far as they are there. */
export const rowOf = (digits: string, row: number): string =>
  digits.slice(row * ROW_DIGITS, (row + 1) * ROW_DIGITS);

/** True for the 16 digits of a right row. */
export const isRowRight = (body: string, row: number): boolean =>
  body.length === ROW_DIGITS && checkState(body, row) === 0;

function digitValue(letter: string): number {
  const point = letter.codePointAt(0)!;
  let value = 0;
  // Each script's digits stand in one run from 0 to 9, and what runs meet does so at a 9.
  while (/\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value++;
  return value % 10;
}
