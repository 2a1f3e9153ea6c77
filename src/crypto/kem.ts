/**
 * Kyber-1024, round 3, as libsignal uses it, on noble's ML-KEM-1024. The two differ in how the encapsulated
 * message is drawn (round 3 hashes the random bytes first) and in a last KDF over the ciphertext's hash.
 * Serialised keys and ciphertexts carry the type byte 0x08 before their 1568 bytes; secret keys are bare.
 * Source: CRYSTALS-Kyber specification 3.02, algorithms 8 and 9; FIPS 203, algorithms 17 and 18.
 */
import { ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import { type Bytes, concat } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type RandomBytes } from '../lib/random.ts';
import { sha3, shake256 } from './sha512.ts';

/** First byte of every serialised Kyber-1024 key and ciphertext. */
export const KYBER_TYPE = 0x08;
/** Length of a serialised public key, and of a serialised ciphertext. */
export const KYBER_SERIALIZED_BYTES = 1569;
/** Length of a secret key. */
export const KYBER_SECRET_BYTES = 3168;

/** `publicKey` is serialised, 1569 bytes; `secretKey` is bare, 3168 bytes. */
export interface KyberKeyPair {
  readonly publicKey: Bytes;
  readonly secretKey: Bytes;
}

const withType = (bytes: Uint8Array): Bytes => concat(Uint8Array.of(KYBER_TYPE), bytes);

function withoutType(serialized: Uint8Array): Bytes {
  if (serialized.length !== KYBER_SERIALIZED_BYTES || serialized[0] !== KYBER_TYPE)
    throw new Fault('bad-key');
  return serialized.slice(1);
}

/** Round 3's last step: KDF(pre-key ‖ H(ciphertext)). */
const finishSecret = (preKey: Uint8Array, ciphertext: Uint8Array): Bytes =>
  shake256(concat(preKey, sha3(ciphertext)), 32);

/** A new key pair. */
export function generateKyberKeyPair(random: RandomBytes): KyberKeyPair {
  const { publicKey, secretKey } = ml_kem1024.keygen(random(64));
  return { publicKey: withType(publicKey), secretKey: secretKey };
}

/**
 * A shared secret of 32 bytes for the holder of `publicKey`, and the ciphertext that carries it (serialised).
 * @throws Fault `bad-key` on a wrong length or type byte, or coefficients out of range
 */
export function encapsulate(
  publicKey: Uint8Array,
  random: RandomBytes,
): { ciphertext: Bytes; secret: Bytes } {
  const bare = withoutType(publicKey);
  try {
    const { cipherText, sharedSecret } = ml_kem1024.encapsulate(bare, sha3(random(32)));
    return { ciphertext: withType(cipherText), secret: finishSecret(sharedSecret, cipherText) };
  } catch (error) {
    throw new Fault('bad-key', 'never', error);
  }
}

/**
 * The shared secret in a ciphertext. A forged ciphertext gives an unrelated secret and no error (implicit rejection).
 * @throws Fault `bad-key` on a wrong length or type byte
 */
export function decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Bytes {
  const bare = withoutType(ciphertext);
  try {
    return finishSecret(ml_kem1024.decapsulate(bare, secretKey), bare);
  } catch (error) {
    throw new Fault('bad-key', 'never', error);
  }
}
