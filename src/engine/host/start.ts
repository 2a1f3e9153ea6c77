/**
 * Puts the engine's real parts together in this thread: the database, the relay's sockets, the clock and the
 * system's randomness. Only here do the hosts touch the platform.
 */
import { systemClock } from '../../lib/clock.ts';
import { type Bytes } from '../../lib/bytes.ts';
import { webSocketLink } from '../../net/link.ts';
import { openStore } from '../../storage/open.ts';
import { BUILD } from './build.ts';
import { HOSTS_CHANNEL, type StopReason } from './control.ts';
import { type Host, type Running, startHost } from './host.ts';
import { startEngine } from './testing/stub-engine.ts';

const DATABASE = 'sotto';

const clock = systemClock(globalThis);
const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

async function openEngine(onStopped: (reason: StopReason) => void): Promise<Running> {
  const store = await openStore({ name: DATABASE, clock, onClosed: () => onStopped('failed') });
  try {
    const engine = await startEngine({
      link: webSocketLink(location.origin, clock),
      store,
      clock,
      random,
      host: location.host,
    });
    engine.onStopped((reason) => {
      store.close();
      onStopped(reason);
    });
    return {
      connect: (port) => engine.connect(port),
      async stop(reason) {
        await engine.stop(reason);
        store.close();
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
