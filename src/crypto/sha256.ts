/**
 * SHA-256 with its block function in the open, so that HMAC can keep the states of its pads (hmac.ts): the
 * ratchet's chain steps then cost a third. One schedule array serves all calls; nothing here awaits.
 * Source: FIPS 180-4, section 6.2. Constant time: no table is indexed by data.
 */
import { type Bytes } from '../lib/bytes.ts';

export const SHA256_BLOCK_BYTES = 64;
export const SHA256_BYTES = 32;

/** The first 32 bits of the fractional parts of the roots of the first 64 primes (FIPS 180-4, 4.2.2, 5.3.3).
 * None comes within 0.005 of a whole number at this scale, so a double's error of 2^-15 cannot change a word. */
function rootsOfPrimes(count: number, root: (prime: number) => number): Int32Array {
  const words = new Int32Array(count);
  let found = 0;
  for (let candidate = 2; found < count; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++)
      if (candidate % divisor === 0) prime = false;
    if (!prime) continue;
    const value = root(candidate);
    words[found++] = ((value - Math.floor(value)) * 0x1_0000_0000) | 0;
  }
  return words;
}

const roundConstants = rootsOfPrimes(64, Math.cbrt);
const initialState = rootsOfPrimes(8, Math.sqrt);
const schedule = new Int32Array(64);

/** A fresh state of eight words. */
export function startState(): Int32Array {
  return initialState.slice();
}

/** Takes one block of 64 bytes at `at` into `state`, in place. */
export function compress(state: Int32Array, bytes: Uint8Array, at: number): void {
  const w = schedule;
  const k = roundConstants;
  for (let i = 0; i < 16; i++, at += 4)
    w[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[i]! + w[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0]! + a) | 0;
  state[1] = (state[1]! + b) | 0;
  state[2] = (state[2]! + c) | 0;
  state[3] = (state[3]! + d) | 0;
  state[4] = (state[4]! + e) | 0;
  state[5] = (state[5]! + f) | 0;
  state[6] = (state[6]! + g) | 0;
  state[7] = (state[7]! + h) | 0;
}

const block = new Uint8Array(SHA256_BLOCK_BYTES);

/**
 * Takes `parts` into `state`, pads and finishes.
 * @param state  consumed; holds the digest's words afterwards
 * @param before bytes already taken into `state`, a multiple of 64
 */
export function finish(state: Int32Array, before: number, parts: readonly Uint8Array[]): Bytes {
  let filled = 0;
  let total = before;
  for (const part of parts) {
    let at = 0;
    total += part.length;
    if (filled > 0) {
      at = Math.min(part.length, SHA256_BLOCK_BYTES - filled);
      block.set(at === part.length ? part : part.subarray(0, at), filled);
      filled += at;
      if (filled < SHA256_BLOCK_BYTES) continue;
      compress(state, block, 0);
      filled = 0;
    }
    for (; at + SHA256_BLOCK_BYTES <= part.length; at += SHA256_BLOCK_BYTES)
      compress(state, part, at);
    if (at < part.length) {
      block.set(at === 0 ? part : part.subarray(at), 0);
      filled = part.length - at;
    }
  }
  block[filled++] = 0x80;
  if (filled > SHA256_BLOCK_BYTES - 8) {
    block.fill(0, filled);
    compress(state, block, 0);
    filled = 0;
  }
  block.fill(0, filled);
  const high = Math.floor(total / 0x2000_0000);
  const low = (total << 3) >>> 0;
  for (let i = 0; i < 4; i++) {
    block[56 + i] = high >>> (24 - 8 * i);
    block[60 + i] = low >>> (24 - 8 * i);
  }
  compress(state, block, 0);
  const digest = new Uint8Array(SHA256_BYTES);
  for (let i = 0; i < 8; i++) {
    const word = state[i]!;
    digest[4 * i] = word >>> 24;
    digest[4 * i + 1] = word >>> 16;
    digest[4 * i + 2] = word >>> 8;
    digest[4 * i + 3] = word;
  }
  return digest;
}

/** SHA-256 over the parts one after the other, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Bytes {
  return finish(startState(), 0, parts);
}
