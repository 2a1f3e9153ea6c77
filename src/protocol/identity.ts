/**
 * An account's long-term key pair and registration id. The public key is the account: its id is derived from it
 * (wire/address.ts). docs/protocol.md, section "Keys".
 */
import { createKeyPair, serializePublicKey } from '../crypto/x25519.ts';
import { type Bytes } from '../lib/bytes.ts';
import { type RandomBytes } from '../lib/random.ts';

/** `publicKey` is 0x05 ‖ u, 33 bytes; `privateKey` is 32 bytes. */
export interface IdentityKeyPair {
  readonly publicKey: Bytes;
  readonly privateKey: Bytes;
}

/** The greatest registration id: 14 bits, as libsignal draws them. */
export const MAX_REGISTRATION_ID = 0x3fff;

/** A new identity. */
export async function createIdentity(random: RandomBytes): Promise<IdentityKeyPair> {
  const { publicKey, privateKey } = await createKeyPair(random);
  return { publicKey: serializePublicKey(publicKey), privateKey };
}

/** A registration id from 1 to 16,383: tells two installations of one identity apart. */
export function createRegistrationId(random: RandomBytes): number {
  const [high = 0, low = 0] = random(2);
  return 1 + ((high * 256 + low) % MAX_REGISTRATION_ID);
}
