/**
 * Backups that are written by themselves, and read back once a month to see whether they work: when, after how long a
 * rest, which old ones go, and what is said of failures. One for all tabs. It writes and reads as a person would
 * (backups.ts); where to is the target's (folder-target.ts). docs: ARCHITECTURE.md, "Backups".
 */
import { Fault, type FaultCode, isFault, toFault } from '../../lib/fault.ts';
import { type AutomaticApi, type AutomaticBackup, type BackupResult } from '../api.ts';
import { type Core, OWN_LOCK } from '../core.ts';
import type { MediaParts } from '../media-work.ts';
import {
  AUTOMATIC_RECORD,
  type AutomaticRecord,
  FOLDER,
  type OwnFile,
  decodeAutomatic,
  drillAt,
  dueAt,
  encodeAutomatic,
  oldFiles,
} from './automatic-record.ts';
import { readBackupRecord } from './backup-record.ts';
import type { Backups } from './backups.ts';
import { type AutomaticTarget, folderTarget } from './folder-target.ts';

/** Nothing has happened for so long when one begins by itself, ms. */
export const REST_MS = 60_000;
/** When nothing is due, it is looked again at the latest after so long: a machine may have slept. */
const LOOK_MS = 3_600_000;
/** What could not begin, or was cancelled, is left alone for so long. */
const LATER_MS = { begin: 300_000, write: LOOK_MS, drill: 24 * LOOK_MS } as const;
const KEPT_FILES = 3;
/** A disk elsewhere that does not answer for so long is not there, ms. */
const ANSWER_MS = 5_000;

/** It was not its turn: no failure of its own. */
const notNow: readonly FaultCode[] = ['no-tab', 'backup-running', 'port-closed', 'stopped'];
/** What a file that once was whole answers when it is so no more. */
const spoilt: readonly FaultCode[] = [
  'backup-damaged',
  'not-a-backup',
  'newer-backup',
  'wrong-recovery-key',
  'other-account',
  'malformed',
];
/** Likewise, unless it is the disk that cannot be read just now. */
const unreachable: readonly FaultCode[] = ['file-changed', 'blob-gone'];

type Target = AutomaticBackup['target'];

export type Automatic = {
  readonly [Name in keyof AutomaticApi]: (
    argument: Parameters<AutomaticApi[Name]>[0],
  ) => Promise<ReturnType<AutomaticApi[Name]>>;
} & {
  /** How they stand. */
  readonly views: () => Promise<readonly AutomaticBackup[]>;
  readonly stop: () => void;
};

/** Begins to look when one is due. @param backups loaded when there is something to do */
export function createAutomatic(
  core: Core,
  partsOf: () => Promise<MediaParts>,
  backups: () => Promise<Backups>,
): Automatic {
  const { store, seal, clock, mutex, state } = core;
  const access = new Map<Target, AutomaticBackup['access']>();
  const notBefore = { write: 0, drill: 0 };
  /** The target for which something is under way. */
  let busy: Target | undefined;
  let isOver = false;
  let cancelLook: () => void = () => undefined;
  /** What had happened when it was planned to look again. */
  let seen = '';

  /** Changes with whatever is sent or received. */
  function happened(): string {
    return `${state.order} ${state.sequence}`;
  }

  async function read(): Promise<AutomaticRecord[]> {
    const row = await store.get('records', [AUTOMATIC_RECORD]);
    try {
      return row ? decodeAutomatic(await seal.open('records', row)) : [];
    } catch (error) {
      // One whose row is damaged is chosen anew.
      if (isFault(error)) return [];
      throw error;
    }
  }

  async function recordOf(target: Target): Promise<AutomaticRecord> {
    const record = (await read()).find((each) => each.target === target);
    if (!record) throw new Fault('folder-gone');
    return record;
  }

  /** Changes the records. @param handle the folder from now on; null for none any more */
  async function commit(
    next: (records: readonly AutomaticRecord[]) => readonly AutomaticRecord[],
    handle?: FileSystemDirectoryHandle | null,
  ): Promise<void> {
    await mutex.hold([OWN_LOCK], async () => {
      const plain = encodeAutomatic(next(await read()));
      const row = await seal.seal('records', { name: AUTOMATIC_RECORD }, plain);
      await store.commit(
        [
          { table: 'records', put: row },
          ...(handle ? [{ table: 'folders', put: { name: FOLDER, handle } } as const] : []),
          ...(handle === null ? [{ table: 'folders', remove: [FOLDER] } as const] : []),
        ],
        'strict',
      );
    });
  }

  /** Changes one, unless it was given up or chosen anew meanwhile. */
  const change = (
    { target, since }: AutomaticRecord,
    next: (record: AutomaticRecord) => AutomaticRecord,
  ): Promise<void> =>
    commit((records) =>
      records.map((each) => (each.target === target && each.since === since ? next(each) : each)),
    );

  async function handleOf(): Promise<FileSystemDirectoryHandle> {
    const row = await store.get('folders', [FOLDER]);
    if (!row) throw new Fault('folder-gone');
    return row.handle;
  }

  /** Waits for a disk elsewhere no longer than one would. Throws Fault `folder-gone`. */
  async function answered<Result>(asked: Promise<Result>): Promise<Result> {
    let stop: () => void = () => undefined;
    const tooLong = new Promise<never>((_, reject) => {
      stop = clock.after(ANSWER_MS, () => reject(new Fault('folder-gone', 'now')));
    });
    try {
      return await Promise.race([asked, tooLong]);
    } finally {
      stop();
    }
  }

  async function targetOf(): Promise<AutomaticTarget> {
    const handle = await handleOf();
    const place = folderTarget(handle, (await partsOf()).picked(handle), core.random);
    return {
      ...place,
      access: () => answered(place.access()),
      freeName: (time) => answered(place.freeName(time)),
      read: (file) => answered(place.read(file)),
      remove: (file) => answered(place.remove(file)),
    };
  }

  async function look({ target }: AutomaticRecord): Promise<AutomaticBackup['access']> {
    const found = await targetOf()
      .then((place) => place.access())
      .catch(() => 'gone' as const);
    access.set(target, found);
    return found;
  }

  async function circumstances() {
    const { proven, keyMade = 0 } = await readBackupRecord(core);
    return { now: clock.now(), keyMade, ...(proven && { proven: proven.at }) };
  }

  async function viewOf(record: AutomaticRecord): Promise<AutomaticBackup> {
    const { target, name, schedule, since, last, failed, unread } = record;
    return {
      target,
      name,
      schedule,
      // Told from memory: a disk that does not answer would keep every view waiting.
      access: access.get(target) ?? 'granted',
      since,
      next: dueAt(record, await circumstances()),
      ...(last && { last }),
      ...(failed && { failed: { at: failed.at, code: failed.code } }),
      ...(unread && { unread }),
    };
  }

  const views = async (): Promise<readonly AutomaticBackup[]> =>
    Promise.all((await read()).map(viewOf));

  const tell = async () => (await backups()).tell();

  /** The file that was being written: what is not whole goes, what became whole is Sotto's own. */
  async function settle(record: AutomaticRecord, place: AutomaticTarget): Promise<void> {
    const { writing } = await recordOf(record.target);
    if (!writing) return;
    // Where it cannot be looked at, it is remembered until it can.
    const file = await place.read(writing);
    if (file?.size === 0) await place.remove(writing);
    await change(record, ({ writing: _, ...rest }) => ({
      ...rest,
      ...(file && file.size > 0 && { files: [...rest.files, writing] }),
    }));
  }

  /** Removes Sotto's own old ones. What cannot be removed is tried again with the next. */
  async function removeOld(record: AutomaticRecord, place: AutomaticTarget): Promise<void> {
    const gone = new Set<string>();
    for (const file of oldFiles(await recordOf(record.target), KEPT_FILES))
      await place.remove(file).then(
        () => gone.add(file.name),
        () => undefined,
      );
    if (gone.size === 0) return;
    await change(record, (now) => ({
      ...now,
      files: now.files.filter(({ name }) => !gone.has(name)),
    }));
  }

  async function reached(record: AutomaticRecord): Promise<AutomaticTarget> {
    const found = await look(record);
    if (found === 'gone') throw new Fault('folder-gone', 'now');
    if (found !== 'granted') throw new Fault('folder-denied', 'now');
    return targetOf();
  }

  async function write(record: AutomaticRecord): Promise<BackupResult> {
    const place = await reached(record);
    if (busy) throw new Fault('backup-running');
    busy = record.target;
    try {
      await settle(record, place);
      const made = clock.now();
      const writing: OwnFile = { name: await place.freeName(made), made };
      // Whatever comes, it is known whose file this is.
      await change(record, (now) => ({ ...now, writing }));
      const result = await (await backups()).exportBackup(place.newFile(writing.name));
      const { messages, bytes } = result;
      await change(record, ({ failed: _f, writing: _w, ...now }) => ({
        ...now,
        last: { made, messages, bytes },
        files: [...now.files, writing],
      }));
      await removeOld(record, place);
      return result;
    } catch (error) {
      await settle(record, place).catch(() => undefined);
      await noteFailure(record, toFault(error).code).catch(() => undefined);
      throw error;
    } finally {
      busy = undefined;
    }
  }

  async function noteFailure(record: AutomaticRecord, code: FaultCode): Promise<void> {
    notBefore.write = clock.now() + LATER_MS[code === 'cancelled' ? 'write' : 'begin'];
    if (notNow.includes(code) || code === 'cancelled') return;
    // A folder that is gone says so itself, and is not waited for longer than it takes to come back.
    if ((await look(record)) !== 'granted') return;
    const at = clock.now();
    await change(record, (now) => ({
      ...now,
      failed: { at, code, times: (now.failed?.times ?? 0) + 1 },
    }));
  }

  /** Whether a file that could not be read lies there as before: then it was the disk, and not the file. */
  async function isSame(place: AutomaticTarget, file: OwnFile, before: Blob): Promise<boolean> {
    const now = await place.read(file).catch(() => undefined);
    if (!(now instanceof File) || !(before instanceof File)) return now?.size === before.size;
    return now.size === before.size && now.lastModified === before.lastModified;
  }

  /** Reads the newest one back. */
  async function drill(record: AutomaticRecord): Promise<void> {
    const newest = record.files.at(-1);
    if (!newest) return;
    const place = await reached(record);
    const all = await backups();
    if (busy) return;
    busy = record.target;
    // Whatever comes of it, it is not done again at once.
    notBefore.drill = clock.now() + LATER_MS.begin;
    let source: Blob | undefined;
    try {
      source = await place.read(newest);
      if (!source) throw new Fault('blob-gone');
      await all.testBackup({ source });
      await change(record, ({ unread: _, ...now }) => ({
        ...now,
        drilled: clock.now(),
        good: newest,
      }));
      await removeOld(record, place);
    } catch (error) {
      const { code } = toFault(error);
      const isUnreachable =
        unreachable.includes(code) &&
        ((await look(record)) !== 'granted' ||
          (source !== undefined && (await isSame(place, newest, source))));
      if (isUnreachable || !(spoilt.includes(code) || unreachable.includes(code))) {
        if (!notNow.includes(code)) notBefore.drill = clock.now() + LATER_MS.drill;
        throw error;
      }
      // `Test my backup` ends at the first damage; a person wants to know how much there is.
      const damage = source ? await all.damageIn(source).catch(() => []) : [];
      const at = clock.now();
      const unread = { made: newest.made, at, code, damage };
      // It is the person's from now on: perhaps something can be salvaged from it.
      await change(record, (now) => ({
        ...now,
        drilled: at,
        unread,
        files: now.files.filter(({ name }) => name !== newest.name),
      }));
    } finally {
      busy = undefined;
    }
  }

  /** What is to be done for a target, and from when on. */
  async function duties(
    record: AutomaticRecord,
  ): Promise<{ readonly at: number; readonly run: () => Promise<unknown> }[]> {
    const around = await circumstances();
    const toRead = drillAt(record, around);
    const { account } = state;
    // Of an account that moved on, or is not whole yet, nothing is written that would be taken for the newest.
    const isOwn = account && !account.heldElsewhere && account.takeover !== 'later';
    return [
      ...(isOwn
        ? [{ at: Math.max(dueAt(record, around), notBefore.write), run: () => write(record) }]
        : []),
      ...(toRead === undefined
        ? []
        : [{ at: Math.max(toRead, notBefore.drill), run: () => drill(record) }]),
    ];
  }

  async function wake(): Promise<void> {
    const isCalm = happened() === seen && !state.call && !busy;
    for (const record of isCalm ? await read() : []) {
      const due = (await duties(record)).find(({ at }) => at <= clock.now());
      if (!due) continue;
      if ((await look(record)) === 'granted') await due.run().catch(() => undefined);
      else notBefore.write = notBefore.drill = clock.now() + LOOK_MS;
      await tell();
    }
  }

  /** Looks again when something is due, once a rest has passed at the earliest. */
  async function plan(): Promise<void> {
    cancelLook();
    const all = (await Promise.all((await read()).map(duties))).flat();
    cancelLook();
    if (isOver || all.length === 0) return;
    seen = happened();
    const wait = Math.min(...all.map(({ at }) => at)) - clock.now();
    cancelLook = clock.after(Math.max(REST_MS, Math.min(wait, LOOK_MS)), () => {
      void wake()
        .catch(() => undefined)
        .finally(planQuietly);
    });
  }

  /** Where that cannot be known now, it is looked again later. */
  function planQuietly(): void {
    plan().catch(() => {
      if (!isOver) cancelLook = clock.after(LOOK_MS, planQuietly);
    });
  }

  /** After a change by the person: it is told, and time begins anew. */
  async function changed() {
    notBefore.write = notBefore.drill = 0;
    const view = await tell();
    await plan();
    return view;
  }

  const started = begin()
    .catch(() => undefined)
    .finally(planQuietly);
  async function begin(): Promise<void> {
    for (const record of await read())
      if ((await look(record)) === 'granted') await settle(record, await targetOf());
      // Whoever asked before this was known was told otherwise.
      else void tell().catch(() => undefined);
  }

  return {
    views,
    async backupNews() {
      await started;
      const before = new Map(access);
      for (const record of await read()) await look(record);
      const { key, keyMade, candidate, last, proven } = await readBackupRecord(core);
      const automatic = await views();
      if (automatic.some(({ target }) => access.get(target) !== before.get(target)))
        await changed();
      return {
        key: key ? 'confirmed' : candidate ? 'shown' : 'none',
        ...(keyMade !== undefined && { keyMade }),
        ...(last && { last }),
        ...(proven && { proven }),
        ...(automatic.length > 0 && { automatic }),
      };
    },
    async useBackupFolder({ handle }) {
      if (!(await readBackupRecord(core)).key) throw new Fault('wrong-recovery-key');
      const folder = (await partsOf()).picked(handle);
      const found = await folder.access();
      if (found === 'gone') throw new Fault('folder-gone', 'now');
      if (found !== 'granted') throw new Fault('folder-denied', 'now');
      const before = await handleOf().catch(() => undefined);
      const isSame = before !== undefined && (await folder.is(before).catch(() => false));
      await commit((records) => {
        const old = records.find(({ target }) => target === 'folder');
        return [
          ...records.filter((each) => each !== old),
          {
            target: 'folder',
            name: handle.name,
            schedule: old?.schedule ?? 'week',
            since: clock.now(),
            files: (isSame && old?.files) || [],
          },
        ];
      }, handle);
      access.set('folder', found);
      return changed();
    },
    backupFolder: handleOf,
    async scheduleBackups({ target, schedule }) {
      await change(await recordOf(target), (record) => ({ ...record, schedule }));
      return changed();
    },
    async stopAutomatic({ target }) {
      if (busy === target) await (await backups()).cancelBackup(null);
      await commit((records) => records.filter((each) => each.target !== target), null);
      access.delete(target);
      return changed();
    },
    async backUpNow({ target }) {
      try {
        const result = await write(await recordOf(target));
        const record = await recordOf(target);
        // Whoever was told that one cannot be read wants to know of this one.
        if (record.unread) await drill(record).catch(() => undefined);
        return result;
      } finally {
        await tell().catch(() => undefined);
        planQuietly();
      }
    },
    stop() {
      isOver = true;
      cancelLook();
    },
  };
}
