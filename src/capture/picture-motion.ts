/**
 * Whether a picture moves, read from its bytes without decoding it: WebP and PNG stand still or move under one type and
 * one name, and whoever sends a GIF may call it anything. Reads no more of a file than its chunks' heads, window by
 * window, whatever lengths they tell.
 */

/** Bytes read at a time. */
const WINDOW_BYTES = 64 * 1024;
/** Chunks looked through: what has more is no picture that anybody made, and it is safer to be able to pause it. */
const MOST_CHUNKS = 10_000;
/** Bytes at the head of a chunk that tell its sort and length, in PNG and WebP. */
const HEAD_BYTES = 8;

interface Chunk {
  readonly sort: string;
  /** Where the next one begins, as this one tells. */
  readonly next: number;
}

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/**
 * Goes from chunk to chunk until one tells.
 * @param at where the first begins
 * @param read reads a chunk's head
 * @param tells true or false where this chunk decides
 */
async function walk(
  file: Blob,
  at: number,
  read: (head: Uint8Array, at: number) => Chunk,
  tells: (chunk: Chunk) => boolean | undefined,
): Promise<boolean> {
  let from = 0;
  let bytes = new Uint8Array(0);
  for (let count = 0; count < MOST_CHUNKS; count++) {
    if (at + HEAD_BYTES > file.size) return false;
    if (at + HEAD_BYTES > from + bytes.length) {
      from = at;
      bytes = new Uint8Array(await file.slice(at, at + WINDOW_BYTES).arrayBuffer());
    }
    const chunk = read(bytes.subarray(at - from, at - from + HEAD_BYTES), at);
    const told = tells(chunk);
    if (told !== undefined) return told;
    at = chunk.next;
  }
  return true;
}

const numberAt = (head: Uint8Array, at: number, littleEndian: boolean): number =>
  new DataView(head.buffer, head.byteOffset).getUint32(at, littleEndian);

/** An APNG says so before its first picture (PNG, third edition, 11.3.6.1). */
function isMovingPng(file: Blob): Promise<boolean> {
  return walk(
    file,
    8,
    (head, at) => {
      const length = numberAt(head, 0, false);
      // A checksum stands behind the content.
      return { sort: ascii(head, 4, 8), next: at + 12 + length };
    },
    ({ sort }) => {
      if (sort === 'acTL') return true;
      return sort === 'IDAT' || sort === 'IEND' ? false : undefined;
    },
  );
}

/** A WebP that moves has a flag in its first chunk, and frames (RFC 9649, 2.7). */
async function isMovingWebp(file: Blob): Promise<boolean> {
  const first = new Uint8Array(await file.slice(12, 21).arrayBuffer());
  if (ascii(first, 0, 4) === 'VP8X' && (first[8] ?? 0) & 2) return true;
  return walk(
    file,
    12,
    (head, at) => {
      const length = numberAt(head, 4, true);
      // An odd length is filled up.
      return { sort: ascii(head, 0, 4), next: at + 8 + length + (length % 2) };
    },
    ({ sort }) => {
      if (sort === 'ANIM' || sort === 'ANMF') return true;
      return sort === 'VP8 ' || sort === 'VP8L' ? false : undefined;
    },
  );
}

/** True for a GIF, and for a PNG or WebP that moves. */
export async function isAnimated(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  if (ascii(head, 0, 4) === 'GIF8') return true;
  if (ascii(head, 0, 8) === '\x89PNG\r\n\x1a\n') return isMovingPng(file);
  return ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP' && isMovingWebp(file);
}
