import { expect, test } from 'vitest';
import { concat, toHex } from '../lib/bytes.ts';
import { KYBER_SERIALIZED_BYTES, decapsulate, encapsulate, generateKyberKeyPair } from './kem.ts';
import { finishSecret } from './kyber.ts';
import { seededRandom } from './testing/seeded.ts';
import { hex, testVectors } from './testing/vectors.ts';

const random = seededRandom('kem');
const TYPE = Uint8Array.of(8);

test('what is encapsulated is what is decapsulated, and a key comes with its type byte', async () => {
  const pair = await generateKyberKeyPair(random);
  const { ciphertext, secret } = await encapsulate(pair.publicKey, random);
  expect(pair.publicKey).toHaveLength(KYBER_SERIALIZED_BYTES);
  expect([pair.publicKey[0], ciphertext[0]]).toEqual([8, 8]);
  expect(ciphertext).toHaveLength(KYBER_SERIALIZED_BYTES);
  expect(await decapsulate(pair.secretKey, ciphertext)).toEqual(secret);
});

test('a changed ciphertext gives another secret and no error', async () => {
  const pair = await generateKyberKeyPair(random);
  const { ciphertext, secret } = await encapsulate(pair.publicKey, random);
  ciphertext[700]! ^= 1;
  expect(await decapsulate(pair.secretKey, ciphertext)).not.toEqual(secret);
});

test('another type byte, another length and coefficients out of range are refused', async () => {
  const pair = await generateKyberKeyPair(random);
  const { ciphertext } = await encapsulate(pair.publicKey, random);
  for (const bad of [pair.publicKey.with(0, 10), pair.publicKey.slice(1), new Uint8Array(0)])
    await expect(encapsulate(bad, random)).rejects.toThrow('bad-key');
  await expect(
    encapsulate(
      pair.publicKey.map((byte, i) => (i ? 0xff : byte)),
      random,
    ),
  ).rejects.toThrow('bad-key');
  for (const bad of [ciphertext.with(0, 5), ciphertext.slice(1)])
    await expect(decapsulate(pair.secretKey, bad)).rejects.toThrow('bad-key');
});

// ML-KEM's vectors, with round 3's last step put on top of their secret.
testVectors(
  'mlkem_1024',
  async (vector) => {
    const seed = hex(vector, 'seed');
    const ciphertext = hex(vector, 'c');
    const open = async () => {
      const pair = await generateKyberKeyPair(() => seed);
      if (vector['ek'] !== undefined) expect(toHex(pair.publicKey.subarray(1))).toBe(vector['ek']);
      return toHex(await decapsulate(pair.secretKey, concat(TYPE, ciphertext)));
    };
    const expected = () => toHex(finishSecret(hex(vector, 'K'), ciphertext));
    if (vector.result === 'valid') expect(await open()).toBe(expected());
    else await expect(open()).rejects.toThrow();
  },
  [false],
);
