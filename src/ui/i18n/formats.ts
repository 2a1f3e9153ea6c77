/**
 * Times, days, spans and sizes in the words of the current language, all through Intl. Every function takes the
 * moment `now` where it matters, so tests own the time. Does not know texts.
 */
import { daysBetween } from './days.ts';
import { localeTag } from './language.ts';

const made = new Map<string, unknown>();

/** One formatter per language and kind: making one costs more than using it a hundred times. */
function cached<Format>(kind: string, make: (tag: string) => Format): Format {
  const key = `${localeTag()} ${kind}`;
  const known = made.get(key) as Format | undefined;
  if (known) return known;
  const fresh = make(localeTag());
  made.set(key, fresh);
  return fresh;
}

function dates(kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return cached(kind, (tag) => new Intl.DateTimeFormat(tag, options));
}

function relative(style: 'long' | 'short'): Intl.RelativeTimeFormat {
  return cached(
    `relative ${style}`,
    (tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style }),
  );
}

/** Sentence case, as the language writes it. */
function capitalise(text: string): string {
  return text.charAt(0).toLocaleUpperCase(localeTag()) + text.slice(1);
}

/** Of the two ways to write an hour the one that the language uses: `09:05`, but `9:05 AM`. */
function clock(): Intl.DateTimeFormatOptions {
  const { hour12 } = dates('hour', { hour: 'numeric' }).resolvedOptions();
  return { hour: hour12 ? 'numeric' : '2-digit', minute: '2-digit' };
}

/** The hour: `14:02`. */
export function formatTime(time: number): string {
  return dates('time', clock()).format(time);
}

/** A day as a heading: `Today`, `Yesterday`, `Thursday`, `3 May`, `3 May 2024`. */
export function formatDay(time: number, now = Date.now()): string {
  const days = daysBetween(time, now);
  if (days === 0 || days === 1) return capitalise(relative('long').format(-days, 'day'));
  if (days > 1 && days < 7) return capitalise(dates('weekday', { weekday: 'long' }).format(time));
  return formatDate(time, now);
}

/** A date: `3 May`, with the year when it is another one. */
export function formatDate(time: number, now = Date.now()): string {
  return new Date(time).getFullYear() === new Date(now).getFullYear()
    ? dates('date', { day: 'numeric', month: 'long' }).format(time)
    : dates('date of year', { day: 'numeric', month: 'long', year: 'numeric' }).format(time);
}

/** Day and hour in full, for details: `Thursday, 3 May 2026, 14:02`. */
export function formatMoment(time: number): string {
  return capitalise(
    dates('moment', {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      ...clock(),
    }).format(time),
  );
}

/** The time of a line in the chat list: the hour today, then the day, then a short date. */
export function formatListTime(time: number, now = Date.now()): string {
  const days = daysBetween(time, now);
  if (days <= 0) return formatTime(time);
  if (days < 7) return formatDay(time, now);
  return new Date(time).getFullYear() === new Date(now).getFullYear()
    ? dates('short date', { day: 'numeric', month: 'short' }).format(time)
    : dates('short date of year', { day: 'numeric', month: 'numeric', year: '2-digit' }).format(
        time,
      );
}

/** How long ago, or in how long: `2 hr. ago`, `in 3 days`. Under a minute it is `now`. */
export function formatRelative(time: number, now = Date.now()): string {
  const seconds = Math.round((time - now) / 1000);
  const size = Math.abs(seconds);
  const format = relative(size < 86_400 ? 'short' : 'long');
  if (size < 60) return format.format(0, 'second');
  if (size < 3600) return format.format(Math.trunc(seconds / 60), 'minute');
  if (size < 86_400) return format.format(Math.trunc(seconds / 3600), 'hour');
  return format.format(-daysBetween(time, now), 'day');
}

/** A length of time in its largest unit: `3 hours`, `2 days`. */
export function formatSpan(ms: number): string {
  const [unit, size] =
    ms >= 86_400_000
      ? (['day', 86_400_000] as const)
      : ms >= 3_600_000
        ? (['hour', 3_600_000] as const)
        : (['minute', 60_000] as const);
  return cached(
    `span ${unit}`,
    (tag) => new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' }),
  ).format(Math.round(ms / size));
}

/** Bytes as a person reads them: `340 kB`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  const unit = units[step] ?? 'byte';
  const digits = step > 0 && value < 10 ? 1 : 0;
  return cached(
    `bytes ${unit} ${digits}`,
    (tag) =>
      new Intl.NumberFormat(tag, {
        style: 'unit',
        unit,
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        maximumFractionDigits: digits,
      }),
  ).format(value);
}

/** A plain number. */
export function formatNumber(value: number): string {
  return cached('number', (tag) => new Intl.NumberFormat(tag)).format(value);
}

/** A share as a whole percentage. */
export function formatPercent(share: number): string {
  return cached(
    'percent',
    (tag) => new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 }),
  ).format(share);
}

/** Text without accents and case, to be compared by a search box. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase(localeTag());
}
