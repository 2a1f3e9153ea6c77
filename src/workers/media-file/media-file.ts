/**
 * Seals attachments into files and checks those that arrive, a few chunks at a time: neither side ever has more than
 * a slab of a file in memory. Does not know OPFS (opfs.ts does) nor the engine.
 */
import { concat, release, type Bytes } from '../../lib/bytes.ts';
import { Fault, isFault } from '../../lib/fault.ts';
import { openAttachment } from '../../crypto/attachment.ts';
import { sha256OfChunk } from '../../crypto/sha256-of-chunk.ts';
import {
  CHUNK_BYTES,
  chunkCount,
  chunkPlace,
  openChunk,
  sealChunk,
  sealedLength,
} from '../../crypto/stream.ts';
import type { MediaFileApi, MediaFileEvent, SealedFile } from './job.ts';

/** Chunks worked on at the same time: WebCrypto spreads them over its threads. */
const SLAB_CHUNKS = 8;
/** Bytes of a sealed chunk that is not the last. */
const SEALED_CHUNK = sealedLength(CHUNK_BYTES);

/** A file that is written in place, as FileSystemSyncAccessHandle does it. */
export interface SyncFile {
  /** Reads at `at`; fewer bytes only at the end. */
  read(into: Bytes, at: number): number;
  write(bytes: Bytes, at: number): void;
  truncate(length: number): void;
  length(): number;
  /** Makes what was written durable. */
  flush(): void;
  close(): void;
}

/** The folder of attachments. */
export interface SyncFolder {
  /** Opens or makes a file; it is open once at a time. Throws Fault `storage-full` or `storage-failed`. */
  open(name: string): Promise<SyncFile>;
}

/** Cuts a file back to what is good of it, as far as that goes; the fault that led to it is told, not another. */
function cutBack(file: SyncFile, length: number): void {
  try {
    file.truncate(length);
  } catch {
    // What is too much goes with the file, or is written over.
  }
}

type Served = {
  [Name in keyof MediaFileApi]: (
    argument: Parameters<MediaFileApi[Name]>[0],
  ) => Promise<ReturnType<MediaFileApi[Name]>>;
};

/** Reads a part of a source. Throws Fault `file-changed` when it is not what it was. */
async function readPart(source: Blob, from: number, to: number): Promise<Bytes> {
  let bytes: Bytes;
  try {
    bytes = new Uint8Array(await source.slice(from, to).arrayBuffer());
  } catch (error) {
    throw new Fault('file-changed', 'never', error);
  }
  if (bytes.length !== Math.min(to, source.size) - Math.min(from, source.size))
    throw new Fault('file-changed');
  return bytes;
}

/** The same, with zeros behind the end of the source: sealing makes them look like all else. */
async function readPadded(source: Blob, from: number, to: number): Promise<Bytes> {
  const part = await readPart(source, from, to);
  if (part.length === to - from) return part;
  const padded = new Uint8Array(to - from);
  padded.set(part);
  return padded;
}

/** @param tell hears how far a `seal` has come */
export function createMediaFiles(
  folder: SyncFolder,
  tell: (event: MediaFileEvent) => void,
): Served {
  /** Names of files whose work was cancelled while it was under way. */
  const underWay = new Map<string, { cancelled: boolean }>();

  /** Does something with an open file, which is closed and durable afterwards. */
  async function withFile<Result>(
    name: string,
    act: (file: SyncFile, goOn: () => void) => Promise<Result>,
  ): Promise<Result> {
    if (underWay.has(name)) throw new Fault('storage-failed');
    const work = { cancelled: false };
    underWay.set(name, work);
    try {
      const file = await folder.open(name);
      try {
        return await act(file, () => {
          if (work.cancelled) throw new Fault('cancelled');
        });
      } finally {
        file.close();
      }
    } finally {
      underWay.delete(name);
    }
  }

  async function seal(
    { name, secret, length }: SealedFile,
    source: Blob,
    file: SyncFile,
    goOn: () => void,
  ): Promise<Bytes> {
    if (source.size > length) throw new Fault('too-large');
    file.truncate(0);
    const stream = await openAttachment(secret);
    const count = chunkCount(length);
    const digests: Bytes[] = [];
    for (let first = 0; first < count; first += SLAB_CHUNKS) {
      goOn();
      const from = first * CHUNK_BYTES;
      const to = Math.min(length, from + SLAB_CHUNKS * CHUNK_BYTES);
      const slab = await readPadded(source, from, to);
      const last = Math.min(count, first + SLAB_CHUNKS);
      const chunks = await Promise.all(
        Array.from({ length: last - first }, (_, index) =>
          sealChunk(
            stream,
            first + index,
            first + index === count - 1,
            slab.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
          ),
        ),
      );
      release(slab);
      digests.push(...(await Promise.all(chunks.map(sha256OfChunk))));
      goOn();
      for (const [index, chunk] of chunks.entries())
        file.write(chunk, chunkPlace(first + index, length).from);
      release(...chunks);
      tell({ type: 'sealed', name, done: to });
    }
    file.flush();
    return concat(...digests);
  }

  async function append(
    { secret, length }: SealedFile,
    at: number,
    sealed: Bytes,
    file: SyncFile,
    goOn: () => void,
  ): Promise<null> {
    if (file.length() < at || at % SEALED_CHUNK !== 0) throw new Fault('storage-failed');
    const stream = await openAttachment(secret);
    const first = at / SEALED_CHUNK;
    const checks: Promise<void>[] = [];
    let done = 0;
    try {
      for (let index = first; done < sealed.length; index++) {
        const { from, to, last } = chunkPlace(index, length);
        const chunk = sealed.subarray(done, done + to - from);
        // Only whether it opens matters here.
        checks.push(openChunk(stream, index, last, chunk).then((plain) => release(plain)));
        done += to - from;
      }
      await Promise.all(checks);
    } catch (error) {
      await Promise.allSettled(checks);
      throw isFault(error) ? new Fault('bad-blob', 'never', error) : error;
    }
    goOn();
    file.truncate(at);
    try {
      file.write(sealed, at);
      file.flush();
    } catch (error) {
      cutBack(file, at);
      throw error;
    }
    release(sealed);
    return null;
  }

  return {
    seal: ({ file, source }) =>
      withFile(file.name, async (open, goOn) => {
        try {
          return await seal(file, source, open, goOn);
        } catch (error) {
          // It is never gone on with: on a full disk, what it takes is needed now.
          cutBack(open, 0);
          throw error;
        }
      }),
    length: ({ name }) =>
      withFile(name, async (file) => Math.floor(file.length() / SEALED_CHUNK) * SEALED_CHUNK),
    append: ({ file, at, sealed }) =>
      withFile(file.name, (open, goOn) => append(file, at, sealed, open, goOn)),
    digest: ({ name }) =>
      withFile(name, async (file, goOn) => {
        const digests: Bytes[] = [];
        const length = file.length();
        for (let at = 0; at < length; at += SEALED_CHUNK) {
          goOn();
          const chunk = new Uint8Array(Math.min(SEALED_CHUNK, length - at));
          file.read(chunk, at);
          digests.push(await sha256OfChunk(chunk));
          release(chunk);
        }
        return concat(...digests);
      }),
    async cancel({ name }) {
      const work = underWay.get(name);
      if (work) work.cancelled = true;
      return null;
    },
  };
}
