/**
 * Several stickers as one file, by which a person gives theirs to another: a protobuf message of its own media type.
 * Whoever reads one did not make it: numbers, sizes and sorts are bounded before anything is decoded.
 * docs/protocol.md, "Sticker packs".
 */
import { isTrap, readSize } from '../../capture/picture-size.ts';
import { type Bytes, concat } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { Fault } from '../../lib/fault.ts';
import { PACK_TYPE } from '../parts/pack-type.ts';

/** Most stickers of one pack, bytes of each, and bytes of all. */
export const MOST_STICKERS = 100;
export const STICKER_BYTES = 512 * 1024;
export const PACK_BYTES = 16 * 1024 * 1024;
const VERSION = 1;
/** Longest side, pixels. */
const LONGEST_SIDE = 2_048;

/** A sticker out of a pack. */
export interface PackedSticker {
  readonly source: Blob;
  readonly type: string;
  readonly width: number;
  readonly height: number;
}

/** `image/png` or `image/webp`, as the bytes themselves say; undefined for anything else. */
function typeOf(image: Uint8Array): string | undefined {
  const ascii = (from: number, to: number): string =>
    String.fromCharCode(...image.subarray(from, to));
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  return ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP' ? 'image/webp' : undefined;
}

/** Packs the first of them that fit. */
export async function packStickers(stickers: readonly Blob[]): Promise<Blob> {
  const images: Bytes[] = [];
  let total = 16;
  for (const sticker of stickers.slice(0, MOST_STICKERS)) {
    total += sticker.size + 16;
    if (total > PACK_BYTES) break;
    images.push(new Uint8Array(await sticker.arrayBuffer()));
  }
  const parts = images.map((image) => writeMessage().bytes(2, image).finish());
  return new Blob([concat(writeMessage().uint(1, VERSION).finish(), ...parts)], {
    type: PACK_TYPE,
  });
}

async function unpacked(image: Bytes): Promise<PackedSticker> {
  const type = typeOf(image);
  const source = new Blob([image], { type: type ?? '' });
  const size = type ? await readSize(source) : undefined;
  if (!type || !size || isTrap(size) || Math.max(size.width, size.height) > LONGEST_SIDE)
    throw new Fault('malformed');
  return { source, type, ...size };
}

/**
 * The stickers of a pack.
 * @throws Fault `too-large`, `unsupported-version`, or `malformed` when it is no pack or one of them is no sticker
 */
export async function unpackStickers(pack: Blob): Promise<readonly PackedSticker[]> {
  if (pack.size > PACK_BYTES) throw new Fault('too-large');
  const fields = readMessage(new Uint8Array(await pack.arrayBuffer()), PACK_BYTES);
  if (fields.uint(1) !== VERSION) throw new Fault('unsupported-version');
  const images = fields.repeatedBytes(2, MOST_STICKERS, { max: STICKER_BYTES });
  if (images.length === 0) throw new Fault('malformed');
  return Promise.all(images.map(unpacked));
}
