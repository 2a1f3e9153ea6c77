import { expect, test } from 'vitest';
import { seededNumbers, seededRandom } from '../crypto/testing/seeded.ts';
import { agree } from '../crypto/x25519.ts';
import { type Bytes, concat, fromHex } from '../lib/bytes.ts';
import { type DeviceId, FIRST_DEVICE } from '../lib/ids.ts';
import { isFault } from '../lib/fault.ts';
import { accountIdOf } from '../wire/address.ts';
import { type EnvelopeClass } from '../wire/frames.ts';
import { MAX_ENVELOPE_BYTES } from '../wire/limits.ts';
import {
  ENVELOPE_OVERHEAD,
  type EnvelopeType,
  createAgreementCache,
  envelopeHash,
  openEnvelope,
  paddedLength,
  sealEnvelope,
} from './envelope.ts';
import { type IdentityKeyPair, createIdentity } from './identity.ts';

const seed = Number(process.env['SEED'] ?? 7);
const soak = process.env['SOAK'] !== undefined;
const MUTATIONS = soak ? 50_000 : 1_500;
const random = seededRandom('envelope');
const ana = await createIdentity(random);
const ben = await createIdentity(random);
const relayKey = random(32);
const isBad = (error: unknown): boolean => isFault(error, 'bad-envelope');

function seal(
  from: IdentityKeyPair,
  to: IdentityKeyPair,
  body: Bytes = random(40),
  envelopeClass: EnvelopeClass = 'normal',
  type: EnvelopeType = 'message',
): Promise<Bytes> {
  return sealEnvelope({
    recipientIdentityKey: to.publicKey,
    recipientDevice: FIRST_DEVICE,
    identity: from,
    inner: {
      host: 'localhost:8787',
      relayKey,
      senderDevice: FIRST_DEVICE,
      type,
      class: envelopeClass,
      body,
    },
    random,
  });
}

const open = (
  envelope: Bytes,
  identity: IdentityKeyPair = ben,
  outerClass: EnvelopeClass = 'normal',
  device: DeviceId = FIRST_DEVICE,
) => openEnvelope(envelope, { identity, device, outerClass });

test('what is sealed is opened, and tells who sent it', async () => {
  const body = random(100);
  for (const type of ['prekey', 'message'] as const)
    for (const each of ['normal', 'urgent', 'ephemeral'] as const)
      expect(await open(await seal(ana, ben, body, each, type), ben, each)).toEqual({
        sender: accountIdOf(ana.publicKey),
        senderIdentityKey: ana.publicKey,
        host: 'localhost:8787',
        relayKey,
        senderDevice: 1,
        type,
        class: each,
        body,
      });
});

test('only the length of the bucket shows, not that of the body', async () => {
  const lengths = new Set<number>();
  for (let length = 0; length <= 150; length += 10)
    lengths.add((await seal(ana, ben, random(length))).length);
  expect([...lengths]).toEqual([256 + ENVELOPE_OVERHEAD]);
  expect(ENVELOPE_OVERHEAD).toBe(114);
});

test('buckets go in steps of 256 to 1 KiB and by Padmé above, with room for mark and padding', () => {
  expect([0, 254, 255, 510, 511, 1022].map(paddedLength)).toEqual([256, 256, 512, 512, 768, 1024]);
  expect([1023, 1086, 1087, 4094, 65_534].map(paddedLength)).toEqual([
    1088, 1088, 1152, 4096, 65_536,
  ]);
  let last = 0;
  for (let length = 0; length < 70_000; length += 7) {
    const bucket = paddedLength(length);
    expect(bucket % 16).toBe(0);
    expect(bucket).toBeGreaterThanOrEqual(length + 2);
    expect(bucket).toBeGreaterThanOrEqual(last);
    if (length > 1024) expect(bucket).toBeLessThan(1.13 * length);
    last = bucket;
  }
});

test('a large body passes, one over the relay’s bound is too large', async () => {
  const body = random(66_000);
  const opened = await open(await seal(ana, ben, body));
  expect(opened.body).toEqual(body);
  await expect(seal(ana, ben, random(MAX_ENVELOPE_BYTES))).rejects.toThrow('too-large');
});

test('another recipient, another device and another class do not open it', async () => {
  const envelope = await seal(ana, ben);
  const carl = await createIdentity(random);
  await expect(open(envelope, carl)).rejects.toSatisfy(isBad);
  await expect(open(envelope, ana)).rejects.toSatisfy(isBad);
  await expect(open(envelope, ben, 'urgent')).rejects.toSatisfy(isBad);
  await expect(open(envelope, ben, 'ephemeral')).rejects.toSatisfy(isBad);
  await expect(open(envelope, ben, 'normal', 2 as DeviceId)).rejects.toSatisfy(isBad);
});

test('the unratcheted kind travels as ephemeral only', async () => {
  const typing = await seal(ana, ben, random(4), 'ephemeral', 'plain');
  expect((await open(typing, ben, 'ephemeral')).type).toBe('plain');
  const stored = await seal(ana, ben, random(4), 'normal', 'plain');
  await expect(open(stored)).rejects.toSatisfy(isBad);
});

test('an envelope from oneself is refused', async () => {
  await expect(open(await seal(ben, ben))).rejects.toSatisfy(isBad);
});

test('nobody can seal in another’s name: without the private key the second seal does not open', async () => {
  const mallory = await createIdentity(random);
  const forged = await seal({ publicKey: ana.publicKey, privateKey: mallory.privateKey }, ben);
  await expect(open(forged)).rejects.toSatisfy(isBad);
});

test('a recipient cannot re-seal what he got for another: parts of two envelopes do not fit', async () => {
  const one = await seal(ana, ben);
  const two = await seal(ana, ben);
  const other = await seal(await createIdentity(random), ben);
  const cuts = [34, 82, 98, one.length - 16];
  for (const cut of cuts)
    for (const rest of [two, other]) {
      const spliced = concat(one.subarray(0, cut), rest.subarray(cut));
      await expect(open(spliced)).rejects.toSatisfy(isBad);
    }
});

test('an ephemeral key of small order is refused, and so is one that is not canonical', async () => {
  const envelope = await seal(ana, ben);
  const keys = ['00'.repeat(32), `01${'00'.repeat(31)}`, `ed${'ff'.repeat(30)}7f`, 'ff'.repeat(32)];
  for (const key of keys) {
    const changed = envelope.slice();
    changed.set(fromHex(key), 2);
    await expect(open(changed)).rejects.toSatisfy(isBad);
  }
  const topBit = envelope.slice();
  topBit[33]! ^= 0x80;
  await expect(open(topBit)).rejects.toSatisfy(isBad);
});

test(
  `${MUTATIONS} tampered envelopes are refused`,
  async () => {
    process.stdout.write(`envelope mutations: SEED=${seed}\n`);
    const below = seededNumbers(seed);
    const envelope = await seal(ana, ben);
    for (let i = 0; i < MUTATIONS; i++) {
      const at = below(envelope.length);
      const changed = envelope.slice();
      changed[at]! ^= 1 << below(8);
      const bytes =
        below(8) > 0
          ? changed
          : below(2)
            ? envelope.slice(0, at)
            : concat(envelope, random(16 * (1 + below(4))));
      const failure: unknown = await open(bytes).catch((error: unknown) => error);
      if (!isBad(failure)) throw new Error(`mutation ${i} of SEED=${seed} was not refused`);
    }
    expect((await open(envelope)).body).toHaveLength(40);
  },
  soak ? 1_800_000 : 60_000,
);

test('an agreement cache gives the same secrets, works one out once, and forgets the oldest', async () => {
  const cache = createAgreementCache(2);
  const peers = await Promise.all([1, 2, 3].map(() => createIdentity(random)));
  const key = (peer: IdentityKeyPair): Bytes => peer.publicKey.slice(1);
  const first = await cache.agree(ana.privateKey, key(peers[0]!));
  expect(first).toEqual(await agree(ana.privateKey, key(peers[0]!)));
  expect(await cache.agree(ana.privateKey, key(peers[0]!))).toBe(first);
  await cache.agree(ana.privateKey, key(peers[1]!));
  await cache.agree(ana.privateKey, key(peers[2]!));
  expect(await cache.agree(ana.privateKey, key(peers[0]!))).not.toBe(first);

  const agreements = createAgreementCache();
  for (let i = 0; i < 3; i++) {
    const envelope = await sealEnvelope({
      recipientIdentityKey: ben.publicKey,
      recipientDevice: FIRST_DEVICE,
      identity: ana,
      inner: {
        host: 'localhost',
        relayKey,
        senderDevice: FIRST_DEVICE,
        type: 'message',
        class: 'normal',
        body: random(3),
      },
      random,
      agreements,
    });
    const opened = await openEnvelope(envelope, {
      identity: ben,
      device: FIRST_DEVICE,
      outerClass: 'normal',
      agreements: createAgreementCache(),
    });
    expect(opened.sender).toBe(accountIdOf(ana.publicKey));
  }
});

test('an envelope is known again by its hash, and two with the same content differ', async () => {
  const body = random(10);
  const one = await seal(ana, ben, body);
  expect(envelopeHash(one)).toBe(envelopeHash(one.slice()));
  expect(envelopeHash(one)).toMatch(/^[0-9a-f]{32}$/);
  expect(envelopeHash(await seal(ana, ben, body))).not.toBe(envelopeHash(one));
});
