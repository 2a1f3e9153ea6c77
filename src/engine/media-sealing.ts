/**
 * Own attachments from the chosen file to the sealed one. A source is sealed once and under one secret: what broke off
 * is not begun again, because it may have changed meanwhile. Knows no relay.
 */
import { padme } from '../crypto/padme.ts';
import { type Bytes } from '../lib/bytes.ts';
import { Fault, isFault, toFault } from '../lib/fault.ts';
import type { SealedFile } from '../workers/media-file/job.ts';
import { type MediaPlace } from './media-work.ts';
import { type MediaWorker } from './media-worker.ts';
import { type MediaBody } from './records/media-body.ts';

export interface SealingParts {
  readonly worker: MediaWorker;
  /** Waits before a tab is asked for a worker once more. */
  pause(): Promise<void>;
  /** The file is whole; `digests` are the SHA-256 of its chunks. */
  sealed(place: MediaPlace, digests: Bytes): Promise<void>;
  /** It came to nothing. */
  failed(place: MediaPlace, fault: Fault): Promise<void>;
  /** Whatever it came to, nothing is written into that file any more. */
  ended(place: MediaPlace, file: string): void;
  trouble(fault: Fault): void;
}

export interface Sealing {
  /** Begins; what comes of it is told. */
  begin(place: MediaPlace, body: MediaBody, source: Blob): void;
  /** Which message a file is being made for. */
  placeOf(file: string): { readonly place: MediaPlace; readonly length: number } | undefined;
  /** Ends those that match; resolves when they have ended. */
  cancel(matches: (place: MediaPlace) => boolean): Promise<void>;
  /** Seals a copy that belongs to no message. Rejects as the worker does, and with `no-tab`. */
  copy(file: SealedFile, source: Blob): Promise<void>;
  /** Ends that: it rejects with `cancelled`. */
  endCopy(name: string): void;
  settled(): Promise<void>;
}

/** Times that a tab is asked for a worker before the message fails. */
const ASKED = 3;

export function createSealing(parts: SealingParts): Sealing {
  const { worker } = parts;
  const running = new Map<string, { place: MediaPlace; length: number; done: Promise<void> }>();
  const copies = new Map<string, Promise<unknown>>();
  const cancelled = new Set<string>();

  async function digestsOf(name: string, secret: Bytes, length: number, source: Blob) {
    for (let asked = 1; ; asked++) {
      try {
        if (cancelled.has(name)) throw new Fault('cancelled');
        return await worker.call('seal', { file: { name, secret, length }, source });
      } catch (error) {
        // Only where no worker came has nothing been sealed yet.
        if (!isFault(error, 'no-tab') || asked === ASKED) throw error;
        await parts.pause();
      }
    }
  }

  function end(name: string): void {
    cancelled.add(name);
    void worker.call('cancel', { name }).catch(() => undefined);
  }

  async function seal(place: MediaPlace, body: MediaBody, source: Blob): Promise<void> {
    const { file = '', attachment } = body;
    try {
      const length = padme(attachment.size);
      await parts.sealed(place, await digestsOf(file, attachment.secret, length, source));
    } catch (error) {
      const fault = toFault(error);
      // Deleted meanwhile, or the engine ends; the next start says what became of it.
      const over = ['no-such-message', 'fenced', 'storage-closed', 'stopped'].includes(fault.code);
      if (!over) await parts.failed(place, fault);
    }
  }

  return {
    begin(place, body, source) {
      const { file = '' } = body;
      const done = seal(place, body, source)
        .catch((error: unknown) => {
          if (!isFault(error, 'no-such-message')) parts.trouble(toFault(error));
        })
        .finally(() => {
          running.delete(file);
          cancelled.delete(file);
          parts.ended(place, file);
        });
      running.set(file, { place, length: padme(body.attachment.size), done });
    },
    placeOf: (file) => running.get(file),
    async cancel(matches) {
      const ending = [...running].filter(([, { place }]) => matches(place));
      for (const [name] of ending) end(name);
      await Promise.all(ending.map(([, { done }]) => done));
    },
    async copy({ name, secret, length }, source) {
      const made = digestsOf(name, secret, length, source).finally(() => {
        copies.delete(name);
        cancelled.delete(name);
      });
      copies.set(name, made);
      await made;
    },
    endCopy(name) {
      if (copies.has(name)) end(name);
    },
    async settled() {
      await Promise.all([...running.values()].map(({ done }) => done));
      await Promise.allSettled(copies.values());
    },
  };
}
