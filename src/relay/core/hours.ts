/** Times made coarse, so that rows do not tell the minute. */

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The hour in which `time` lies. */
export function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS;
}

/** The next full hour; what lives less than two hours gets the next full minute, or it would outlive its use. */
export function expiryOf(now: number, seconds: number): number {
  const step = seconds < 7_200 ? MINUTE_MS : HOUR_MS;
  return Math.ceil((now + seconds * 1000) / step) * step;
}
