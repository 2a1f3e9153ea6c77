import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { publicKeyOf } from '../crypto/x25519.ts';
import { verify } from '../crypto/xeddsa.ts';
import { utf8 } from '../lib/bytes.ts';
import { accountIdOf } from '../wire/address.ts';
import { safetyNumber } from './fingerprint.ts';
import {
  MAX_REGISTRATION_ID,
  createIdentity,
  createRegistrationId,
  parseIdentity,
  serializeIdentity,
} from './identity.ts';
import {
  MAX_PREKEY_ID,
  createFirstPrekeyId,
  createKyberPrekeys,
  createOneTimePrekeys,
  createSignedPrekey,
  nextPrekeyId,
  parseKyberPrekey,
  parseOneTimePrekey,
  parseSignedPrekey,
  serializeKyberPrekey,
  serializeOneTimePrekey,
  serializeSignedPrekey,
  verifyBundle,
} from './prekeys.ts';
import { bundleOf, createPerson } from './testing/people.ts';

const random = seededRandom('prekeys');
const identity = createIdentity(random);

test('an identity is stored and loaded, and its public key belongs to its private key', () => {
  expect(parseIdentity(serializeIdentity(identity))).toEqual(identity);
  expect(identity.publicKey).toEqual(new Uint8Array([5, ...publicKeyOf(identity.privateKey)]));
  for (const bytes of [new Uint8Array(0), new Uint8Array(33), identity.privateKey])
    expect(() => parseIdentity(bytes)).toThrow('malformed');
});

test('prekeys are stored and loaded, and are signed by the identity', async () => {
  const [oneTime] = createOneTimePrekeys(3, 1, random);
  const signed = createSignedPrekey(9, identity, 1000, random);
  const [kyber] = createKyberPrekeys(4, 1, identity, 2000, random);
  expect(parseOneTimePrekey(serializeOneTimePrekey(oneTime!))).toEqual(oneTime);
  expect(parseSignedPrekey(serializeSignedPrekey(signed))).toEqual(signed);
  expect(parseKyberPrekey(serializeKyberPrekey(kyber!))).toEqual(kyber);
  for (const each of [signed, kyber!])
    expect(await verify(identity.publicKey, each.publicKey, each.signature)).toBe(true);
});

test('ids run on from a random start and wrap before they leave 24 bits, never to 0', () => {
  expect(createOneTimePrekeys(MAX_PREKEY_ID - 1, 4, random).map(({ id }) => id)).toEqual([
    MAX_PREKEY_ID - 1,
    MAX_PREKEY_ID,
    1,
    2,
  ]);
  expect(nextPrekeyId(1)).toBe(2);
  const firsts = new Set(Array.from({ length: 20 }, () => createFirstPrekeyId(random)));
  expect(firsts.size).toBeGreaterThan(15);
  for (const id of firsts) {
    expect(id).toBeGreaterThan(0);
    expect(id).toBeLessThanOrEqual(MAX_PREKEY_ID);
  }
  expect(createFirstPrekeyId((length) => new Uint8Array(length))).toBe(1);
  expect(createFirstPrekeyId((length) => new Uint8Array(length).fill(255))).toBe(1);
  for (let i = 0; i < 50; i++) {
    const id = createRegistrationId(random);
    expect(id > 0 && id <= MAX_REGISTRATION_ID).toBe(true);
  }
});

test('a bundle is true to its account or refused', async () => {
  const person = createPerson(random, 1);
  const bundle = bundleOf(person);
  await expect(verifyBundle(bundle, person.id)).resolves.toBeUndefined();
  await expect(verifyBundle(bundle, accountIdOf(identity.publicKey))).rejects.toThrow(
    'untrusted-identity',
  );
  const { kyberPrekey: _, ...without } = bundle;
  await expect(verifyBundle(without as never, person.id)).rejects.toThrow('bad-bundle');
  const unsigned = { ...bundle.signedPrekey, signature: new Uint8Array(64) };
  await expect(verifyBundle({ ...bundle, signedPrekey: unsigned }, person.id)).rejects.toThrow(
    'bad-bundle',
  );
});

test('a safety number has sixty digits, the same on both sides, another for another pair', () => {
  const one = { identityKey: identity.publicKey, identifier: utf8('one') };
  const two = { identityKey: createIdentity(random).publicKey, identifier: utf8('two') };
  const number = safetyNumber(one, two);
  expect(number).toMatch(/^[0-9]{60}$/);
  expect(safetyNumber(two, one)).toBe(number);
  expect(safetyNumber(one, { ...two, identifier: utf8('three') })).not.toBe(number);
});
