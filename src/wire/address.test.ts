import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { sha256 } from '../crypto/sha256.ts';
import { generateKeyPair } from '../crypto/x25519-script.ts';
import { serializePublicKey } from '../crypto/x25519.ts';
import { concat, fromHex, utf8 } from '../lib/bytes.ts';
import { toBase32 } from '../lib/base32.ts';
import { accountIdOf, formatAddress, isHost, parseAddress } from './address.ts';

const identityKey = serializePublicKey(generateKeyPair(seededRandom('address')).publicKey);

test('an id is 32 letters of the identity key’s hash', () => {
  const id = accountIdOf(identityKey);
  expect(id).toMatch(/^[a-z2-7]{32}$/);
  expect(id).toBe(toBase32(sha256(concat(utf8('sotto-account-v1'), identityKey)).subarray(0, 20)));
});

test('a key out of form has no id, so one key has one', () => {
  const keys = [
    identityKey.slice(1),
    identityKey.with(0, 6),
    identityKey.with(32, identityKey[32]! | 0x80),
    fromHex(`05ed${'ff'.repeat(30)}7f`),
    new Uint8Array(0),
  ];
  for (const key of keys) expect(() => accountIdOf(key)).toThrow('bad-key');
});

test('an address is written and read', () => {
  const id = accountIdOf(identityKey);
  const text = formatAddress({ id, host: 'chat.example:8787' });
  expect(text).toBe(`${id}@chat.example:8787`);
  expect(parseAddress(text)).toEqual({ id, host: 'chat.example:8787' });
  for (const bad of ['', id, `${id}@`, `${id}@a b`, `x${id}@host`, `${id.toUpperCase()}@host`])
    expect(() => parseAddress(bad)).toThrow('malformed');
});

test('hosts are lower-case names or addresses with an optional port, and nothing else', () => {
  const good = ['localhost', 'localhost:8787', 'a', 'chat.example', '127.0.0.1:1', 'xn--a-b.net'];
  for (const host of [...good, '[::1]:443', '[2001:db8::1]']) expect(isHost(host)).toBe(true);
  const bad = ['', 'A.example', 'a..b', '-a', 'a-', 'a:0', 'a:65536', 'a:', 'a/b', 'a@b', ' a'];
  for (const host of [...bad, 'a\n', 'http://a', '::1', '[g::1]', 'a'.repeat(64), 'é.net'])
    expect(isHost(host)).toBe(false);
  expect(isHost(`${'a.'.repeat(140)}a`)).toBe(false);
});
