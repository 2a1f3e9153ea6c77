/**
 * Writes a backup file, front to back, holding no more than a few chunks: segments are cut into chunks, chunks are
 * sealed side by side and written in order, and the end is padded so that the length of the file says little.
 * Does not know what segments mean, nor where the file lies.
 * docs/backup-format.md.
 */
import { padme } from '../crypto/padme.ts';
import { type Stream, sealChunk } from '../crypto/stream.ts';
import { type Bytes, release } from '../lib/bytes.ts';
import { type BackupHeader } from './backup-header.ts';
import {
  FRAME_BYTES,
  NO_SEGMENT,
  POINTER_BYTES,
  type SegmentType,
  encodeFrame,
} from './backup-segments.ts';

/** Chunks that are sealed at a time. */
const AT_ONCE = 16;

/** Fills all of `into`, from where the last call ended. */
export type Fill = (into: Uint8Array<ArrayBuffer>) => void | Promise<void>;

export interface BackupWriter {
  /** Adds a segment. */
  segment(type: SegmentType, body: Uint8Array, isCompressed?: boolean): Promise<void>;
  /** Adds one of `length` bytes after `head`, that is too long to be held. */
  long(type: SegmentType, head: Uint8Array, length: number, fill: Fill): Promise<void>;
  /** Pads and ends the file. The result is its length, bytes. */
  finish(): Promise<number>;
}

/**
 * Begins a file.
 * @param stream for this header, used for nothing else
 * @param write  takes the bytes of the file in their order; the next come when its promise is kept
 */
export async function createBackupWriter(
  header: BackupHeader,
  stream: Stream,
  write: (bytes: Bytes) => void | Promise<void>,
): Promise<BackupWriter> {
  const chunk = new Uint8Array(header.chunkBytes);
  const view = new DataView(chunk.buffer);
  const sealing: Promise<Bytes>[] = [];
  let end = POINTER_BYTES;
  let first = NO_SEGMENT;
  let index = 0;
  /** Bytes of segments so far. */
  let content = 0;
  let length = 0;

  async function put(bytes: Bytes): Promise<void> {
    await write(bytes);
    length += bytes.length;
  }

  async function writeOldest(): Promise<void> {
    const sealed = await sealing.shift();
    if (!sealed) return;
    await put(sealed);
    release(sealed);
  }

  async function flush(last: boolean): Promise<void> {
    view.setUint32(0, first);
    const sealed = sealChunk(stream, index++, last, chunk.subarray(0, end));
    // Heard when its turn to be written comes.
    sealed.catch(() => undefined);
    sealing.push(sealed);
    end = POINTER_BYTES;
    first = NO_SEGMENT;
    if (sealing.length >= AT_ONCE) await writeOldest();
  }

  async function add(bytes: number, fill: Fill): Promise<void> {
    for (let left = bytes; left > 0;) {
      // Only now is it known that the full chunk is not the last.
      if (end === chunk.length) await flush(false);
      const part = Math.min(left, chunk.length - end);
      await fill(chunk.subarray(end, end + part));
      end += part;
      left -= part;
      content += part;
    }
  }

  const addBytes = (bytes: Uint8Array): Promise<void> => {
    let at = 0;
    return add(bytes.length, (into) => {
      into.set(bytes.subarray(at, at + into.length));
      at += into.length;
    });
  };

  async function begin(type: SegmentType, bytes: number, isCompressed: boolean): Promise<void> {
    if (end === chunk.length) await flush(false);
    if (first === NO_SEGMENT) first = end - POINTER_BYTES;
    await addBytes(encodeFrame(type, bytes, isCompressed));
  }

  await put(header.bytes);
  return {
    async segment(type, body, isCompressed = false) {
      await begin(type, body.length, isCompressed);
      await addBytes(body);
    },
    async long(type, head, bytes, fill) {
      await begin(type, head.length + bytes, false);
      await addBytes(head);
      await add(bytes, fill);
    },
    async finish() {
      const padded = padme(content + FRAME_BYTES) - content - FRAME_BYTES;
      await begin('padding', padded, false);
      await add(padded, (into) => void into.fill(0));
      await flush(true);
      while (sealing.length > 0) await writeOldest();
      await put(header.bytes);
      return length;
    },
  };
}
