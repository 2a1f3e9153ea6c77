/**
 * What the fonts of this device can draw. A missing emoji is drawn in the colour of text, and a sequence that the
 * fonts do not know falls apart into its pieces, which is wider. Where there is no colour font at all, nothing can be
 * told and everything counts as drawn.
 */

/** Px; large enough that colours show. */
const SIZE = 16;
/** A sequence wider than this many single ones has fallen apart. */
const WIDEST = 1.6;

/** Tells for each emoji whether it is drawn. */
export function createSupport(): (emoji: string) => boolean {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 2 * SIZE;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return () => true;
  context.font = `${SIZE}px sans-serif`;
  context.textBaseline = 'top';
  const single = context.measureText('😀').width;

  function hasColour(emoji: string): boolean {
    if (!context) return true;
    context.clearRect(0, 0, 2 * SIZE, 2 * SIZE);
    context.fillStyle = '#000';
    context.fillText(emoji, 0, 0);
    const { data } = context.getImageData(0, 0, 2 * SIZE, 2 * SIZE);
    for (let at = 0; at < data.length; at += 4)
      if ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0) > 24) return true;
    return false;
  }

  if (!hasColour('😀')) return () => true;
  return (emoji) =>
    context.measureText(emoji).width <= WIDEST * single &&
    // Old signs may come from a text font, and some are black in any: they are never missing.
    (emoji.length <= 2 && (emoji.codePointAt(0) ?? 0) < 0x1f000 ? true : hasColour(emoji));
}
