/** Starts the dedicated workers that a tab lends to the engine. Knows their files, not what they do. */
import mediaFileUrl from '../../../workers/media-file/worker.ts?worker&url';
import { type LentKind } from '../control.ts';
import { trustedScript } from './policy.ts';

const scripts: Readonly<Record<LentKind, string>> = { 'media-file': mediaFileUrl };

/** Starts a worker; the port leads to it, and `bye` on it ends it. Undefined where the browser cannot start it. */
export function startLentWorker(kind: LentKind): MessagePort | undefined {
  try {
    const worker = new Worker(trustedScript(scripts[kind]), { type: 'module', name: kind });
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(null, [port2]);
    return port1;
  } catch {
    return undefined;
  }
}
