/**
 * When a socket is read and when it has to wait, so that a hostile or slow client costs its own time and not the
 * relay's memory: for the rate of its address, for the disk to take what it submitted, and for itself to read what
 * it asked for. Nothing that waits is lost: TCP makes the client wait. Source: docs/relay.md, Limits.
 */
import { type Clock } from '../../../lib/clock.ts';
import { type AddressAllowance } from './addresses.ts';

/** Beyond this much the socket is read no further until it has come down to half of it. */
const most = {
  /** Bytes of requests that wait for the disk. */
  unanswered: 4 * 1024 * 1024,
  /** Bytes and frames that the client has not read: a full window of envelopes, and answers. */
  unreadBytes: 2 * 1024 * 1024,
  unreadFrames: 2_048,
};
/** What one frame beyond the rate costs a socket at most, ms, so that few frames wait little for a busy neighbour. */
const LONGEST_WAIT_MS = 250;

const measures = ['unanswered', 'unreadBytes', 'unreadFrames'] as const;

type Load = { readonly [Measure in keyof typeof most]: number };

export interface InflowOptions {
  readonly allowance: Pick<AddressAllowance, 'spend'>;
  readonly clock: Clock;
  /** What waits now because of this socket. */
  load(): Load;
  pause(): void;
  resume(): void;
}

export interface Inflow {
  /** A frame was read that counts as `cost` of them. */
  read(cost: number): void;
  /** Something may have been answered, or have left. */
  relieved(): void;
  readonly isWaiting: boolean;
  /** True while the relay does not listen for reasons of its own, so that silence says nothing of the client. */
  readonly isDeaf: boolean;
  close(): void;
}

/** Watches what comes in on one socket. */
export function createInflow(options: InflowOptions): Inflow {
  const { allowance, clock } = options;
  const reasons = new Set<keyof typeof most | 'rate'>();
  let until = 0;
  let cancel: (() => void) | undefined;

  function set(reason: keyof typeof most | 'rate', holds: boolean): void {
    if (reasons.has(reason) === holds) return;
    if (holds) reasons.add(reason);
    else reasons.delete(reason);
    if (reasons.size === 0) options.resume();
    else if (holds && reasons.size === 1) options.pause();
  }

  function weigh(): void {
    const load = options.load();
    for (const measure of measures) {
      if (load[measure] > most[measure]) set(measure, true);
      else if (load[measure] <= most[measure] / 2) set(measure, false);
    }
  }

  function waitForRate(): void {
    const left = Math.min(until - clock.now(), allowance.spend(0));
    cancel = left > 0 ? clock.after(left, waitForRate) : undefined;
    set('rate', left > 0);
  }

  return {
    read(cost) {
      weigh();
      if (allowance.spend(cost) === 0) return;
      until = Math.max(until, clock.now()) + cost * LONGEST_WAIT_MS;
      if (!cancel) waitForRate();
    },
    relieved() {
      if (reasons.size > 0) weigh();
    },
    get isWaiting() {
      return reasons.size > 0;
    },
    get isDeaf() {
      return reasons.has('rate') || reasons.has('unanswered');
    },
    close: () => cancel?.(),
  };
}
