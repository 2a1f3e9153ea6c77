/**
 * Where backup files lie: one that a person chose, or one in a folder of theirs, is written beside itself and takes its
 * place when it is whole; one of this origin lies in its private file system until it was saved. Names are checked, for
 * they come over a port.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { Fault, isFault } from '../../lib/fault.ts';
import type { BackupTarget } from './job.ts';
import type { BackupPlaces, BackupSink } from './places.ts';

const ATTACHMENTS = 'attachments';
const BACKUPS = 'backups';
const namePattern = /^[0-9a-z-]{1,64}$/;
/** Bytes that are handed to a chosen file at once: each time asks another process. */
const GATHERED_BYTES = 4 * 1024 * 1024;

function toFault(error: unknown): Fault {
  if (isFault(error)) return error;
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'QuotaExceededError') return new Fault('storage-full', 'now', error);
  if (name === 'NotAllowedError') return new Fault('backup-denied', 'now', error);
  return new Fault('storage-failed', 'now', error);
}

async function guarded<Result>(
  work: () => Promise<Result> | Result,
  asFault = toFault,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asFault(error);
  }
}

async function folder(name: string): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(name, { create: true });
}

function checked(name: string): string {
  if (!namePattern.test(name)) throw new Fault('malformed');
  return name;
}

async function ownFile(where: string, name: string): Promise<BackupSink> {
  const parent = await folder(where);
  const file = await parent.getFileHandle(checked(name), { create: true });
  const access = await file.createSyncAccessHandle();
  access.truncate(0);
  return {
    write: (bytes) =>
      guarded(() => {
        // A full disk may show itself as a short write only.
        if (access.write(bytes) < bytes.length) throw new Fault('storage-full', 'now');
      }),
    close: () =>
      guarded(() => {
        access.flush();
        access.close();
      }),
    async discard() {
      access.close();
      await parent.removeEntry(name);
    },
  };
}

/** What a folder on the person's disk, which may be a stick or a cloud's, answers. */
function toFolderFault(error: unknown): Fault {
  if (isFault(error)) return error;
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'QuotaExceededError') return new Fault('folder-full', 'now', error);
  if (name === 'NotAllowedError') return new Fault('folder-denied', 'now', error);
  if (name === 'NotFoundError') return new Fault('folder-gone', 'now', error);
  return new Fault('folder-failed', 'now', error);
}

async function isThere(directory: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await directory.getFileHandle(name);
    return true;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return false;
    throw error;
  }
}

/** A new file in a folder of the person's. An empty file holds its name meanwhile, and goes where it is not ended. */
async function folderFile(directory: FileSystemDirectoryHandle, name: string): Promise<BackupSink> {
  // Whatever came to have this name is not Sotto's.
  if (await isThere(directory, name)) throw new Fault('folder-failed', 'now');
  const file = await directory.getFileHandle(name, { create: true });
  const sink = await chosenFile(file, toFolderFault);
  return {
    ...sink,
    async discard() {
      // One that failed is over already.
      await sink.discard().catch(() => undefined);
      await directory.removeEntry(name);
    },
  };
}

async function chosenFile(handle: FileSystemFileHandle, asFault = toFault): Promise<BackupSink> {
  const stream = await handle.createWritable();
  let gathered: Bytes[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    const parts = gathered;
    gathered = [];
    length = 0;
    await stream.write(new Blob(parts));
  };
  return {
    write: (bytes) =>
      guarded(async () => {
        // A Blob holds a copy: what was given may be freed afterwards.
        gathered.push(bytes.slice());
        length += bytes.length;
        if (length >= GATHERED_BYTES) await flush();
      }, asFault),
    close: () =>
      guarded(async () => {
        await flush();
        await stream.close();
      }, asFault),
    discard: () => stream.abort(),
  };
}

/** The places of this origin. */
export function opfsPlaces(): BackupPlaces {
  return {
    create(target: BackupTarget) {
      if (target.kind === 'folder')
        return guarded(() => folderFile(target.directory, target.name), toFolderFault);
      return guarded(() =>
        target.kind === 'chosen' ? chosenFile(target.handle) : ownFile(BACKUPS, target.name),
      );
    },
    async attachment(name) {
      try {
        const handle = await (await folder(ATTACHMENTS)).getFileHandle(checked(name));
        return await handle.getFile();
      } catch (error) {
        if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
        throw toFault(error);
      }
    },
    createAttachment: (name) => guarded(() => ownFile(ATTACHMENTS, name)),
  };
}
