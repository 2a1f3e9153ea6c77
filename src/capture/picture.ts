/**
 * Pictures before they are sent: looked at without being decoded where their size alone is a trap, turned upright,
 * scaled and encoded anew, so that what a camera writes beside the picture (place, device, time) stays behind. Runs
 * in a page; decoding and encoding are the browser's and happen off its main thread.
 */
import { rgbaToThumbHash } from 'thumbhash';
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { decodePicture } from './picture-decoding.ts';
import { type Size } from './picture-size.ts';

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
const QUALITY = 0.85;
/** Longest side of the picture that a thumbhash is made of; its algorithm takes 100 at most. */
const HASH_SIDE = 100;

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

/** As large, or scaled down so that its longer side is `longest`. */
export const scaled = ({ width, height }: Size, longest: number): Size => {
  const factor = Math.min(1, longest / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
  };
};

/** The thumbhash of a picture, some 25 bytes. */
export function thumbhashOf(picture: ImageBitmap): Bytes {
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
  const picture = await decodePicture(file);
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
