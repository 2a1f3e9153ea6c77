/** Entry of the worker that writes and reads backups: serves one port, the first that it is given. Wiring only. */
import { servePort } from '../../lib/port.ts';
import { systemRandom } from '../../crypto/random.ts';
import { createBackupFiles } from './backup-file.ts';
import type { BackupFileApi, BackupFileEvent } from './job.ts';
import { opfsPlaces } from './opfs.ts';

addEventListener('message', ({ ports: [port] }: MessageEvent) => {
  if (!port) return;
  // Whoever started this hands the port on when it hears that somebody is there.
  postMessage(null);
  const server = servePort<BackupFileApi, BackupFileEvent>(
    port,
    createBackupFiles(opfsPlaces(), systemRandom, (event) => server.emit(event)),
    close,
  );
});
