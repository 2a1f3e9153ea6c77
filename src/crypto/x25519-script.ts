/**
 * X25519 in script, noble's: x25519.ts loads it where the platform lacks it; tests make keys with it at once. Source: RFC 7748, section 5.
 */
import { x25519 } from '@noble/curves/ed25519.js';
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type RandomBytes } from '../lib/random.ts';

const KEY_BYTES = 32;

/** The raw public key of a raw private key. Throws Fault `bad-key` on a wrong length. */
export function publicKeyOf(privateKey: Uint8Array): Bytes {
  if (privateKey.length !== KEY_BYTES) throw new Fault('bad-key');
  return x25519.getPublicKey(privateKey);
}

/** A new key pair, raw. */
export function generateKeyPair(random: RandomBytes): { publicKey: Bytes; privateKey: Bytes } {
  const privateKey = random(KEY_BYTES);
  return { publicKey: publicKeyOf(privateKey), privateKey };
}

/** The shared secret of two raw keys. Throws Fault `low-order-point` when it is all zero. */
export function agreeInScript(privateKey: Uint8Array, publicKey: Uint8Array): Bytes {
  try {
    return x25519.getSharedSecret(privateKey, publicKey);
  } catch (error) {
    throw new Fault('low-order-point', 'never', error);
  }
}
