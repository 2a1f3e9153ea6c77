/**
 * What each sender costs in work on messages that are far ahead or belong to no session. Whoever costs too much gets
 * less tried for a while: a contact could else keep this browser busy. Counted in chain steps, in memory only.
 */
import { type Clock } from '../lib/clock.ts';
import { type AccountId } from '../lib/ids.ts';

const HOUR_MS = 3600 * 1000;
/** Chain steps a sender may cost in an hour before less is done, some two seconds of work: twenty greatest jumps. */
const STEPS_AN_HOUR = 500_000;
/** Senders remembered; those who cost nothing are not. */
const MAX_SENDERS = 1_000;

export interface Patience {
  /** True for a sender who has cost too much in this hour. */
  isOver(sender: AccountId): boolean;
  /** A message of theirs took so many chain steps. */
  spend(sender: AccountId, steps: number): void;
}

export function createPatience(clock: Clock): Patience {
  const spent = new Map<AccountId, { since: number; steps: number }>();

  function recent(sender: AccountId): { since: number; steps: number } | undefined {
    const known = spent.get(sender);
    const now = clock.now();
    // A time that lies ahead is from a clock that was set right since.
    return known && known.since <= now && now < known.since + HOUR_MS ? known : undefined;
  }

  return {
    isOver: (sender) => (recent(sender)?.steps ?? 0) >= STEPS_AN_HOUR,
    spend(sender, steps) {
      if (steps === 0) return;
      const known = recent(sender) ?? { since: clock.now(), steps: 0 };
      spent.delete(sender);
      spent.set(sender, { ...known, steps: known.steps + steps });
      const [oldest] = spent.keys();
      if (spent.size > MAX_SENDERS && oldest) spent.delete(oldest);
    },
  };
}
