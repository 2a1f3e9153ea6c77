import { afterEach, describe, expect, test } from 'vitest';
import { type Bytes, fromHex, toHex } from '../lib/bytes.ts';
import { isFault } from '../lib/fault.ts';
import { setNative } from './native.ts';
import { systemRandom } from './random.ts';
import { seededRandom } from './testing/seeded.ts';
import { hex, testVectors } from './testing/vectors.ts';
import { generateKeyPair, publicKeyOf } from './x25519-script.ts';
import {
  agree,
  createKeyPair,
  isCanonical,
  publicKeyFor,
  readPublicKey,
  serializePublicKey,
} from './x25519.ts';

/** Every u of small order, non-canonical forms included (RFC 7748, section 7, and RFC 7748, section 5). */
const lowOrder = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
];

afterEach(() => setNative(true));

describe.each([true, false])('with native X25519: %s', (native) => {
  test('the agreement of RFC 7748, section 6.1, comes out on both sides', async () => {
    setNative(native);
    const alice = fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a');
    const bob = fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb');
    expect(toHex(publicKeyOf(alice))).toBe(
      '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    );
    expect(toHex(publicKeyOf(bob))).toBe(
      'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    );
    expect(await publicKeyFor(alice)).toEqual(publicKeyOf(alice));
    const secret = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';
    expect(toHex(await agree(alice, publicKeyOf(bob)))).toBe(secret);
    expect(toHex(await agree(bob, publicKeyOf(alice)))).toBe(secret);
  });

  test('a thousand iterations of RFC 7748, section 5.2, end where they should', async () => {
    setNative(native);
    let k: Bytes = fromHex(`09${'00'.repeat(31)}`);
    let u = k;
    for (let i = 0; i < 1000; i++) {
      const next = await agree(k, u);
      u = k;
      k = next;
      if (i === 0)
        expect(toHex(k)).toBe('422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079');
    }
    expect(toHex(k)).toBe('684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51');
  });

  test('keys of small order are refused', async () => {
    setNative(native);
    const { privateKey } = generateKeyPair(seededRandom('low order'));
    for (const u of lowOrder) {
      const refusal: unknown = await agree(privateKey, fromHex(u)).catch((error: unknown) => error);
      expect(isFault(refusal, 'low-order-point')).toBe(true);
    }
  });

  test('both ways to make a key pair make the same from the same random bytes', async () => {
    setNative(native);
    for (let seed = 0; seed < 20; seed++)
      expect(await createKeyPair(seededRandom(seed))).toEqual(generateKeyPair(seededRandom(seed)));
  });

  test('a pair of the system’s own making belongs together', async () => {
    setNative(native);
    for (let i = 0; i < 20; i++) {
      const { publicKey, privateKey } = await createKeyPair(systemRandom);
      expect(publicKey).toEqual(publicKeyOf(privateKey));
      const other = await createKeyPair(systemRandom);
      expect(await agree(privateKey, other.publicKey)).toEqual(
        await agree(other.privateKey.slice(), publicKey),
      );
    }
  });
});

test('a serialised key is read back, and nothing else is', () => {
  const { publicKey } = generateKeyPair(seededRandom('serialise'));
  expect(readPublicKey(serializePublicKey(publicKey))).toEqual(publicKey);
  const wrong = [
    publicKey,
    new Uint8Array([6, ...publicKey]),
    new Uint8Array([5, ...publicKey, 0]),
    new Uint8Array(0),
  ];
  for (const bytes of wrong) expect(() => readPublicKey(bytes)).toThrow('bad-key');
});

test('a key has one encoding: u of p and above, or with the top bit set, is refused', () => {
  const p = fromHex(`ed${'ff'.repeat(30)}7f`);
  const below = fromHex(`ec${'ff'.repeat(30)}7f`);
  const topBit = fromHex(`09${'00'.repeat(30)}80`);
  expect(isCanonical(below)).toBe(true);
  expect(isCanonical(p)).toBe(false);
  expect(isCanonical(fromHex('ff'.repeat(32)))).toBe(false);
  expect(isCanonical(topBit)).toBe(false);
  expect(() => readPublicKey(serializePublicKey(topBit))).toThrow('bad-key');
  expect(() => readPublicKey(serializePublicKey(p))).toThrow('bad-key');
});

testVectors('x25519', async (vector) => {
  const secret = agree(hex(vector, 'private'), hex(vector, 'public'));
  if (vector.flags.includes('ZeroSharedSecret'))
    await expect(secret).rejects.toSatisfy((error) => isFault(error, 'low-order-point'));
  else expect(toHex(await secret)).toBe(vector['shared']);
});
