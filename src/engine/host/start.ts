/**
 * Puts the engine's real parts together in this thread: the database, the relay's sockets, the clock and the
 * system's randomness. Only here do the hosts touch the platform.
 */
import { systemClock } from '../../lib/clock.ts';
import { type Bytes } from '../../lib/bytes.ts';
import { webSocketLink } from '../../net/link.ts';
import { type CloseReason, openStore } from '../../storage/open.ts';
import { startEngine } from '../engine.ts';
import { BUILD } from './build.ts';
import { HOSTS_CHANNEL, type StopReason } from './control.ts';
import { type Host, type LendWorker, type Running, startHost } from './host.ts';

const DATABASE = 'sotto';

const clock = systemClock(globalThis);
const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

/** What the closing of the database by itself means for the engine on top of it. */
const reasons: Record<CloseReason, StopReason> = {
  upgrade: 'newer',
  removed: 'erased',
  terminated: 'failed',
};

async function estimateStorage(): Promise<{ used?: number; quota?: number; persisted?: boolean }> {
  const { usage, quota } = await navigator.storage.estimate();
  const persisted = await navigator.storage.persisted();
  return {
    ...(usage === undefined ? {} : { used: usage }),
    ...(quota === undefined ? {} : { quota }),
    persisted,
  };
}

/** Opens the database and the engine on it. Everything is closed again when this throws. */
async function openEngine(
  onStopped: (reason: StopReason) => void,
  lendWorker: LendWorker,
): Promise<Running> {
  let end = onStopped;
  const store = await openStore({
    name: DATABASE,
    clock,
    onClosed: (reason) => end(reasons[reason]),
  });
  try {
    const engine = await startEngine({
      link: webSocketLink(location.origin, clock),
      store,
      clock,
      random,
      host: location.host,
      media: async () =>
        (await import('./media-parts.ts')).mediaParts(location.origin, clock, lendWorker),
      estimateStorage,
    });
    const online = (): void => engine.networkChanged(true);
    const offline = (): void => engine.networkChanged(false);
    addEventListener('online', online);
    addEventListener('offline', offline);
    const close = (): void => {
      removeEventListener('online', online);
      removeEventListener('offline', offline);
      store.close();
    };
    engine.onStopped((reason) => {
      close();
      onStopped(reason);
    });
    // From here on the engine has tabs to tell before the host hears of it.
    end = (reason) => void engine.stop(reason).finally(() => onStopped(reason));
    return {
      connect: (port) => void engine.connect(port),
      async stop(reason) {
        await engine.stop(reason);
        close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** @param options `stopsAlone` as in HostParts */
export function hostInThisThread(options: { readonly stopsAlone: boolean }): Host {
  return startHost({
    build: BUILD,
    locks: navigator.locks,
    clock,
    id: crypto.randomUUID(),
    others: new BroadcastChannel(HOSTS_CHANNEL),
    open: openEngine,
    stopsAlone: options.stopsAlone,
  });
}
