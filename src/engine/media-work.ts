/**
 * What the transfers of attachments have in common: what they are handed, how large a sealed file is, and how it is
 * opened. Knows no transfer.
 */
import { openAttachment } from '../crypto/attachment.ts';
import { padme } from '../crypto/padme.ts';
import { chunkCount, chunkPlace, openChunk, sealedLength } from '../crypto/stream.ts';
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type BlobId, type ConversationId } from '../lib/ids.ts';
import type { BlobService } from '../net/blobs.ts';
import { type MailboxRequests } from '../net/requests.ts';
import type { MediaFolder } from '../storage/media-folder.ts';
import { blobIdOf } from '../wire/blobs.ts';
import { type Changes } from './changes.ts';
import { type Core } from './core.ts';
import { type LentPort, type MediaWorker } from './media-worker.ts';
import { type MediaBody } from './records/media-body.ts';
import { type Message } from './records/message.ts';

/** What media needs of its host. */
export interface MediaParts {
  readonly blobs: BlobService;
  readonly folder: MediaFolder;
  readonly lendWorker: (kind: 'media-file') => Promise<LentPort>;
}

/** A message with an attachment, and where it is. */
export interface MediaPlace {
  readonly conversation: ConversationId;
  readonly order: number;
}

/** What the transfers are handed. */
export interface MediaWork {
  readonly core: Core;
  readonly parts: MediaParts;
  readonly worker: MediaWorker;
  /** Aborted when the person or the engine ends the transfer. */
  readonly signal: AbortSignal;
  /** The relay's socket; rejects with Fault `offline` while there is none. */
  readonly requests: () => MailboxRequests;
  /** Tells the tabs how far it has come. */
  progress(done: number, total: number): void;
  /**
   * Changes the attachment of the message as it is now. Nothing happens when `change` gives undefined.
   * @param also what is written with it
   */
  update(
    change: (body: MediaBody, message: Message) => MediaBody | undefined,
    also?: (changes: Changes, message: Message) => Promise<void> | void,
  ): Promise<void>;
  /** The attachment as it is now. Throws Fault `no-such-message`. */
  body(): Promise<MediaBody>;
}

/** Chunks that are open at a time: 4 MiB. */
const SLAB_CHUNKS = 16;

/** Sealed bytes that an attachment of `size` bytes takes, padded. */
export function sealedSize(size: number): number {
  return sealedLength(padme(size));
}

/** Id of a blob of whose pieces the SHA-256 stand one after the other. */
export function blobIdOfDigests(digests: Bytes): BlobId {
  return blobIdOf(
    Array.from({ length: digests.length / 32 }, (_, index) =>
      digests.subarray(32 * index, 32 * (index + 1)),
    ),
  );
}

/** The plaintext of a sealed file. Throws Fault `bad-blob` when the file is not what was sealed. */
export async function openSealed(
  sealed: Blob,
  secret: Bytes,
  size: number,
  type: string,
): Promise<Blob> {
  const stream = await openAttachment(secret);
  const length = padme(size);
  if (sealed.size !== sealedLength(length)) throw new Fault('bad-blob');
  // Slab by slab, so that the browser and not this thread holds what is open.
  const slabs: Blob[] = [];
  let left = size;
  try {
    for (let index = 0; left > 0 || index === 0; index += SLAB_CHUNKS) {
      const end = Math.min(chunkCount(length), index + SLAB_CHUNKS);
      const chunks: Bytes[] = [];
      for (let at = index; at < end; at++) {
        const { from, to, last } = chunkPlace(at, length);
        const bytes = new Uint8Array(await sealed.slice(from, to).arrayBuffer());
        const plain = await openChunk(stream, at, last, bytes);
        chunks.push(plain.subarray(0, left));
        left -= Math.min(left, plain.length);
      }
      slabs.push(new Blob(chunks));
      if (end === chunkCount(length)) break;
    }
  } catch (error) {
    throw new Fault('bad-blob', 'never', error);
  }
  return new Blob(slabs, { type });
}
