/**
 * How much somebody may have of us within a day. Kept while the engine runs, which is enough where what is given has a
 * bound of its own. Pure.
 */
import { type Clock } from '../lib/clock.ts';

const DAY_MS = 24 * 3600 * 1000;

/** A time that lies ahead is from a clock that was set right since. */
export function isWithinDay(time: number, now: number): boolean {
  return time > now - DAY_MS && time <= now;
}

/** Gives each `Key` up to `most` within a day; the result is true where so much more was left, and is now spent. */
export function createDailyBudget<Key>(
  clock: Clock,
  most: number,
): (key: Key, amount: number) => boolean {
  const spent = new Map<Key, readonly { readonly at: number; readonly amount: number }[]>();
  return (key, amount) => {
    const now = clock.now();
    const recent = (spent.get(key) ?? []).filter(({ at }) => isWithinDay(at, now));
    let sum = amount;
    for (const one of recent) sum += one.amount;
    if (sum > most) return false;
    spent.set(key, [...recent, { at: now, amount }]);
    return true;
  };
}
