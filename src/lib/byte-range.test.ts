import { describe, expect, it } from 'vitest';
import { firstPartOf } from './byte-range.ts';

const PART = 100;

describe('the bytes that a player asks for', () => {
  it.each([
    ['bytes=0-', 1_000, 0, 100],
    ['bytes=0-0', 1_000, 0, 1],
    ['bytes=0-99', 1_000, 0, 100],
    ['bytes=20-59', 1_000, 20, 60],
    ['bytes=950-', 1_000, 950, 1_000],
    ['bytes=990-5000', 1_000, 990, 1_000],
    ['bytes=-30', 1_000, 970, 1_000],
    ['bytes=-5000', 40, 0, 40],
    ['bytes=999-999', 1_000, 999, 1_000],
  ])('%s of %i are %i to %i', (header, size, from, to) => {
    expect(firstPartOf(header, size, PART)).toEqual({ from, to });
  });

  it('are no more than a part, and the next ones begin with a whole one', () => {
    expect(firstPartOf('bytes=150-', 1_000, PART)).toEqual({ from: 150, to: 200 });
    expect(firstPartOf('bytes=200-', 1_000, PART)).toEqual({ from: 200, to: 300 });
    expect(firstPartOf('bytes=-450', 1_000, PART)).toEqual({ from: 550, to: 600 });
  });

  it.each([
    '',
    'bytes=',
    'bytes=-',
    'bytes=-0',
    'bytes=5-4',
    'bytes=1000-',
    'bytes=1000-1001',
    'bytes=0-1,5-6',
    'bytes=a-b',
    'bytes=1e2-',
    'bytes=0x1-',
    'bytes= 0-1',
    'lines=0-1',
    'bytes=1.5-2',
    'bytes=99999999999999999999-',
  ])('"%s" names none', (header) => {
    expect(firstPartOf(header, 1_000, PART)).toBeUndefined();
  });

  it('are none of an empty file', () => {
    expect(firstPartOf('bytes=0-', 0, PART)).toBeUndefined();
    expect(firstPartOf('bytes=-1', 0, PART)).toBeUndefined();
  });

  it('lead through the whole file when each is asked for behind the last', () => {
    for (const size of [1, 99, 100, 101, 1_234]) {
      const got: number[] = [];
      for (let at = 0; at < size;) {
        const part = firstPartOf(`bytes=${at}-`, size, PART)!;
        expect(part.from).toBe(at);
        expect(part.to - part.from).toBeLessThanOrEqual(PART);
        for (let byte = part.from; byte < part.to; byte++) got.push(byte);
        at = part.to;
      }
      expect(got).toEqual(Array.from({ length: size }, (_, index) => index));
    }
  });
});
