/**
 * Backups, as tabs ask for them: the recovery key, what is done with them, and how they stand. What is written and read
 * is in backup-export.ts and backup-import.ts, the one job at a time in backup-jobs.ts. Loaded when first asked about.
 */
import { createRecoveryKey } from '../../backup/recovery-key.ts';
import { decodeManifest } from '../../backup/backup-records.ts';
import { arrived } from '../../crypto/part.ts';
import { sealedLength } from '../../crypto/stream.ts';
import { equalBytes } from '../../lib/bytes.ts';
import { Fault, isFault } from '../../lib/fault.ts';
import { asRecoveryKey, type RecoveryKey } from '../../lib/recovery-digits.ts';
import type { BackupTarget, ReadSegment } from '../../workers/backup-file/job.ts';
import {
  type AutomaticBackup,
  type BackupApi,
  type BackupReading,
  type BackupResult,
  type BackupView,
} from '../api.ts';
import { beginChanges } from '../changes.ts';
import { type Core, OWN_LOCK } from '../core.ts';
import { roomOf } from '../media-room.ts';
import type { MediaParts } from '../media-work.ts';
import type { Archives } from './archives.ts';
import { writeBackup } from './backup-export.ts';
import { type ImportOutlets, createImport } from './backup-import.ts';
import { createBackupJobs } from './backup-jobs.ts';
import { openTrial } from './backup-trial.ts';
import {
  BACKUP_RECORD,
  type BackupRecord,
  encodeBackup,
  readBackupRecord,
} from './backup-record.ts';
import { type BackupWorker, lendBackupWorker } from './backup-worker.ts';
import { type ImportRecord, decodeImport } from './import-record.ts';
import { removeLeftBackups } from './left-backups.ts';

const IMPORT = 'import';
/** Name under which room is promised to an import. */
const IMPORT_ROOM = '#import';
/** And to a backup that is written into the folder of this origin. */
const EXPORT_ROOM = '#export';
/** Files in the folder of this origin are named by tabs. */
const namePattern = /^[0-9a-z-]{1,64}$/;

export type Backups = {
  readonly [Name in keyof BackupApi]: (
    argument: Parameters<BackupApi[Name]>[0],
  ) => Promise<ReturnType<BackupApi[Name]>>;
} & {
  /** Also into a folder. */
  readonly exportBackup: (target: BackupTarget) => Promise<BackupResult>;
  /** Where a file of the confirmed key is damaged. Nothing is stored. */
  readonly damageIn: (source: Blob) => Promise<BackupResult['damage']>;
  /** Tells the tabs how backups stand. */
  readonly tell: () => Promise<BackupView>;
  /** Cancels what is under way, and begins nothing any more. Resolves when it has ended, or was waited for long enough. */
  readonly stop: () => Promise<void>;
};

/**
 * @param partsOf where files are, and how a worker is lent
 * @param meet    lets the account meet its relay, after a restore
 * @param automaticOnes how those that are written by themselves stand
 */
export function createBackups(
  core: Core,
  partsOf: () => Promise<MediaParts>,
  meet: () => void,
  automaticOnes: () => Promise<readonly AutomaticBackup[]>,
): Backups {
  const { store, seal, clock, mutex } = core;
  let archives: Archives | undefined;
  // What an engine before this one left: nobody knows its names any more.
  const cleaned = partsOf()
    .then(removeLeftBackups)
    .catch(() => undefined);
  const jobs = createBackupJobs(core, partsOf, cleaned, tell);
  const { run, progress } = jobs;

  const read = (): Promise<BackupRecord> => readBackupRecord(core);

  async function readImport(): Promise<ImportRecord | undefined> {
    const row = await store.get('records', [IMPORT]);
    try {
      return row && decodeImport(await seal.open('records', row));
    } catch (error) {
      // One whose row is damaged is begun anew; nothing comes twice.
      if (isFault(error)) return undefined;
      throw error;
    }
  }

  async function change(next: (record: BackupRecord) => BackupRecord): Promise<BackupRecord> {
    return mutex.hold([OWN_LOCK], async () => {
      const record = next(await read());
      const row = await seal.seal('records', { name: BACKUP_RECORD }, encodeBackup(record));
      await store.commit([{ table: 'records', put: row }], 'strict');
      return record;
    });
  }

  async function view(): Promise<BackupView> {
    const [{ key, keyMade, candidate, last, proven }, begun, automatic] = await Promise.all([
      read(),
      readImport(),
      automaticOnes(),
    ]);
    const job = jobs.present();
    const isUnderWay = job?.kind === 'restore' || job?.kind === 'import';
    return {
      key: key ? 'confirmed' : candidate ? 'shown' : 'none',
      ...(keyMade !== undefined && { keyMade }),
      ...(last && { last }),
      ...(proven && { proven }),
      ...(job && { job }),
      ...(automatic.length > 0 && { automatic }),
      ...(begun &&
        !isUnderWay && {
          interrupted: {
            kind: begun.kind,
            messages: begun.messages + begun.known,
            ofMessages: begun.ofMessages,
            made: begun.made,
          },
        }),
    };
  }

  async function tell(): Promise<BackupView> {
    const backup = await view();
    core.emit({ type: 'backup', backup });
    return backup;
  }

  async function confirmedKey(): Promise<RecoveryKey> {
    const { key } = await read();
    if (!key) throw new Fault('wrong-recovery-key');
    return key;
  }

  function asKey(digits: string | undefined): RecoveryKey | undefined {
    if (digits === undefined) return undefined;
    const key = asRecoveryKey(digits);
    if (!key) throw new Fault('wrong-recovery-key');
    return key;
  }

  function checkedName(name: string): string {
    if (!namePattern.test(name)) throw new Fault('malformed');
    return name;
  }

  async function damageOf(worker: BackupWorker): Promise<BackupResult['damage']> {
    const damage = await worker.call('damage', null);
    return damage.map((one) => ('part' in one ? one.part : one.chunk));
  }

  /** Reads a file into an account, from where `begun` ended. */
  async function bring(
    into: Core,
    worker: BackupWorker,
    begun: ImportRecord,
    outlets: ImportOutlets,
    size: number,
    open: () => Promise<unknown>,
  ): Promise<BackupResult> {
    const one = await createImport(into, outlets, begun);
    /** In a salvage what makes no sense is passed over as damage is. */
    const sensible = <Result>(work: Promise<Result>): Promise<Result | undefined> =>
      work.catch((error: unknown) => {
        const isNonsense = isFault(error, 'malformed') || isFault(error, 'too-large');
        if (!begun.salvages || !isNonsense) throw error;
        return undefined;
      });
    if (begun.salvages && !begun.place && !into.ownId) {
      // Where the beginning is damaged, the account stands once more at the end.
      for (let found = await next(worker); found; found = await next(worker))
        if (await sensible(one.prepare(found.segment))) break;
      await open();
    }
    let isFirst = begun.place !== undefined;
    for (let found = await next(worker); found; found = await next(worker)) {
      // The one at which it goes on is here already, unless damage has come to it since.
      const { chunk, offset } = found.place;
      const isHere = isFirst && begun.place?.chunk === chunk && begun.place.offset === offset;
      isFirst = false;
      if (!isHere) await sensible(one.take(found.segment, found.place));
      // Nobody's own backup is proven by another's.
      if (core.ownId && into.ownId && core.ownId !== into.ownId) throw new Fault('other-account');
    }
    await one.finish();
    const { messages, media, known, made } = one.record;
    const at = clock.now();
    const damage = await damageOf(worker);
    // Into an empty database everything must have come.
    if (into !== core && one.totals?.messages !== messages + known)
      throw new Fault('backup-damaged');
    if (damage.length === 0 && core.ownId)
      await change((record) => ({
        ...record,
        proven: { at, made, messages: messages + known },
        // Whoever brought it back has the digits.
        ...(!record.key && into === core && { key: begun.key, keyMade: made }),
      }));
    return { messages, media, bytes: size, known, missing: one.missing, damage };
  }

  function progressOf(record: ImportRecord): void {
    const { messages, known, ofMessages, bytes, ofBytes } = record;
    progress({ messages: messages + known, ofMessages, bytes, ofBytes });
  }

  /** An account that was restored, once people can be answered. */
  async function meetRelay(): Promise<void> {
    await mutex.hold([OWN_LOCK], async () => {
      const changes = beginChanges(core);
      const account = changes.account();
      if (account.takeover !== 'later') return;
      changes.putAccount({ ...account, takeover: 'next' });
      await changes.commit('strict');
    });
    meet();
  }

  /** Bytes of the attachments that are here, which most of a backup of this account holds, too. */
  async function heldBytes(): Promise<number> {
    const files = await store.list('attachments');
    return files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async function written(worker: BackupWorker, target: BackupTarget, key: RecoveryKey) {
    await worker.call('create', { target, key });
    const counts = await writeBackup(core, worker, progress);
    return { counts, bytes: await worker.call('finish', null) };
  }

  async function restore(
    worker: BackupWorker,
    file: { readonly source: Blob; readonly key?: RecoveryKey; readonly salvages: boolean },
  ): Promise<BackupResult> {
    const { source, salvages } = file;
    const stopped = await readImport();
    const key = file.key ?? stopped?.key;
    if (!key) throw new Fault('wrong-recovery-key');
    const { header, size } = await worker.call('open', {
      source,
      key,
      salvages,
      ...(stopped?.place && { from: stopped.place }),
    });
    const goesOn = stopped && equalBytes(stopped.header, header);
    // Another file than the one that was stopped is begun at its beginning.
    if (stopped?.place && !goesOn) await worker.call('open', { source, key, salvages });
    const isNew = core.state.account === undefined || core.state.account.takeover === 'later';
    const begun: ImportRecord = goesOn
      ? { ...stopped, key, salvages }
      : newImport(isNew ? 'restore' : 'import', header, key, salvages);
    jobs.rename(begun.kind);
    const parts = await partsOf();
    const room = roomOf(core, parts.room);
    const here = begun.kind === 'import' ? await heldBytes() : begun.bytes;
    try {
      // Told before anything of it is written.
      await room.need(IMPORT_ROOM, Math.max(0, size - here));
      return await bring(
        core,
        worker,
        begun,
        {
          tell(record) {
            room.left(IMPORT_ROOM, size - here - (record.bytes - begun.bytes));
            progressOf(record);
          },
          textsAreHere: meetRelay,
          keep: (name) => worker.call('keep', { name }),
          removeFile: (name) => parts.folder.remove(name),
        },
        size,
        () => worker.call('open', { source, key, salvages }),
      );
    } finally {
      room.left(IMPORT_ROOM, 0);
    }
  }

  return {
    backup: view,
    async recoveryKey() {
      if (!core.state.account) throw new Fault('no-account');
      const record = await change((now) =>
        (now.key ?? now.candidate) ? now : { ...now, candidate: createRecoveryKey(core.random) },
      );
      const key = record.key ?? record.candidate;
      if (!key) throw new Fault('internal');
      return key;
    },
    async newRecoveryKey() {
      if (!core.state.account) throw new Fault('no-account');
      const candidate = createRecoveryKey(core.random);
      await change((record) => ({ ...record, candidate }));
      return candidate;
    },
    async confirmRecoveryKey({ digits }) {
      await change(({ candidate, ...record }) => {
        if (candidate === digits) return { ...record, key: candidate, keyMade: clock.now() };
        if (record.key === digits) return record;
        throw new Fault('wrong-recovery-key');
      });
      return tell();
    },
    exportBackup: (target: BackupTarget) =>
      run('export', async (worker) => {
        if (!core.state.account) throw new Fault('no-account');
        if (target.kind === 'own') checkedName(target.name);
        const key = await confirmedKey();
        const made = clock.now();
        const room = roomOf(core, (await partsOf()).room);
        // Messages that come meanwhile are not to meet a full disk.
        if (target.kind === 'own') await room.need(EXPORT_ROOM, await heldBytes());
        const { counts, bytes } = await written(worker, target, key).finally(() =>
          room.left(EXPORT_ROOM, 0),
        );
        const { messages, media, missing } = counts;
        const name = nameOf(target);
        await change((record) => ({
          ...record,
          last: { made, messages, media, bytes, ...(name && { name }) },
        }));
        return { messages, media, bytes, known: 0, missing, damage: [] };
      }),
    damageIn: (source) =>
      run('test', async (worker) => {
        await worker.call('open', { source, key: await confirmedKey(), salvages: true });
        while (await next(worker));
        return damageOf(worker);
      }),
    tell,
    exportArchive: (wish) =>
      run('archive', async (worker) => {
        if (wish.target.kind === 'own') checkedName(wish.target.name);
        const { createArchives, ownArchiveBytes } = await arrived(import('./archives.ts'));
        archives ??= createArchives(core, partsOf);
        const room = roomOf(core, (await partsOf()).room);
        if (wish.target.kind === 'own')
          await room.need(EXPORT_ROOM, await ownArchiveBytes(core, wish));
        return archives.write(worker, wish, progress).finally(() => room.left(EXPORT_ROOM, 0));
      }),
    async exportedBackup({ name }) {
      const archive = await archives?.open(name);
      if (archive) return archive;
      const file = await (await partsOf()).exports.read(checkedName(name));
      if (!file) throw new Fault('blob-gone');
      return file;
    },
    async discardExported({ name }) {
      archives?.forget(name);
      await (await partsOf()).exports.remove(checkedName(name));
      return null;
    },
    readBackup: ({ source, digits }) => readHead(source, digits),
    restoreBackup: (file) =>
      run(core.state.account ? 'import' : 'restore', (worker) => {
        const key = asKey(file.key);
        return restore(worker, {
          source: file.source,
          salvages: file.salvages,
          ...(key && { key }),
        });
      }),
    async forgetInterrupted() {
      if (jobs.present()) throw new Fault('backup-running');
      await store.commit([{ table: 'records', remove: [IMPORT] }], 'strict');
      if (core.state.account?.takeover === 'later') await meetRelay();
      return tell();
    },
    testBackup: ({ source, key }) =>
      run('test', async (worker) => test(worker, source, asKey(key) ?? (await confirmedKey()))),
    async cancelBackup() {
      await jobs.cancel();
      return null;
    },
    stop: jobs.stop,
  };

  async function readHead(source: Blob, digits: string): Promise<BackupReading> {
    const { lendWorker } = await partsOf();
    const worker = await lendBackupWorker(lendWorker);
    try {
      const key = await worker.call('match', { source, digits });
      if (!key) throw new Fault('wrong-recovery-key');
      await worker.call('open', { source, key, salvages: true });
      // Mostly the first; where that is damaged, it stands once more at the end.
      for (let found = await next(worker); found; found = await next(worker)) {
        const manifest = manifestIn(found.segment);
        if (manifest) return { ...manifest, key };
      }
      throw new Fault('backup-damaged');
    } finally {
      worker.stop();
    }
  }

  /** Restores into a database of its own, and compares all that was written with what was read. */
  async function test(worker: BackupWorker, source: Blob, key: RecoveryKey): Promise<BackupResult> {
    const { header, size } = await worker.call('open', { source, key, salvages: false });
    const trial = await openTrial(core, await partsOf());
    try {
      return await bring(
        trial.core,
        worker,
        newImport('restore', header, key, false),
        {
          tell: progressOf,
          textsAreHere: async () => undefined,
          async keep(_name, secret, length) {
            if (!(await worker.call('prove', { secret }))) throw new Fault('backup-damaged');
            return sealedLength(length);
          },
          removeFile: async () => undefined,
          wrote: trial.compare,
        },
        size,
        () => worker.call('open', { source, key, salvages: false }),
      );
    } finally {
      await trial.remove();
    }
  }
}

function newImport(
  kind: ImportRecord['kind'],
  header: ImportRecord['header'],
  key: RecoveryKey,
  salvages: boolean,
): ImportRecord {
  const none = { made: 0, ofMessages: 0, ofMedia: 0, ofBytes: 0, messages: 0, known: 0 };
  return { kind, header, key, salvages, ...none, media: 0, bytes: 0 };
}

function manifestIn(segment: ReadSegment): Omit<BackupReading, 'key'> | undefined {
  if (segment.kind !== 'text' || segment.type !== 'manifest') return undefined;
  try {
    const { lastOrder: _, ...manifest } = decodeManifest(segment.body);
    return manifest;
  } catch (error) {
    if (isFault(error)) return undefined;
    throw error;
  }
}

const next = (worker: BackupWorker) => worker.call('next', null);

/** What the file is called, where the person knows it by a name. */
function nameOf(target: BackupTarget): string | undefined {
  if (target.kind === 'own') return undefined;
  return target.kind === 'chosen' ? target.handle.name : target.name;
}
