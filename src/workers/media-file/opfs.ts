/**
 * The folder of attachments in the origin's private file system, written in place: only a dedicated worker may.
 * Names are checked, for they come over a port.
 */
import { Fault } from '../../lib/fault.ts';
import type { SyncFile, SyncFolder } from './media-file.ts';

const FOLDER = 'attachments';
const namePattern = /^[0-9a-z-]{1,64}$/;

function toFault(error: unknown): Fault {
  const name = error instanceof DOMException ? error.name : '';
  return new Fault(name === 'QuotaExceededError' ? 'storage-full' : 'storage-failed', 'now', error);
}

function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw toFault(error);
  }
}

function syncFile(handle: FileSystemSyncAccessHandle): SyncFile {
  return {
    read: (into, at) => guarded(() => handle.read(into, { at })),
    write(bytes, at) {
      // A full disk may show itself as a short write only.
      const written = guarded(() => handle.write(bytes, { at }));
      if (written < bytes.length) throw new Fault('storage-full', 'now');
    },
    truncate: (length) => guarded(() => handle.truncate(length)),
    length: () => guarded(() => handle.getSize()),
    flush: () => guarded(() => handle.flush()),
    close: () => handle.close(),
  };
}

/** The folder of this origin. */
export function opfsFolder(): SyncFolder {
  return {
    async open(name) {
      if (!namePattern.test(name)) throw new Fault('malformed');
      try {
        const root = await navigator.storage.getDirectory();
        const folder = await root.getDirectoryHandle(FOLDER, { create: true });
        const file = await folder.getFileHandle(name, { create: true });
        return syncFile(await file.createSyncAccessHandle());
      } catch (error) {
        throw toFault(error);
      }
    },
  };
}
