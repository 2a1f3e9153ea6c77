/**
 * Attachments in a simulation: files in memory that survive a crash of the engine, a tab that lends the real worker
 * code or does not, and the relay's blobs with the faults that its answers over HTTP mean.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import { servePort } from '../../lib/port.ts';
import { type BlobService, type UploadState } from '../../net/blobs.ts';
import { type MemoryBlobs, type UploadAnswer } from '../../relay/core/testing/memory-blobs.ts';
import type { MediaFileApi, MediaFileEvent } from '../../workers/media-file/job.ts';
import { createMediaFiles } from '../../workers/media-file/media-file.ts';
import { type MemoryFolder, memoryFolder } from '../../workers/media-file/testing/memory-folder.ts';
import { systemRandom } from '../../crypto/random.ts';
import { createMemoryDisk } from '../../storage/testing/memory-store.ts';
import { createBackupFiles } from '../../workers/backup-file/backup-file.ts';
import type { BackupFileApi, BackupFileEvent } from '../../workers/backup-file/job.ts';
import { memoryBackups } from '../../workers/backup-file/testing/memory-backups.ts';
import {
  type MemoryDirectories,
  memoryDirectories,
} from '../../workers/backup-file/testing/memory-directories.ts';
import { type MediaParts } from '../media-work.ts';
import { portPair } from './port-pair.ts';

export interface MemoryMedia {
  readonly files: MemoryFolder;
  /** False: no tab lends a worker. */
  lends: boolean;
  /** Called before every part that goes up or comes down; what it throws happens to that part. */
  onPart: (direction: 'up' | 'down', at: number) => void;
  /** What comes down instead of what the relay has. */
  alter: (bytes: Bytes) => Bytes;
  /** Backups that were written into the folder of this origin. */
  readonly backups: Map<string, Bytes>;
  /** Folders on the disk of this person. */
  readonly directories: MemoryDirectories;
  /** Hears how far a backup is written or read, bytes of the file; what it throws happens to the worker. */
  onBackup: (done: number) => void;
  /** Every byte costs something. */
  metered: boolean;
  /** What the browser says of its storage. */
  room: { readonly used: number; readonly quota: number } | undefined;
  /** Ends the worker as the closing of its tab does. */
  closeTab(): void;
  /** What an engine is given, once for each start. */
  parts(): MediaParts;
}

function stateOf(answer: UploadAnswer): UploadState {
  switch (answer.status) {
    case 200:
    case 409:
      return { offset: answer.offset };
    case 201:
      return { offset: answer.offset, blob: answer.blob };
    case 403:
      throw new Fault('grant-refused');
    case 413:
      throw new Fault('too-large');
    case 507:
      throw new Fault('relay-full', 'now');
  }
}

export function createMemoryMedia(relay: MemoryBlobs): MemoryMedia {
  const files = memoryFolder();
  const tabs = new Set<() => void>();

  const unlessAborted = (signal: AbortSignal): void => {
    if (signal.aborted) throw new Fault('cancelled');
  };
  const blobs: BlobService = {
    async state(grant, signal) {
      unlessAborted(signal);
      return stateOf(await relay.head(grant));
    },
    async put(grant, offset, part, signal) {
      const bytes = new Uint8Array(await part.arrayBuffer());
      unlessAborted(signal);
      media.onPart('up', offset);
      return stateOf(await relay.put(grant, offset, bytes));
    },
    async get(id, from, to, signal) {
      unlessAborted(signal);
      media.onPart('down', from);
      const bytes = await relay.get(id, from, to);
      if (!bytes) throw new Fault('blob-gone');
      return media.alter(bytes);
    },
    async remove(id, key) {
      await relay.remove(id, key);
    },
  };

  const directories = memoryDirectories();
  const backups = memoryBackups(files, directories);
  const media: MemoryMedia = {
    files,
    backups: backups.files,
    directories,
    onBackup: () => undefined,
    lends: true,
    onPart: () => undefined,
    alter: (bytes) => bytes,
    metered: false,
    room: undefined,
    closeTab() {
      for (const close of tabs) close();
      tabs.clear();
    },
    parts: () => ({
      blobs,
      isMetered: () => media.metered,
      room: async () => media.room,
      folder: {
        read: async (name) => {
          const bytes = files.dump().get(name);
          return bytes && new Blob([bytes]);
        },
        remove: async (name) => files.remove(name),
        names: async () => [...files.dump().keys()],
      },
      exports: {
        read: async (name) => {
          const bytes = backups.files.get(name);
          return bytes && new Blob([bytes]);
        },
        remove: async (name) => void backups.files.delete(name),
        names: async () => [...backups.files.keys()],
      },
      picked(handle) {
        const directory = directories.of(handle);
        const reached = (): Promise<void> =>
          directory.isSilent ? new Promise(() => undefined) : Promise.resolve();
        return {
          async access() {
            await reached();
            return directory.access;
          },
          async read(name) {
            await reached();
            const bytes = directory.files.get(name);
            return bytes && directory.open(bytes);
          },
          async remove(name) {
            await reached();
            if (directory.stuck.has(name)) throw new Error('in use');
            directory.files.delete(name);
          },
          is: async (other) => directories.of(other) === directory,
        };
      },
      scratch: async () => ({
        store: createMemoryDisk().open(),
        remove: async () => undefined,
      }),
      dropScratch: async () => undefined,
      async lendWorker(kind) {
        if (!media.lends) throw new Fault('no-tab', 'on-reconnect');
        const [inside, outside] = portPair();
        let close!: () => void;
        const gone = new Promise<void>((resolve) => (close = resolve));
        tabs.add(() => {
          inside.onmessage = null;
          close();
        });
        if (kind === 'backup-file') {
          const serve = servePort<BackupFileApi, BackupFileEvent>(
            inside,
            createBackupFiles(backups.places, systemRandom, (event) => {
              media.onBackup(event.done);
              serve.emit(event);
            }),
          );
          return { port: outside, gone };
        }
        const server = servePort<MediaFileApi, MediaFileEvent>(
          inside,
          createMediaFiles(files, (event) => server.emit(event)),
        );
        return { port: outside, gone };
      },
    }),
  };
  return media;
}
