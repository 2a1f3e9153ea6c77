import { describe, expect, it } from 'vitest';
import { manualClock } from '../../lib/clock.ts';
import { TYPING_PAUSE, TYPING_REPEAT, typingSignal } from './typing-signal.ts';

function setUp() {
  const clock = manualClock();
  const told: boolean[] = [];
  return { clock, told, signal: typingSignal(clock, (active) => told.push(active)) };
}

describe('the typing notice', () => {
  it('goes out at the first key and again while typing goes on, not at every key', () => {
    const { clock, told, signal } = setUp();
    for (let ms = 0; ms < TYPING_REPEAT; ms += 500) {
      signal.typed('hello');
      clock.advance(500);
    }
    expect(told).toEqual([true]);
    signal.typed('hello again');
    expect(told).toEqual([true, true]);
  });

  it('ends after a pause', () => {
    const { clock, told, signal } = setUp();
    signal.typed('hello');
    clock.advance(TYPING_PAUSE);
    expect(told).toEqual([true, false]);
    expect(clock.waiting).toBe(0);
  });

  it('ends when the box is emptied or the message sent, and says so once', () => {
    const { told, signal } = setUp();
    signal.typed('hello');
    signal.typed('');
    signal.stop();
    expect(told).toEqual([true, false]);
  });

  it('never starts for blanks', () => {
    const { told, signal } = setUp();
    signal.typed('  \n');
    signal.stop();
    expect(told).toEqual([]);
  });
});
