import fc from 'fast-check';
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex, utf8 } from './bytes.ts';
import { readMessage, writeMessage } from './codec.ts';
import { isFault } from './fault.ts';

const malformed = expect.objectContaining({ code: 'malformed' }) as Error;
const read = (hex: string) => readMessage(fromHex(hex), 1 << 20);

describe('a message', () => {
  // Protobuf documentation, "Encoding": `08 96 01` is field 1 = 150, `12 07 …` is field 2 = "testing".
  it('has the bytes of the protobuf documentation', () => {
    const bytes = writeMessage().uint(1, 150).text(2, 'testing').finish();
    expect(toHex(bytes)).toBe('08960112' + '0774657374696e67');
    expect(read(toHex(bytes)).uint(1)).toBe(150);
    expect(read(toHex(bytes)).text(2, 7)).toBe('testing');
  });

  it('reads back whatever was written', () => {
    const field = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(
        field,
        fc.maxSafeNat(),
        fc.uint8Array({ maxLength: 300 }),
        fc.uint16Array({ maxLength: 100 }).map((units) => String.fromCharCode(...units)),
        fc.boolean(),
        (first, number, bytes, text, flag) => {
          const message = writeMessage()
            .uint(first, number)
            .bytes(first + 1, bytes)
            .text(first + 2, text)
            .flag(first + 3, flag)
            .finish();
          const fields = readMessage(message, 10_000);
          expect(fields.uint(first)).toBe(number);
          expect(fields.bytes(first + 1)).toEqual(new Uint8Array(bytes));
          expect(fields.text(first + 2, 10_000)).toBe(text.toWellFormed());
          expect(fields.flag(first + 3)).toBe(flag);
        },
      ),
    );
  });

  it('has the bytes that pbf writes', () => {
    const field = fc.integer({ min: 1, max: 1_000 });
    const bytes = fc.uint8Array({ maxLength: 500 });
    fc.assert(
      fc.property(field, fc.maxSafeNat(), bytes, (at, number, value) => {
        const oracle = new PbfWriter();
        oracle.writeVarintField(at, number);
        oracle.writeBytesField(at, value);
        const written = writeMessage().uint(at, number).bytes(at, new Uint8Array(value)).finish();
        expect(toHex(written)).toBe(toHex(oracle.finish()));
      }),
    );
  });

  it('tells absent from zero and from empty', () => {
    const zero = writeMessage().uint(1, 0).bytes(2, new Uint8Array(0)).text(3, '').finish();
    const fields = readMessage(zero, 100);
    expect(fields.optionalUint(1)).toBe(0);
    expect(fields.optionalBytes(2)).toEqual(new Uint8Array(0));
    expect(fields.optionalText(3, 0)).toBe('');
    const none = readMessage(
      writeMessage()
        .uint(1, undefined)
        .bytes(2, undefined)
        .text(3, undefined)
        .flag(4, false)
        .finish(),
      0,
    );
    expect(none.optionalUint(1)).toBeUndefined();
    expect(none.optionalBytes(2)).toBeUndefined();
    expect(none.optionalText(3, 10)).toBeUndefined();
    expect(none.flag(4)).toBe(false);
    expect(none.repeatedBytes(2, 5)).toEqual([]);
    expect(() => none.uint(1)).toThrow(malformed);
    expect(() => none.bytes(2)).toThrow(malformed);
    expect(() => none.text(3, 10)).toThrow(malformed);
  });

  it('gives every occurrence of a repeated field, and the last of a single one', () => {
    const message = writeMessage().uint(1, 5).uint(1, 6).bytes(2, utf8('a')).bytes(2, utf8('b'));
    const fields = readMessage(message.finish(), 100);
    expect(fields.repeatedUint(1, 2)).toEqual([5, 6]);
    expect(fields.uint(1)).toBe(6);
    expect(fields.repeatedBytes(2, 2)).toEqual([utf8('a'), utf8('b')]);
    expect(() => fields.repeatedUint(1, 1)).toThrow(malformed);
    expect(() => fields.repeatedBytes(2, 1)).toThrow(malformed);
  });

  it('gives bytes that do not hold on to the whole message', () => {
    const message = writeMessage().bytes(1, utf8('abc')).finish();
    const bytes = readMessage(message, 100).bytes(1);
    message.fill(0);
    expect(bytes).toEqual(utf8('abc'));
    expect(bytes.buffer.byteLength).toBe(3);
  });

  it('is not written with a number that is none', () => {
    for (const number of [-1, 1.5, Number.NaN, 2 ** 53])
      expect(() => writeMessage().uint(1, number)).toThrow(malformed);
  });
});

describe('fields of a newer version', () => {
  it('survive being read and written by this one, in their order', () => {
    const newer = concat(
      writeMessage().uint(1, 7).uint(90, 1).finish(),
      fromHex('fd05' + '01020304'), // field 95, 32 bits
      fromHex('f905' + '0102030405060708'), // field 95, 64 bits
      writeMessage().bytes(91, utf8('new')).bytes(2, utf8('old')).finish(),
    );
    const fields = readMessage(newer, 1000);
    const kept = fields.unknown([1, 2]);
    const again = writeMessage().uint(1, 8).raw(kept).finish();
    expect(readMessage(again, 1000).uint(1)).toBe(8);
    expect(readMessage(again, 1000).uint(90)).toBe(1);
    expect(readMessage(again, 1000).bytes(91)).toEqual(utf8('new'));
    expect(readMessage(again, 1000).unknown([1])).toEqual(kept);
    expect(fields.unknown([1, 2, 90, 91, 95])).toEqual(new Uint8Array(0));
  });
});

describe('hostile bytes', () => {
  it('are refused for their size before they are looked at', () => {
    expect(() => readMessage(new Uint8Array(11), 10)).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
  });

  it.each([
    ['a tag without a value', '08'],
    ['a varint that does not end', '0880'],
    ['a varint of eleven bytes', '08' + '80'.repeat(10) + '01'],
    ['a number above 2^53 − 1', '08' + '80808080808080' + '10'],
    ['bytes shorter than they say', '0a0561'],
    ['bytes of an absurd length', '0affffffffffffff0f61'],
    ['a 64-bit word cut short', '0901020304050607'],
    ['a 32-bit word cut short', '0d010203'],
    ['field 0', '0001'],
    ['a field above 2^29 − 1', '808080801001'],
    ['a start of a group', '0b'],
    ['an end of a group', '0c'],
    ['wire type 6', '0e00'],
    ['wire type 7', '0f00'],
  ])('with %s are malformed', (_what, hex) => {
    expect(() => read(hex)).toThrow(malformed);
  });

  it('may hold the greatest number there is', () => {
    expect(read('08' + 'ffffffffffffff' + '0f').uint(1)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('with too many fields are malformed', () => {
    expect(() => read('0801'.repeat(4097))).toThrow(malformed);
    expect(read('0801'.repeat(4096)).repeatedUint(1, 4096).length).toBe(4096);
  });

  it('of another type or bound than expected are malformed', () => {
    const fields = read('0803' + '120161' + '1a01ff');
    expect(() => fields.bytes(1)).toThrow(malformed);
    expect(() => fields.uint(2)).toThrow(malformed);
    expect(() => fields.uint(1, 2)).toThrow(malformed);
    expect(() => fields.flag(1)).toThrow(malformed);
    expect(() => fields.bytes(2, { length: 2 })).toThrow(malformed);
    expect(() => fields.bytes(2, { max: 0 })).toThrow(malformed);
    expect(() => fields.text(2, 0)).toThrow(malformed);
    expect(() => fields.text(3, 10)).toThrow(malformed);
    expect(() => fields.repeatedUint(1, 1, 2)).toThrow(malformed);
    expect(() => fields.repeatedBytes(2, 1, { length: 2 })).toThrow(malformed);
  });

  it('give a message or a Fault, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          const fields = readMessage(bytes, 50);
          fields.unknown([]);
          fields.repeatedBytes(1, 10);
        } catch (error) {
          expect(isFault(error)).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
