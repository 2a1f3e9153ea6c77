/**
 * The key that opens backups: 64 digits, 199 bits of them random. A slip is found where it was made, and mostly mended:
 * whoever holds a backup tries the few keys that one slip could have come from.
 * Does not know files, nor how the digits are shown.
 */
import { Fault } from '../lib/fault.ts';
import { type RandomBytes } from '../lib/random.ts';
import {
  KEY_DIGITS,
  ROWS,
  ROW_DIGITS,
  type RecoveryKey,
  asRecoveryKey,
  checkState,
  isRowRight,
  rowOf,
} from '../lib/recovery-digits.ts';

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
    digits += body + String(checkState(body, row));
  }
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
