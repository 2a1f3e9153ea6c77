/**
 * A picture as a PNG, the one sort of picture that every clipboard takes: upright, without what the camera wrote
 * beside it. Runs in a page.
 */
import { Fault } from '../lib/fault.ts';
import { decodePicture } from './picture-decoding.ts';

/** Longest side, pixels: a PNG of what a large camera takes would have hundreds of megabytes. */
const LONGEST_SIDE = 4_096;

/**
 * Draws it anew.
 * @throws Fault `not-a-picture` when the browser cannot decode it, or its size is a trap
 */
export async function pngOf(file: Blob): Promise<Blob> {
  const picture = await decodePicture(file);
  try {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (!context) throw new Fault('not-a-picture');
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, width, height);
    return await canvas.convertToBlob({ type: 'image/png' });
  } finally {
    picture.close();
  }
}
