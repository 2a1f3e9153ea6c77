import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { generateKeyPair } from '../crypto/x25519-script.ts';
import { serializePublicKey } from '../crypto/x25519.ts';
import { toHex, utf8 } from '../lib/bytes.ts';
import { FIRST_DEVICE, installationIdFromBytes } from '../lib/ids.ts';
import {
  authenticationBytes,
  claimBytes,
  signAuthentication,
  verifyAuthentication,
} from './auth.ts';

const random = seededRandom('auth');
const pair = generateKeyPair(random);
const identityKey = serializePublicKey(pair.publicKey);
const facts = {
  host: 'localhost:8787',
  device: FIRST_DEVICE,
  installation: installationIdFromBytes(random(16)),
  nonce: random(32),
};

test('the signed bytes are context, 0, length and host, device, installation, nonce', () => {
  const rest = `00000e${toHex(utf8(facts.host))}01${facts.installation}${toHex(facts.nonce)}`;
  expect(toHex(authenticationBytes(facts))).toBe(`${toHex(utf8('sotto-auth-v1'))}${rest}`);
  expect(toHex(claimBytes(facts))).toBe(`${toHex(utf8('sotto-claim-v1'))}${rest}`);
});

test('a signature is good for these facts, this key and this purpose only', async () => {
  const signature = await signAuthentication('auth', pair.privateKey, facts, random);
  expect(await verifyAuthentication('auth', identityKey, facts, signature)).toBe(true);
  expect(await verifyAuthentication('claim', identityKey, facts, signature)).toBe(false);
  const others = [
    { ...facts, host: 'localhost:8788' },
    { ...facts, installation: installationIdFromBytes(random(16)) },
    { ...facts, nonce: random(32) },
  ];
  for (const other of others)
    expect(await verifyAuthentication('auth', identityKey, other, signature)).toBe(false);
  const another = serializePublicKey(generateKeyPair(random).publicKey);
  expect(await verifyAuthentication('auth', another, facts, signature)).toBe(false);
});

test('a nonce of another length and a host too long are malformed', () => {
  expect(() => authenticationBytes({ ...facts, nonce: random(31) })).toThrow('malformed');
  expect(() => authenticationBytes({ ...facts, host: 'a'.repeat(261) })).toThrow('malformed');
});
