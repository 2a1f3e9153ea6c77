/** Days by the calendar of this place; no words. */

/** Whole days from `time` to `now` by the calendar of this place. */
export function daysBetween(time: number, now: number): number {
  const day = (ms: number): number => {
    const date = new Date(ms);
    return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
  };
  return day(now) - day(time);
}

/** Milliseconds until the next midnight of this place. */
export function untilMidnight(now: number): number {
  const next = new Date(now);
  next.setHours(24, 0, 0, 0);
  return next.getTime() - now;
}
