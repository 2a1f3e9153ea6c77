/**
 * What the chunks of a backup hold, one after the other: segments, each with eight bytes before it that say what it is
 * and how long. Text is compressed, media stands as it is. Each chunk says where the first segment begins in it, so
 * that damage to one chunk costs what touches that chunk and nothing else.
 * docs/backup-format.md, "Segments".
 */
import { type Bytes, concat } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';

/** What a segment holds. Numbers stand in files: never reused. */
export const segmentTypes = {
  padding: 0,
  manifest: 1,
  account: 2,
  settings: 3,
  contacts: 4,
  chats: 5,
  messages: 6,
  medium: 7,
  collected: 8,
  habits: 9,
  totals: 15,
} as const;

export type SegmentType = keyof typeof segmentTypes;

/** Bytes before a segment: type 1, flags 1, length 6. */
export const FRAME_BYTES = 8;
/** Bytes at the start of each chunk: where the first segment begins behind them. */
export const POINTER_BYTES = 4;
/** Pointer of a chunk in which no segment begins. */
export const NO_SEGMENT = 0xffff_ffff;
/** Records are gathered up to so many bytes before they are compressed. */
export const TEXT_SEGMENT_BYTES = 1024 * 1024;
/** Most that a text segment may hold: a kept GIF, or one record that is longer than the rest of its segment. */
export const MAX_TEXT_BYTES = 12 * 1024 * 1024;
const COMPRESSED = 1;
const LENGTH_HIGH_AT = 2;
const LENGTH_LOW_AT = 4;

export interface SegmentFrame {
  /** Undefined for one of a later Sotto, which is passed over. */
  readonly type: SegmentType | undefined;
  readonly isCompressed: boolean;
  /** Bytes that follow. */
  readonly length: number;
}

const names = new Map<number, SegmentType>(
  (Object.keys(segmentTypes) as SegmentType[]).map((name) => [segmentTypes[name], name]),
);

export function encodeFrame(type: SegmentType, length: number, isCompressed: boolean): Bytes {
  const frame = new Uint8Array(FRAME_BYTES);
  const view = new DataView(frame.buffer);
  view.setUint8(0, segmentTypes[type]);
  view.setUint8(1, isCompressed ? COMPRESSED : 0);
  view.setUint16(LENGTH_HIGH_AT, Math.floor(length / 2 ** 32));
  view.setUint32(LENGTH_LOW_AT, length % 2 ** 32);
  return frame;
}

/** @param frame 8 bytes */
export function decodeFrame(frame: Uint8Array): SegmentFrame {
  const view = new DataView(frame.buffer, frame.byteOffset, FRAME_BYTES);
  return {
    type: names.get(view.getUint8(0)),
    isCompressed: (view.getUint8(1) & COMPRESSED) !== 0,
    length: view.getUint16(LENGTH_HIGH_AT) * 2 ** 32 + view.getUint32(LENGTH_LOW_AT),
  };
}

/** The bytes, smaller: `deflate-raw` (RFC 1951). */
export async function compressText(bytes: Bytes): Promise<Bytes> {
  return concat(...(await through(bytes, new CompressionStream('deflate-raw'), Infinity)));
}

/**
 * What was compressed. Throws Fault `malformed` where it is no such stream, `too-large` where it unfolds to more than
 * any segment holds.
 */
export async function decompressText(bytes: Bytes): Promise<Bytes> {
  try {
    return concat(
      ...(await through(bytes, new DecompressionStream('deflate-raw'), MAX_TEXT_BYTES)),
    );
  } catch (error) {
    throw error instanceof Fault ? error : new Fault('malformed', 'never', error);
  }
}

async function through(
  bytes: Bytes,
  stream: {
    readonly writable: WritableStream<BufferSource>;
    readonly readable: ReadableStream<Uint8Array>;
  },
  most: number,
): Promise<Uint8Array[]> {
  const writer = stream.writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  // What goes wrong is heard where it is read.
  written.catch(() => undefined);
  const reader = stream.readable.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts;
    length += value.length;
    if (length > most) {
      await reader.cancel().catch(() => undefined);
      throw new Fault('too-large');
    }
    parts.push(value);
  }
}
