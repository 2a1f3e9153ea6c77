/** What the writers and readers of backups and archives know of files: where they lie is told by opfs.ts or a test. */
import { type Bytes } from '../../lib/bytes.ts';
import type { BackupTarget } from './job.ts';

/** A file that is being written. */
export interface BackupSink {
  write(bytes: Bytes): Promise<void> | void;
  /** It is whole, and on the disk. */
  close(): Promise<void>;
  /** Nothing is left of it. */
  discard(): Promise<void>;
}

/** Where files lie. */
export interface BackupPlaces {
  create(target: BackupTarget): Promise<BackupSink>;
  /** The sealed file of an attachment; undefined where there is none. */
  attachment(name: string): Promise<Blob | undefined>;
  /** A new file of an attachment, in place of any of that name. */
  createAttachment(name: string): Promise<BackupSink>;
}
