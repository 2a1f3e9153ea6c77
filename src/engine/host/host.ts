/**
 * Runs the engine for the tabs that reach this host, while it holds the one lock that allows it. Decides who
 * gives way when two hosts meet: a newer build asks the older to stand down and may take the lock if it does not
 * answer; of equals the second waits until a person says `Use here`. Whoever loses the lock is dead to the
 * database (the store's fence). Knows neither what the engine does nor whether it sits in a worker or a page.
 * Architecture: The engine and the tabs.
 */
import { type Clock } from '../../lib/clock.ts';
import { Fault, toFault, type FaultCode } from '../../lib/fault.ts';
import { type PortLike } from '../../lib/port.ts';
import {
  buildOfHolder,
  ENGINE_LOCK,
  holderLock,
  type LentKind,
  type StandDown,
  type StopReason,
  type ToHost,
  type ToTab,
} from './control.ts';

/** An engine with its store. */
export interface Running {
  connect(port: PortLike): void;
  /** Finishes the transaction under way, tells the tabs, closes socket and database. */
  stop(reason: StopReason): Promise<void>;
}

/** A worker that runs in a tab for the engine. */
export interface LentWorker {
  readonly port: PortLike;
  /** Resolves when the tab is gone, and the worker with it. */
  readonly gone: Promise<void>;
}

/** Asks the tabs for a worker, one after another. Rejects with Fault `no-tab` when none starts it. */
export type LendWorker = (kind: LentKind) => Promise<LentWorker>;

/** The part of the Web Locks API that is used. */
export type Locks = Pick<LockManager, 'query'> & {
  request(
    name: string,
    options: { mode?: LockMode; steal?: boolean; signal?: AbortSignal },
    hold: () => Promise<void>,
  ): Promise<unknown>;
};

export interface HostParts {
  readonly build: number;
  readonly locks: Locks;
  readonly clock: Clock;
  /** Distinguishes this host's own lock from every other. */
  readonly id: string;
  /** Reaches the other hosts of this browser profile. */
  readonly others: {
    postMessage(message: StandDown): void;
    onmessage: ((event: MessageEvent<StandDown>) => unknown) | null;
  };
  /** Opens store and engine; `onStopped` hears when the engine stops of its own accord. */
  readonly open: (
    onStopped: (reason: StopReason) => void,
    lendWorker: LendWorker,
  ) => Promise<Running>;
  /** Frees the engine when the last tab left (a page, which the browser may keep frozen). */
  readonly stopsAlone: boolean;
}

export interface Host {
  /** Talks with the tab at the other end of `control`. */
  accept(control: MessagePort): void;
}

interface Tab {
  readonly control: MessagePort;
  /** Says goodbye to the engine on the tab's behalf. */
  leave: () => void;
  /** Takes the answers to what was asked of the tab, by their numbers. */
  readonly asked: Map<number, (port: MessagePort | undefined) => void>;
  readonly gone: Promise<void>;
  isGone: () => void;
}

/** One stay of the engine in this host, from the wish for the lock to its end. */
interface Term {
  over: boolean;
  /** The lock is ours; the engine may still be opening. */
  held: boolean;
  engine?: Running;
  /** Ends the wait for the lock. */
  readonly giveUp: AbortController;
  /** Frees the lock. */
  release: () => void;
}

/** How long a tab hears nothing while another host may just be closing. */
const GRACE_MS = 500;
/** How long a tab may take to start a worker; one that the browser has frozen never does. */
const LEND_MS = 3_000;
/** How long an older build may take to stand down. */
const PATIENCE_MS = 3_000;

/** @returns a host that wants the engine as soon as the first tab says hello */
export function startHost(parts: HostParts): Host {
  const { build, locks, clock } = parts;
  const tabs = new Set<Tab>();
  const ownLock = `sotto-host:${parts.id}`;
  const alive = new Promise<void>((resolve, reject) => {
    locks
      .request(ownLock, {}, () => {
        resolve();
        return new Promise<never>(() => undefined);
      })
      .catch(reject);
  });
  let serial = 0;
  let term: Term | undefined;
  let outdated = false;
  /** What the tabs were told last, for those that come later. */
  let told: Extract<ToTab, { type: 'stopped' }> | undefined;

  const send = (tab: Tab, message: ToTab, transfer: Transferable[] = []): void =>
    tab.control.postMessage(message, transfer);

  function tellStopped(reason: StopReason, code?: FaultCode): void {
    told = { type: 'stopped', reason, ...(code ? { code } : {}) };
    for (const tab of tabs) {
      tab.leave();
      send(tab, told);
    }
  }

  /** Connects a tab with the running engine. */
  function join(tab: Tab, engine: Running): void {
    const { port1, port2 } = new MessageChannel();
    let left = false;
    const port: PortLike = {
      postMessage: (message) => port1.postMessage(message),
      onmessage: null,
      close: () => port1.close(),
    };
    port1.onmessage = (event: MessageEvent<{ type: string }>) => {
      if (left) return;
      if (event.data.type === 'bye') left = true;
      port.onmessage?.(event);
    };
    tab.leave = () => {
      if (left) return;
      left = true;
      port.onmessage?.(new MessageEvent('message', { data: { type: 'bye' } }));
    };
    engine.connect(port);
    send(tab, { type: 'ready', lock: ownLock }, [port2]);
  }

  /** Asks one tab for a worker; undefined when it does not start one. */
  function askTab(tab: Tab, kind: LentKind): Promise<LentWorker | undefined> {
    const n = ++serial;
    return new Promise((resolve) => {
      const answer = (port: MessagePort | undefined): void => {
        tab.asked.delete(n);
        stop();
        resolve(port && { port, gone: tab.gone });
      };
      const stop = clock.after(LEND_MS, () => answer(undefined));
      tab.asked.set(n, answer);
      send(tab, { type: 'lend', n, kind });
    });
  }

  const lendWorker: LendWorker = async (kind) => {
    for (const tab of [...tabs].reverse()) {
      const lent = tabs.has(tab) ? await askTab(tab, kind) : undefined;
      if (lent) return lent;
    }
    throw new Fault('no-tab', 'on-reconnect');
  };

  async function end(ended: Term, reason: StopReason, code?: FaultCode): Promise<void> {
    if (ended.over) return;
    ended.over = true;
    if (term === ended) term = undefined;
    ended.giveUp.abort();
    try {
      await ended.engine?.stop(reason);
    } finally {
      ended.release();
      tellStopped(reason, code);
    }
  }

  /** Inside the lock: opens the engine and stays until released. */
  async function own(mine: Term): Promise<void> {
    const released = new Promise<void>((resolve) => (mine.release = resolve));
    if (mine.over) return;
    mine.held = true;
    void locks.request(holderLock(build), { mode: 'shared' }, () => released);
    try {
      await alive;
      const engine = await parts.open((reason) => {
        const ended = end(mine, reason);
        // Another owner wrote before the lock's loss was heard of: the same as losing the lock.
        if (reason === 'other-tab') void ended.then(wantAgain, wantAgain);
      }, lendWorker);
      if (mine.over) await engine.stop('other-tab');
      else {
        mine.engine = engine;
        told = undefined;
        for (const tab of tabs) join(tab, engine);
      }
    } catch (error) {
      await end(mine, 'failed', toFault(error).code);
    }
    await released;
  }

  /** Asks for the lock and, once it is held, runs the engine. */
  function want(steal: boolean): void {
    const mine: Term = {
      over: false,
      held: false,
      giveUp: new AbortController(),
      release: () => undefined,
    };
    term = mine;
    const options = steal ? { steal: true } : { signal: mine.giveUp.signal };
    locks
      .request(ENGINE_LOCK, options, () => own(mine))
      .catch(() => {
        // Given up by ourselves (the term is over by then), or another host took the lock by force.
        if (mine.over) return;
        void end(mine, 'other-tab').then(wantAgain, wantAgain);
      });
    if (steal) return;
    parts.others.postMessage({ type: 'stand-down', build });
    clock.after(GRACE_MS, () => void explainWait(mine));
    clock.after(PATIENCE_MS, () => void losePatience(mine));
  }

  function wantAgain(): void {
    if (!term && !outdated && tabs.size > 0) want(false);
  }

  async function holders(): Promise<number[]> {
    const { held = [] } = await locks.query();
    return held.flatMap(({ name = '' }) => buildOfHolder(name) ?? []);
  }

  const waits = (mine: Term): boolean => !mine.over && !mine.held;

  async function explainWait(mine: Term): Promise<void> {
    const builds = await holders();
    if (!waits(mine) || builds.length === 0) return;
    if (builds.some((other) => other > build)) return becomeOutdated();
    if (builds.includes(build)) tellStopped('other-tab');
  }

  async function losePatience(mine: Term): Promise<void> {
    const builds = await holders();
    if (!waits(mine) || builds.length === 0 || builds.some((other) => other >= build)) return;
    mine.over = true;
    mine.giveUp.abort();
    want(true);
  }

  function becomeOutdated(): void {
    outdated = true;
    if (term) void end(term, 'newer');
  }

  function hello(control: MessagePort, lock: string): Tab {
    let isGone!: () => void;
    const gone = new Promise<void>((resolve) => (isGone = resolve));
    const tab: Tab = { control, leave: () => undefined, asked: new Map(), gone, isGone };
    tabs.add(tab);
    void locks.request(lock, {}, async () => part(tab));
    if (outdated) send(tab, { type: 'stopped', reason: 'newer' });
    else if (term?.engine) join(tab, term.engine);
    else if (!term) want(false);
    else if (told) send(tab, told);
    return tab;
  }

  function part(tab: Tab): void {
    tabs.delete(tab);
    tab.leave();
    tab.isGone();
    for (const answer of [...tab.asked.values()]) answer(undefined);
    if (parts.stopsAlone && tabs.size === 0 && term) void end(term, 'other-tab');
  }

  function useHere(): void {
    if (outdated || term?.engine) return;
    if (term) {
      term.over = true;
      term.giveUp.abort();
    }
    want(true);
  }

  parts.others.onmessage = ({ data }) => {
    if (data.type === 'stand-down' && data.build > build && !outdated) becomeOutdated();
  };

  return {
    accept(control) {
      let tab: Tab | undefined;
      control.onmessage = ({ data, ports: [port] }: MessageEvent<ToHost>) => {
        switch (data.type) {
          case 'hello':
            tab = hello(control, data.lock);
            break;
          case 'use-here':
            useHere();
            break;
          case 'lent': {
            const answer = tab?.asked.get(data.n);
            if (answer) answer(port);
            // Nobody waits for it any more: the worker is told to end.
            else port?.postMessage({ type: 'bye' });
            break;
          }
          case 'bye':
            if (tab) part(tab);
        }
      };
    },
  };
}
