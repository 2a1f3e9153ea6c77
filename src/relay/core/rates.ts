/** Token buckets in memory, keyed by whatever is to be limited. Nothing of it is ever written. */
import { type Rate } from './limits.ts';

const MOST_KEYS = 100_000;

export interface Rates {
  /** Takes one from the key's bucket; false when it is empty. */
  take(key: string, rate: Rate): boolean;
  /** Takes `amount` if anything is there at all, so that one use may go beyond what is left; false when nothing is. */
  takeMuch(key: string, rate: Rate, amount: number): boolean;
  /** Takes `amount` whether it is there or not; how long until what is owed is made up for, ms. */
  spend(key: string, rate: Rate, amount: number): number;
}

/** @param now milliseconds */
export function createRates(now: () => number): Rates {
  const buckets = new Map<string, { left: number; at: number }>();

  /** What is in a key's bucket now. */
  function levelOf(key: string, { burst, perSecond }: Rate): number {
    const bucket = buckets.get(key);
    const refill = bucket ? (Math.max(0, now() - bucket.at) / 1000) * perSecond : 0;
    return Math.min(burst, (bucket?.left ?? burst) + refill);
  }

  function keep(key: string, left: number): void {
    // Taken out and put in again, the map stays in the order of use and its first key is the one to forget.
    buckets.delete(key);
    buckets.set(key, { left, at: now() });
    if (buckets.size <= MOST_KEYS) return;
    for (const oldest of buckets.keys()) {
      buckets.delete(oldest);
      break;
    }
  }

  return {
    take(key, rate) {
      const level = levelOf(key, rate);
      const isThere = level >= 1;
      keep(key, isThere ? level - 1 : level);
      return isThere;
    },
    takeMuch(key, rate, amount) {
      const level = levelOf(key, rate);
      const isThere = level > 0;
      keep(key, isThere ? level - amount : level);
      return isThere;
    },
    spend(key, rate, amount) {
      const left = levelOf(key, rate) - amount;
      keep(key, left);
      return left < 0 ? Math.ceil((-left / rate.perSecond) * 1000) : 0;
    },
  };
}
