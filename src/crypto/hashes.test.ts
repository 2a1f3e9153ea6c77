import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '../lib/bytes.ts';
import { isFault } from '../lib/fault.ts';
import { hkdfSha256 } from './hkdf.ts';
import { hmacKey, hmacSha256, hmacWith, macOfBody } from './hmac.ts';
import { sha256 } from './sha256.ts';
import { sha512 } from './sha512.ts';
import { seededNumbers, seededRandom } from './testing/seeded.ts';
import { hex, number, testVectors } from './testing/vectors.ts';

test('SHA-256 of every length around the block bounds is what Node says', () => {
  const random = seededRandom('sha256');
  for (let length = 0; length < 300; length++) {
    const bytes = random(length);
    expect(toHex(sha256(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

test('SHA-256 does not mind how its input is cut', () => {
  const random = seededRandom('cuts');
  const below = seededNumbers(1);
  for (let round = 0; round < 300; round++) {
    const bytes = random(below(500));
    const parts = [];
    for (let at = 0; at < bytes.length;) {
      const to = at + 1 + below(150);
      parts.push(bytes.subarray(at, to), new Uint8Array(0));
      at = to;
    }
    expect(toHex(sha256(...parts))).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

test('SHA-512 of parts is SHA-512 of the whole', () => {
  expect(toHex(sha512(utf8('a'), utf8('bc')))).toBe(
    createHash('sha512').update('abc').digest('hex'),
  );
});

// RFC 4231, sections 4.2 to 4.4, 4.7 and 4.8.
test.each([
  [
    '0b'.repeat(20),
    toHex(utf8('Hi There')),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  ],
  [
    toHex(utf8('Jefe')),
    toHex(utf8('what do ya want for nothing?')),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    'aa'.repeat(20),
    'dd'.repeat(50),
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  ],
  [
    'aa'.repeat(131),
    toHex(utf8('Test Using Larger Than Block-Size Key - Hash Key First')),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    'aa'.repeat(131),
    toHex(
      utf8(
        'This is a test using a larger than block-size key and a larger than block-size data. ' +
          'The key needs to be hashed before being used by the HMAC algorithm.',
      ),
    ),
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
])('HMAC-SHA256 of RFC 4231 holds', (key, message, mac) => {
  expect(toHex(hmacSha256(fromHex(key), fromHex(message)))).toBe(mac);
});

test('a prepared HMAC key can be used any number of times', () => {
  const key = hmacKey(utf8('key'));
  for (const text of ['', 'a', 'b', 'a'])
    expect(toHex(hmacWith(key, utf8(text)))).toBe(
      createHmac('sha256', 'key').update(text).digest('hex'),
    );
});

test('the MAC of a body is the same whether script or the platform works it out', async () => {
  const random = seededRandom('bodies');
  for (const length of [0, 100, 4095, 4096, 70_000]) {
    const body = random(length);
    const mac = await macOfBody(utf8('key'), utf8('head'), body);
    expect(toHex(mac)).toBe(toHex(hmacSha256(utf8('key'), utf8('head'), body)));
  }
});

// RFC 5869, appendix A.1 to A.3.
test.each([
  [
    '0b'.repeat(22),
    '000102030405060708090a0b0c',
    'f0f1f2f3f4f5f6f7f8f9',
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  ],
  [
    Array.from({ length: 80 }, (_, i) => i.toString(16).padStart(2, '0')).join(''),
    Array.from({ length: 80 }, (_, i) => (0x60 + i).toString(16)).join(''),
    Array.from({ length: 80 }, (_, i) => (0xb0 + i).toString(16)).join(''),
    'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c' +
      '59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71' +
      'cc30c58179ec3e87c14c01d5c1f3434f1d87',
  ],
  [
    '0b'.repeat(22),
    '',
    '',
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  ],
])('HKDF-SHA256 of RFC 5869 holds', (ikm, salt, info, okm) => {
  const derived = hkdfSha256(fromHex(ikm), fromHex(salt), fromHex(info), okm.length / 2);
  expect(toHex(derived)).toBe(okm);
});

testVectors('hmac_sha256', (vector, group) => {
  const mac = hmacSha256(hex(vector, 'key'), hex(vector, 'msg'));
  const tag = mac.subarray(0, number(group, 'tagSize') / 8);
  expect(toHex(tag) === vector['tag']).toBe(vector.result === 'valid');
});

testVectors('hkdf_sha256', (vector) => {
  const derive = () =>
    hkdfSha256(
      hex(vector, 'ikm'),
      hex(vector, 'salt'),
      hex(vector, 'info'),
      number(vector, 'size'),
    );
  if (vector.result === 'valid') expect(toHex(derive())).toBe(vector['okm']);
  else expect(derive).toThrow(expect.toSatisfy((error) => isFault(error, 'bad-key')));
});
