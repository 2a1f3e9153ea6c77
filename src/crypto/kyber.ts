/**
 * The computing half of kem.ts, loaded when it is first needed: Kyber-1024, round 3, on noble's ML-KEM-1024, on bare
 * keys and ciphertexts. The two differ in how the encapsulated message is drawn (round 3 hashes the random bytes
 * first) and in a last KDF over the ciphertext's hash.
 * Source: CRYSTALS-Kyber specification 3.02, algorithms 8 and 9; FIPS 203, algorithms 17 and 18; FIPS 202.
 */
import { sha3_256, shake256 } from '@noble/hashes/sha3.js';
import { ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import { type Bytes, concat } from '../lib/bytes.ts';

/** Round 3's last step: KDF(pre-key ‖ H(ciphertext)). */
export function finishSecret(preKey: Uint8Array, ciphertext: Uint8Array): Bytes {
  return shake256(concat(preKey, sha3_256(ciphertext)), { dkLen: 32 });
}

/** The key pair of a seed of 64 bytes: 1568 bytes public, 3168 secret. */
export function keyPairOf(seed: Bytes): { publicKey: Bytes; secretKey: Bytes } {
  return ml_kem1024.keygen(seed);
}

/** @param bytes 32 random ones. Throws when the key has coefficients out of range. */
export function encapsulateBare(
  publicKey: Bytes,
  bytes: Bytes,
): { ciphertext: Bytes; secret: Bytes } {
  const { cipherText, sharedSecret } = ml_kem1024.encapsulate(publicKey, sha3_256(bytes));
  return { ciphertext: cipherText, secret: finishSecret(sharedSecret, cipherText) };
}

/** Throws when the secret key is not one. */
export function decapsulateBare(secretKey: Uint8Array, ciphertext: Bytes): Bytes {
  return finishSecret(ml_kem1024.decapsulate(ciphertext, secretKey), ciphertext);
}
