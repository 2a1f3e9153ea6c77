/** The arrow keys in a row or a grid of which one member is reached by Tab. */

/**
 * The index that a key leads to; undefined for other keys.
 * @param columns in a line of the grid; 1 for what stands in one row
 */
export function nextIndex(
  event: KeyboardEvent,
  now: number,
  length: number,
  columns = 1,
): number | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey || length === 0) return undefined;
  const rtl = getComputedStyle(event.currentTarget as Element).direction === 'rtl';
  const forward = rtl ? 'ArrowLeft' : 'ArrowRight';
  const back = rtl ? 'ArrowRight' : 'ArrowLeft';
  const steps: Readonly<Record<string, number>> = {
    [forward]: now + 1,
    [back]: now - 1,
    ...(columns > 1 ? { ArrowDown: now + columns, ArrowUp: now - columns } : {}),
    Home: 0,
    End: length - 1,
  };
  const next = steps[event.key];
  return next === undefined ? undefined : Math.max(0, Math.min(length - 1, next));
}
