import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  concat,
  copyBytes,
  equalBytes,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64Url,
  toHex,
  utf8,
  release,
} from './bytes.ts';

const malformed = expect.objectContaining({ code: 'malformed' }) as Error;
const anyBytes = fc.uint8Array({ maxLength: 100 });

describe('joining and copying', () => {
  it('joins parts in order, and nothing to nothing', () => {
    expect(concat(utf8('a'), new Uint8Array(0), utf8('bc'))).toEqual(utf8('abc'));
    expect(concat()).toEqual(new Uint8Array(0));
  });

  it('gives a copy a buffer of its own', () => {
    const whole = new Uint8Array([1, 2, 3, 4]);
    const copy = copyBytes(whole.subarray(1, 3));
    whole[1] = 9;
    expect(copy).toEqual(new Uint8Array([2, 3]));
    expect(copy.buffer.byteLength).toBe(2);
  });
});

it('holds bytes for equal only when every one of them is', () => {
  fc.assert(
    fc.property(anyBytes, anyBytes, (a, b) => {
      expect(equalBytes(a, new Uint8Array(a))).toBe(true);
      expect(equalBytes(a, b)).toBe(toHex(a) === toHex(b));
    }),
  );
  expect(equalBytes(utf8('a'), utf8('ab'))).toBe(false);
});

describe('text', () => {
  it('goes to UTF-8 and back, whole letters only, a byte order mark included', () => {
    fc.assert(
      fc.property(fc.uint16Array(), (units) => {
        const text = String.fromCharCode(...units);
        expect(fromUtf8(utf8(text))).toBe(text.toWellFormed());
      }),
    );
    expect(fromUtf8(utf8('\ufeffa'))).toBe('\ufeffa');
  });

  it.each([[[0xff]], [[0xc3]], [[0xed, 0xa0, 0x80]], [[0xc0, 0x80]], [[0xf4, 0x90, 0x80, 0x80]]])(
    'refuses %j, which is not UTF-8',
    (bytes) => {
      expect(() => fromUtf8(new Uint8Array(bytes))).toThrow(malformed);
    },
  );
});

describe('hexadecimal', () => {
  it('reads back what it wrote, in either case', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const own = new Uint8Array(bytes);
        expect(toHex(bytes)).toMatch(/^([0-9a-f]{2})*$/);
        expect(fromHex(toHex(bytes))).toEqual(own);
        expect(fromHex(toHex(bytes).toUpperCase())).toEqual(own);
      }),
    );
  });

  it.each(['0', 'xx', '0x', '1 ', ' 1', '-1', '1\n', '０1'])('refuses %j', (text) => {
    expect(() => fromHex(text)).toThrow(malformed);
  });
});

describe('base64url', () => {
  // RFC 4648 section 10 without padding, and the two letters that differ from base64.
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('writes %j as %j', (text, letters) => {
    expect(toBase64Url(utf8(text))).toBe(letters);
    expect(fromBase64Url(letters)).toEqual(utf8(text));
  });

  it('agrees with the platform', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const letters = Buffer.from(bytes).toString('base64url');
        expect(toBase64Url(bytes)).toBe(letters);
        expect(fromBase64Url(letters)).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it.each(['A', 'Zg==', 'Zh', 'Zm9', 'a+bc', 'a/bc', 'a bc', 'Zm9vY'])('refuses %j', (text) => {
    expect(() => fromBase64Url(text)).toThrow(malformed);
  });
});

it('lets go of bytes, also of several views of one buffer and of what was let go before', () => {
  const bytes = new Uint8Array(1_000);
  const rest = new Uint8Array(10);
  release(bytes.subarray(1), bytes.subarray(10, 20), rest);
  expect([bytes.length, rest.length]).toEqual([0, 0]);
  release(bytes, rest, new Uint8Array(0));
});
