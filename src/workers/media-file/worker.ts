/** Entry of the worker that seals and keeps attachments: serves one port, the first that it is given. Wiring only. */
import { servePort } from '../../lib/port.ts';
import type { MediaFileApi, MediaFileEvent } from './job.ts';
import { createMediaFiles } from './media-file.ts';
import { opfsFolder } from './opfs.ts';

addEventListener('message', ({ ports: [port] }: MessageEvent) => {
  if (!port) return;
  const server = servePort<MediaFileApi, MediaFileEvent>(
    port,
    createMediaFiles(opfsFolder(), (event) => server.emit(event)),
    close,
  );
});
