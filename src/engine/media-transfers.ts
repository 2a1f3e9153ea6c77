/**
 * Which attachments go up and come down, how many at a time, and when one that failed is tried again. Knows places and
 * faults, not how bytes are carried.
 */
import { type Clock } from '../lib/clock.ts';
import { type Fault, type FaultCode, toFault } from '../lib/fault.ts';
import { type MediaPlace } from './media-work.ts';

export interface TransferParts {
  readonly clock: Clock;
  /** True while the relay can be reached. */
  isUp(): boolean;
  /** Carries what is left; rejects with the Fault of what stands in the way. */
  run(place: MediaPlace, signal: AbortSignal): Promise<void>;
  /** Notes what stood in the way; true when it is worth trying again by itself. */
  onFault(place: MediaPlace, fault: Fault): Promise<boolean>;
  /** It has come to an end, whichever. */
  ended(place: MediaPlace): void;
  /** Noting failed itself. */
  trouble(fault: Fault): void;
}

export interface Transfers {
  /** Runs a transfer as soon as there is a place for it. */
  want(place: MediaPlace): void;
  /** True for one that broke off and waits to be tried again. */
  isStuck(place: MediaPlace): boolean;
  /** Something of it went through: what fails next is tried again soon. */
  progressed(place: MediaPlace): void;
  /** Ends those that match, and they are not tried again; resolves when they have ended. */
  cancel(matches: (place: MediaPlace) => boolean): Promise<void>;
  /** Ends all; those that are wanted again go on. */
  cancelAll(): void;
  settled(): Promise<void>;
}

/** Transfers at the same time. */
const MOST = 3;
const RETRY_FIRST_MS = 5_000;
const RETRY_LONGEST_MS = 10 * 60_000;

/** There is nothing to go on with, or nobody to do it. */
const lasting: readonly FaultCode[] = [
  'no-such-message',
  'no-such-chat',
  'fenced',
  'storage-closed',
  'stopped',
];

/** A text that names a place. */
export const keyOf = ({ conversation, order }: MediaPlace): string => `${conversation}/${order}`;

export function createTransfers(parts: TransferParts): Transfers {
  const { clock } = parts;
  const running = new Map<
    string,
    { place: MediaPlace; abort: AbortController; done: Promise<void> }
  >();
  const waiting = new Map<string, MediaPlace>();
  const retries = new Map<string, { place: MediaPlace; cancel: () => void; wait: number }>();

  function forgetRetry(key: string): void {
    retries.get(key)?.cancel();
    retries.delete(key);
  }

  function retryLater(place: MediaPlace): void {
    const key = keyOf(place);
    const wait = Math.min(RETRY_LONGEST_MS, (retries.get(key)?.wait ?? RETRY_FIRST_MS / 2) * 2);
    retries.get(key)?.cancel();
    retries.set(key, { place, wait, cancel: clock.after(wait, () => want(place)) });
  }

  async function carry(place: MediaPlace, signal: AbortSignal): Promise<void> {
    try {
      await parts.run(place, signal);
      forgetRetry(keyOf(place));
    } catch (error) {
      let again = false;
      try {
        again = await parts.onFault(place, toFault(error));
      } catch (failure) {
        // Where nothing could be noted, a row says that it is under way: somebody has to be.
        again = !lasting.includes(toFault(failure).code);
        throw failure;
      } finally {
        if (again && !signal.aborted && parts.isUp()) retryLater(place);
      }
    }
  }

  function start(place: MediaPlace): void {
    const key = keyOf(place);
    waiting.delete(key);
    const abort = new AbortController();
    const done = carry(place, abort.signal)
      .catch((error: unknown) => parts.trouble(toFault(error)))
      .finally(() => {
        running.delete(key);
        parts.ended(place);
        startNext();
      });
    running.set(key, { place, abort, done });
  }

  function startNext(): void {
    if (!parts.isUp()) return;
    for (const place of waiting.values()) {
      if (running.size >= MOST) return;
      if (!running.has(keyOf(place))) start(place);
    }
  }

  function want(place: MediaPlace): void {
    waiting.set(keyOf(place), place);
    startNext();
  }

  return {
    want,
    isStuck: (place) => retries.has(keyOf(place)),
    progressed: (place) => forgetRetry(keyOf(place)),
    async cancel(matches) {
      for (const [key, place] of waiting) if (matches(place)) waiting.delete(key);
      for (const [key, { place }] of retries) if (matches(place)) forgetRetry(key);
      const ending = [...running.values()].filter(({ place }) => matches(place));
      for (const { abort } of ending) abort.abort();
      await Promise.all(ending.map(({ done }) => done));
    },
    cancelAll() {
      waiting.clear();
      for (const key of [...retries.keys()]) forgetRetry(key);
      for (const { abort } of running.values()) abort.abort();
    },
    async settled() {
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}
