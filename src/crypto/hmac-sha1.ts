/**
 * HMAC-SHA1, for the one place that is bound to it: the passwords of TURN servers. SHA-1 is broken for signatures, not
 * as a MAC; still nothing of ours rests on it, and only the relay may import this. Source: RFC 2104, RFC 2202 (vectors).
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { type Bytes } from '../lib/bytes.ts';

/** HMAC-SHA1, 20 bytes. */
export function hmacSha1(key: Uint8Array, message: Uint8Array): Bytes {
  return hmac(sha1, key, message);
}
