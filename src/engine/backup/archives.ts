/**
 * Readable archives, as backups.ts asks for them. One that is written into this origin's folder is sealed there under a
 * secret that is nowhere but in this engine's memory: when it is gone, so is what the file says.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import { type ArchiveWish, type BackupResult } from '../api.ts';
import { type Core } from '../core.ts';
import { openSealed } from '../media-reading.ts';
import type { MediaParts } from '../media-work.ts';
import { archiveBytes, writeArchive } from './archive-export.ts';
import { type BackupProgress } from './backup-export.ts';
import { type BackupWorker } from './backup-worker.ts';

const SECRET_BYTES = 32;
/** Most bytes of attachments in one that goes into this origin's folder: to be saved it is opened whole. */
const MOST_HELD = 512 * 1024 * 1024;

export interface Archives {
  /** Writes one. Nothing is left of one that ends before its end. */
  write(
    worker: BackupWorker,
    wish: ArchiveWish,
    tell: (progress: BackupProgress) => void,
  ): Promise<BackupResult>;
  /** One that was written into the folder, opened; undefined where there is none of that name. */
  open(name: string): Promise<Blob | undefined>;
  /** It was saved, or is not wanted. */
  forget(name: string): void;
}

/** Bytes that one will take in this origin's folder, about. Throws Fault `archive-too-large`. */
export async function ownArchiveBytes(core: Core, wish: ArchiveWish): Promise<number> {
  const bytes = await archiveBytes(core, wish);
  if (bytes > MOST_HELD) throw new Fault('archive-too-large');
  return bytes;
}

export function createArchives(core: Core, partsOf: () => Promise<MediaParts>): Archives {
  const kept = new Map<string, { readonly secret: Bytes; readonly size: number }>();

  return {
    async write(worker, wish, tell) {
      const { target } = wish;
      const secret = core.random(SECRET_BYTES);
      try {
        await worker.call('createArchive', { target, secret });
        const counts = await writeArchive(core, worker, wish, tell);
        const bytes = await worker.call('finishArchive', null);
        if (target.kind === 'own') kept.set(target.name, { secret, size: bytes });
        return { ...counts, bytes, known: 0, damage: [] };
      } catch (error) {
        // Where the worker was gone first, its file is still there.
        if (target.kind === 'own')
          await partsOf()
            .then(({ exports }) => exports.remove(target.name))
            .catch(() => undefined);
        throw error;
      }
    },
    async open(name) {
      const one = kept.get(name);
      if (!one) return undefined;
      const sealed = await (await partsOf()).exports.read(name);
      if (!sealed) throw new Fault('blob-gone');
      return openSealed({ sealed, ...one }, 'application/zip');
    },
    forget: (name) => void kept.delete(name),
  };
}
