/**
 * Who commits: a thread of its own in production, so that a slow disk never delays what is only passed on; in
 * place for tests that run from source. A thread that ends unasked is a commit that failed.
 */
import { Worker } from 'node:worker_threads';
import { Fault, type FaultCode, toFault } from '../../../lib/fault.ts';
import { type Change } from '../../core/storage.ts';
import { prepareCommits } from './commit.ts';
import { type Database } from './database.ts';
import { closeAfterWriting, openForWriting } from './schema.ts';

export interface Committer {
  /** Makes one batch durable, then calls `done`; with a Fault nothing of it was written. */
  commit(batch: readonly Change[], done: (fault?: Fault) => void): void;
  /** Closes the database after what is under way. */
  close(): Promise<void>;
}
/** Opens a database file for commits. Rejects with a storage Fault. */
export type OpenCommitter = (path: string) => Promise<Committer>;

/** What crosses to the commit worker. */
export type CommitRequest =
  { readonly type: 'commit'; readonly batch: readonly Change[] } | { readonly type: 'close' };
/** What comes back: `ready` first, then `done` once for each batch. */
export type CommitReply =
  | { readonly type: 'ready' }
  | { readonly type: 'done' }
  | { readonly type: 'fault'; readonly code: FaultCode; readonly message: string };

/** Commits in a worker thread. @param file of the built commit-worker.ts */
export const openThreadCommitter =
  (file: URL): OpenCommitter =>
  (path) =>
    new Promise((opened, failed) => {
      const worker = new Worker(file, { workerData: path });
      let current: ((fault?: Fault) => void) | undefined;
      let ended: Fault | undefined;
      let onExit: () => void = () => undefined;

      function finish(fault?: Fault): void {
        const done = current;
        current = undefined;
        done?.(fault);
      }

      /** From here on nothing can be committed. */
      function end(fault: Fault): void {
        ended ??= fault;
        failed(ended);
        finish(ended);
      }

      function answer(reply: CommitReply): void {
        if (reply.type === 'done') return finish();
        if (reply.type === 'ready') return opened(committer);
        const fault = new Fault(reply.code, 'never', new Error(reply.message));
        failed(fault);
        finish(fault);
      }

      const committer: Committer = {
        commit(batch, done) {
          if (ended) return done(ended);
          current = done;
          worker.postMessage({ type: 'commit', batch } satisfies CommitRequest);
        },
        close() {
          return new Promise((resolve) => {
            if (ended) return resolve();
            onExit = resolve;
            worker.postMessage({ type: 'close' } satisfies CommitRequest);
          });
        },
      };
      worker.on('message', answer);
      worker.on('error', (error) => end(new Fault('storage-failed', 'never', error)));
      worker.on('exit', () => {
        end(new Fault('storage-closed'));
        onExit();
      });
    });

/** Commits on the calling thread, into a database opened for writing. */
export function commitInPlace(database: Database): Committer {
  const apply = prepareCommits(database);
  return {
    commit(batch, done) {
      try {
        apply(batch);
      } catch (error) {
        return done(toFault(error));
      }
      done();
    },
    close: async () => closeAfterWriting(database),
  };
}

/** Opens a database file for commits on the calling thread. */
export const openCommitterInPlace: OpenCommitter = async (path) =>
  commitInPlace(openForWriting(path));
