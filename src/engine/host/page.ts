/**
 * The engine in the page itself, for browsers without SharedWorker and for tests (`?host=page`). One tab works;
 * the others wait until it closes or a person says `Use here`. Wiring only; who may run is decided in host.ts.
 */
import { type Host } from './host.ts';
import { hostInThisThread } from './start.ts';

let host: Host | undefined;

/** Gives a way to the host in this page, starting it the first time. @returns the control port that a SharedWorker would have given */
export function openPageHost(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  host ??= hostInThisThread({ stopsAlone: true });
  host.accept(port1);
  return port2;
}
