/** Time as an argument: everything that waits or stamps gets a Clock, so tests own the time. */

export interface Clock {
  /** Milliseconds since 1970, as a person's wall clock tells it. */
  now(): number;
  /** Calls `run` once after `ms` milliseconds; the result cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** A clock whose time moves only when told to. */
export interface ManualClock extends Clock {
  /** Moves time by `ms`, running what falls due in order. */
  advance(ms: number): void;
  /** Number of timers waiting. */
  readonly waiting: number;
  /** Milliseconds until the next timer, or undefined. */
  next(): number | undefined;
}

/** A ManualClock that starts at `start` (ms since 1970). */
export function manualClock(start = 1_750_000_000_000): ManualClock {
  let time = start;
  let serial = 0;
  const timers = new Map<number, { due: number; run: () => void }>();
  const soonest = (): [number, { due: number; run: () => void }] | undefined => {
    let best: [number, { due: number; run: () => void }] | undefined;
    for (const entry of timers) if (!best || entry[1].due < best[1].due) best = entry;
    return best;
  };
  return {
    now: () => time,
    after(ms, run) {
      const id = serial++;
      timers.set(id, { due: time + Math.max(0, ms), run });
      return () => void timers.delete(id);
    },
    advance(ms) {
      const end = time + ms;
      for (let timer = soonest(); timer && timer[1].due <= end; timer = soonest()) {
        timers.delete(timer[0]);
        time = Math.max(time, timer[1].due);
        timer[1].run();
      }
      // A timer may itself have moved the time further.
      time = Math.max(time, end);
    },
    get waiting() {
      return timers.size;
    },
    next() {
      const timer = soonest();
      return timer ? Math.max(0, timer[1].due - time) : undefined;
    },
  };
}

/** The platform's timers, handed in so that this file compiles where none exist. */
export interface PlatformTimers {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(handle: never): void;
}

/** Timers of the platform overflow above this and would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The real clock over the platform's timers (pass `globalThis`). */
export function systemClock(timers: PlatformTimers): Clock {
  return {
    now: () => Date.now(),
    after(ms, run) {
      let handle: unknown;
      const wait = (left: number): void => {
        handle =
          left > LONGEST_TIMEOUT_MS
            ? timers.setTimeout(() => wait(left - LONGEST_TIMEOUT_MS), LONGEST_TIMEOUT_MS)
            : timers.setTimeout(run, left);
      };
      wait(ms);
      return () => timers.clearTimeout(handle as never);
    },
  };
}
