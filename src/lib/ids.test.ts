import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountIdBytes,
  accountIdFromBytes,
  conversationWith,
  deviceId,
  envelopeHashFromBytes,
  FIRST_DEVICE,
  hexIdBytes,
  installationIdFromBytes,
  messageIdFromBytes,
  parseAccountId,
  peerOf,
  tokenHashFromBytes,
} from './ids.ts';

const malformed = expect.objectContaining({ code: 'malformed' }) as Error;

describe('an account id', () => {
  it('is 32 letters for 20 bytes, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const id = accountIdFromBytes(bytes);
        expect(id).toMatch(/^[a-z2-7]{32}$/);
        expect(accountIdBytes(id)).toEqual(new Uint8Array(bytes));
        expect(parseAccountId(id)).toBe(id);
        expect(peerOf(conversationWith(id))).toBe(id);
      }),
    );
  });

  it.each(['', 'a'.repeat(31), 'a'.repeat(33), 'A'.repeat(32), '1'.repeat(32), ' '.repeat(32)])(
    'is not %j',
    (text) => {
      expect(() => parseAccountId(text)).toThrow(malformed);
    },
  );

  it('is refused for its length before it is read', () => {
    expect(() => parseAccountId('a'.repeat(2 ** 29 - 32))).toThrow(malformed);
  });

  it('is not made of another number of bytes', () => {
    for (const length of [0, 19, 21, 32])
      expect(() => accountIdFromBytes(new Uint8Array(length))).toThrow(malformed);
  });
});

it.each([
  ['message', messageIdFromBytes, 16],
  ['envelope hash', envelopeHashFromBytes, 16],
  ['installation', installationIdFromBytes, 16],
  ['token hash', tokenHashFromBytes, 32],
] as const)('a %s id is hexadecimal of its length only', (_name, fromBytes, length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
  expect(fromBytes(bytes)).toMatch(/^[0-9a-f]+$/);
  expect(hexIdBytes(fromBytes(bytes))).toEqual(bytes);
  expect(() => fromBytes(bytes.subarray(1))).toThrow(malformed);
  expect(() => fromBytes(new Uint8Array(length + 1))).toThrow(malformed);
});

it('there is one device until linking exists', () => {
  expect(deviceId(1)).toBe(FIRST_DEVICE);
  for (const value of [0, 2, -1, 1.5, Number.NaN]) expect(() => deviceId(value)).toThrow(malformed);
});
