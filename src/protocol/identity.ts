/**
 * An account's long-term key pair and registration id. The public key is the account: its id is derived from it
 * (wire/address.ts). docs/protocol.md, section "Keys".
 */
import {
  type KeyPair,
  generateKeyPair,
  publicKeyOf,
  serializePublicKey,
} from '../crypto/x25519.ts';
import { type Bytes, concat } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type RandomBytes } from '../lib/random.ts';

/** `publicKey` is 0x05 ‖ u, 33 bytes; `privateKey` is 32 bytes. */
export interface IdentityKeyPair {
  readonly publicKey: Bytes;
  readonly privateKey: Bytes;
}

/** The greatest registration id: 14 bits, as libsignal draws them. */
export const MAX_REGISTRATION_ID = 0x3fff;

const STORED_VERSION = 1;
const PRIVATE_BYTES = 32;

/** A new identity. */
export function createIdentity(random: RandomBytes): IdentityKeyPair {
  return withSerialized(generateKeyPair(random));
}

/** A registration id from 1 to 16,383: tells two installations of one identity apart. */
export function createRegistrationId(random: RandomBytes): number {
  const [high = 0, low = 0] = random(2);
  return 1 + ((high * 256 + low) % MAX_REGISTRATION_ID);
}

/** For storage: a version byte and the private key. Secret. */
export function serializeIdentity(identity: IdentityKeyPair): Bytes {
  return concat(Uint8Array.of(STORED_VERSION), identity.privateKey);
}

/** Reads what `serializeIdentity` wrote. Throws Fault `malformed`. */
export function parseIdentity(bytes: Uint8Array): IdentityKeyPair {
  if (bytes.length !== 1 + PRIVATE_BYTES || bytes[0] !== STORED_VERSION)
    throw new Fault('malformed');
  const privateKey = bytes.slice(1);
  return withSerialized({ privateKey, publicKey: publicKeyOf(privateKey) });
}

function withSerialized({ privateKey, publicKey }: KeyPair): IdentityKeyPair {
  return { publicKey: serializePublicKey(publicKey), privateKey };
}
