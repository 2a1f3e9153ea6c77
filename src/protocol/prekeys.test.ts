import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { publicKeyOf } from '../crypto/x25519-script.ts';
import { verify } from '../crypto/xeddsa.ts';
import { utf8 } from '../lib/bytes.ts';
import { accountIdOf } from '../wire/address.ts';
import { safetyNumber } from './fingerprint.ts';
import { MAX_REGISTRATION_ID, createIdentity, createRegistrationId } from './identity.ts';
import {
  createFirstPrekeyId,
  createKyberPrekeys,
  createOneTimePrekeys,
  createSignedPrekey,
  nextPrekeyId,
  serializeKyberPrekey,
  serializeOneTimePrekey,
  serializeSignedPrekey,
} from './prekey-making.ts';
import {
  MAX_PREKEY_ID,
  parseKyberPrekey,
  parseOneTimePrekey,
  parseSignedPrekey,
  verifyBundle,
} from './prekeys.ts';
import { bundleOf, createPerson } from './testing/people.ts';

const random = seededRandom('prekeys');
const identity = await createIdentity(random);

test('an identity’s public key belongs to its private key', () => {
  expect(identity.publicKey).toEqual(new Uint8Array([5, ...publicKeyOf(identity.privateKey)]));
});

test('prekeys are stored and loaded, and are signed by the identity', async () => {
  const [oneTime] = await createOneTimePrekeys(3, 1, random);
  const signed = await createSignedPrekey(9, identity, 1000, random);
  const [kyber] = await createKyberPrekeys(4, 1, identity, 2000, random);
  expect(parseOneTimePrekey(serializeOneTimePrekey(oneTime!))).toEqual(oneTime);
  expect(parseSignedPrekey(serializeSignedPrekey(signed))).toEqual(signed);
  expect(parseKyberPrekey(serializeKyberPrekey(kyber!))).toEqual(kyber);
  for (const each of [signed, kyber!])
    expect(await verify(identity.publicKey, each.publicKey, each.signature)).toBe(true);
});

test('ids run on from a random start and wrap before they leave 24 bits, never to 0', async () => {
  const prekeys = await createOneTimePrekeys(MAX_PREKEY_ID - 1, 4, random);
  expect(prekeys.map(({ id }) => id)).toEqual([MAX_PREKEY_ID - 1, MAX_PREKEY_ID, 1, 2]);
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
  const person = await createPerson(random, 1);
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

test('a safety number has sixty digits, the same on both sides, another for another pair', async () => {
  const one = { identityKey: identity.publicKey, identifier: utf8('one') };
  const two = { identityKey: (await createIdentity(random)).publicKey, identifier: utf8('two') };
  const number = safetyNumber(one, two);
  expect(number).toMatch(/^[0-9]{60}$/);
  expect(safetyNumber(two, one)).toBe(number);
  expect(safetyNumber(one, { ...two, identifier: utf8('three') })).not.toBe(number);
});
