/** Entry of the worker that seals and keeps attachments: serves one port, the first that it is given. Wiring only. */
import { servePort } from '../../lib/port.ts';
import type { MediaFileApi, MediaFileEvent } from './job.ts';
import { createMediaFiles } from './media-file.ts';
import { opfsFolder } from './opfs.ts';

addEventListener('message', ({ ports: [port] }: MessageEvent) => {
  if (!port) return;
  // Whoever started this hands the port on when it hears that somebody is there.
  postMessage(null);
  const server = servePort<MediaFileApi, MediaFileEvent>(
    port,
    createMediaFiles(opfsFolder(), (event) => server.emit(event)),
    close,
  );
});
