/** How large a moving picture's still frame is drawn: a sender chooses its pixels, and a canvas takes four bytes of each. */
import { type Box } from './media-box.ts';

/** Longer side, pixels: more than it is ever shown with. */
const LONGEST_SIDE = 1_024;

/** The size of the drawing, in the proportions of the picture. */
export function stillSize(width: number, height: number): Box {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height, 1));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
