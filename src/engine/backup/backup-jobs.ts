/**
 * One job with a backup at a time, with a worker that a tab lends: how far it has come, and how it ends before its end.
 * Does not know what is done.
 */
import { Fault, isFault } from '../../lib/fault.ts';
import { type BackupJob } from '../api.ts';
import { type Core } from '../core.ts';
import type { MediaParts } from '../media-work.ts';
import { type BackupWorker, lendBackupWorker } from './backup-worker.ts';

/** A worker that was told to end and does not is given up, ms. */
const CANCEL_MS = 10_000;
/** And by an engine that stops. */
const STOP_MS = 2_000;
/** Tabs hear of progress this often, ms. */
const PAUSE_MS = 200;

interface Job {
  /** Absent until a tab has lent one. */
  worker?: BackupWorker;
  view: BackupJob;
  isCancelled: boolean;
  /** Resolves when its work has ended, however it did. */
  over?: Promise<unknown>;
}

type Work<Result> = (worker: BackupWorker) => Promise<Result>;

export interface BackupJobs {
  /** What is under way, as tabs see it. */
  readonly present: () => BackupJob | undefined;
  /** Does one job with a worker of its own. Faults `backup-running`, `cancelled`, `stopped`, `no-tab`, and of the work. */
  readonly run: <Result>(kind: BackupJob['kind'], work: Work<Result>) => Promise<Result>;
  /** It turned out to be another kind. */
  readonly rename: (kind: BackupJob['kind']) => void;
  /** Tells how far it has come, not too often. */
  readonly progress: (next: Omit<BackupJob, 'kind'>) => void;
  /** Ends what is under way, which then rejects with `cancelled`. */
  readonly cancel: () => Promise<void>;
  /** Likewise, and begins nothing any more. Resolves when it has ended, or was waited for long enough. */
  readonly stop: () => Promise<void>;
}

/**
 * @param ready no job begins before it
 * @param tell  lets the tabs know how things stand
 */
export function createBackupJobs(
  core: Core,
  partsOf: () => Promise<MediaParts>,
  ready: Promise<unknown>,
  tell: () => Promise<unknown>,
): BackupJobs {
  const { clock } = core;
  let job: Job | undefined;
  let isOver = false;
  let nextTold = 0;

  /** A worker for a job that is to go on. */
  async function lend(mine: Job): Promise<BackupWorker> {
    const worker = await lendBackupWorker((await partsOf()).lendWorker);
    if (!mine.isCancelled && !isOver && !core.stopped) return worker;
    worker.stop();
    throw new Fault(isOver || core.stopped ? 'stopped' : 'cancelled');
  }

  /** Where the tab that lent the worker is gone, another lends one, and the work begins again or goes on. */
  async function again<Result>(mine: Job, work: Work<Result>): Promise<Result> {
    for (;;) {
      try {
        return await work((mine.worker = await lend(mine)));
      } catch (error) {
        if (!isFault(error, 'port-closed') || core.stopped) throw error;
        if (mine.isCancelled) throw new Fault('cancelled', 'never', error);
      }
    }
  }

  return {
    present: () => job?.view,

    async run(kind, work) {
      if (job) throw new Fault('backup-running');
      const none = { messages: 0, ofMessages: 0, bytes: 0, ofBytes: 0 };
      const mine: Job = (job = { view: { kind, ...none }, isCancelled: false });
      try {
        // Nothing waits for it: tabs are told of what they only look at.
        void tell().catch(() => undefined);
        await ready;
        const done = again(mine, work);
        mine.over = done.catch(() => undefined);
        return await done;
      } finally {
        job = undefined;
        nextTold = 0;
        mine.worker?.stop();
        await tell().catch(() => undefined);
      }
    },

    rename(kind) {
      if (job) job.view = { ...job.view, kind };
    },

    progress(next) {
      if (!job) return;
      job.view = { ...next, kind: job.view.kind };
      if (clock.now() < nextTold) return;
      nextTold = clock.now() + PAUSE_MS;
      void tell().catch(() => undefined);
    },

    async cancel() {
      if (!job) return;
      job.isCancelled = true;
      const { worker } = job;
      // One that has died in its tab would be waited for without end.
      clock.after(CANCEL_MS, () => worker?.stop());
      await worker?.call('cancel', null).catch(() => undefined);
    },

    async stop() {
      isOver = true;
      const mine = job;
      if (!mine) return;
      mine.isCancelled = true;
      // It is asked, not shut off: so it leaves nothing of its file.
      void mine.worker?.call('cancel', null).catch(() => undefined);
      let forget: () => void = () => undefined;
      const late = new Promise<void>((resolve) => (forget = clock.after(STOP_MS, resolve)));
      await Promise.race([mine.over, late]);
      forget();
      mine.worker?.stop();
    },
  };
}
