/** Starts the dedicated workers that a tab lends to the engine. Knows their files, not what they do. */
import backupFileUrl from '../../../workers/backup-file/worker.ts?worker&url';
import mediaFileUrl from '../../../workers/media-file/worker.ts?worker&url';
import { type LentKind } from '../control.ts';
import { trustedScript } from './policy.ts';

const scripts: Readonly<Record<LentKind, string>> = {
  'backup-file': backupFileUrl,
  'media-file': mediaFileUrl,
};

/**
 * Starts a worker; the port leads to it, and `bye` on it ends it. Undefined where it cannot be started or its script
 * does not come: one that never says that it runs would be waited for without end.
 */
export function startLentWorker(kind: LentKind): Promise<MessagePort | undefined> {
  return new Promise((resolve) => {
    let worker: Worker;
    try {
      worker = new Worker(trustedScript(scripts[kind]), { type: 'module', name: kind });
    } catch {
      return resolve(undefined);
    }
    const { port1, port2 } = new MessageChannel();
    worker.onerror = () => {
      worker.terminate();
      resolve(undefined);
    };
    worker.onmessage = () => resolve(port1);
    worker.postMessage(null, [port2]);
  });
}
