import { afterEach, describe, expect, test } from 'vitest';
import { concat, toHex, utf8 } from '../lib/bytes.ts';
import { isFault } from '../lib/fault.ts';
import { decryptCbc, encryptCbc } from './aes-cbc.ts';
import { openGcm, sealGcm } from './aes-gcm.ts';
import { createDatabaseKey, importGcmKey } from './key.ts';
import { setNative } from './native.ts';
import { systemRandom } from './random.ts';
import { seededRandom } from './testing/seeded.ts';
import { hex, number, testVectors } from './testing/vectors.ts';

const random = seededRandom('ciphers');

afterEach(() => setNative(true));

test('script and platform encrypt to the same bytes', async () => {
  const key = random(32);
  const iv = random(16);
  for (const length of [0, 1, 15, 16, 17, 1000]) {
    const data = random(length);
    setNative(true);
    const native = await encryptCbc(key, iv, data);
    setNative(false);
    expect(await encryptCbc(key, iv, data)).toEqual(native);
    expect(await decryptCbc(key, iv, native)).toEqual(data);
  }
});

describe.each([true, false])('with native AES: %s', (native) => {
  test('a length that is not whole blocks, and a padding that is none, are bad-padding', async () => {
    setNative(native);
    const key = random(32);
    const iv = random(16);
    for (const bytes of [new Uint8Array(0), random(15), random(17), random(32)]) {
      const failure: unknown = await decryptCbc(key, iv, bytes).catch((error: unknown) => error);
      expect(isFault(failure, 'bad-padding')).toBe(true);
    }
  });
});

test('the database key seals and opens, and cannot be read out', async () => {
  const key = await createDatabaseKey();
  const nonce = random(12);
  const sealed = await sealGcm(key, nonce, utf8('row'), utf8('table'));
  expect(await openGcm(key, nonce, sealed, utf8('table'))).toEqual(utf8('row'));
  expect(key.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  await expect(importGcmKey(random(31))).rejects.toThrow('bad-key');
});

test('another key, nonce, associated data or byte does not open', async () => {
  const key = await createDatabaseKey();
  const nonce = random(12);
  const sealed = await sealGcm(key, nonce, utf8('row'), utf8('table'));
  const changed = sealed.slice();
  changed[3]! ^= 1;
  const other = await createDatabaseKey();
  const attempts = [
    () => openGcm(other, nonce, sealed, utf8('table')),
    () => openGcm(key, random(12), sealed, utf8('table')),
    () => openGcm(key, nonce, sealed, utf8('other')),
    () => openGcm(key, nonce, changed, utf8('table')),
    () => openGcm(key, nonce, new Uint8Array(0), utf8('table')),
  ];
  for (const attempt of attempts)
    await expect(attempt()).rejects.toSatisfy((error) => isFault(error, 'bad-seal'));
});

test('system randomness comes in any length and never twice', () => {
  expect(systemRandom(0)).toHaveLength(0);
  expect(systemRandom(200_000)).toHaveLength(200_000);
  expect(
    systemRandom(200_000)
      .subarray(131_072)
      .some((byte) => byte !== 0),
  ).toBe(true);
  expect(toHex(systemRandom(16))).not.toBe(toHex(systemRandom(16)));
});

testVectors('aes_cbc_pkcs5', async (vector) => {
  const [key, iv] = [hex(vector, 'key'), hex(vector, 'iv')];
  const ciphertext = hex(vector, 'ct');
  if (vector.result === 'valid') {
    expect(toHex(await decryptCbc(key, iv, ciphertext))).toBe(vector['msg']);
    expect(toHex(await encryptCbc(key, iv, hex(vector, 'msg')))).toBe(vector['ct']);
  } else
    await expect(decryptCbc(key, iv, ciphertext)).rejects.toSatisfy((error) =>
      isFault(error, 'bad-padding'),
    );
});

testVectors(
  'aes_gcm',
  async (vector, group) => {
    // What Sotto seals with: keys of 32 bytes and nonces of 12.
    if (number(group, 'keySize') !== 256 || number(group, 'ivSize') !== 96) return false;
    const key = await importGcmKey(hex(vector, 'key'));
    const [nonce, associated] = [hex(vector, 'iv'), hex(vector, 'aad')];
    const sealed = concat(hex(vector, 'ct'), hex(vector, 'tag'));
    if (vector.result === 'valid') {
      expect(toHex(await openGcm(key, nonce, sealed, associated))).toBe(vector['msg']);
      expect(await sealGcm(key, nonce, hex(vector, 'msg'), associated)).toEqual(sealed);
    } else
      await expect(openGcm(key, nonce, sealed, associated)).rejects.toSatisfy((error) =>
        isFault(error, 'bad-seal'),
      );
    return true;
  },
  [true],
);
