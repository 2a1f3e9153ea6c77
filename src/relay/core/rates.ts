/** Token buckets in memory, keyed by whatever is to be limited. Nothing of it is ever written. */
import { type Rate } from './limits.ts';

const MOST_KEYS = 100_000;

export interface Rates {
  /** Takes one (or `amount`) from the key's bucket; false when it is not there. */
  take(key: string, rate: Rate, amount?: number): boolean;
}

/** @param now milliseconds */
export function createRates(now: () => number): Rates {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(key, { burst, perSecond }, amount = 1) {
      const time = now();
      const bucket = buckets.get(key);
      const refill = bucket ? (Math.max(0, time - bucket.at) / 1000) * perSecond : 0;
      const left = Math.min(burst, (bucket?.left ?? burst) + refill);
      const allowed = left >= amount;
      // Taken out and put in again, the map stays in the order of use and its first key is the one to forget.
      buckets.delete(key);
      buckets.set(key, { left: allowed ? left - amount : left, at: time });
      if (buckets.size > MOST_KEYS) {
        for (const oldest of buckets.keys()) {
          buckets.delete(oldest);
          break;
        }
      }
      return allowed;
    },
  };
}
