/**
 * How large a picture says it is, read from its first bytes without decoding it: a small file may be a picture that
 * takes gigabytes of memory. Pure but for reading the file.
 */

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

function jpegSize(bytes: Uint8Array, view: DataView): Size | undefined {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    // Any number of these may stand before a marker (ITU T.81, B.1.1.2).
    if (marker === 0xff) {
      at++;
      continue;
    }
    // No length follows these (table B.1), and none belongs before a frame: reading one would jump over the frame
    // that a decoder sees.
    if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd9)) return undefined;
    // Start of frame, of any process but those three numbers that mean something else (table B.1).
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** The screen of a GIF, or its first picture where that is larger: decoders make room for both (GIF89a, 18–20). */
function gifSize(bytes: Uint8Array, view: DataView): Size | undefined {
  const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const flags = bytes[10] ?? 0;
  let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  while (at + 9 < bytes.length) {
    if (bytes[at] === 0x2c)
      return {
        width: Math.max(screen.width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true)),
        height: Math.max(
          screen.height,
          view.getUint16(at + 3, true) + view.getUint16(at + 7, true),
        ),
      };
    if (bytes[at] !== 0x21) return undefined;
    at += 2;
    for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) at += 1 + length;
    at++;
  }
  return undefined;
}

function webpSize(bytes: Uint8Array, view: DataView): Size | undefined {
  const sort = ascii(bytes, 12, 16);
  if (sort === 'VP8X')
    return {
      width: 1 + (view.getUint32(24, true) & 0xffffff),
      height: 1 + (view.getUint32(26, true) >>> 8),
    };
  if (sort === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  if (sort === 'VP8 ')
    return {
      width: view.getUint16(26, true) & 0x3fff,
      height: view.getUint16(28, true) & 0x3fff,
    };
  return undefined;
}

/** HEIF files (AVIF, HEIC) say their size in a box `ispe` (ISO/IEC 23008-12, 6.5.3); the largest counts. */
function heifSize(bytes: Uint8Array, view: DataView): Size | undefined {
  let found: Size | undefined;
  for (let at = 12; at + 16 <= bytes.length; at++) {
    if (bytes[at] !== 0x69 || ascii(bytes, at, at + 4) !== 'ispe') continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (!found || size.width * size.height > found.width * found.height) found = size;
  }
  return found;
}

/** The size that a PNG, JPEG, GIF, WebP, BMP or HEIF picture says it has; undefined for anything else. */
export function sizeOfPicture(head: Uint8Array): Size | undefined {
  if (head.length < 32) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (view.getUint32(0) === 0x89504e47)
    return { width: view.getUint32(16), height: view.getUint32(20) };
  if (view.getUint16(0) === 0xffd8) return jpegSize(head, view);
  if (ascii(head, 0, 3) === 'GIF') return gifSize(head, view);
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return webpSize(head, view);
  if (ascii(head, 0, 2) === 'BM')
    return {
      width: Math.abs(view.getInt32(18, true)),
      height: Math.abs(view.getInt32(22, true)),
    };
  if (ascii(head, 4, 8) === 'ftyp') return heifSize(head, view);
  return undefined;
}

/** More pixels than any camera makes. */
const MOST_PIXELS = 120_000_000;
/** Bytes in which the size is looked for: it stands at the start, but in a JPEG behind previews and profiles. */
const HEAD_BYTES = 512 * 1024;
const LONG_HEAD_BYTES = 16 * 1024 * 1024;

/** True for a picture that would take too much memory to decode, or that has no pixels. */
export function isTrap({ width, height }: Size): boolean {
  return width * height > MOST_PIXELS || width * height === 0;
}

/** The size that a file says it has as a picture; undefined where it is none that is known. */
export async function readSize(file: Blob): Promise<Size | undefined> {
  for (const length of [HEAD_BYTES, LONG_HEAD_BYTES]) {
    const head = new Uint8Array(await file.slice(0, length).arrayBuffer());
    const size = sizeOfPicture(head);
    if (size || head.length < length || head[0] !== 0xff) return size;
  }
  return undefined;
}
