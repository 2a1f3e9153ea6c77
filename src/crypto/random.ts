/** The system's randomness. Code takes a RandomBytes as an argument; this one is handed in at the top. */
import { type RandomBytes } from '../lib/random.ts';

/** getRandomValues gives at most this many bytes a call (Web Cryptography API, section 10.1.1). */
const MOST_AT_ONCE = 65_536;

/** Bytes of the platform's cryptographic generator. */
export const systemRandom: RandomBytes = (length) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += MOST_AT_ONCE)
    globalThis.crypto.getRandomValues(bytes.subarray(at, at + MOST_AT_ONCE));
  return bytes;
};
