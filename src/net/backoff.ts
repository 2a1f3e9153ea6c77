/** How long to wait before connecting again: doubling with jitter, so that a restarted relay is not stormed. */
import { type RandomBytes } from '../lib/random.ts';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

export interface Backoff {
  /** Milliseconds to wait before the next try: between half and all of 0.5, 1, 2 … 30 s. */
  next(random: RandomBytes): number;
  /** Starts from the beginning, after a connection that worked or when the network came back. */
  reset(): void;
}

/** A back-off that starts at its shortest. */
export function createBackoff(): Backoff {
  let ceiling = FIRST_MS;
  return {
    next(random) {
      const [high = 0, low = 0] = random(2);
      const wait = (ceiling / 2) * (1 + (high * 256 + low) / 65_536);
      ceiling = Math.min(LONGEST_MS, ceiling * 2);
      return Math.round(wait);
    },
    reset() {
      ceiling = FIRST_MS;
    },
  };
}
