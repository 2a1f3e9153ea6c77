/** Who is told of their backups, when, and of what first. */
import { describe, expect, it } from 'vitest';
import { type AutomaticBackup, type BackupNews } from '../../engine/api.ts';
import { backupTrouble } from './backup-trouble.ts';

const DAY = 86_400_000;
const now = 1_750_000_000_000;
const one: AutomaticBackup = {
  target: 'folder',
  name: 'Backups',
  schedule: 'week',
  access: 'granted',
  since: now - 60 * DAY,
  next: now + DAY,
  last: { made: now - 6 * DAY, messages: 1, bytes: 1_000 },
};
const failed = { at: now, code: 'folder-full' } as const;
const unread = { made: now - DAY, at: now, code: 'backup-damaged', damage: [3] } as const;
const news = (change: Partial<AutomaticBackup>): BackupNews => ({
  key: 'confirmed',
  automatic: [{ ...one, ...change }],
});
const last = (days: number) => ({ made: now - days * DAY, messages: 1, media: 0, bytes: 1_000 });

describe('what is said of backups', () => {
  it('is nothing to who never made a key, and nothing while all is well', () => {
    expect(backupTrouble({ key: 'none' }, now)).toBeUndefined();
    expect(backupTrouble({ key: 'none', last: last(99) }, now)).toBeUndefined();
    expect(backupTrouble(news({}), now)).toBeUndefined();
  });

  it.each(['prompt', 'denied', 'gone'] as const)('is first that a folder is %s', (access) => {
    expect(backupTrouble(news({ access, failed, unread }), now)).toEqual({
      kind: access,
      name: 'Backups',
    });
  });

  it('is then that one could not be read, and then that one could not be written', () => {
    expect(backupTrouble(news({ failed, unread }), now)).toEqual({ kind: 'unread', unread });
    expect(backupTrouble(news({ failed }), now)).toEqual({ kind: 'failed', failed });
  });

  it('is that none was written for twice as long as it should be', () => {
    const made = (days: number) =>
      news({ last: { made: now - days * DAY, messages: 1, bytes: 1 } });
    expect(backupTrouble(made(14), now)).toBeUndefined();
    expect(backupTrouble(made(15), now)).toEqual({ kind: 'late', days: 15 });
    const { last: _, ...never } = one;
    const since = now - 15 * DAY;
    expect(backupTrouble({ key: 'confirmed', automatic: [{ ...never, since }] }, now)).toEqual({
      kind: 'late',
      days: 15,
    });
    expect(
      backupTrouble({ key: 'confirmed', automatic: [{ ...never, since: now - DAY }] }, now),
    ).toBeUndefined();
  });

  it('is after 30 days that the last one is old, where none is written by itself', () => {
    expect(backupTrouble({ key: 'confirmed', last: last(30) }, now)).toBeUndefined();
    expect(backupTrouble({ key: 'confirmed', last: last(34) }, now)).toEqual({
      kind: 'old',
      days: 34,
    });
    expect(backupTrouble({ key: 'shown', keyMade: now - 31 * DAY }, now)).toEqual({
      kind: 'none',
      days: 31,
    });
    expect(backupTrouble({ key: 'shown', keyMade: now - DAY }, now)).toBeUndefined();
    // After a restore, the file that was restored is a backup, too.
    const proven = { at: now, made: now - 60 * DAY, messages: 1 };
    const restored = { key: 'confirmed', keyMade: proven.made, proven } as const;
    expect(backupTrouble(restored, now)).toEqual({ kind: 'old', days: 60 });
  });
});
