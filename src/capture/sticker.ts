/**
 * Stickers made of pictures: drawn whole into a square of 512 pixels that is transparent around them, and encoded
 * anew, so that nothing the camera wrote stays with them. Runs in a page.
 */
import { Fault } from '../lib/fault.ts';
import { decodePicture } from './picture-decoding.ts';

/** Side of a sticker, pixels. */
export const STICKER_SIDE = 512;
/** Tried one after the other until the sticker is small enough. */
const QUALITIES = [0.9, 0.75, 0.5];
const MOST_BYTES = 512 * 1024;

async function encode(image: CanvasImageSource, width: number, height: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(STICKER_SIDE, STICKER_SIDE);
  const context = canvas.getContext('2d');
  if (!context || width < 1 || height < 1) throw new Fault('not-a-picture');
  const scale = STICKER_SIDE / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, (STICKER_SIDE - w) / 2, (STICKER_SIDE - h) / 2, w, h);
  for (const quality of QUALITIES) {
    // Where the browser cannot write WebP this gives a PNG, which keeps what is transparent, too.
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
    if (blob.size <= MOST_BYTES) return blob;
  }
  throw new Fault('picture-too-large');
}

/**
 * Makes a sticker of a picture.
 * @throws Fault `not-a-picture` when the browser cannot decode it, or its size is a trap
 */
export async function stickerOf(file: Blob): Promise<Blob> {
  const picture = await decodePicture(file);
  try {
    return await encode(picture, picture.width, picture.height);
  } finally {
    picture.close();
  }
}

/** Makes a sticker of a drawing of our own. */
export async function stickerOfDrawing(url: string): Promise<Blob> {
  const image = new Image(STICKER_SIDE, STICKER_SIDE);
  image.src = url;
  await image.decode();
  return encode(image, STICKER_SIDE, STICKER_SIDE);
}
