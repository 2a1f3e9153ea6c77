/**
 * A tab's way to the engine: starts or finds the host, hands the page a client that outlives it, and attaches
 * again when the host dies or another takes over. Owns the tab's lock. Knows nothing of what is called.
 * Architecture: The engine and the tabs.
 */
import { createEmitter } from '../../lib/emitter.ts';
import { Fault } from '../../lib/fault.ts';
import { callPort, type PortClient } from '../../lib/port.ts';
import { type EngineApi, type EngineEvent } from '../api.ts';
import { BUILD } from './build.ts';
import { askToKeepStorage } from './connect/keep-storage.ts';
import { trustedScript } from './connect/policy.ts';
import { type LentKind, type StopReason, tabLock, type ToHost, type ToTab } from './control.ts';
import sharedWorkerUrl from './shared-worker.ts?sharedworker&url';

export { type OfflineShell, registerOfflineShell } from './connect/offline-shell.ts';

/** Where the engine runs: in a SharedWorker for all tabs, or in this page. */
export type HostMode = 'shared-worker' | 'page';

/** What the interface holds. Calls made before the engine answers wait for it. */
export interface EngineConnection {
  /**
   * Calls a method. Rejects with its Fault, with `stopped` after the engine was erased or failed, or with
   * `port-closed` when it died before it answered.
   */
  call<Name extends keyof EngineApi>(
    method: Name,
    argument: Parameters<EngineApi[Name]>[0],
  ): Promise<ReturnType<EngineApi[Name]>>;
  /** Hears events; the result ends it. */
  listen(listener: (event: EngineEvent) => void): () => void;
  /** Takes the engine from another tab; `restarted` follows. Only for a person's click. */
  useHere(): void;
}

type Engine = PortClient<EngineApi>;

/** After these no engine comes by itself. */
function isFinal(reason: StopReason | undefined): boolean {
  return reason === 'erased' || reason === 'failed';
}

/** Holds a lock until released. Resolves when it is held. */
function holdLock(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, () => new Promise<void>((release) => resolve(release)))
      .catch(reject);
  });
}

/** A SharedWorker's control port. Rejects when the browser has none or cannot start it. */
function openSharedWorker(onError: () => void): MessagePort {
  const worker = new SharedWorker(trustedScript(sharedWorkerUrl), {
    type: 'module',
    name: 'sotto',
  });
  worker.onerror = onError;
  return worker.port;
}

/**
 * Connects this tab with the engine.
 * @param wish where the engine should run; without a working SharedWorker it is the page
 */
export function connectEngine(wish: { readonly mode: HostMode }): EngineConnection {
  const events = createEmitter<EngineEvent>();
  let mode: HostMode = 'SharedWorker' in globalThis ? wish.mode : 'page';
  let control: MessagePort | undefined;
  let releaseTab = (): void => undefined;
  let engine: Engine | undefined;
  /** Something reached the page before, so an engine that answers now is another one. */
  let heard = false;
  let stopped: StopReason | undefined;
  let coming = Promise.withResolvers<Engine>();
  /** Counts attachments, so that news of an old one is not taken for news of the current. */
  let turn = 0;

  function wait(): void {
    coming = Promise.withResolvers<Engine>();
    coming.promise.catch(() => undefined);
  }

  function detach(): void {
    engine?.close();
    // Calls that wait are answered by whichever engine comes; a promise that was kept or broken is for them no more.
    if (engine || isFinal(stopped)) wait();
    engine = undefined;
    stopped = undefined;
  }

  function onReady(port: MessagePort, hostLock: string, mine: number): void {
    detach();
    const client = callPort<EngineApi, EngineEvent>(port, (event) => {
      if (event.type === 'stopped') onStopped(event.reason);
      else events.emit(event);
    });
    engine = client;
    coming.resolve(client);
    // Shared, because every tab waits for the same host.
    void navigator.locks.request(hostLock, { mode: 'shared' }, () => {
      if (mine === turn) void attach();
    });
    if (heard) events.emit({ type: 'restarted' });
    heard = true;
  }

  function onStopped(reason: StopReason): void {
    if (stopped === reason) return;
    detach();
    stopped = reason;
    heard = true;
    // After `other-tab` an engine may still come, by `Use here` or when that tab closes; calls wait for it.
    if (isFinal(reason)) coming.reject(new Fault('stopped', 'now'));
    events.emit({ type: 'stopped', reason });
  }

  function hear(message: ToTab, ports: readonly MessagePort[], mine: number): void {
    if (mine !== turn) return;
    const [port] = ports;
    if (message.type === 'ready' && port) onReady(port, message.lock, mine);
    if (message.type === 'lend') void lend(message.kind, message.n, mine);
    if (message.type === 'stopped') {
      if (message.code) events.emit({ type: 'trouble', code: message.code });
      onStopped(message.reason);
    }
  }

  /** Starts a worker for the engine, which gets its port. */
  async function lend(kind: LentKind, n: number, mine: number): Promise<void> {
    const port = await import('./connect/lent-worker.ts').then(
      ({ startLentWorker }) => startLentWorker(kind),
      // A part of the app that does not come: another tab may have it.
      () => undefined,
    );
    if (mine !== turn || !control) return port?.postMessage({ type: 'bye' });
    control.postMessage({ type: 'lent', n } satisfies ToHost, port ? [port] : []);
  }

  async function openControl(mine: number): Promise<MessagePort> {
    if (mode === 'shared-worker') {
      try {
        return openSharedWorker(() => {
          if (mine !== turn) return;
          mode = 'page';
          void attach();
        });
      } catch {
        mode = 'page';
      }
    }
    const { openPageHost } = await import('./page.ts');
    return openPageHost();
  }

  async function attach(): Promise<void> {
    const mine = ++turn;
    detach();
    releaseTab();
    const lock = tabLock(BUILD, crypto.randomUUID());
    // The host starts while the lock is asked for; it hears nothing of this tab until the lock is held.
    const [port, release] = await Promise.all([openControl(mine), holdLock(lock)]);
    if (mine !== turn) {
      port.close();
      return release();
    }
    releaseTab = release;
    control = port;
    port.onmessage = ({ data, ports }: MessageEvent<ToTab>) => hear(data, ports, mine);
    port.postMessage({ type: 'hello', lock } satisfies ToHost);
  }

  function leave(): void {
    turn++;
    detach();
    control?.postMessage({ type: 'bye' } satisfies ToHost);
    control = undefined;
    releaseTab();
  }

  wait();
  // The browser may keep a left page and bring it back; a port does not survive that, so it is opened anew.
  addEventListener('pagehide', leave);
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void attach();
  });
  askToKeepStorage((listener) => events.listen(listener));
  void attach();

  return {
    call: (method, argument) => coming.promise.then((client) => client.call(method, argument)),
    listen: (listener) => events.listen(listener),
    useHere: () => control?.postMessage({ type: 'use-here' } satisfies ToHost),
  };
}
