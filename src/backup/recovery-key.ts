/**
 * The 64 digits that open backups: four rows of fifteen random digits and a check digit, 199 bits. Every wrong digit,
 * every swap of neighbours and every swapped row shows in its row, so a slip is found where it was made, and mostly
 * mended: whoever holds a backup tries the few keys that one slip could have come from.
 * Does not know files, nor how the digits are shown.
 * Source of the check digit: H. Michael Damm, "Total anti-symmetrische Quasigruppen", 2004, the table of order 10.
 */
import { Fault } from '../lib/fault.ts';
import { type RandomBytes } from '../lib/random.ts';

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

/**
 * A new key.
 * @param random cryptographically secure
 */
export function createRecoveryKey(random: RandomBytes): RecoveryKey {
  let digits = '';
  for (let row = 0; row < ROWS; row++) {
    let body = '';
    while (body.length < ROW_DIGITS - 1) {
      // A byte has 256 values: the six over 250 would make some digits likelier.
      for (const byte of random(2 * ROW_DIGITS))
        if (byte < 250 && body.length < ROW_DIGITS - 1) body += String(byte % 10);
    }
    digits += body + String(interim(body, row));
  }
  return digits as RecoveryKey;
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

/**
 * The keys that one slip a row could have turned into these digits: a digit that is another, two neighbours swapped,
 * two rows swapped, one digit left out or one too many. Some dozens where one row is wrong, about a thousand where two
 * are; none where more are, for then it was no slip.
 */
export function* likelyKeys(digits: string): Generator<RecoveryKey> {
  if (!/^[0-9]{63,65}$/.test(digits)) return;
  if (digits.length === KEY_DIGITS) yield* ofRightLength(digits);
  else yield* ofOtherLength(digits);
}

/** The digits as bytes, for key derivation. Throws Fault `bad-key` where they are none. */
export function keyBytes(key: RecoveryKey): Uint8Array<ArrayBuffer> {
  if (asRecoveryKey(key) === undefined) throw new Fault('bad-key');
  return Uint8Array.from(key, (digit) => digit.charCodeAt(0));
}

/** The state of the check after these digits; each row starts from another, so that rows cannot change places. */
function interim(body: string, row: number): number {
  let state = row;
  for (const digit of body) state = damm[state]![Number(digit)]!;
  return state;
}

const rowOf = (digits: string, row: number): string =>
  digits.slice(row * ROW_DIGITS, (row + 1) * ROW_DIGITS);

const isRowRight = (body: string, row: number): boolean =>
  body.length === ROW_DIGITS && interim(body, row) === 0;

function digitValue(letter: string): number {
  const point = letter.codePointAt(0)!;
  let value = 0;
  // Each script's digits stand in one run from 0 to 9, and what runs meet does so at a 9.
  while (/\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value++;
  return value % 10;
}

function* rowSlips(body: string, row: number): Generator<string> {
  for (let at = 0; at < body.length; at++) {
    for (let digit = 0; digit < 10; digit++) {
      const other = body.slice(0, at) + String(digit) + body.slice(at + 1);
      if (other !== body && isRowRight(other, row)) yield other;
    }
    const [a = '', b = ''] = body.slice(at, at + 2);
    const swapped = body.slice(0, at) + b + a + body.slice(at + 2);
    if (a !== b && isRowRight(swapped, row)) yield swapped;
  }
}

function* ofRightLength(digits: string): Generator<RecoveryKey> {
  const rows = Array.from({ length: ROWS }, (_, row) => rowOf(digits, row));
  const wrong = rows.flatMap((body, row) => (isRowRight(body, row) ? [] : [row]));
  const withRows = (changed: ReadonlyMap<number, string>): RecoveryKey | undefined =>
    asRecoveryKey(rows.map((body, row) => changed.get(row) ?? body).join(''));
  const [first, second] = wrong;
  if (first === undefined || wrong.length > 2) {
    // Three or four rows may only have come in another order.
    if (wrong.length > 2) yield* ofOtherOrder(rows);
    return;
  }
  if (second === undefined) {
    for (const body of rowSlips(rows[first]!, first)) {
      const key = withRows(new Map([[first, body]]));
      if (key) yield key;
    }
    return;
  }
  yield* ofOtherOrder(rows);
  // The last digit of a row and the first of the next are neighbours, too.
  if (second === first + 1) {
    const at = second * ROW_DIGITS;
    const key = asRecoveryKey(
      digits.slice(0, at - 1) + digits[at]! + digits[at - 1]! + digits.slice(at + 1),
    );
    if (key) yield key;
  }
  for (const one of rowSlips(rows[first]!, first)) {
    for (const other of rowSlips(rows[second]!, second)) {
      const key = withRows(
        new Map([
          [first, one],
          [second, other],
        ]),
      );
      if (key) yield key;
    }
  }
}

function* ofOtherOrder(
  rows: readonly string[],
  chosen: readonly string[] = [],
): Generator<RecoveryKey> {
  if (chosen.length === ROWS) {
    const key = asRecoveryKey(chosen.join(''));
    if (key) yield key;
    return;
  }
  for (const [at, body] of rows.entries())
    if (isRowRight(body, chosen.length))
      yield* ofOtherOrder([...rows.slice(0, at), ...rows.slice(at + 1)], [...chosen, body]);
}

function* ofOtherLength(digits: string): Generator<RecoveryKey> {
  const seen = new Set<string>();
  for (let at = 0; at <= digits.length; at++) {
    const head = digits.slice(0, at);
    const others =
      digits.length < KEY_DIGITS
        ? Array.from({ length: 10 }, (_, digit) => head + String(digit) + digits.slice(at))
        : [head + digits.slice(at + 1)];
    for (const other of others) {
      const key = asRecoveryKey(other);
      if (!key || seen.has(key)) continue;
      seen.add(key);
      yield key;
    }
  }
}
