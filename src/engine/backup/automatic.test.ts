/** Backups that are written by themselves: when, into which folder, what goes, and what is said of trouble. */
import { describe, expect, it } from 'vitest';
import { createIdentity, type IdentityKeyPair } from '../../protocol/identity.ts';
import { type AutomaticBackup, type BackupView } from '../api.ts';
import { openTab } from '../testing/tab.ts';
import { type Person } from '../testing/person.ts';
import { createWorld } from '../testing/world.ts';
import { decodeAutomatic, drillAt, dueAt, encodeAutomatic } from './automatic-record.ts';
import { confirmedKey, notesOf } from './testing/odd-backups.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;

const ours = /^Sotto \d{4}-\d\d-\d\d \d{4} [a-z2-7]{8}\.sotto$/;

/** Somebody with a key, notes and a folder that is chosen. */
async function withFolder(seed: number, world = createWorld(seed), identity?: IdentityKeyPair) {
  const ana = await world.person('Ana', identity && { identity });
  await confirmedKey(ana);
  const notes = await notesOf(ana);
  await ana.call('send', { conversation: notes, text: 'milk' });
  const folder = ana.media.directories.make('Backups');
  await ana.call('useBackupFolder', { handle: folder.handle });

  /** Lets this much time pass, and what begins in it be done. */
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0;) {
      const next = Math.min(left, world.clock.next() ?? left);
      world.clock.advance(next);
      left -= next;
      await world.calm();
      // Compression is done on threads that the world does not see.
      while (told(ana)?.job) await world.calm();
    }
  }
  return { world, ana, notes, folder, pass, state: () => automaticOf(ana) };
}

async function automaticOf(person: Person): Promise<AutomaticBackup> {
  const { automatic } = await person.call('backup', null);
  if (!automatic?.[0]) throw new Error('nothing is written by itself');
  return automatic[0];
}

/** How backups stood when a tab was last told. */
const told = ({ events }: Pick<Person, 'events'>): BackupView | undefined =>
  events.flatMap((event) => (event.type === 'backup' ? [event.backup] : [])).at(-1);

const names = (folder: { files: Map<string, unknown> }): string[] => [...folder.files.keys()];

describe('a folder for backups', () => {
  it('is refused before a key is confirmed, and where the browser gives no leave', async () => {
    const world = createWorld(1);
    const ana = await world.person('Ana');
    const folder = ana.media.directories.make('Backups');
    const choose = () => ana.call('useBackupFolder', { handle: folder.handle });
    await expect(choose()).rejects.toThrow('wrong-recovery-key');
    await ana.call('recoveryKey', null);
    await expect(choose()).rejects.toThrow('wrong-recovery-key');
    await confirmedKey(ana);
    folder.access = 'prompt';
    await expect(choose()).rejects.toThrow('folder-denied');
    folder.access = 'gone';
    await expect(choose()).rejects.toThrow('folder-gone');
    expect((await ana.call('backup', null)).automatic).toBeUndefined();
    folder.access = 'granted';
    expect((await choose()).automatic).toMatchObject([
      { target: 'folder', name: 'Backups', schedule: 'week', access: 'granted' },
    ]);
  });

  it('gets its first backup after a minute of rest, which opens with the key', async () => {
    const { ana, folder, pass, state } = await withFolder(2);
    await pass(59_000);
    expect(names(folder)).toEqual([]);
    await pass(MINUTE);
    expect(names(folder)).toEqual([expect.stringMatching(ours)]);
    const { last, next } = await state();
    expect(last).toMatchObject({ messages: 1, bytes: [...folder.files.values()][0]!.length });
    expect(next).toBe(last!.made + 7 * DAY);
    expect((await ana.call('backup', null)).last).toMatchObject({ name: names(folder)[0] });
    const digits = await ana.call('recoveryKey', null);
    const source = new Blob([...folder.files.values()]);
    expect(await ana.call('readBackup', { source, digits })).toMatchObject({ messages: 1 });
  });

  it('waits while messages are written', async () => {
    const { ana, notes, folder, pass } = await withFolder(3);
    for (let i = 0; i < 6; i++) {
      await ana.call('send', { conversation: notes, text: `line ${i}` });
      await pass(50_000);
    }
    expect(names(folder)).toEqual([]);
    await pass(2 * MINUTE);
    expect(names(folder)).toHaveLength(1);
  });

  it('is written to on schedule, and not before', async () => {
    const { folder, ana, pass, state } = await withFolder(4);
    await pass(2 * MINUTE);
    await pass(6 * DAY);
    expect(names(folder)).toHaveLength(1);
    await pass(DAY);
    expect(names(folder)).toHaveLength(2);
    await ana.call('scheduleBackups', { target: 'folder', schedule: 'day' });
    await pass(DAY + 2 * MINUTE);
    expect(names(folder)).toHaveLength(3);
    expect(await state()).toMatchObject({ schedule: 'day' });
  });

  it('keeps the last three of its own, the last one that was read back, and whatever else lies there', async () => {
    const { folder, ana, pass } = await withFolder(5);
    folder.files.set('Sotto 2020-01-01 1200.sotto', new Uint8Array([1]));
    folder.files.set('thesis.odt', new Uint8Array([2]));
    await ana.call('scheduleBackups', { target: 'folder', schedule: 'day' });
    await pass(2 * MINUTE);
    const readBack = names(folder).at(-1)!;
    await pass(DAY + 2 * MINUTE);
    const second = names(folder).at(-1)!;
    folder.stuck.add(second);
    for (let i = 0; i < 4; i++) await pass(DAY + 2 * MINUTE);
    expect(names(folder)).toContain(second);
    folder.stuck.clear();
    await pass(DAY + 2 * MINUTE);
    expect(names(folder)).not.toContain(second);
    expect(names(folder)).toHaveLength(6);
    for (const name of ['thesis.odt', 'Sotto 2020-01-01 1200.sotto', readBack])
      expect(names(folder)).toContain(name);
  });

  it('gets files of names that nobody else gives, also twice in a minute', async () => {
    const { folder, ana } = await withFolder(6);
    await ana.call('backUpNow', { target: 'folder' });
    await ana.call('backUpNow', { target: 'folder' });
    expect(names(folder)).toEqual([expect.stringMatching(ours), expect.stringMatching(ours)]);
  });

  it('is known after a restart, with its schedule and its files', async () => {
    const { folder, ana, pass, state } = await withFolder(7);
    await ana.call('scheduleBackups', { target: 'folder', schedule: 'day' });
    await pass(2 * MINUTE);
    const before = await state();
    await ana.restart();
    expect((await ana.call('backupNews', null)).automatic).toEqual([before]);
    await pass(12 * HOUR);
    await ana.restart();
    await ana.call('backupNews', null);
    expect(names(folder)).toHaveLength(1);
    await pass(12 * HOUR + 2 * MINUTE);
    expect(names(folder)).toHaveLength(2);
  });

  it('has no half file after a crash, and the next one is whole', async () => {
    const { folder, ana, pass } = await withFolder(8);
    let crashed: Promise<void> | undefined;
    ana.media.onBackup = () => {
      crashed ??= ana.restart();
    };
    await ana.call('backUpNow', { target: 'folder' }).catch(() => undefined);
    await crashed;
    ana.media.onBackup = () => undefined;
    await ana.call('backupNews', null);
    expect([...folder.files.values()].filter(({ length }) => length === 0)).toEqual([]);
    await pass(2 * MINUTE);
    expect(names(folder).length).toBeGreaterThan(0);
    for (const bytes of folder.files.values()) {
      const digits = await ana.call('recoveryKey', null);
      await ana.call('readBackup', { source: new Blob([bytes]), digits });
    }
  });

  it('is left alone once it is given up', async () => {
    const { folder, ana, pass } = await withFolder(9);
    await pass(2 * MINUTE);
    const view = await ana.call('stopAutomatic', { target: 'folder' });
    expect(view.automatic).toBeUndefined();
    expect(view.last).toBeDefined();
    await pass(20 * DAY);
    expect(names(folder)).toHaveLength(1);
    await expect(ana.call('backUpNow', { target: 'folder' })).rejects.toThrow('folder-gone');
    await expect(ana.call('backupFolder', null)).rejects.toThrow('folder-gone');
  });

  it('keeps count of its files when it is chosen again, and begins anew with another', async () => {
    const { folder, ana, pass, state } = await withFolder(10);
    await ana.call('scheduleBackups', { target: 'folder', schedule: 'day' });
    for (let i = 0; i < 3; i++) await pass(DAY + 2 * MINUTE);
    await ana.call('useBackupFolder', { handle: folder.handle });
    expect(await state()).toMatchObject({ schedule: 'day' });
    expect((await state()).last).toBeUndefined();
    await pass(2 * MINUTE);
    expect(names(folder)).toHaveLength(3);
    const other = ana.media.directories.make('Stick');
    await ana.call('useBackupFolder', { handle: other.handle });
    for (let i = 0; i < 5; i++) await pass(DAY + 2 * MINUTE);
    expect(names(folder)).toHaveLength(3);
    expect(names(other)).toHaveLength(3);
  });
});

describe('a backup that cannot be written by itself', () => {
  it('is tried again after an hour, four hours, and then each day', async () => {
    const { world, folder, ana, pass, state } = await withFolder(11);
    folder.full = true;
    const tries: number[] = [];
    let at = 0;
    const note = async (): Promise<void> => {
      const { failed } = await state();
      if (failed && failed.at !== at) tries.push((at = failed.at));
    };
    for (let i = 0; i < 65; i++) {
      await pass(HOUR);
      await note();
    }
    const waits = tries.slice(1).map((time, i) => Math.floor((time - tries[i]!) / HOUR));
    expect(waits).toEqual([1, 4, 24, 24]);
    expect(await state()).toMatchObject({ failed: { code: 'folder-full' } });
    expect(names(folder)).toEqual([]);
    // A restart does not make it forget how long to wait.
    await ana.restart();
    await ana.call('backupNews', null);
    folder.full = false;
    const lastTry = at;
    await pass(2 * HOUR);
    expect((await state()).failed).toMatchObject({ at: lastTry });
    await pass(DAY);
    expect((await state()).failed).toBeUndefined();
    expect(names(folder)).toHaveLength(1);
    expect(world.clock.now()).toBeGreaterThan(lastTry);
  });

  it('waits for leave, and goes on when the person gives it', async () => {
    const { folder, ana, pass, state } = await withFolder(12);
    await pass(2 * MINUTE);
    folder.access = 'prompt';
    await ana.restart();
    expect((await ana.call('backupNews', null)).automatic).toMatchObject([{ access: 'prompt' }]);
    await pass(15 * DAY);
    expect(names(folder)).toHaveLength(1);
    expect((await state()).failed).toBeUndefined();
    expect((await ana.call('backupFolder', null)).name).toBe('Backups');
    // The tab has asked the person.
    folder.access = 'granted';
    const other = openTab(ana);
    await other.call('snapshot', null);
    await ana.call('backupNews', null);
    expect(told(other)?.automatic).toMatchObject([{ access: 'granted' }]);
    await pass(2 * MINUTE);
    expect(names(folder)).toHaveLength(2);
  });

  it('says that the folder is gone, also while it is written to', async () => {
    const { folder, ana, pass, state } = await withFolder(13);
    ana.media.onBackup = () => {
      folder.access = 'gone';
      folder.files.clear();
    };
    await expect(ana.call('backUpNow', { target: 'folder' })).rejects.toThrow('folder-gone');
    expect(await state()).toMatchObject({ access: 'gone' });
    expect(told(ana)?.automatic).toMatchObject([{ access: 'gone' }]);
    await expect(ana.call('backUpNow', { target: 'folder' })).rejects.toThrow('folder-gone');
    ana.media.onBackup = () => undefined;
    folder.access = 'granted';
    await pass(2 * HOUR);
    expect(names(folder)).toHaveLength(1);
  });

  it('waits for a tab that lends a worker, and for another backup to end', async () => {
    const { folder, ana, pass, state } = await withFolder(14);
    ana.media.lends = false;
    await pass(10 * MINUTE);
    expect(await state()).not.toHaveProperty('failed');
    ana.media.lends = true;
    const [one, two] = await Promise.allSettled([
      ana.call('exportBackup', { kind: 'own', name: 'one' }),
      ana.call('backUpNow', { target: 'folder' }),
    ]);
    expect(one.status).toBe('fulfilled');
    expect(two).toMatchObject({ reason: { code: 'backup-running' } });
    await pass(10 * MINUTE);
    expect(names(folder)).toHaveLength(1);
  });

  it('is left for an hour when the person cancels it', async () => {
    const { folder, ana, pass, state } = await withFolder(15);
    let cancelled: Promise<unknown> | undefined;
    ana.media.onBackup = () => {
      cancelled ??= ana.call('cancelBackup', null);
    };
    await pass(2 * MINUTE);
    await cancelled;
    expect(names(folder)).toEqual([]);
    expect(await state()).not.toHaveProperty('failed');
    await pass(30 * MINUTE);
    expect(names(folder)).toEqual([]);
    await pass(HOUR);
    expect(names(folder)).toHaveLength(1);
  });
});

describe('what else happens to those who have a folder', () => {
  it('is that it does not answer: nothing else waits for it', async () => {
    const { world, ana, folder, pass, state } = await withFolder(26);
    await pass(3 * MINUTE);
    folder.isSilent = true;
    await ana.restart();

    const view = await ana.call('backup', null);
    expect(view.key).toBe('confirmed');
    await ana.call('exportBackup', { kind: 'own', name: 'elsewhere' });
    expect(ana.media.backups.has('elsewhere')).toBe(true);

    /** Lets seconds pass until it is answered. */
    async function soon<Result>(asked: Promise<Result>): Promise<Result> {
      let isOver = false;
      const done = (): void => void (isOver = true);
      asked.then(done, done);
      for (let second = 0; second < 60 && !isOver; second++) {
        world.clock.advance(1_000);
        await world.calm();
      }
      expect(isOver).toBe(true);
      return asked;
    }
    expect((await soon(ana.call('backupNews', null))).automatic).toMatchObject([
      { access: 'gone' },
    ]);
    const now = soon(ana.call('backUpNow', { target: 'folder' }));
    await expect(now).rejects.toThrow('folder-gone');
    folder.isSilent = false;
    await pass(8 * DAY);
    expect((await state()).last!.made).toBeGreaterThan(view.automatic![0]!.last!.made);
  });

  it('is another key: the next one is written with it at once', async () => {
    const { ana, folder, pass } = await withFolder(27);
    await ana.call('scheduleBackups', { target: 'folder', schedule: 'month' });
    await pass(3 * MINUTE);
    const digits = await ana.call('newRecoveryKey', null);
    await ana.call('confirmRecoveryKey', { digits });
    await pass(2 * HOUR);
    const newest = folder.files.get(names(folder).at(-1)!)!;
    expect(names(folder)).toHaveLength(2);
    const reading = await ana.call('readBackup', { source: new Blob([newest]), digits });
    expect(reading).toMatchObject({ messages: 1 });
  });

  it('is that the account moves to another browser: no more are written here', async () => {
    const world = createWorld(28);
    const identity = await createIdentity(world.random);
    const { ana, folder, pass } = await withFolder(28, world, identity);
    await pass(3 * MINUTE);
    const standing = async (person: Person) =>
      (await person.call('snapshot', null)).account.standing;
    const other = await world.person('Ana', { identity });
    const isHeld = (person: Person) => async () => (await standing(person)) === 'held-elsewhere';
    await world.until(isHeld(other), 'it is held');
    await other.call('claimAccount', null);
    await world.until(isHeld(ana), 'the first gives way');
    await pass(20 * DAY);
    expect(names(folder)).toHaveLength(1);
  });
});

describe('a clock that was ahead', () => {
  const record = {
    target: 'folder',
    name: 'Backups',
    schedule: 'day',
    since: 0,
    files: [{ name: 'a', made: 5_000 * DAY }],
    last: { made: 5_000 * DAY, messages: 1, bytes: 1 },
    drilled: 5_000 * DAY,
    failed: { at: 5_000 * DAY, code: 'folder-full', times: 3 },
  } as const;

  it('keeps neither the next backup nor its reading waiting', () => {
    expect(dueAt(record, { now: 100 * DAY })).toBeLessThanOrEqual(100 * DAY);
    expect(drillAt(record, { now: 100 * DAY })).toBeLessThanOrEqual(100 * DAY);
  });
});

describe('the record of what is written by itself', () => {
  it('outlives a folder in which nothing can be removed', () => {
    const files = Array.from({ length: 80 }, (_, made) => ({ name: `${made}`, made }));
    const record = { target: 'folder', name: 'B', schedule: 'day', since: 0, files } as const;
    const [read] = decodeAutomatic(encodeAutomatic([{ ...record, good: files[3]! }]));
    expect(read?.files.at(-1)).toEqual(files.at(-1));
    expect(read?.good).toEqual(files[3]);
  });
});

describe('the drill', () => {
  it('reads the newest one back, at once and then once a month', async () => {
    const { ana, folder, pass } = await withFolder(16);
    await pass(10 * MINUTE);
    const first = (await ana.call('backup', null)).proven!;
    expect(first).toMatchObject({ messages: 1 });
    await pass(28 * DAY);
    expect((await ana.call('backup', null)).proven).toEqual(first);
    await pass(3 * DAY);
    const { proven } = await ana.call('backup', null);
    expect(proven!.at - first.at).toBeGreaterThanOrEqual(30 * DAY);
    expect(proven!.made).toBeGreaterThan(first.made);
    expect(names(folder)).toHaveLength(3);
  });

  it('says where the newest one is damaged, until there is another', async () => {
    const { ana, folder, pass, state } = await withFolder(17);
    await ana.call('backUpNow', { target: 'folder' });
    const { last } = await state();
    folder.files.get(names(folder)[0]!)![96 + 40]! ^= 1;
    await pass(3 * MINUTE);
    expect((await state()).unread).toMatchObject({
      made: last!.made,
      code: 'backup-damaged',
      damage: [0],
    });
    expect(told(ana)?.automatic?.[0]?.unread).toBeDefined();
    expect((await ana.call('backup', null)).proven).toBeUndefined();
    await ana.restart();
    expect((await ana.call('backupNews', null)).automatic?.[0]?.unread).toBeDefined();
    // The next one is read back before the alarm ends.
    await pass(1_000);
    await ana.call('backUpNow', { target: 'folder' });
    expect((await state()).unread).toBeUndefined();
    expect((await ana.call('backup', null)).proven).toMatchObject({ messages: 1 });
  });

  it('keeps the alarm where the next one cannot be read either', async () => {
    const { ana, folder, pass, state } = await withFolder(23);
    folder.open = (bytes) => new Blob([bytes.map((byte, at) => (at === 136 ? byte ^ 1 : byte))]);
    await ana.call('backUpNow', { target: 'folder' });
    await pass(3 * MINUTE);
    expect((await state()).unread).toBeDefined();
    await ana.call('backUpNow', { target: 'folder' });
    expect((await state()).unread).toMatchObject({ made: (await state()).last!.made });
  });

  it('keeps the last one that could be read, until a newer one was', async () => {
    const { ana, folder, pass, state } = await withFolder(24);
    await ana.call('scheduleBackups', { target: 'folder', schedule: 'day' });
    await pass(3 * MINUTE);
    expect((await ana.call('backup', null)).proven).toBeDefined();
    const [good] = names(folder);
    const whole = folder.files.get(good!);
    // Something spoils each file after it was written.
    folder.open = (bytes) =>
      new Blob([bytes === whole ? bytes : bytes.map((byte, at) => (at === 136 ? byte ^ 1 : byte))]);
    for (let day = 0; day < 33; day++) await pass(DAY);
    expect((await state()).unread).toBeDefined();
    expect(names(folder)).toContain(good);
  });

  it('does not take a disk that drops out for a damaged file', async () => {
    const { ana, folder, pass, state } = await withFolder(25);
    await ana.call('backUpNow', { target: 'folder' });
    folder.open = (bytes) => {
      const blob = new Blob([bytes]);
      blob.slice = () => {
        folder.access = 'gone';
        throw new DOMException('gone', 'NotFoundError');
      };
      return blob;
    };
    await pass(3 * MINUTE);
    expect(await state()).not.toHaveProperty('unread');
    folder.open = (bytes) => new Blob([bytes]);
    folder.access = 'granted';
    await pass(2 * DAY);
    expect((await ana.call('backup', null)).proven).toBeDefined();
  });

  it('misses a file that somebody removed', async () => {
    const { ana, folder, pass, state } = await withFolder(18);
    await ana.call('backUpNow', { target: 'folder' });
    folder.files.clear();
    await pass(3 * MINUTE);
    expect((await state()).unread).toMatchObject({ code: 'blob-gone', damage: [] });
  });

  it('does not take a file of an older key for a damaged one', async () => {
    const { ana, pass, state } = await withFolder(19);
    await ana.call('backUpNow', { target: 'folder' });
    await pass(1_000);
    const digits = await ana.call('newRecoveryKey', null);
    await ana.call('confirmRecoveryKey', { digits });
    await pass(10 * MINUTE);
    expect(await state()).not.toHaveProperty('unread');
    // One was written with the new key instead, and read back.
    const { proven, keyMade } = await ana.call('backup', null);
    expect(proven!.made).toBeGreaterThanOrEqual(keyMade!);
  });

  it('can be cancelled, and is left for a day then', async () => {
    const { ana, pass, state } = await withFolder(20);
    await ana.call('backUpNow', { target: 'folder' });
    let cancelled: Promise<unknown> | undefined;
    ana.media.onBackup = () => {
      cancelled ??= ana.call('cancelBackup', null);
    };
    await pass(3 * MINUTE);
    await cancelled;
    expect(cancelled).toBeDefined();
    await pass(20 * HOUR);
    expect((await ana.call('backup', null)).proven).toBeUndefined();
    expect(await state()).not.toHaveProperty('unread');
    await pass(5 * HOUR);
    expect((await ana.call('backup', null)).proven).toBeDefined();
  });
});
