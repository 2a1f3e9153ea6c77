import { afterEach, describe, expect, it } from 'vitest';
import { daysBetween, untilMidnight } from './days.ts';
import {
  fold,
  formatBytes,
  formatDay,
  formatListTime,
  formatRelative,
  formatSpan,
  formatTime,
} from './formats.ts';
import { setLanguage } from './language.ts';

const at = (text: string): number => new Date(text).getTime();
const now = at('2026-05-14T10:00:00');

afterEach(() => setLanguage('en'));

describe('times in words', () => {
  it('a day is Today, Yesterday, a weekday for a week, then a date', () => {
    expect(formatDay(at('2026-05-14T00:01:00'), now)).toBe('Today');
    expect(formatDay(at('2026-05-13T23:59:00'), now)).toBe('Yesterday');
    expect(formatDay(at('2026-05-10T12:00:00'), now)).toBe('Sunday');
    expect(formatDay(at('2026-05-03T12:00:00'), now)).toContain('May');
    expect(formatDay(at('2024-05-03T12:00:00'), now)).toContain('2024');
  });

  it('Spanish begins a day with a capital letter', async () => {
    await setLanguage('es');
    expect(formatDay(now, now)).toBe('Hoy');
    expect(formatDay(at('2026-05-13T08:00:00'), now)).toBe('Ayer');
    expect(formatDay(at('2026-05-10T12:00:00'), now)).toBe('Domingo');
  });

  it('the list shows the hour today and the day before that', () => {
    expect(formatListTime(at('2026-05-14T09:05:00'), now)).toMatch(/^9:05\sAM$/);
    expect(formatListTime(at('2026-05-13T09:05:00'), now)).toBe('Yesterday');
  });

  it('an hour has two digits where the clock goes to 24', async () => {
    await setLanguage('es');
    expect(formatTime(at('2026-05-14T09:05:00'))).toBe('09:05');
  });

  it('a time in the future counts as today', () => {
    expect(formatListTime(at('2026-05-14T23:00:00'), now)).toMatch(/11:00|23:00/);
  });

  it('spans and distances are told in their largest unit', () => {
    expect(formatRelative(now - 2 * 3_600_000, now)).toBe('2 hr. ago');
    expect(formatRelative(now - 20_000, now)).toBe('now');
    expect(formatRelative(at('2026-05-11T23:00:00'), now)).toBe('3 days ago');
    expect(formatSpan(26 * 3_600_000)).toBe('1 day');
    expect(formatSpan(3 * 3_600_000)).toBe('3 hours');
  });

  it('days change at midnight of this place, also when the clock is put forward', () => {
    expect(daysBetween(at('2026-03-28T23:59:59'), at('2026-03-29T23:59:00'))).toBe(1);
    expect(untilMidnight(at('2026-05-14T23:00:00'))).toBe(3_600_000);
  });
});

describe('sizes and search', () => {
  it('bytes are told in the unit a person reads', () => {
    expect(formatBytes(340)).toBe('340 bytes');
    expect(formatBytes(1_240)).toBe('1.2 kB');
    expect(formatBytes(48_300_000)).toBe('48 MB');
    expect(formatBytes(62e9)).toBe('62 GB');
  });

  it('folding forgets accents and case', () => {
    expect(fold('LUCÍA Ñandú')).toBe('lucia nandu');
    expect(fold('Lucía')).toContain(fold('cia'));
  });
});
