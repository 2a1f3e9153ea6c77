import { describe, expect, it } from 'vitest';
import { stillSize } from './still-size.ts';

describe('the still frame of a moving picture', () => {
  it('keeps its proportions, and is never larger than it can be shown', () => {
    expect(stillSize(64, 48)).toEqual({ width: 64, height: 48 });
    expect(stillSize(10_900, 10_900)).toEqual({ width: 1_024, height: 1_024 });
    expect(stillSize(4_096, 1_024)).toEqual({ width: 1_024, height: 256 });
    expect(stillSize(300, 60_000)).toEqual({ width: 5, height: 1_024 });
    expect(stillSize(1, 65_535)).toEqual({ width: 1, height: 1_024 });
  });
});
