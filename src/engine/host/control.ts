/**
 * What a tab and a host tell each other beside the engine's own port, and the names of the Web Locks by which
 * each notices that the other is gone. A lock is freed by the browser when its holder closes or crashes, so
 * nobody has to guess with timers.
 */
import { type FaultCode } from '../../lib/fault.ts';

/** Held by the one host that may run the engine of this browser profile. */
export const ENGINE_LOCK = 'sotto-engine';

/** Prefix of the locks that tell which build holds the engine; see `holderLock`. */
const HOLDER_PREFIX = 'sotto-holder:';
const TAB_PREFIX = 'sotto-tab:';

/** Held (shared) beside the engine's lock, so that anybody can read from a query who holds it. */
export function holderLock(build: number): string {
  return `${HOLDER_PREFIX}${build}`;
}

/** The build that a holder's lock names, or undefined for any other lock. */
export function buildOfHolder(lock: string): number | undefined {
  return lock.startsWith(HOLDER_PREFIX) ? Number(lock.slice(HOLDER_PREFIX.length)) : undefined;
}

/** Held by a tab as long as it lives. The build is in the name for the offline shell, which keeps its files. */
export function tabLock(build: number, id: string): string {
  return `${TAB_PREFIX}${build}:${id}`;
}

/** Why no engine answers. */
export type StopReason = 'newer' | 'other-tab' | 'erased' | 'failed';

/** Dedicated workers that a tab starts for the engine, which cannot in a SharedWorker. */
export type LentKind = 'media-file' | 'backup-file';

export type ToHost =
  /** `lock` is the tab's own lock; when the host gets it, the tab is gone. */
  | { readonly type: 'hello'; readonly lock: string }
  /** The person asked for the engine here. */
  | { readonly type: 'use-here' }
  /** The tab leaves and may be restored by the browser later. */
  | { readonly type: 'bye' }
  /** The worker that was asked for under `n` runs; the transferred port leads to it. Without a port it could not start. */
  | { readonly type: 'lent'; readonly n: number };

export type ToTab =
  /** The engine runs; the transferred port leads to it. When the tab gets `lock`, the host is gone. */
  | { readonly type: 'ready'; readonly lock: string }
  | { readonly type: 'stopped'; readonly reason: StopReason; readonly code?: FaultCode }
  /** Start this worker for the engine and answer with `lent` under the same `n`. */
  | { readonly type: 'lend'; readonly n: number; readonly kind: LentKind };

/** Between hosts, over a BroadcastChannel: whoever is older than `build` stands down. */
export interface StandDown {
  readonly type: 'stand-down';
  readonly build: number;
}

/** The name of that channel. */
export const HOSTS_CHANNEL = 'sotto-hosts';
