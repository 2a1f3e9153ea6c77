/** Web Locks in memory, for several hosts and tabs in one test. A holder that dies frees what it holds. */
import { type Locks } from '../host.ts';

interface Request {
  readonly name: string;
  readonly shared: boolean;
  readonly owner: MemoryLocks;
  readonly hold: () => Promise<void>;
  readonly settle: { resolve: () => void; reject: (error: unknown) => void };
}

export interface MemoryLocks extends Locks {
  /** Frees everything this one holds or waits for, as a closed or crashed tab does. */
  die(): void;
}

/** One browser profile. @returns makes the view of one tab or worker */
export function memoryLocks(): () => MemoryLocks {
  let held: Request[] = [];
  let queued: Request[] = [];
  const dead = new Set<MemoryLocks>();

  const fits = (request: Request): boolean =>
    held.every((each) => each.name !== request.name || (each.shared && request.shared));

  function grant(request: Request): void {
    held.push(request);
    void Promise.resolve()
      .then(() => (dead.has(request.owner) ? new Promise<void>(() => undefined) : request.hold()))
      .then(request.settle.resolve, request.settle.reject)
      .finally(() => {
        if (!held.includes(request)) return;
        held = held.filter((each) => each !== request);
        settle();
      });
  }

  function settle(): void {
    const blocked = new Set<string>();
    for (const request of [...queued]) {
      if (blocked.has(request.name) || !fits(request)) {
        blocked.add(request.name);
        continue;
      }
      queued = queued.filter((each) => each !== request);
      grant(request);
    }
  }

  return () => {
    const own: MemoryLocks = {
      async query() {
        const info = (each: Request): LockInfo => ({ name: each.name });
        return { held: held.map(info), pending: queued.map(info) };
      },
      request(name, { mode, steal, signal }, hold) {
        return new Promise<void>((resolve, reject) => {
          const settlers = { resolve, reject };
          const request = { name, shared: mode === 'shared', owner: own, hold, settle: settlers };
          if (steal) {
            for (const each of held.filter((other) => other.name === name)) {
              held = held.filter((other) => other !== each);
              each.settle.reject(new DOMException('stolen', 'AbortError'));
            }
            return grant(request);
          }
          signal?.addEventListener('abort', () => {
            if (!queued.includes(request)) return;
            queued = queued.filter((each) => each !== request);
            reject(new DOMException('given up', 'AbortError'));
            settle();
          });
          queued.push(request);
          settle();
        });
      },
      die() {
        dead.add(own);
        held = held.filter((each) => each.owner !== own);
        queued = queued.filter((each) => each.owner !== own);
        settle();
      },
    };
    return own;
  };
}
