/** Decodes a picture that somebody chose, unless its size alone is a trap. Runs in a page. */
import { Fault } from '../lib/fault.ts';
import { isTrap, readSize } from './picture-size.ts';

/**
 * The picture, upright. Whoever gets it closes it.
 * @throws Fault `not-a-picture` when the browser cannot decode it, or its size is a trap
 */
export async function decodePicture(file: Blob): Promise<ImageBitmap> {
  const size = await readSize(file);
  if (!size || isTrap(size)) throw new Fault('not-a-picture');
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (error) {
    throw new Fault('not-a-picture', 'never', error);
  }
}
