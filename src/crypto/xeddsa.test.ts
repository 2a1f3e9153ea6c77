import { ed25519 } from '@noble/curves/ed25519.js';
import { afterEach, describe, expect, test } from 'vitest';
import { type Bytes, fromHex, utf8 } from '../lib/bytes.ts';
import { setNative } from './native.ts';
import { seededRandom } from './testing/seeded.ts';
import { hex, testVectors } from './testing/vectors.ts';
import { generateKeyPair } from './x25519-script.ts';
import { serializePublicKey } from './x25519.ts';
import { sign, verify, verifyEd25519 } from './xeddsa.ts';

const random = seededRandom('xeddsa');
const ORDER = ed25519.Point.Fn.ORDER;

afterEach(() => setNative(true));

function addOrder(signature: Bytes): Bytes {
  const sum = signature.slice();
  sum[63]! &= 0x7f;
  let carry = 0;
  for (let i = 0; i < 32; i++) {
    const limb = sum[32 + i]! + Number((ORDER >> BigInt(8 * i)) & 0xffn) + carry;
    sum[32 + i] = limb & 0xff;
    carry = limb >> 8;
  }
  return sum;
}

describe.each([true, false])('with native Ed25519: %s', (native) => {
  test('what one signs another verifies, whatever the sign of the key, raw or serialised', async () => {
    setNative(native);
    const signs = new Set<number>();
    for (let i = 0; i < 24; i++) {
      const { publicKey, privateKey } = generateKeyPair(random);
      const message = random(7 * i);
      const signature = await sign(privateKey, message, random);
      signs.add(signature[63]! >> 7);
      expect(await verify(publicKey, message, signature)).toBe(true);
      expect(await verify(serializePublicKey(publicKey), message, signature)).toBe(true);
    }
    expect(signs.size).toBe(2);
  });

  test('one changed bit anywhere makes a signature false', async () => {
    setNative(native);
    const { publicKey, privateKey } = generateKeyPair(random);
    const signature = await sign(privateKey, utf8('message'), random);
    for (let bit = 0; bit < 512; bit += 13) {
      const changed = signature.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(await verify(publicKey, utf8('message'), changed)).toBe(false);
    }
    const flipped = signature.slice();
    flipped[63]! ^= 0x80;
    expect(await verify(publicKey, utf8('message'), flipped)).toBe(false);
    expect(await verify(publicKey, utf8('massage'), signature)).toBe(false);
    expect(await verify(generateKeyPair(random).publicKey, utf8('message'), signature)).toBe(false);
  });

  test('a second form of a signature, s + ℓ, is refused', async () => {
    setNative(native);
    // Any s below 2^255 − ℓ has such a form that still fits.
    for (let i = 0; i < 8; i++) {
      const { publicKey, privateKey } = generateKeyPair(random);
      const signature = await sign(privateKey, utf8('m'), random);
      const other = addOrder(signature);
      other[63]! |= signature[63]! & 0x80;
      expect(await verify(publicKey, utf8('m'), signature)).toBe(true);
      expect(await verify(publicKey, utf8('m'), other)).toBe(false);
    }
  });

  test('keys that are none are refused: u not canonical, u = −1, points of small order, other lengths', async () => {
    setNative(native);
    const { privateKey } = generateKeyPair(random);
    const signature = await sign(privateKey, utf8('m'), random);
    const keys = [
      `ec${'ff'.repeat(30)}7f`,
      `ed${'ff'.repeat(30)}7f`,
      'ff'.repeat(32),
      '00'.repeat(32),
      `01${'00'.repeat(31)}`,
      'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
      '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
      '00',
      '',
    ];
    for (const key of keys) {
      expect(await verify(fromHex(key), utf8('m'), signature)).toBe(false);
      // R = identity, s = 0: true for any message under a key of order 1.
      const forged = fromHex(`01${'00'.repeat(63)}`);
      expect(await verify(fromHex(key), utf8('m'), forged)).toBe(false);
    }
    expect(await verify(generateKeyPair(random).publicKey, utf8('m'), new Uint8Array(64))).toBe(
      false,
    );
    expect(await verify(generateKeyPair(random).publicKey, utf8('m'), signature.slice(1))).toBe(
      false,
    );
  });
});

test('signing twice gives two signatures', async () => {
  const { privateKey } = generateKeyPair(random);
  const one = await sign(privateKey, utf8('m'), random);
  expect(await sign(privateKey, utf8('m'), random)).not.toEqual(one);
});

testVectors('ed25519', async (vector, group) => {
  const publicKey = fromHex((group['publicKey'] as { pk: string }).pk);
  const genuine = await verifyEd25519(publicKey, hex(vector, 'msg'), hex(vector, 'sig'));
  expect(genuine).toBe(vector.result === 'valid');
});
