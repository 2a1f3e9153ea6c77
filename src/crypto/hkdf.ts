/** HKDF-SHA256, synchronous. Source: RFC 5869. */
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type HmacKey, hmacKey, hmacWith } from './hmac.ts';
import { SHA256_BYTES } from './sha256.ts';

/** Salt of 32 zeros, prepared once: most derivations of the protocol use it. */
export const ZERO_SALT: HmacKey = hmacKey(new Uint8Array(SHA256_BYTES));

const counters = Array.from({ length: 256 }, (_, i) => Uint8Array.of(i));

/**
 * Derives `length` bytes.
 * @param ikm  input keying material
 * @param salt bytes, or a prepared key
 * @param info context
 * @throws Fault `bad-key` when more than 255 blocks are asked for (RFC 5869, 2.3)
 */
export function hkdfSha256(
  ikm: Uint8Array,
  salt: Uint8Array | HmacKey,
  info: Uint8Array,
  length: number,
): Bytes {
  if (length > 255 * SHA256_BYTES) throw new Fault('bad-key');
  const extracted = hmacWith(salt instanceof Uint8Array ? hmacKey(salt) : salt, ikm);
  const key = hmacKey(extracted);
  const output = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let at = 0, n = 1; at < length; at += SHA256_BYTES, n++) {
    block = hmacWith(key, block, info, counters[n]!);
    output.set(length - at < SHA256_BYTES ? block.subarray(0, length - at) : block, at);
  }
  return output;
}
