/**
 * The bytes of blobs as files in the data folder: `uploads/<name>` while they come, `blobs/<id>` when they are whole.
 * Knows no grants and no rows. What is whole is on the disk before it is told; of what is under way the end may be
 * lost in a crash, and is asked for again.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync } from 'node:fs';
import { type FileHandle, open, opendir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { type BlobId } from '../../../lib/ids.ts';
import { BLOB_PIECE_BYTES, blobIdOf } from '../../../wire/blobs.ts';
import { type BlobFiles } from '../../core/blobs.ts';

/** Uploads whose hashes are kept while nobody writes them; what is forgotten is read again. */
const MOST_HASHED = 64;
/** Files looked at in one go when what has no row is removed. */
const SWEPT_AT_ONCE = 100;

/** The hashes of a blob's pieces, as far as its bytes have come. */
class PieceHashes {
  readonly #done: Buffer[] = [];
  #open: Hash | undefined;
  #room = BLOB_PIECE_BYTES;
  /** Bytes taken so far. */
  length = 0;

  add(bytes: Uint8Array): void {
    this.length += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + this.#room);
      this.#open ??= createHash('sha256');
      this.#open.update(part);
      this.#room -= part.length;
      at += part.length;
      if (this.#room > 0) continue;
      this.#done.push(this.#open.digest());
      this.#open = undefined;
      this.#room = BLOB_PIECE_BYTES;
    }
  }

  id(): BlobId {
    return blobIdOf(this.#open ? [...this.#done, this.#open.copy().digest()] : this.#done);
  }
}

/** One upload that bytes are written to. */
export interface UploadWriter {
  /** Bytes in the file. */
  readonly length: number;
  /** Writes behind what is there. Rejects with what the operating system says, `ENOSPC` among it. */
  append(bytes: Uint8Array): Promise<void>;
  /** Makes all of it durable and tells its id. */
  finish(): Promise<BlobId>;
  close(): Promise<void>;
}

export interface NodeBlobFiles extends BlobFiles {
  /** Bytes that have come of an upload, 0 for one that has not begun. */
  lengthOf(upload: string): Promise<number>;
  /** Opens an upload, new or begun. One at a time for each. */
  write(upload: string): Promise<UploadWriter>;
  /** Moves a whole upload to where its blob is fetched from; repeats safely. */
  place(upload: string, blob: BlobId): Promise<void>;
  /** Bytes `from` up to and without `to` of a blob. */
  read(blob: string, from: number, to: number): Readable;
  /** Removes files that `isKnown` does not know, a few at a time, until `isOver`. */
  sweepOrphans(
    isKnown: (kind: 'upload' | 'blob', name: string) => boolean,
    isOver: () => boolean,
  ): Promise<void>;
}

/** Opens the folders of a relay's blobs, which are made where they are missing. */
export function openBlobFiles(dataDir: string): NodeBlobFiles {
  const folders = { upload: join(dataDir, 'uploads'), blob: join(dataDir, 'blobs') };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  /** Hashes of uploads that are under way; of others they are read anew. */
  const hashes = new Map<string, PieceHashes>();

  /** Makes names for files on their way out, which the next start removes where this one did not. */
  let dropped = 0;

  const uploadPath = (upload: string): string => join(folders.upload, upload);
  const blobPath = (blob: string): string => join(folders.blob, blob);

  /** Hashes of the first `length` bytes of an upload. */
  async function hashesOf(upload: string, length: number): Promise<PieceHashes> {
    const known = hashes.get(upload);
    if (known?.length === length) return known;
    const read = new PieceHashes();
    if (length > 0) {
      for await (const part of createReadStream(uploadPath(upload), { end: length - 1 }))
        read.add(part as Buffer);
    }
    return read;
  }

  async function lengthOf(upload: string): Promise<number> {
    return stat(uploadPath(upload)).then(
      ({ size }) => size,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return 0;
        throw error;
      },
    );
  }

  async function writer(upload: string, file: FileHandle): Promise<UploadWriter> {
    let { size: length } = await file.stat();
    const pieces = await hashesOf(upload, length);
    hashes.delete(upload);
    hashes.set(upload, pieces);
    if (hashes.size > MOST_HASHED)
      for (const oldest of hashes.keys()) {
        hashes.delete(oldest);
        break;
      }
    return {
      get length() {
        return length;
      },
      async append(bytes) {
        for (let at = 0; at < bytes.length;) {
          const { bytesWritten } = await file.write(bytes, at, bytes.length - at, length);
          pieces.add(bytes.subarray(at, at + bytesWritten));
          length += bytesWritten;
          at += bytesWritten;
        }
      },
      async finish() {
        await file.sync();
        return pieces.id();
      },
      close: () => file.close(),
    };
  }

  function dropUpload(upload: string): void {
    hashes.delete(upload);
    void unlink(uploadPath(upload)).catch(() => undefined);
  }

  function dropBlob(blob: string): void {
    const gone = join(folders.upload, `${blob}.${++dropped}`);
    try {
      // At once, so that bytes which come again under the same id are not removed behind their row.
      renameSync(blobPath(blob), gone);
    } catch {
      // It is gone, or stays until the next start.
      return;
    }
    // Off this thread: a file system takes its time to free 2 GiB.
    void unlink(gone).catch(() => undefined);
  }

  return {
    lengthOf,

    async write(upload) {
      const path = uploadPath(upload);
      // `r+` would not make it, and `a` would not say where it writes.
      const file = await open(path, 'r+').catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return open(path, 'wx+', 0o600);
      });
      try {
        return await writer(upload, file);
      } catch (error) {
        await file.close();
        throw error;
      }
    },

    async place(upload, blob) {
      hashes.delete(upload);
      try {
        await rename(uploadPath(upload), blobPath(blob));
      } catch (error) {
        // Done before, and the row was not written.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        await stat(blobPath(blob));
      }
      const folder = await open(folders.blob);
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    },

    read: (blob, from, to) => createReadStream(blobPath(blob), { start: from, end: to - 1 }),

    dropUpload,
    dropBlob,

    async sweepOrphans(isKnown, isOver) {
      for (const kind of ['upload', 'blob'] as const) {
        let seen = 0;
        const drop = kind === 'upload' ? dropUpload : dropBlob;
        for await (const entry of await opendir(folders[kind])) {
          if (isOver()) return;
          if (++seen % SWEPT_AT_ONCE === 0) await new Promise((turn) => setImmediate(turn));
          if (entry.isFile() && !isKnown(kind, entry.name)) drop(entry.name);
        }
      }
    },
  };
}
