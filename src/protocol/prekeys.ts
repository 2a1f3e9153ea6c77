/**
 * Keys that strangers may start a session with: looked up when a first message names them, and checked when they are
 * somebody else's. It does not know where they lie; prekey-making.ts makes them. docs/protocol.md, section "Prekeys".
 */
import { KYBER_SECRET_BYTES, KYBER_SERIALIZED_BYTES } from '../crypto/kem.ts';
import { SERIALIZED_KEY_BYTES, readPublicKey } from '../crypto/x25519.ts';
import { SIGNATURE_BYTES, verify } from '../crypto/xeddsa.ts';
import { type Bytes } from '../lib/bytes.ts';
import { readMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import { type AccountId } from '../lib/ids.ts';
import { accountIdOf } from '../wire/address.ts';
import { type WireBundle } from '../wire/frames.ts';

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

/** Ids are 24-bit and never 0. */
export const MAX_PREKEY_ID = 0xff_ffff;

const MAX_STORED_BYTES = 8192;

/** Reads what `serializeOneTimePrekey` wrote. Throws Fault `malformed`. */
export function parseOneTimePrekey(bytes: Uint8Array): OneTimePrekeyPair {
  const fields = readMessage(bytes, MAX_STORED_BYTES);
  return {
    id: fields.uint(1, MAX_PREKEY_ID),
    publicKey: fields.bytes(2, { length: SERIALIZED_KEY_BYTES }),
    privateKey: fields.bytes(3, { length: 32 }),
  };
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
