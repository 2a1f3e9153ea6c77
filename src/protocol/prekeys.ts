/**
 * Keys that strangers may start a session with: made here, handed to the relay, looked up when a first message
 * names them. It does not know when they are made or where they lie. docs/protocol.md, section "Prekeys".
 */
import { generateKyberKeyPair, KYBER_SECRET_BYTES, KYBER_SERIALIZED_BYTES } from '../crypto/kem.ts';
import {
  SERIALIZED_KEY_BYTES,
  createKeyPair,
  readPublicKey,
  serializePublicKey,
} from '../crypto/x25519.ts';
import { SIGNATURE_BYTES, sign, verify } from '../crypto/xeddsa.ts';
import { type Bytes } from '../lib/bytes.ts';
import { readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import { type AccountId } from '../lib/ids.ts';
import { type RandomBytes } from '../lib/random.ts';
import { accountIdOf } from '../wire/address.ts';
import { type WireBundle } from '../wire/frames.ts';
import { type IdentityKeyPair } from './identity.ts';

/** Used by one session and then deleted. `publicKey` is 0x05 ‖ u, `privateKey` 32 bytes. */
export interface OneTimePrekeyPair {
  readonly id: number;
  readonly publicKey: Bytes;
  readonly privateKey: Bytes;
}

/** Used by every session begun while it is current; `signature` is 64 bytes over `publicKey`. */
export interface SignedPrekeyPair extends OneTimePrekeyPair {
  readonly signature: Bytes;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** `publicKey` is 0x08 ‖ 1568 bytes, `secretKey` 3168 bytes; `signature` is 64 bytes over `publicKey`. */
export interface KyberPrekeyPair {
  readonly id: number;
  readonly publicKey: Bytes;
  readonly secretKey: Bytes;
  readonly signature: Bytes;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

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
/** Ids are 24-bit and never 0. */
export const MAX_PREKEY_ID = 0xff_ffff;

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

const MAX_STORED_BYTES = 8192;

/** For storage; holds the private key. */
export function serializeOneTimePrekey(prekey: OneTimePrekeyPair): Bytes {
  return writeMessage()
    .uint(1, prekey.id)
    .bytes(2, prekey.publicKey)
    .bytes(3, prekey.privateKey)
    .finish();
}

/** Reads what `serializeOneTimePrekey` wrote. Throws Fault `malformed`. */
export function parseOneTimePrekey(bytes: Uint8Array): OneTimePrekeyPair {
  const fields = readMessage(bytes, MAX_STORED_BYTES);
  return {
    id: fields.uint(1, MAX_PREKEY_ID),
    publicKey: fields.bytes(2, { length: SERIALIZED_KEY_BYTES }),
    privateKey: fields.bytes(3, { length: 32 }),
  };
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

/** Reads what `serializeSignedPrekey` wrote. Throws Fault `malformed`. */
export function parseSignedPrekey(bytes: Uint8Array): SignedPrekeyPair {
  const fields = readMessage(bytes, MAX_STORED_BYTES);
  return {
    ...parseOneTimePrekey(bytes),
    signature: fields.bytes(4, { length: SIGNATURE_BYTES }),
    createdAt: fields.uint(5),
  };
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

/** Reads what `serializeKyberPrekey` wrote. Throws Fault `malformed`. */
export function parseKyberPrekey(bytes: Uint8Array): KyberPrekeyPair {
  const fields = readMessage(bytes, MAX_STORED_BYTES);
  return {
    id: fields.uint(1, MAX_PREKEY_ID),
    publicKey: fields.bytes(2, { length: KYBER_SERIALIZED_BYTES }),
    secretKey: fields.bytes(3, { length: KYBER_SECRET_BYTES }),
    signature: fields.bytes(4, { length: SIGNATURE_BYTES }),
    createdAt: fields.uint(5),
  };
}

/** A bundle as version 3 knew it: the Kyber prekey may be missing. Only tests have such. */
export type AnyBundle = Omit<WireBundle, 'kyberPrekey'> & Partial<Pick<WireBundle, 'kyberPrekey'>>;

/**
 * Checks a bundle before any secret touches it.
 * @param expected the account that the bundle was asked for
 * @throws Fault `untrusted-identity` when the identity key does not hash to `expected`: the relay answered with a
 *   wrong key, and there is no way to carry on
 * @throws Fault `bad-bundle` for a key out of form, a signature that fails, or no Kyber prekey
 */
export async function verifyBundle(bundle: WireBundle, expected: AccountId): Promise<void> {
  if (!(bundle as AnyBundle).kyberPrekey) throw new Fault('bad-bundle');
  return verifyAnyBundle(bundle, expected);
}

/** `verifyBundle` that lets a missing Kyber prekey pass. */
export async function verifyAnyBundle(bundle: AnyBundle, expected: AccountId): Promise<void> {
  const { identityKey, signedPrekey, kyberPrekey, oneTimePrekey } = bundle;
  try {
    if (accountIdOf(identityKey) !== expected) throw new Fault('untrusted-identity');
  } catch (error) {
    throw new Fault('untrusted-identity', 'never', error);
  }
  try {
    readPublicKey(signedPrekey.key);
    if (oneTimePrekey) readPublicKey(oneTimePrekey.key);
  } catch (error) {
    throw new Fault('bad-bundle', 'never', error);
  }
  const signed = kyberPrekey ? [signedPrekey, kyberPrekey] : [signedPrekey];
  const genuine = await Promise.all(
    signed.map(({ key, signature }) => verify(identityKey, key, signature)),
  );
  if (genuine.includes(false)) throw new Fault('bad-bundle');
}
