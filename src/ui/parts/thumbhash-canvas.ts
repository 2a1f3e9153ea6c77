/** The blurred picture of a thumbhash, drawn. Hostile input: a hash that is none leaves the canvas as it was. */
import { thumbHashToRGBA } from 'thumbhash';

export function drawThumbhash(canvas: HTMLCanvasElement, thumbhash: Uint8Array): void {
  try {
    const { w, h, rgba } = thumbHashToRGBA(thumbhash);
    const pixels = new ImageData(new Uint8ClampedArray(rgba), w, h);
    canvas.width = w;
    canvas.height = h;
    canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  } catch {
    // The place stays plain.
  }
}
