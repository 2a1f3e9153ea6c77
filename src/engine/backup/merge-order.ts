/**
 * Where messages of a backup go in a chat that has messages already: between those that were written before and after
 * them. They come newest first. Nothing that is there is moved.
 */
import { ORDER_STEP } from '../../lib/order.ts';

/** Between two neighbours there is room for a million messages of one merge. */
const USUAL_STEP = 2 ** -20;

/** A message: its place, here or where it was saved, and the time it shows. */
export interface Placed {
  readonly order: number;
  readonly time: number;
}

/**
 * Gives out places in one chat.
 * @param placed what is there, by rising order
 * @param end    a place above all of them, which is nobody's
 */
export function createMergeOrder(
  placed: readonly Placed[],
  end: number,
): (wanted: Placed) => number {
  const latest: number[] = [];
  for (const { time } of placed) latest.push(Math.max(time, latest.at(-1) ?? 0));
  /** By the place of the message above a gap: the lowest place in it that was given out. */
  const lowest = new Map<number, number>();

  /** How many of those that are there were written before; of the same moment, those that had a lower place. */
  function countBefore({ time, order }: Placed): number {
    let low = 0;
    let high = latest.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const moment = latest[middle]!;
      if (moment > time || (moment === time && placed[middle]!.order > order)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  return (wanted) => {
    for (let above = countBefore(wanted); above >= 0; above--) {
      const floor = placed[above - 1]?.order ?? 0;
      const ceiling = lowest.get(above) ?? placed[above]?.order ?? end;
      const half = Math.floor((ceiling - floor) / 2 / ORDER_STEP) * ORDER_STEP;
      const order = ceiling - Math.min(USUAL_STEP, Math.max(half, ORDER_STEP));
      // No room left between two of many merges: before the older one there is.
      if (order <= floor || order >= ceiling) continue;
      lowest.set(above, order);
      return order;
    }
    throw new Error('There is no place left in this chat.');
  };
}
