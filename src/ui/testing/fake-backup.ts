/**
 * Backups of the engine in memory: a job goes on when a test says so, and ends as it says. Files are not looked at; a
 * file whose name begins with a code of a fault fails with it when it is read. What was typed opens every file where
 * its digits are those of the fake's own key, but for one slip a row.
 */
import {
  type AutomaticApi,
  type AutomaticBackup,
  type BackupApi,
  type BackupEvent,
  type BackupJob,
  type BackupKind,
  type BackupReading,
  type BackupResult,
  type BackupView,
} from '../../engine/api.ts';
import { Fault, type FaultCode } from '../../lib/fault.ts';
import { type AccountId } from '../../lib/ids.ts';
import { asRecoveryKey, isRowRight, rowOf } from '../../lib/recovery-digits.ts';

/** What a developer or a test may do to backups. */
export interface BackupControls {
  /** How backups stand is this from now on, but for what is not named. */
  setBackup(change: Partial<BackupView>): void;
  /** True while something is under way that the three below can move; without it they throw. */
  runsBackup(): boolean;
  /** What is under way is so far. */
  moveBackup(job: Partial<BackupJob>): void;
  /** What is under way ends. */
  endBackup(result?: Partial<BackupResult>): void;
  /** What is under way fails. */
  failBackup(code: FaultCode): void;
  /** The next restore ends at a damaged place. */
  damageBackup(): void;
}

interface World {
  readonly emit: (event: BackupEvent) => void;
  readonly account: { readonly id: AccountId; readonly host: string };
  readonly hasAccount: () => boolean;
  /** The account that a backup brings. */
  readonly begin: (name: string) => void;
}

const MADE = Date.UTC(2026, 4, 3, 12);
const ALL = { ofMessages: 12_408, ofBytes: 1_200_000_000 };
const RESULT: BackupResult = {
  messages: 12_408,
  media: 310,
  bytes: 1_210_000_000,
  known: 0,
  missing: 0,
  damage: [],
};
const bodies = ['407188261935204', '931804527716880', '664031075528109', '228670519943661'];

/** A right key of these digits. */
function keyOf(rows: readonly string[]): string {
  return rows
    .map((body, row) => {
      const check = [...'0123456789'].find((digit) => isRowRight(body + digit, row)) ?? '';
      return body + check;
    })
    .join('');
}

/** The fake's keys, in the order in which they are made. */
const keys = [keyOf(bodies), keyOf([...bodies].reverse())];

/** True where no row has more than one wrong digit; what is missing or too many may be anything here. */
function isMeant(digits: string, key: string): boolean {
  if (digits.length !== key.length) return Math.abs(digits.length - key.length) === 1;
  return [0, 1, 2, 3].every((row) => {
    const right = rowOf(key, row);
    const slips = [...rowOf(digits, row)].filter((digit, at) => digit !== right[at]).length;
    return slips <= 1;
  });
}

/** No key yet, and no backup. */
export function createFakeBackup({ emit, account, hasAccount, begin }: World): {
  readonly answers: AutomaticApi & BackupApi;
  readonly controls: BackupControls;
} {
  let view: BackupView = { key: 'none' };
  let made = 0;
  let damaged = false;
  let running: { end: (result: BackupResult) => void; fail: (fault: Fault) => void } | undefined;

  const key = (): string => keys[made % keys.length] ?? '';

  function put(change: Partial<BackupView>, ...absent: (keyof BackupView)[]): BackupView {
    const next: Record<string, unknown> = { ...view, ...change };
    for (const name of absent) delete next[name];
    view = next as unknown as BackupView;
    emit({ type: 'backup', backup: view });
    return view;
  }

  /** @param stopped how backups stand when it was not finished */
  async function work(
    kind: BackupKind,
    stopped: (job: BackupJob) => Partial<BackupView> = () => ({}),
  ): Promise<BackupResult> {
    if (view.job) throw new Fault('backup-running');
    put({ job: { kind, messages: 0, bytes: 0, ...ALL } });
    try {
      const result = await new Promise<BackupResult>((end, fail) => (running = { end, fail }));
      running = undefined;
      put({}, 'job');
      return result;
    } catch (error) {
      running = undefined;
      put(view.job ? stopped(view.job) : {}, 'job');
      throw error;
    }
  }

  function underWay(): NonNullable<typeof running> {
    if (!running) throw new Error('No work on a backup is under way; wait for it first.');
    return running;
  }

  function check(source: Blob): void {
    const code = source instanceof File ? /^fault (\S+)/.exec(source.name)?.[1] : undefined;
    if (code) throw new Fault(code as FaultCode);
  }

  async function bringBack(source: Blob, salvages: boolean): Promise<BackupResult> {
    check(source);
    const kind = view.interrupted?.kind ?? (hasAccount() ? 'import' : 'restore');
    put({}, 'interrupted');
    if (damaged && !salvages) {
      damaged = false;
      throw new Fault('backup-damaged');
    }
    if (!hasAccount()) begin('Sol Rivera');
    return work(kind, ({ messages, ofMessages }) => ({
      interrupted: { kind, messages, ofMessages, made: MADE },
    }));
  }

  /** The engine's answers come over a port, whatever they are here. */
  const promised = <Result>(result: Promise<Result>): Result => result as unknown as Result;

  let handle: FileSystemDirectoryHandle | undefined;

  /** Changes the one folder there is. */
  function putFolder(change: Partial<AutomaticBackup>): BackupView {
    const [one] = view.automatic ?? [];
    if (!one) throw new Fault('folder-gone');
    return put({ automatic: [{ ...one, ...change }] });
  }

  const automatic: AutomaticApi = {
    backupNews: () => view,
    useBackupFolder(folder) {
      if (view.key !== 'confirmed') throw new Fault('wrong-recovery-key');
      ({ handle } = folder);
      const time = { since: Date.now(), next: Date.now() };
      const { name } = handle;
      const base = { target: 'folder', name, schedule: 'week', access: 'granted' } as const;
      return put({ automatic: [{ ...base, ...time }] });
    },
    backupFolder() {
      if (!handle) throw new Fault('folder-gone');
      return handle;
    },
    scheduleBackups: ({ schedule }) => putFolder({ schedule }),
    stopAutomatic: () => put({}, 'automatic'),
    backUpNow: () =>
      promised(
        work('export').then((result) => {
          const { messages, media, bytes } = result;
          const made = Date.now();
          put({ last: { made, messages, media, bytes } });
          const [{ failed: _f, unread: _u, ...one }] = view.automatic as [AutomaticBackup];
          const last = { made, messages, bytes };
          put({ automatic: [{ ...one, last, next: made + 7 * 86_400_000 }] });
          return result;
        }),
      ),
  };

  return {
    answers: {
      ...automatic,
      backup: () => view,
      recoveryKey() {
        if (view.key === 'none') put({ key: 'shown', keyMade: Date.now() });
        return key();
      },
      confirmRecoveryKey({ digits }) {
        if (digits !== key()) throw new Fault('wrong-recovery-key');
        return put({ key: 'confirmed' });
      },
      newRecoveryKey() {
        made++;
        put({ key: 'shown', keyMade: Date.now() });
        return key();
      },
      exportBackup() {
        return promised(
          work('export').then((result) => {
            const { messages, media, bytes } = result;
            put({ last: { made: Date.now(), messages, media, bytes } });
            return result;
          }),
        );
      },
      exportArchive: () => promised(work('archive')),
      exportedBackup: () => new Blob(['a backup']),
      discardExported: () => null,
      readBackup({ source, digits }): BackupReading {
        check(source);
        if (!isMeant(digits, key())) throw new Fault('wrong-recovery-key');
        return {
          key: key(),
          account: account.id,
          name: 'Sol Rivera',
          host: account.host,
          made: MADE,
          messages: RESULT.messages,
          media: RESULT.media,
          mediaBytes: ALL.ofBytes,
        };
      },
      restoreBackup: ({ source, key: given, salvages }) => {
        if (given !== undefined && !asRecoveryKey(given)) throw new Fault('wrong-recovery-key');
        return promised(bringBack(source, salvages));
      },
      forgetInterrupted: () => put({}, 'interrupted'),
      testBackup({ source, key: given }) {
        if (given === undefined) check(source);
        return promised(
          work('test').then((result) => {
            if (result.damage.length === 0)
              put({ proven: { at: Date.now(), made: MADE, messages: result.messages } });
            return result;
          }),
        );
      },
      cancelBackup() {
        running?.fail(new Fault('cancelled'));
        return null;
      },
    },
    controls: {
      setBackup: (change) => void put(change),
      runsBackup: () => running !== undefined,
      moveBackup(job) {
        underWay();
        if (view.job) put({ job: { ...view.job, ...job } });
      },
      endBackup: (result) => underWay().end({ ...RESULT, ...result }),
      failBackup: (code) => underWay().fail(new Fault(code)),
      damageBackup: () => void (damaged = true),
    },
  };
}
