/** Backup files in memory, beside a folder of attachments in memory. */
import { type Bytes, concat } from '../../../lib/bytes.ts';
import { type MemoryFolder } from '../../media-file/testing/memory-folder.ts';
import { type BackupPlaces, type BackupSink } from '../backup-file.ts';

/** What is written is there when it was closed, and not before. */
export function memoryBackups(attachments: MemoryFolder): {
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

  return {
    files,
    places: {
      create: async (target) =>
        sink((bytes) => files.set(target.kind === 'own' ? target.name : 'chosen', bytes)),
      async attachment(name) {
        const bytes = attachments.dump().get(name);
        return bytes && new Blob([bytes]);
      },
      createAttachment: async (name) => sink((bytes) => attachments.put(name, bytes)),
    },
  };
}
