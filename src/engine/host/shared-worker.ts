/**
 * The engine in a SharedWorker: one for all tabs of this build. Wiring only; who may run is decided in host.ts.
 */
import { hostInThisThread } from './start.ts';

const scope = self as unknown as SharedWorkerGlobalScope;
const host = hostInThisThread({ stopsAlone: false });

scope.onconnect = ({ ports: [control] }) => {
  if (control) host.accept(control);
};
