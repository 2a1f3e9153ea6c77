/**
 * Makes the keys that strangers may start a session with, and writes them for storage. Loaded when some are due.
 * docs/protocol.md, section "Prekeys".
 */
import { generateKyberKeyPair } from '../crypto/kem.ts';
import { createKeyPair, serializePublicKey } from '../crypto/x25519.ts';
import { sign } from '../crypto/xeddsa.ts';
import { type Bytes } from '../lib/bytes.ts';
import { writeMessage } from '../lib/codec.ts';
import { type RandomBytes } from '../lib/random.ts';
import { type IdentityKeyPair } from './identity.ts';
import {
  type KyberPrekeyPair,
  MAX_PREKEY_ID,
  type OneTimePrekeyPair,
  type SignedPrekeyPair,
} from './prekeys.ts';

const DAY_MS = 24 * 3600 * 1000;
/** One-time prekeys of each sort that the relay should hold. */
export const ONE_TIME_PREKEYS = 100;
export const KYBER_PREKEYS = 20;
/** Fill up again when fewer than these are left: a fifth. */
export const ONE_TIME_PREKEYS_LOW = ONE_TIME_PREKEYS / 5;
export const KYBER_PREKEYS_LOW = KYBER_PREKEYS / 5;
/** The signed prekey and the last-resort Kyber prekey are replaced together after this long. */
export const SIGNED_PREKEY_ROTATION_MS = 7 * DAY_MS;
/** How long the replaced ones are kept for messages under way. */
export const SIGNED_PREKEY_KEPT_MS = 30 * DAY_MS;
/** Where ids of one sort start: a random number, so that they do not tell an account's age. */
export function createFirstPrekeyId(random: RandomBytes): number {
  const [high = 0, middle = 0, low = 0] = random(3);
  return 1 + ((high * 65_536 + middle * 256 + low) % MAX_PREKEY_ID);
}

/** The id `steps` after `id`; past the last one they start again at 1. */
export function nextPrekeyId(id: number, steps = 1): number {
  return ((id - 1 + steps) % MAX_PREKEY_ID) + 1;
}

/** `count` one-time prekeys with the ids from `firstId` on. */
export async function createOneTimePrekeys(
  firstId: number,
  count: number,
  random: RandomBytes,
): Promise<OneTimePrekeyPair[]> {
  const pairs = await Promise.all(Array.from({ length: count }, () => createKeyPair(random)));
  return pairs.map(({ publicKey, privateKey }, i) => ({
    id: nextPrekeyId(firstId, i),
    publicKey: serializePublicKey(publicKey),
    privateKey,
  }));
}

/** A signed prekey; `now` in milliseconds since 1970. */
export async function createSignedPrekey(
  id: number,
  identity: IdentityKeyPair,
  now: number,
  random: RandomBytes,
): Promise<SignedPrekeyPair> {
  const pair = await createKeyPair(random);
  const publicKey = serializePublicKey(pair.publicKey);
  const signature = await sign(identity.privateKey, publicKey, random);
  return { id, publicKey, privateKey: pair.privateKey, signature, createdAt: now };
}

/** `count` Kyber prekeys with the ids from `firstId` on; which of them is the last resort is the caller's business. */
export async function createKyberPrekeys(
  firstId: number,
  count: number,
  identity: IdentityKeyPair,
  now: number,
  random: RandomBytes,
): Promise<KyberPrekeyPair[]> {
  const prekeys: KyberPrekeyPair[] = [];
  for (let i = 0; i < count; i++) {
    const pair = await generateKyberKeyPair(random);
    const signature = await sign(identity.privateKey, pair.publicKey, random);
    prekeys.push({ id: nextPrekeyId(firstId, i), ...pair, signature, createdAt: now });
  }
  return prekeys;
}

/** For storage; holds the private key. */
export function serializeOneTimePrekey(prekey: OneTimePrekeyPair): Bytes {
  return writeMessage()
    .uint(1, prekey.id)
    .bytes(2, prekey.publicKey)
    .bytes(3, prekey.privateKey)
    .finish();
}

/** For storage; holds the private key. */
export function serializeSignedPrekey(prekey: SignedPrekeyPair): Bytes {
  return writeMessage()
    .uint(1, prekey.id)
    .bytes(2, prekey.publicKey)
    .bytes(3, prekey.privateKey)
    .bytes(4, prekey.signature)
    .uint(5, prekey.createdAt)
    .finish();
}

/** For storage; holds the secret key. */
export function serializeKyberPrekey(prekey: KyberPrekeyPair): Bytes {
  return writeMessage()
    .uint(1, prekey.id)
    .bytes(2, prekey.publicKey)
    .bytes(3, prekey.secretKey)
    .bytes(4, prekey.signature)
    .uint(5, prekey.createdAt)
    .finish();
}
