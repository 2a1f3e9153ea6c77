/**
 * How many envelopes may be on their way to one mailbox at once. A relay takes the frames of a socket in order, but
 * one that it refuses does not stop those behind it, and what it stored cannot be called back: they would overtake.
 * So several leave together only where no refusal is likely, or where it would meet all that follow. What remains is
 * a refusal out of the blue, once a queue.
 */
import { type Clock } from '../lib/clock.ts';

/** Submissions under way at once, at most. */
const WIDEST = 16;
/** Of what a token may carry at once this part is left alone, since others write on it, too. */
const RESERVE = 1 / 4;

/** What a relay lets a token carry: so many at once, so many a second. docs/relay.md, "Limits". */
const allowances = {
  contacts: { burst: 2_000, perSecond: 100 },
  invite: { burst: 60, perSecond: 0.2 },
};

export interface SubmissionWindow {
  /** True when an envelope of so many bytes may follow those that are under way. */
  admits(bytes: number, token: keyof typeof allowances): boolean;
  /** An envelope leaves. */
  leave(bytes: number, token: keyof typeof allowances): void;
  /** Its answer is there. `lost` is none: the connection broke, and what it took it took in order. */
  answer(bytes: number, outcome: 'stored' | 'refused' | 'lost'): void;
  /** Nothing waits any more: a refusal is forgotten, and the next envelope goes ahead alone. */
  rest(): void;
}

export function createSubmissionWindow(clock: Clock): SubmissionWindow {
  const underWay: number[] = [];
  const carried = { contacts: { count: 0, at: 0 }, invite: { count: 0, at: 0 } };
  let width = 1;
  let refused = false;

  /** How many the token has carried that its rate has not made good yet. */
  function countOf(token: keyof typeof allowances): number {
    const { count, at } = carried[token];
    const seconds = Math.max(0, clock.now() - at) / 1000;
    return Math.max(0, count - seconds * allowances[token].perSecond);
  }

  return {
    admits(bytes, token) {
      if (underWay.length === 0) return true;
      const isNearLimit = countOf(token) >= allowances[token].burst * (1 - RESERVE);
      if (refused || isNearLimit || underWay.length >= width) return false;
      // A mailbox that is too full for one has no room for those behind it that are as large.
      return underWay.every((size) => size <= bytes);
    },
    leave(bytes, token) {
      carried[token] = { count: countOf(token) + 1, at: clock.now() };
      underWay.push(bytes);
    },
    answer(bytes, outcome) {
      underWay.splice(underWay.indexOf(bytes), 1);
      // The first goes alone, so that a token that is refused stops all; then ever more go together.
      if (outcome === 'stored') width = Math.min(WIDEST, width + 1);
      else width = 1;
      if (outcome === 'refused') refused = true;
    },
    rest() {
      width = 1;
      refused = false;
    },
  };
}
