import { expect, it } from 'vitest';
import { manualClock } from '../lib/clock.ts';
import { createDailyBudget } from './daily-budget.ts';

const HOUR_MS = 3600 * 1000;

it('gives each as much as there is within a day, and again what was spent longer ago', () => {
  const clock = manualClock();
  const spend = createDailyBudget<string>(clock, 10);
  expect(spend('ana', 6)).toBe(true);
  clock.advance(12 * HOUR_MS);
  expect(spend('ana', 5)).toBe(false);
  expect(spend('ana', 4)).toBe(true);
  expect(spend('ana', 1)).toBe(false);
  expect(spend('ben', 10)).toBe(true);
  clock.advance(12 * HOUR_MS);
  expect(spend('ana', 7)).toBe(false);
  expect(spend('ana', 6)).toBe(true);
  expect(spend('ana', 1)).toBe(false);
});

it('is not used up for ever by a clock that was once ahead', () => {
  let now = 1_000 * HOUR_MS;
  const spend = createDailyBudget<string>({ ...manualClock(), now: () => now }, 10);
  expect(spend('ana', 10)).toBe(true);
  now -= HOUR_MS;
  expect(spend('ana', 10)).toBe(true);
});
