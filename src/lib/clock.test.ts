import { describe, expect, it } from 'vitest';
import { manualClock, systemClock } from './clock.ts';

describe('the manual clock', () => {
  it('stands still until it is moved', () => {
    const clock = manualClock(1000);
    expect(clock.now()).toBe(1000);
    clock.advance(5);
    expect(clock.now()).toBe(1005);
  });

  it('runs what falls due in order, each at its own time', () => {
    const clock = manualClock(0);
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name}@${clock.now()}`);
    clock.after(30, note('late'));
    clock.after(10, note('early'));
    clock.after(10, note('early too'));
    clock.after(-5, note('now'));
    clock.after(31, note('not yet'));
    clock.advance(30);
    expect(ran).toEqual(['now@0', 'early@10', 'early too@10', 'late@30']);
    expect(clock.waiting).toBe(1);
  });

  it('runs timers that timers start, when they fall due within the same move', () => {
    const clock = manualClock(0);
    const ran: number[] = [];
    const tick = (): void => {
      ran.push(clock.now());
      clock.after(10, tick);
    };
    clock.after(10, tick);
    clock.advance(35);
    expect(ran).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(35);
  });

  it('never goes backwards, even when a timer moves it', () => {
    const clock = manualClock(0);
    clock.after(5, () => clock.advance(100));
    clock.advance(10);
    expect(clock.now()).toBe(105);
  });

  it('forgets what was cancelled, and says when the next timer falls due', () => {
    const clock = manualClock(0);
    expect(clock.next()).toBeUndefined();
    const cancel = clock.after(10, () => expect.unreachable());
    clock.after(20, () => undefined);
    expect(clock.next()).toBe(10);
    cancel();
    cancel();
    expect(clock.next()).toBe(20);
    clock.advance(50);
    expect(clock.next()).toBeUndefined();
  });
});

describe('the system clock', () => {
  /** Timers of the platform by hand, which fire at once when the time overflows 31 bits, as the real ones do. */
  function fakeTimers() {
    const clock = manualClock(0);
    return {
      clock,
      setTimeout: (run: () => void, ms: number) => clock.after(ms >= 2 ** 31 ? 1 : ms, run),
      clearTimeout: (cancel: () => void) => cancel(),
    };
  }
  const day = 24 * 3600 * 1000;

  it('tells the time', () => {
    const before = Date.now();
    expect(systemClock(globalThis).now()).toBeGreaterThanOrEqual(before);
  });

  it('waits longer than a timer of the platform can', () => {
    const timers = fakeTimers();
    let ran = 0;
    systemClock(timers).after(60 * day, () => ran++);
    timers.clock.advance(60 * day - 1);
    expect(ran).toBe(0);
    timers.clock.advance(1);
    expect(ran).toBe(1);
    expect(timers.clock.waiting).toBe(0);
  });

  it('can be told to stop waiting, at any stage of a long wait', () => {
    const timers = fakeTimers();
    const cancel = systemClock(timers).after(60 * day, () => expect.unreachable());
    timers.clock.advance(40 * day);
    cancel();
    expect(timers.clock.waiting).toBe(0);
  });
});
