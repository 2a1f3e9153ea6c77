/** The shape of a recording: levels that were read while it ran, as a few bars of one byte each. Pure. */
import { type Bytes } from '../lib/bytes.ts';

/** Bars of a voice note. The protocol allows 128. */
export const BARS = 64;
/** What is quieter than this at its loudest is shown as the silence it is, 0 to 1. */
const QUIET = 0.05;

/** A level, and when it was read: ms of recording. */
export interface Reading {
  readonly at: number;
  readonly level: number;
}

/**
 * The bars of a recording. Loudness is heard by its root, and the loudest bar is full.
 * @param readings in the order of their time, at any distance
 * @param duration ms
 */
export function waveformOf(readings: readonly Reading[], duration: number, bars = BARS): Bytes {
  const shape = new Uint8Array(bars);
  if (readings.length === 0 || duration <= 0) return shape;
  const levels = new Float64Array(bars).fill(-1);
  for (const { at, level } of readings) {
    const bar = Math.min(bars - 1, Math.max(0, Math.floor((at / duration) * bars)));
    levels[bar] = Math.max(levels[bar] ?? 0, level);
  }
  // Between two readings it was as loud as at the one before.
  let before = levels.find((level) => level >= 0) ?? 0;
  const loudest = Math.max(QUIET, ...levels);
  for (const [bar, level] of levels.entries()) {
    before = level >= 0 ? level : before;
    shape[bar] = Math.round(255 * Math.sqrt(Math.min(1, before / loudest)));
  }
  return shape;
}
