/**
 * Pictures before they are sent: looked at without being decoded where their size alone is a trap, turned upright,
 * scaled and encoded anew, so that what a camera writes beside the picture (place, device, time) stays behind. Runs
 * in a page; decoding and encoding are the browser's and happen off its main thread.
 */
import { rgbaToThumbHash } from 'thumbhash';
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';

/** A picture that is ready to be sent. */
export interface PreparedPicture {
  readonly source: Blob;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Blurred picture, some 25 bytes. */
  readonly thumbhash: Bytes;
}

/** Longest side of a picture that is encoded anew, pixels. */
const LONGEST_SIDE = 2_048;
/** More pixels than any camera makes: such a picture would take gigabytes of memory to decode. */
const MOST_PIXELS = 120_000_000;
const QUALITY = 0.85;
/** Longest side of the picture that a thumbhash is made of; its algorithm takes 100 at most. */
const HASH_SIDE = 100;
/** Bytes at the start of a file in which its size is found; in a JPEG it may stand behind a preview. */
const HEAD_BYTES = 512 * 1024;

interface Size {
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
    // Start of frame, of any process but those three numbers that mean something else (ITU T.81, table B.1).
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
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

/** The size that a PNG, JPEG, GIF or WebP says it has, without decoding it; undefined for anything else. */
export function sizeOfPicture(head: Uint8Array): Size | undefined {
  if (head.length < 32) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (view.getUint32(0) === 0x89504e47)
    return { width: view.getUint32(16), height: view.getUint32(20) };
  if (view.getUint16(0) === 0xffd8) return jpegSize(head, view);
  if (ascii(head, 0, 3) === 'GIF')
    return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return webpSize(head, view);
  return undefined;
}

function draw(
  picture: ImageBitmap,
  width: number,
  height: number,
): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Fault('not-a-picture');
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, width, height);
  return context;
}

const scaled = ({ width, height }: Size, longest: number): Size => {
  const factor = Math.min(1, longest / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
  };
};

function thumbhashOf(picture: ImageBitmap): Bytes {
  const { width, height } = scaled(picture, HASH_SIDE);
  const { data } = draw(picture, width, height).getImageData(0, 0, width, height);
  return new Uint8Array(rgbaToThumbHash(width, height, data));
}

/**
 * Makes a picture ready to be sent.
 * @param keepsOriginal sends the bytes as they are, with all that the camera wrote into them
 * @throws Fault `not-a-picture` when the browser cannot decode it, or its size is a trap
 */
export async function preparePicture(file: Blob, keepsOriginal: boolean): Promise<PreparedPicture> {
  const said = sizeOfPicture(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (!said || said.width * said.height > MOST_PIXELS || said.width * said.height === 0)
    throw new Fault('not-a-picture');
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (error) {
    throw new Fault('not-a-picture', 'never', error);
  }
  try {
    const thumbhash = thumbhashOf(picture);
    if (keepsOriginal)
      return { source: file, width: picture.width, height: picture.height, thumbhash };
    const size = scaled(picture, LONGEST_SIDE);
    const { canvas } = draw(picture, size.width, size.height);
    // WebP keeps what is transparent; where the browser cannot write it, this gives a PNG.
    const source = await canvas.convertToBlob({ type: 'image/webp', quality: QUALITY });
    return { source, ...size, thumbhash };
  } finally {
    picture.close();
  }
}
