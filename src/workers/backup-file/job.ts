/**
 * What the engine asks of the worker that writes and reads backup files: types only. One worker does one job: it
 * writes a file or reads one. It sees what the file holds, and never talks to the network.
 */
import type { Damage, SegmentPlace } from '../../backup/backup-reader.ts';
import type { SegmentType } from '../../backup/backup-segments.ts';
import type { RecoveryKey } from '../../lib/recovery-digits.ts';
import type { Bytes } from '../../lib/bytes.ts';

/**
 * Where a new file goes: one that the person chose, one in a folder that the person chose, which has nothing under that
 * name, or one in the folder of this origin, to be saved from there.
 */
export type BackupTarget =
  | { readonly kind: 'chosen'; readonly handle: FileSystemFileHandle }
  | {
      readonly kind: 'folder';
      readonly directory: FileSystemDirectoryHandle;
      readonly name: string;
    }
  | { readonly kind: 'own'; readonly name: string };

/** A segment as it was read. Of a medium only what stands before its bytes. */
export type ReadSegment =
  | { readonly kind: 'text'; readonly type: SegmentType; readonly body: Bytes }
  | { readonly kind: 'medium'; readonly id: Bytes; readonly length: number }
  /** Of a later Sotto, or too damaged to be read (then `damage` says where). */
  | { readonly kind: 'skipped' };

/** Writing a readable archive, a ZIP file that is not encrypted. Each rejects with `cancelled` once that is asked for. */
export type ArchiveFileApi = {
  /**
   * Begins a new file. One in the folder of this origin is sealed under `secret`, 32 bytes, as an attachment is: in clear
   * it never lies there. Faults as of `create`.
   */
  createArchive: (job: { readonly target: BackupTarget; readonly secret: Bytes }) => null;
  /** Begins an entry. @param most bytes that it may come to have */
  openEntry: (entry: {
    readonly path: string;
    readonly modified: number;
    readonly most: number;
  }) => null;
  /** Adds to it. */
  writeEntry: (part: { readonly bytes: Bytes }) => null;
  closeEntry: (none: null) => null;
  /**
   * Adds an attachment, opened, as an entry of its own. False where its file is not there whole: then there is no entry.
   * @param size bytes of plaintext without padding
   */
  addAttachment: (attachment: {
    readonly name: string;
    readonly secret: Bytes;
    readonly size: number;
    readonly path: string;
    readonly modified: number;
  }) => boolean;
  /** Ends the file; it is on the disk. The result is the length of the ZIP file. */
  finishArchive: (none: null) => number;
};

export type BackupFileApi = ArchiveFileApi & {
  /**
   * Begins a new file. Faults `storage-full`, `storage-failed`, `backup-denied` (no leave to write there), and in a
   * chosen folder `folder-full`, `folder-failed`, `folder-denied`, `folder-gone`.
   */
  create: (job: {
    readonly target: BackupTarget;
    readonly key: RecoveryKey;
    readonly chunkBytes?: number;
  }) => null;
  /** Adds a segment of text, which is compressed. */
  text: (segment: { readonly type: SegmentType; readonly body: Bytes }) => null;
  /**
   * Adds the file of an attachment as it lies there. False where it is not there whole: then nothing was added.
   * @param length bytes of padded plaintext
   */
  medium: (medium: {
    readonly name: string;
    readonly id: Bytes;
    readonly length: number;
  }) => boolean;
  /** Ends the file; it is on the disk. The result is its length, bytes. */
  finish: (none: null) => number;

  /**
   * Opens a file. Faults `not-a-backup`, `newer-backup`, `wrong-recovery-key`, `file-changed`.
   * The result names the file: two copies of it have the same.
   */
  open: (job: {
    readonly source: Blob;
    readonly key: RecoveryKey;
    readonly salvages: boolean;
    readonly from?: SegmentPlace;
  }) => { readonly header: Bytes; readonly size: number };
  /** The keys that `digits` may have been meant as, tried on a file: the one that opens it, if any does. */
  match: (job: { readonly source: Blob; readonly digits: string }) => RecoveryKey | null;
  /** The next segment and where it stands; null at the end. Faults `backup-damaged`, `file-changed`. */
  next: (none: null) => { readonly segment: ReadSegment; readonly place: SegmentPlace } | null;
  /**
   * Writes the medium that `next` came to into the folder of attachments; what stood under the name is gone.
   * The result is the file's length. Faults `backup-damaged`, `storage-full`.
   */
  keep: (file: { readonly name: string }) => number;
  /** Opens the medium that `next` came to, chunk by chunk, and keeps nothing. False where it is not what it was. */
  prove: (medium: { readonly secret: Bytes }) => boolean;
  /** What was found wrong with the file so far. */
  damage: (none: null) => readonly Damage[];
  /** Ends what is under way, which then rejects with `cancelled`, and leaves nothing of a new file. */
  cancel: (none: null) => null;
};

/** How far the job has come, bytes of the file. */
export interface BackupFileEvent {
  readonly type: 'bytes';
  readonly done: number;
}
