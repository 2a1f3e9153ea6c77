import { describe, expect, it } from 'vitest';
import { type Reading, waveformOf } from './waveform.ts';

const every = (ms: number, levels: readonly number[]): Reading[] =>
  levels.map((level, index) => ({ at: index * ms, level }));

describe('the shape of a recording', () => {
  it('is full at the loudest, and half as high where it is a quarter as loud', () => {
    expect([...waveformOf(every(100, [0.4, 0.1, 0, 0.4]), 400, 4)]).toEqual([255, 128, 0, 255]);
  });

  it('takes the loudest of what falls into a bar', () => {
    expect([...waveformOf(every(50, [0, 0.9, 0.1, 0]), 200, 2)]).toEqual([255, 85]);
  });

  it('of less than a reading for each bar has no gaps', () => {
    const shape = waveformOf(every(100, [0.5, 0.5]), 200, 64);
    expect(shape).toHaveLength(64);
    expect(new Set(shape)).toEqual(new Set([255]));
  });

  it('of a room without a voice is not made loud', () => {
    expect(Math.max(...waveformOf(every(50, [0.001, 0.002, 0.001]), 150))).toBeLessThan(64);
  });

  it('of nothing is flat', () => {
    expect([...waveformOf([], 0, 3)]).toEqual([0, 0, 0]);
  });

  it('keeps its proportions when a hidden page reads seldom', () => {
    const readings = [
      { at: 0, level: 0.5 },
      { at: 50, level: 0.5 },
      { at: 1_000, level: 0 },
      { at: 1_950, level: 0 },
    ];
    expect([...waveformOf(readings, 2_000, 4)]).toEqual([255, 255, 0, 0]);
  });
});
