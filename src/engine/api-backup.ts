/**
 * What tabs and the engine tell each other of backups: types only, part of api.ts. The engine reads and writes records,
 * a worker that a tab lends reads and writes the file; tabs choose files and show digits.
 */
import type { FaultCode } from '../lib/fault.ts';
import type { AccountId, ConversationId } from '../lib/ids.ts';

/** The 64 digits that open backups, as ASCII. */
export type RecoveryDigits = string;

/** Where a new backup goes: to a file that the person chose, or into this origin's folder, to be saved from there. */
export type BackupDestination =
  | { readonly kind: 'chosen'; readonly handle: FileSystemFileHandle }
  | { readonly kind: 'own'; readonly name: string };

/**
 * What is done with a backup: written; brought back into an empty browser; merged into an account that has messages;
 * proven to work. And `archive`: messages are written into a file that anybody can read.
 */
export type BackupKind = 'export' | 'restore' | 'import' | 'test' | 'archive';

/** What goes into a readable archive. */
export interface ArchiveWish {
  readonly target: BackupDestination;
  /** Absent for all chats. */
  readonly conversation?: ConversationId;
  /** With attachments. */
  readonly media: boolean;
  /** BCP 47: the archive's page speaks this language, and writes its dates. */
  readonly locale: string;
}

/** What is under way; at most one at a time. */
export interface BackupJob {
  readonly kind: BackupKind;
  readonly messages: number;
  readonly ofMessages: number;
  /** Bytes of media. */
  readonly bytes: number;
  readonly ofBytes: number;
}

/** How often a backup is written by itself. */
export type BackupSchedule = 'day' | 'week' | 'month';

/**
 * Backups that are written by themselves, to one target. Times are ms since 1970; what makes a person act is told by
 * what is there: `access`, `failed`, `unread`.
 */
export interface AutomaticBackup {
  /** Where they go; a folder that the person chose. */
  readonly target: 'folder';
  /** What the target is called. */
  readonly name: string;
  readonly schedule: BackupSchedule;
  /** `prompt`: the browser asks the person again, in a click; `gone`: it is no longer where it was. */
  readonly access: 'granted' | 'prompt' | 'denied' | 'gone';
  /** When it was chosen. */
  readonly since: number;
  /** The last one that was written whole. */
  readonly last?: { readonly made: number; readonly messages: number; readonly bytes: number };
  /** When one is due: at the latest then, as soon as nothing else happens. */
  readonly next: number;
  /** The last try, where it failed. */
  readonly failed?: { readonly at: number; readonly code: FaultCode };
  /** The newest one, where it could not be read back when it was tried by itself. */
  readonly unread?: {
    readonly made: number;
    readonly at: number;
    readonly code: FaultCode;
    readonly damage: BackupResult['damage'];
  };
}

/** How backups stand. Times are ms since 1970. */
export interface BackupView {
  /** `shown`: made, and not confirmed by the person yet; nothing is exported before it is `confirmed`. */
  readonly key: 'none' | 'shown' | 'confirmed';
  /** When the present key was made. */
  readonly keyMade?: number;
  /** The last one that was written whole. */
  readonly last?: {
    readonly made: number;
    readonly messages: number;
    readonly media: number;
    /** Bytes of the file. */
    readonly bytes: number;
    /** Name of the file, where it is known. */
    readonly name?: string;
  };
  /** When a backup was last read back whole, and how much was in it. */
  readonly proven?: { readonly at: number; readonly made: number; readonly messages: number };
  readonly job?: BackupJob;
  /** One for each target; absent where nothing is written by itself. */
  readonly automatic?: readonly AutomaticBackup[];
  /** A restore or import that was not finished: the same file goes on with it. */
  readonly interrupted?: {
    readonly kind: 'restore' | 'import';
    readonly messages: number;
    readonly ofMessages: number;
    /** When that backup was made. */
    readonly made: number;
  };
}

/** What a file says of itself once its key is there. */
export interface BackupReading {
  /** The digits that open it: those given, or what they were meant to be. */
  readonly key: RecoveryDigits;
  readonly account: AccountId;
  readonly name: string;
  readonly host: string;
  readonly made: number;
  readonly messages: number;
  readonly media: number;
  readonly mediaBytes: number;
}

/** What came of a job. */
export interface BackupResult {
  readonly messages: number;
  readonly media: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Messages that were here already. */
  readonly known: number;
  /** Attachments whose bytes were not in the file, or not here whole. */
  readonly missing: number;
  /** Places in the file that are damaged: chunks by number from 0, its header, its end. */
  readonly damage: readonly (number | 'header' | 'end')[];
}

/** Methods of the engine about backups. */
export type BackupApi = {
  backup: (none: null) => BackupView;
  /** The present key; made where there is none. Fault `no-account`. */
  recoveryKey: (none: null) => RecoveryDigits;
  /** The person has it: from now on exports use it. Fault `wrong-recovery-key` where it is not the one last shown. */
  confirmRecoveryKey: (key: { digits: RecoveryDigits }) => BackupView;
  /** Another key for exports from now on, once it is confirmed; older files keep theirs. */
  newRecoveryKey: (none: null) => RecoveryDigits;
  /**
   * Writes everything into a file. Faults `no-account`, `backup-running`, `cancelled`, `storage-full`, `backup-denied`,
   * `no-tab`, and `not-enough-room` where it goes into this origin's folder.
   */
  exportBackup: (target: BackupDestination) => BackupResult;
  /**
   * Writes messages into a ZIP file that is not encrypted. What disappeared or was deleted is not in it.
   * Faults as of `exportBackup`, `no-such-chat`, and `archive-too-large` where it would go into this origin's folder.
   */
  exportArchive: (wish: ArchiveWish) => BackupResult;
  /** A file that was written into this origin's folder. Fault `blob-gone`. */
  exportedBackup: (file: { name: string }) => Blob;
  /** Removes it when it was saved. */
  discardExported: (file: { name: string }) => null;
  /**
   * What a file holds. Nothing is stored.
   * Faults `not-a-backup`, `newer-backup`, `wrong-recovery-key`, `backup-damaged`, `file-changed`, `no-tab`.
   * @param digits 63 to 65 of them; one slip a row is mended
   */
  readBackup: (file: { source: Blob; digits: string }) => BackupReading;
  /**
   * Brings a backup back: into an empty browser as its account, into that account's browser as what it lacks. What is
   * here is never changed. One that was interrupted goes on. Faults as in `readBackup`, and `other-account`, `backup-elsewhere`,
   * `not-enough-room`, `storage-full`, `cancelled`, `backup-running`.
   * @param salvages brings back what damage left; without it damage ends it, with all before it kept
   */
  restoreBackup: (file: { source: Blob; key?: RecoveryDigits; salvages: boolean }) => BackupResult;
  /** Forgets a restore that was interrupted; what it brought stays. */
  forgetInterrupted: (none: null) => BackupView;
  /** Restores into a database of its own, compares everything, and removes it. Faults as in `restoreBackup`. */
  testBackup: (file: { source: Blob; key?: RecoveryDigits }) => BackupResult;
  /** Ends what is under way, which then rejects with `cancelled`. */
  cancelBackup: (none: null) => null;
};

export type BackupEvent =
  /** How backups stand has changed. */
  { readonly type: 'backup'; readonly backup: BackupView };
