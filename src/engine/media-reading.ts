/** Sealed files opened again: whole, as a Blob that the browser holds, or a part at a time. Knows no message. */
import { openAttachment } from '../crypto/attachment.ts';
import { padme } from '../crypto/padme.ts';
import { CHUNK_BYTES, chunkCount, chunkPlace, openChunk, sealedLength } from '../crypto/stream.ts';
import { type Bytes, concat, release } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';

/** Chunks that are open at a time: 4 MiB. */
const SLAB_CHUNKS = 16;
/** Most bytes that are read at a time. */
const LARGEST_PART = 8 * 1024 * 1024;

/** A sealed file and what opens it. */
export interface SealedFile {
  readonly sealed: Blob;
  readonly secret: Bytes;
  /** Bytes of plaintext without padding. */
  readonly size: number;
}

/** Opens chunks of a file, each by its number. Throws Fault `bad-blob` when the file has not the length it should have. */
async function chunksOf({ sealed, secret, size }: SealedFile) {
  const length = padme(size);
  if (sealed.size !== sealedLength(length)) throw new Fault('bad-blob');
  const stream = await openAttachment(secret);
  return {
    count: chunkCount(length),
    async open(index: number): Promise<Bytes> {
      const { from, to, last } = chunkPlace(index, length);
      try {
        const bytes = new Uint8Array(await sealed.slice(from, to).arrayBuffer());
        const plain = await openChunk(stream, index, last, bytes);
        release(bytes);
        return plain;
      } catch (error) {
        throw new Fault('bad-blob', 'never', error);
      }
    },
  };
}

/** The plaintext of a sealed file. Throws Fault `bad-blob` when the file is not what was sealed. */
export async function openSealed(file: SealedFile, type: string): Promise<Blob> {
  const chunks = await chunksOf(file);
  // Slab by slab, so that the browser and not this thread holds what is open.
  const slabs: Blob[] = [];
  let left = file.size;
  for (let index = 0; index < chunks.count;) {
    const open: Bytes[] = [];
    for (const end = Math.min(chunks.count, index + SLAB_CHUNKS); index < end; index++) {
      const plain = await chunks.open(index);
      open.push(plain.subarray(0, left));
      left -= Math.min(left, plain.length);
    }
    slabs.push(new Blob(open));
    release(...open);
  }
  return new Blob(slabs, { type });
}

/**
 * Bytes `from` to `to` (exclusive) of the plaintext, cut to what there is; only the chunks they lie in are opened.
 * That proves of each of these chunks that it is the one that was sealed under this file's secret, whole and at this
 * place. It proves nothing of the other chunks; that the sealed file was the one its message names, all of it, was
 * checked when it came.
 * @throws Fault `bad-blob` when one of the chunks was changed or moved, or the file has another length
 */
export async function readSealed(file: SealedFile, from: number, to: number): Promise<Bytes> {
  const begin = Math.max(0, Math.trunc(from));
  const end = Math.min(file.size, Math.trunc(to), begin + LARGEST_PART);
  const parts: Bytes[] = [];
  if (end <= begin) return new Uint8Array(0);
  const chunks = await chunksOf(file);
  for (let index = Math.floor(begin / CHUNK_BYTES); index * CHUNK_BYTES < end; index++) {
    const at = index * CHUNK_BYTES;
    parts.push((await chunks.open(index)).subarray(Math.max(0, begin - at), end - at));
  }
  const whole = concat(...parts);
  release(...parts);
  return whole;
}
