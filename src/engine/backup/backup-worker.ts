/** The worker that writes or reads one backup file, lent by a tab. Knows how to reach it, not what it is asked. */
import { Fault } from '../../lib/fault.ts';
import { callPort, type PortClient, type PortLike } from '../../lib/port.ts';
import type { BackupFileApi, BackupFileEvent } from '../../workers/backup-file/job.ts';

export interface BackupWorker {
  /** Asks the worker. Rejects with its Fault, or with `port-closed` when its tab is gone. */
  readonly call: PortClient<BackupFileApi>['call'];
  /** Ends it. */
  stop(): void;
}

/** Asks a tab for one. Throws Fault `no-tab`. @param onBytes hears how far it has come, bytes of the file */
export async function lendBackupWorker(
  lend: (kind: 'backup-file') => Promise<{ readonly port: PortLike; readonly gone: Promise<void> }>,
  onBytes: (done: number) => void = () => undefined,
): Promise<BackupWorker> {
  const { port, gone } = await lend('backup-file');
  const client = callPort<BackupFileApi, BackupFileEvent>(port, ({ done }) => onBytes(done));
  let isOver = false;
  void gone.then(() => {
    isOver = true;
    client.close();
  });
  return {
    call: (method, argument) =>
      isOver ? Promise.reject(new Fault('port-closed')) : client.call(method, argument),
    stop: () => client.close(),
  };
}
