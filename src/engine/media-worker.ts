/**
 * The worker that seals and keeps the files of attachments, lent by a tab: asked for when it is needed, and again
 * when its tab is gone. Knows how to reach it, not what it is asked.
 */
import { Fault } from '../lib/fault.ts';
import { callPort, type PortClient, type PortLike } from '../lib/port.ts';
import type { MediaFileApi, MediaFileEvent } from '../workers/media-file/job.ts';

/** A worker that runs in a tab, and when that is gone. */
export interface LentPort {
  readonly port: PortLike;
  readonly gone: Promise<void>;
}

export interface MediaWorker {
  /** Asks the worker. Rejects with its Fault, `no-tab` when no tab lends one, `port-closed` when its tab is gone. */
  readonly call: PortClient<MediaFileApi>['call'];
  /** Ends it. */
  stop(): void;
}

/** @param onEvent hears what the worker tells of its work */
export function createMediaWorker(
  lend: (kind: 'media-file') => Promise<LentPort>,
  onEvent: (event: MediaFileEvent) => void,
): MediaWorker {
  let worker: Promise<PortClient<MediaFileApi>> | undefined;
  let stopped = false;

  async function start(): Promise<PortClient<MediaFileApi>> {
    const { port, gone } = await lend('media-file');
    const client = callPort<MediaFileApi, MediaFileEvent>(port, onEvent);
    if (stopped) {
      client.close();
      throw new Fault('stopped');
    }
    void gone.then(() => {
      worker = undefined;
      client.close();
    });
    return client;
  }

  async function ask<Result>(
    work: (client: PortClient<MediaFileApi>) => Promise<Result>,
  ): Promise<Result> {
    const asked = (worker ??= start());
    let client: PortClient<MediaFileApi>;
    try {
      client = await asked;
    } catch (error) {
      // One that could not be had is asked for again next time.
      if (worker === asked) worker = undefined;
      throw error;
    }
    return work(client);
  }

  return {
    call: (method, argument) => ask((client) => client.call(method, argument)),
    stop() {
      stopped = true;
      void worker?.then((client) => client.close()).catch(() => undefined);
    },
  };
}
