/** Backup files in memory, beside a folder of attachments in memory. */
import { type Bytes, concat } from '../../../lib/bytes.ts';
import { type MemoryFolder } from '../../media-file/testing/memory-folder.ts';
import { Fault } from '../../../lib/fault.ts';
import { type BackupPlaces, type BackupSink } from '../places.ts';
import { type MemoryDirectories, memoryDirectories } from './memory-directories.ts';

/** What is written is there when it was closed, and not before. */
export function memoryBackups(
  attachments: MemoryFolder,
  directories: MemoryDirectories = memoryDirectories(),
): {
  readonly files: Map<string, Bytes>;
  readonly places: BackupPlaces;
} {
  const files = new Map<string, Bytes>();

  function sink(keep: (bytes: Bytes) => void): BackupSink {
    const parts: Bytes[] = [];
    return {
      write: (bytes) => void parts.push(bytes.slice()),
      close: async () => keep(concat(...parts)),
      discard: async () => undefined,
    };
  }

  /** As browsers do: the name is there at once, and what is written takes its place in the end. */
  function inDirectory(handle: FileSystemDirectoryHandle, name: string): BackupSink {
    const directory = directories.of(handle);
    const mustBeThere = (): void => {
      if (directory.access === 'gone') throw new Fault('folder-gone', 'now');
    };
    mustBeThere();
    directory.files.set(name, new Uint8Array(0));
    const inner = sink((bytes) => directory.files.set(name, bytes));
    return {
      write(bytes) {
        mustBeThere();
        if (directory.full) throw new Fault('folder-full', 'now');
        return inner.write(bytes);
      },
      close: () => inner.close(),
      discard: async () => void directory.files.delete(name),
    };
  }

  return {
    files,
    places: {
      create: async (target) =>
        target.kind === 'folder'
          ? inDirectory(target.directory, target.name)
          : sink((bytes) => files.set(target.kind === 'own' ? target.name : 'chosen', bytes)),
      async attachment(name) {
        const bytes = attachments.dump().get(name);
        return bytes && new Blob([bytes]);
      },
      createAttachment: async (name) => sink((bytes) => attachments.put(name, bytes)),
    },
  };
}
