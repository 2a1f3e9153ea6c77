/** What a person should do about their backups, if anything: decided here, said by <backup-notice> and in Settings. */
import { type AutomaticBackup, type BackupNews, type BackupSchedule } from '../../engine/api.ts';

const DAY_MS = 86_400_000;
/** From here on a backup is missed by somebody who makes them by hand, ms. */
const OLD_MS = 30 * DAY_MS;
const periods: Readonly<Record<BackupSchedule, number>> = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
};

export type BackupTrouble =
  /** The browser wants to hear from the person that Sotto may write there. */
  | { readonly kind: 'prompt' | 'denied' | 'gone'; readonly name: string }
  | { readonly kind: 'unread'; readonly unread: NonNullable<AutomaticBackup['unread']> }
  | { readonly kind: 'failed'; readonly failed: NonNullable<AutomaticBackup['failed']> }
  /** Nothing was written for much longer than it should have been. */
  | { readonly kind: 'late'; readonly days: number }
  /** Nothing is written by itself, and the last one is old, or there was none. */
  | { readonly kind: 'old' | 'none'; readonly days: number };

const daysSince = (time: number, now: number): number => Math.floor((now - time) / DAY_MS);

function troubleOf(one: AutomaticBackup, now: number): BackupTrouble | undefined {
  const { access, name, unread, failed, last, since, schedule } = one;
  if (access !== 'granted') return { kind: access, name };
  if (unread) return { kind: 'unread', unread };
  if (failed) return { kind: 'failed', failed };
  const written = last?.made ?? since;
  return now - written > 2 * periods[schedule]
    ? { kind: 'late', days: daysSince(written, now) }
    : undefined;
}

/**
 * The worst there is; undefined where all is well, and for who never made a key.
 * @param now ms since 1970
 */
export function backupTrouble(
  { key, keyMade, last, proven, automatic = [] }: BackupNews,
  now: number,
): BackupTrouble | undefined {
  for (const one of automatic) {
    const trouble = troubleOf(one, now);
    if (trouble) return trouble;
  }
  if (automatic.length > 0 || key === 'none') return undefined;
  // Whoever brought one back, or tested one, has it.
  const made = Math.max(last?.made ?? 0, proven?.made ?? 0);
  const time = made || keyMade;
  if (time === undefined || now - time <= OLD_MS) return undefined;
  return { kind: made ? 'old' : 'none', days: daysSince(time, now) };
}
