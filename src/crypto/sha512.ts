/** SHA-512 and the two Keccak functions that signatures and Kyber need; noble's, synchronous. */
import { sha512 as nobleSha512 } from '@noble/hashes/sha2.js';
import { sha3_256 as nobleSha3, shake256 as nobleShake } from '@noble/hashes/sha3.js';
import { type Bytes, concat } from '../lib/bytes.ts';

/** SHA-512 over the parts one after the other, 64 bytes (FIPS 180-4). */
export function sha512(...parts: readonly Uint8Array[]): Bytes {
  return nobleSha512(concat(...parts));
}

/** SHA3-256, 32 bytes (FIPS 202). */
export function sha3(bytes: Uint8Array): Bytes {
  return nobleSha3(bytes);
}

/** SHAKE256 with `length` bytes of output (FIPS 202). */
export function shake256(bytes: Uint8Array, length: number): Bytes {
  return nobleShake(bytes, { dkLen: length });
}
