/** SHA-512; noble's, synchronous. Only parts that are loaded when needed may hang on it. */
import { sha512 as nobleSha512 } from '@noble/hashes/sha2.js';
import { type Bytes, concat } from '../lib/bytes.ts';

/** SHA-512 over the parts one after the other, 64 bytes (FIPS 180-4). */
export function sha512(...parts: readonly Uint8Array[]): Bytes {
  return nobleSha512(concat(...parts));
}
