/**
 * Reads a backup file front to back, holding no more than a few chunks, and says of every damage where it lies. What
 * damage does not touch is read all the same where that is asked for (salvage).
 * Does not know what segments mean, nor where the file lies. docs/backup-format.md.
 */
import { GCM_TAG_BYTES } from '../crypto/aes-gcm.ts';
import { type Stream, openChunk } from '../crypto/stream.ts';
import { type Bytes, concat, equalBytes, release } from '../lib/bytes.ts';
import { Fault, isFault } from '../lib/fault.ts';
import { HEADER_BYTES, type BackupHeader, readBackupHeader } from './backup-header.ts';
import {
  FRAME_BYTES,
  MAX_TEXT_BYTES,
  NO_SEGMENT,
  POINTER_BYTES,
  type SegmentFrame,
  decodeFrame,
  decompressText,
} from './backup-segments.ts';

/** Bytes that are read at once. */
const SLAB_BYTES = 4 * 1024 * 1024;

/** Where a file's bytes come from. */
export interface BackupSource {
  /** Bytes. */
  readonly size: number;
  /** Those from `from` up to `to`. Throws Fault `file-changed` where they cannot be read as they were. */
  read(from: number, to: number): Promise<Bytes>;
}

/** A place at which a segment begins. */
export interface SegmentPlace {
  readonly chunk: number;
  /** Behind the chunk's pointer, bytes. */
  readonly offset: number;
}

/** What is wrong with a file: a chunk by its number from 0, one of the headers, or the end, which is missing. */
export type Damage = { readonly chunk: number } | { readonly part: 'header' | 'end' };

export interface Segment extends SegmentFrame {
  readonly place: SegmentPlace;
  /** The next bytes of it, as many as lie in one chunk; undefined at its end. To be used before the next call. */
  piece(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** All of a segment that is text, decompressed. Throws Fault `malformed` or `too-large`. */
  text(): Promise<Bytes>;
}

export interface BackupReader {
  readonly chunks: number;
  /** What was found wrong so far. */
  readonly damage: readonly Damage[];
  /**
   * The next segment; what was not read of the last is passed over. Undefined at the end.
   * @throws Fault `backup-damaged`, unless this is a salvage
   */
  next(): Promise<Segment | undefined>;
}

/** How a file is laid out, as far as its two headers tell. */
export interface BackupLayout {
  readonly header: BackupHeader;
  /** Where the chunks end, bytes; the likeliest first. */
  readonly ends: readonly number[];
  readonly damage: readonly Damage[];
}

class DamagedChunk extends Error {}

/**
 * Reads the headers of a file; either is enough.
 * @throws Fault `not-a-backup` or `newer-backup`
 */
export async function readLayout(source: BackupSource): Promise<BackupLayout> {
  const { size } = source;
  const start = await source.read(0, Math.min(size, HEADER_BYTES));
  const tail = await source.read(Math.max(0, size - HEADER_BYTES), size);
  const hasTail = size >= 2 * HEADER_BYTES && !isNoHeader(tail);
  try {
    const header = readBackupHeader(start);
    const isWhole = hasTail && equalBytes(tail, header.bytes);
    const end = Math.max(HEADER_BYTES, size - HEADER_BYTES);
    if (isWhole) return { header, ends: [end], damage: [] };
    // The second header was changed, or it is not there because the file was cut off.
    return { header, ends: [end, size], damage: [{ part: 'end' }] };
  } catch (error) {
    if (!hasTail) throw error;
    return {
      header: readBackupHeader(tail),
      ends: [size - HEADER_BYTES],
      damage: [{ part: 'header' }],
    };
  }
}

function isNoHeader(bytes: Bytes): boolean {
  try {
    readBackupHeader(bytes);
    return false;
  } catch {
    return true;
  }
}

/**
 * Begins to read.
 * @param stream   of the layout's header
 * @param salvages goes on behind damage
 * @param from     a place that a segment had: it is the first to come
 */
export async function createBackupReader(
  source: BackupSource,
  layout: BackupLayout,
  stream: Stream,
  { salvages = false, from }: { salvages?: boolean; from?: SegmentPlace } = {},
): Promise<BackupReader> {
  const { header, damage: known } = layout;
  const sealedChunk = header.chunkBytes + GCM_TAG_BYTES;
  const countTo = (to: number): number => Math.ceil((to - HEADER_BYTES) / sealedChunk);
  const end = await endOf(layout);
  const chunks = countTo(end);
  const inSlab = Math.max(1, Math.floor(SLAB_BYTES / sealedChunk));
  const damage: Damage[] = [...known];
  let slab: { readonly first: number; readonly opened: Promise<(Bytes | undefined)[]> } | undefined;
  let ahead: typeof slab;
  let current:
    | {
        readonly index: number;
        readonly payload: Uint8Array<ArrayBuffer>;
        readonly pointer: number;
      }
    | undefined;
  let chunk = from?.chunk ?? 0;
  let at = from?.offset ?? 0;
  /** Bytes of the segment that nobody has read yet. */
  let left = 0;
  let hasEnded = false;

  /** The end at which the last chunk is one that was the last. */
  async function endOf({ ends }: BackupLayout): Promise<number> {
    const [likely = HEADER_BYTES, ...others] = ends;
    if (others.length === 0) return likely;
    for (const to of ends) {
      const index = countTo(to) - 1;
      if (index < 0) continue;
      const sealed = await source.read(HEADER_BYTES + index * sealedChunk, to);
      if (await openChunk(stream, index, true, sealed).catch(() => undefined)) return to;
    }
    return ends.at(-1) ?? likely;
  }

  function load(first: number): NonNullable<typeof slab> {
    const last = Math.min(chunks, first + inSlab);
    const opened = source
      .read(HEADER_BYTES + first * sealedChunk, Math.min(end, HEADER_BYTES + last * sealedChunk))
      .then(async (sealed) => {
        const plain = await Promise.all(
          Array.from({ length: last - first }, (_, i) =>
            open(first + i, sealed.subarray(i * sealedChunk, (i + 1) * sealedChunk)),
          ),
        );
        release(sealed);
        return plain;
      });
    // Heard when it is its turn.
    opened.catch(() => undefined);
    return { first, opened };
  }

  async function open(index: number, sealed: Bytes): Promise<Bytes | undefined> {
    const isLast = index === chunks - 1;
    try {
      return await openChunk(stream, index, isLast, sealed);
    } catch (error) {
      if (!isFault(error, 'bad-seal') && !isFault(error, 'malformed')) throw error;
      if (isLast && sealed.length === sealedChunk) {
        // Of a file that was cut off the last chunk is one that was not the last.
        const plain = await openChunk(stream, index, false, sealed).catch(() => undefined);
        if (plain) {
          note({ part: 'end' });
          return plain;
        }
      }
      note({ chunk: index });
      return undefined;
    }
  }

  function note(what: Damage): void {
    const isKnown = damage.some((one) =>
      'part' in one
        ? 'part' in what && one.part === what.part
        : 'chunk' in what && one.chunk === what.chunk,
    );
    if (!isKnown) damage.push(what);
  }

  /** Makes `chunk` the current one. Throws DamagedChunk. */
  async function enter(): Promise<void> {
    if (current?.index === chunk) return;
    const first = chunk - (chunk % inSlab);
    if (slab?.first !== first) {
      // Collectors come late to so many large buffers.
      const spent = slab ? await slab.opened : [];
      release(...spent.filter((plain) => plain !== undefined));
      slab = ahead?.first === first ? ahead : load(first);
      ahead = undefined;
    }
    const opened = (await slab.opened)[chunk - first];
    // Read on while this slab is used.
    if (!ahead && first + inSlab < chunks) ahead = load(first + inSlab);
    current = undefined;
    if (!opened || opened.length < POINTER_BYTES) {
      note({ chunk });
      throw new DamagedChunk();
    }
    current = {
      index: chunk,
      payload: opened.subarray(POINTER_BYTES),
      pointer: new DataView(opened.buffer, opened.byteOffset).getUint32(0),
    };
  }

  /** The next bytes, at most `most` and those of one chunk; undefined at the end of the file. */
  async function some(most: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (;;) {
      if (chunk >= chunks) return undefined;
      await enter();
      const { payload } = current!;
      if (at < payload.length) {
        const piece = payload.subarray(at, at + Math.min(most, payload.length - at));
        at += piece.length;
        return piece;
      }
      chunk++;
      at = 0;
    }
  }

  async function all(length: number): Promise<Bytes | undefined> {
    const parts: Uint8Array[] = [];
    for (let missing = length; missing > 0;) {
      const piece = await some(missing);
      if (!piece) return undefined;
      // What stands in a chunk is freed with its slab.
      parts.push(piece.slice());
      missing -= piece.length;
    }
    return concat(...parts);
  }

  async function passOver(): Promise<void> {
    while (left > 0) {
      const room = current?.index === chunk ? current.payload.length - at : 0;
      if (left > room && room > 0) {
        // Whole chunks in between need not be opened, but their damage is to be told.
        left -= room;
        chunk++;
        at = 0;
        continue;
      }
      const piece = await some(left);
      if (!piece) return void (left = 0);
      left -= piece.length;
    }
  }

  /** Goes on at the first segment that begins behind the damaged chunk. False where there is none. */
  async function resume(): Promise<boolean> {
    for (chunk++; chunk < chunks; chunk++) {
      try {
        await enter();
      } catch (error) {
        if (error instanceof DamagedChunk) continue;
        throw error;
      }
      const { pointer, payload } = current!;
      if (pointer !== NO_SEGMENT && pointer < payload.length) {
        at = pointer;
        return true;
      }
    }
    return false;
  }

  async function read<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DamagedChunk) throw new Fault('backup-damaged', 'never', error);
      throw error;
    }
  }

  /** A file without its end, or whose lengths do not add up. */
  function endEarly(): undefined {
    note({ part: 'end' });
    if (!salvages) throw new Fault('backup-damaged');
    hasEnded = true;
    return undefined;
  }

  async function frame(): Promise<{ frame: SegmentFrame; place: SegmentPlace } | undefined> {
    await passOver();
    const bytes = await all(FRAME_BYTES);
    if (!bytes) return undefined;
    // Where its first byte was: the frame may lie in two chunks.
    const place = placeBefore(FRAME_BYTES);
    return { frame: decodeFrame(bytes), place };
  }

  function placeBefore(bytes: number): SegmentPlace {
    if (at >= bytes) return { chunk, offset: at - bytes };
    return { chunk: chunk - 1, offset: header.chunkBytes - POINTER_BYTES + at - bytes };
  }

  return {
    chunks,
    damage,
    async next() {
      if (hasEnded) return undefined;
      if (!salvages && damage.length > 0) throw new Fault('backup-damaged');
      for (;;) {
        try {
          const found = await frame();
          if (!found) return endEarly();
          left = found.frame.length;
          if (found.frame.type === 'padding') {
            await passOver();
            hasEnded = true;
            if (chunk < chunks - 1 || (current && at < current.payload.length)) return endEarly();
            if (damage.length > 0 && !salvages) throw new Fault('backup-damaged');
            return undefined;
          }
          return segmentOf(found.frame, found.place);
        } catch (error) {
          if (!(error instanceof DamagedChunk)) throw error;
          if (!salvages) throw new Fault('backup-damaged', 'never', error);
          left = 0;
          if (await resume()) continue;
          hasEnded = true;
          return undefined;
        }
      }
    },
  };

  function segmentOf(found: SegmentFrame, place: SegmentPlace): Segment {
    const piece = (): Promise<Uint8Array<ArrayBuffer> | undefined> =>
      read(async () => {
        if (left === 0) return undefined;
        const bytes = await some(left);
        if (!bytes) throw new DamagedChunk();
        left -= bytes.length;
        return bytes;
      });
    return {
      ...found,
      place,
      piece,
      async text() {
        if (found.length > MAX_TEXT_BYTES) throw new Fault('too-large');
        const parts: Uint8Array[] = [];
        for (let part = await piece(); part; part = await piece()) parts.push(part.slice());
        const bytes = concat(...parts);
        return found.isCompressed ? decompressText(bytes) : bytes;
      },
    };
  }
}
