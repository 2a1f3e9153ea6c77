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

/** A sticker that may be in a pack; undefined for what may not. Both sides ask this, so that what is packed is read. */
async function accepted(source: Blob): Promise<PackedSticker | undefined> {
  if (source.size > STICKER_BYTES) return undefined;
  const type = typeOf(new Uint8Array(await source.slice(0, 12).arrayBuffer()));
  const size = type ? await readSize(source) : undefined;
  if (!type || !size || isTrap(size) || Math.max(size.width, size.height) > LONGEST_SIDE)
    return undefined;
  return { source: source.slice(0, source.size, type), type, ...size };
}

/** A pack, and how many stickers are in it: 0 where none was fit for one. */
export interface StickerPack {
  readonly source: Blob;
  readonly count: number;
}

/**
 * Packs the first of them that fit, in their order, without those that a reader would leave out.
 * @param stickers asked for no more than are taken
 */
export async function packStickers(
  stickers: Iterable<Blob> | AsyncIterable<Blob>,
): Promise<StickerPack> {
  const images: Bytes[] = [];
  let total = 16;
  for await (const sticker of stickers) {
    if (!(await accepted(sticker))) continue;
    total += sticker.size + 16;
    if (total > PACK_BYTES) break;
    images.push(new Uint8Array(await sticker.arrayBuffer()));
    if (images.length === MOST_STICKERS) break;
  }
  const parts = images.map((image) => writeMessage().bytes(2, image).finish());
  const source = new Blob([concat(writeMessage().uint(1, VERSION).finish(), ...parts)], {
    type: PACK_TYPE,
  });
  return { source, count: images.length };
}

/**
 * The stickers of a pack, without what is no sticker.
 * @throws Fault `too-large`, `unsupported-version`, or `malformed` when it is no pack or has no sticker in it
 */
export async function unpackStickers(pack: Blob): Promise<readonly PackedSticker[]> {
  if (pack.size > PACK_BYTES) throw new Fault('too-large');
  const fields = readMessage(new Uint8Array(await pack.arrayBuffer()), PACK_BYTES);
  if (fields.uint(1) !== VERSION) throw new Fault('unsupported-version');
  const images = fields.repeatedBytes(2, MOST_STICKERS);
  const read = await Promise.all(images.map((image) => accepted(new Blob([image]))));
  const stickers = read.filter((sticker) => sticker !== undefined);
  if (stickers.length === 0) throw new Fault('malformed');
  return stickers;
}

/**
 * Opens a pack that somebody sent, unless it says itself that it is larger than any.
 * @param size bytes, as its message says
 * @throws Fault as `unpackStickers` and `open`
 */
export async function openPack(
  size: number,
  open: () => Promise<Blob>,
): Promise<readonly PackedSticker[]> {
  if (size > PACK_BYTES) throw new Fault('too-large');
  return unpackStickers(await open());
}
