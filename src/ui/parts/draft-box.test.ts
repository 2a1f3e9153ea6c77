import { describe, expect, it } from 'vitest';
import { manualClock } from '../../lib/clock.ts';
import { DRAFT_PAUSE, draftBox } from './draft-box.ts';

function setUp() {
  const clock = manualClock();
  const stored: string[] = [];
  let settle: (() => void)[] = [];
  let failing = false;
  const box = draftBox(clock, (text) => {
    stored.push(text);
    return new Promise<void>((resolve, reject) => {
      settle.push(() => (failing ? reject(new Error('closed')) : resolve()));
    });
  });
  return {
    clock,
    stored,
    box,
    fail: (now: boolean) => (failing = now),
    answer: async () => {
      for (const each of settle) each();
      settle = [];
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('a draft', () => {
  it('is stored once after a pause', () => {
    const { box, clock, stored } = setUp();
    box.typed('h');
    clock.advance(DRAFT_PAUSE - 1);
    box.typed('he');
    clock.advance(DRAFT_PAUSE - 1);
    expect(stored).toEqual([]);
    clock.advance(1);
    expect(stored).toEqual(['he']);
    expect(clock.waiting).toBe(0);
  });

  it('is stored at once when the box is left, and not twice', () => {
    const { box, stored } = setUp();
    box.typed('he');
    box.flush();
    box.flush();
    expect(stored).toEqual(['he']);
  });

  it('is not stored when it is what it was', () => {
    const { box, stored } = setUp();
    box.reset('old');
    box.typed('old!');
    box.typed('old');
    box.flush();
    expect(stored).toEqual([]);
  });

  it('from another tab shows here while nothing is being written here', async () => {
    const { box, answer } = setUp();
    expect(box.heard('from there')).toBe(true);
    expect(box.heard('from there')).toBe(false);
    box.typed('from there and here');
    box.flush();
    await answer();
    expect(box.heard('again')).toBe(true);
  });

  it('from another tab, or the own echo, never replaces what is being typed', async () => {
    const { box, clock, answer } = setUp();
    box.typed('a');
    expect(box.heard('from there')).toBe(false);
    clock.advance(DRAFT_PAUSE);
    box.typed('ab');
    expect(box.heard('a')).toBe(false);
    box.flush();
    expect(box.heard('a')).toBe(false);
    await answer();
    expect(box.heard('ab')).toBe(false);
  });

  it('that could not be stored is written again', async () => {
    const { box, stored, answer, fail } = setUp();
    fail(true);
    box.typed('a');
    box.flush();
    await answer();
    fail(false);
    box.flush();
    expect(stored).toEqual(['a', 'a']);
  });
});
