import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBase32, toBase32 } from './base32.ts';
import { utf8 } from './bytes.ts';

// RFC 4648 section 10, in lower case without padding.
const vectors: [string, string][] = [
  ['', ''],
  ['f', 'my'],
  ['fo', 'mzxq'],
  ['foo', 'mzxw6'],
  ['foob', 'mzxw6yq'],
  ['fooba', 'mzxw6ytb'],
  ['foobar', 'mzxw6ytboi'],
];

it('writes and reads the vectors of RFC 4648', () => {
  for (const [text, letters] of vectors) {
    expect(toBase32(utf8(text))).toBe(letters);
    expect(fromBase32(letters)).toEqual(utf8(text));
  }
});

it('reads back whatever it wrote', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(fromBase32(toBase32(bytes))).toEqual(new Uint8Array(bytes));
    }),
  );
});

it('has one spelling for each byte string', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab27'), maxLength: 40 }), (letters) => {
      let bytes;
      try {
        bytes = fromBase32(letters);
      } catch {
        return;
      }
      expect(toBase32(bytes)).toBe(letters);
    }),
  );
});

it.each(['m', 'mzx', 'mzxw6y', 'MY', 'm1', 'my======', 'm y', 'mz', 'mzxw6yq\u{1f600}'])(
  'refuses %j',
  (letters) => {
    expect(() => fromBase32(letters)).toThrow(expect.objectContaining({ code: 'malformed' }));
  },
);
