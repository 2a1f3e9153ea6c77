import { describe, expect, it } from 'vitest';
import { seededNumbers, seededRandom } from '../crypto/testing/seeded.ts';
import {
  KEY_DIGITS,
  ROW_DIGITS,
  type RecoveryKey,
  asRecoveryKey,
  readDigits,
  rowStates,
} from '../lib/recovery-digits.ts';
import { createRecoveryKey, likelyKeys } from './recovery-key.ts';

const random = seededRandom('recovery keys');
const number = seededNumbers(5);

function withDigit(key: string, at: number, digit: number): string {
  return key.slice(0, at) + String(digit) + key.slice(at + 1);
}

function swapped(key: string, at: number): string {
  return key.slice(0, at) + key[at + 1]! + key[at]! + key.slice(at + 2);
}

const rowsOf = (key: string): string[] => key.match(/.{16}/g) ?? [];

describe('a recovery key', () => {
  it('has 64 digits in four right rows, and no two are alike', () => {
    const keys = new Set(Array.from({ length: 500 }, () => createRecoveryKey(random)));
    expect(keys.size).toBe(500);
    for (const key of keys) {
      expect(key).toMatch(/^[0-9]{64}$/);
      expect(asRecoveryKey(key)).toBe(key);
    }
  });

  it('uses every digit as often as any other', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 2_000; i++)
      for (const row of rowsOf(createRecoveryKey(random)))
        for (const digit of row.slice(0, -1)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    // 12,000 of each are expected; five standard deviations are 520.
    for (const count of counts.values()) expect(Math.abs(count - 12_000)).toBeLessThan(520);
    expect(counts.size).toBe(10);
  });

  it('takes bytes over 249 for no digit, which would make some likelier', () => {
    const key = createRecoveryKey((length) =>
      Uint8Array.from({ length }, (_, i) => (i % 2 === 0 ? 250 + (i % 6) : 249)),
    );
    for (const row of rowsOf(key)) expect(row.slice(0, -1)).toBe('9'.repeat(15));
  });
});

describe('a slip', () => {
  it('of one digit is seen in its row, whichever it is', () => {
    const key = createRecoveryKey(random);
    for (let at = 0; at < KEY_DIGITS; at++)
      for (let digit = 0; digit < 10; digit++) {
        if (key[at] === String(digit)) continue;
        const states = rowStates(withDigit(key, at, digit));
        expect(states.indexOf('wrong')).toBe(Math.floor(at / ROW_DIGITS));
        expect(states.filter((state) => state === 'right')).toHaveLength(3);
      }
  });

  it('that swaps neighbours or rows is seen', () => {
    for (let i = 0; i < 200; i++) {
      const key = createRecoveryKey(random);
      for (let at = 0; at < KEY_DIGITS - 1; at++)
        if (key[at] !== key[at + 1]) expect(asRecoveryKey(swapped(key, at))).toBeUndefined();
      const rows = rowsOf(key);
      const other = [rows[2], rows[1], rows[0], rows[3]].join('');
      if (rows[0] !== rows[2])
        expect(rowStates(other)).toEqual(['wrong', 'right', 'wrong', 'right']);
    }
  });

  /** What could have become `typed` by one slip, and how many guesses that took. */
  function found(key: RecoveryKey, typed: string): boolean {
    const keys = [...likelyKeys(typed)];
    expect(keys.length).toBeLessThan(2_000);
    for (const likely of keys) expect(asRecoveryKey(likely)).toBe(likely);
    return keys.includes(key);
  }

  it('is found again among few keys', () => {
    for (let i = 0; i < 100; i++) {
      const key = createRecoveryKey(random);
      const at = number(KEY_DIGITS - 1);
      const digit = (Number(key[at]) + 1 + number(9)) % 10;
      expect(found(key, withDigit(key, at, digit))).toBe(true);
      if (key[at] !== key[at + 1]) expect(found(key, swapped(key, at))).toBe(true);
      expect(found(key, key.slice(0, at) + key.slice(at + 1))).toBe(true);
      expect(found(key, key.slice(0, at) + String(digit) + key.slice(at))).toBe(true);
      const far = (at + ROW_DIGITS * (1 + number(3))) % KEY_DIGITS;
      expect(
        found(key, withDigit(withDigit(key, at, digit), far, (Number(key[far]) + 1) % 10)),
      ).toBe(true);
      const rows = rowsOf(key);
      expect(found(key, [rows[3], rows[0], rows[2], rows[1]].join(''))).toBe(true);
    }
  });

  it('has no likely keys where it was no slip', () => {
    const other = createRecoveryKey(random);
    expect([...likelyKeys(other.slice(0, 40))]).toEqual([]);
    expect([...likelyKeys('')]).toEqual([]);
    expect([...likelyKeys('x'.repeat(64))]).toEqual([]);
    expect([...likelyKeys('1'.repeat(64))].length).toBeLessThan(30);
  });
});

describe('what is typed', () => {
  it('is read in every script of the world that has digits', () => {
    const zeros: number[] = [];
    for (let point = 0; point <= 0x10ffff; point++)
      if (/\p{Nd}/u.test(String.fromCodePoint(point))) zeros.push(point);
    // Unicode gives the decimal digits of a script in one run, in their order.
    expect(zeros.length % 10).toBe(0);
    for (let i = 0; i < zeros.length; i += 10) {
      const run = zeros.slice(i, i + 10);
      expect(readDigits(String.fromCodePoint(...run)).digits).toBe('0123456789');
    }
    expect(readDigits('٠١٢٣ ४५६७ 89').digits).toBe('0123456789');
  });

  it('may have spaces, lines and strokes between, and nothing else', () => {
    const key = createRecoveryKey(random);
    const text = ` ${rowsOf(key)
      .map((row) => row.match(/.{4}/g)!.join(' – '))
      .join('\r\n')}\n`;
    expect(readDigits(text)).toEqual({ digits: key, hasForeign: false });
    expect(readDigits('12O4').hasForeign).toBe(true);
  });

  it('is ticked row by row', () => {
    const key = createRecoveryKey(random);
    expect(rowStates('')).toEqual(['empty', 'empty', 'empty', 'empty']);
    expect(rowStates(key.slice(0, 20))).toEqual(['right', 'partial', 'empty', 'empty']);
    expect(rowStates(key)).toEqual(['right', 'right', 'right', 'right']);
    expect(rowStates(withDigit(key, 20, (Number(key[20]) + 1) % 10).slice(0, 32))).toEqual([
      'right',
      'wrong',
      'empty',
      'empty',
    ]);
  });
});
