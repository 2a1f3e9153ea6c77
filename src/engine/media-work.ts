/**
 * What the transfers of attachments have in common: what they are handed, how large a sealed file is. Knows no
 * transfer.
 */
import { padme } from '../crypto/padme.ts';
import { sealedLength } from '../crypto/stream.ts';
import { type Bytes } from '../lib/bytes.ts';
import { type BlobId, type ConversationId } from '../lib/ids.ts';
import type { BlobService } from '../net/blobs.ts';
import { type MailboxRequests } from '../net/requests.ts';
import type { MediaFolder } from '../storage/media-folder.ts';
import type { PickedFolder } from '../storage/picked-folder.ts';
import type { Store } from '../storage/store.ts';
import { blobIdOf } from '../wire/blobs.ts';
import { type Changes } from './changes.ts';
import { type Core } from './core.ts';
import type { Room, RoomEstimate } from './media-room.ts';
import { type LentPort, type MediaWorker } from './media-worker.ts';
import { type MediaBody } from './records/media-body.ts';
import { type Message } from './records/message.ts';

/** What media needs of its host. */
export interface MediaParts {
  readonly blobs: BlobService;
  readonly folder: MediaFolder;
  readonly lendWorker: (kind: 'media-file' | 'backup-file') => Promise<LentPort>;
  /** Backups that were written here and not saved yet. */
  readonly exports: MediaFolder;
  /** A folder on the person's disk. */
  readonly picked: (handle: FileSystemDirectoryHandle) => PickedFolder;
  /** A database of its own, for a trial; the result of `remove` is that it is gone. */
  readonly scratch: () => Promise<{ readonly store: Store; remove(): Promise<void> }>;
  /** Removes one that a crash left. */
  readonly dropScratch: () => Promise<void>;
  /** True where every byte may cost something; absent where nobody knows. */
  readonly isMetered?: () => boolean;
  /** Room of this origin; absent where nobody knows. */
  readonly room?: RoomEstimate;
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
  readonly room: Room;
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
