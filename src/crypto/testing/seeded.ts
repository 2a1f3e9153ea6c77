/** Randomness that a seed repeats: for tests only, and only as good as they need. */
import { hkdfSha256 } from '../hkdf.ts';
import { utf8 } from '../../lib/bytes.ts';
import { type RandomBytes } from '../../lib/random.ts';

const MOST_AT_ONCE = 4096;
const info = utf8('sotto-test');

/** Bytes that follow from `seed`. */
export function seededRandom(seed: string | number): RandomBytes {
  let serial = 0;
  const none = new Uint8Array(0);
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += MOST_AT_ONCE) {
      const part = bytes.subarray(at, at + MOST_AT_ONCE);
      part.set(hkdfSha256(utf8(`${seed}/${serial++}`), none, info, part.length));
    }
    return bytes;
  };
}

/** Whole numbers from 0 to `below` − 1 that follow from `seed` (mulberry32). */
export function seededNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
