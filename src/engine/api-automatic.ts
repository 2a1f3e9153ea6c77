/**
 * What tabs and the engine tell each other of backups that are written by themselves: types only, part of api.ts. The
 * engine decides when, one for all tabs; tabs choose the folder, ask the person for leave, and say what needs them.
 */
import type { AutomaticBackup, BackupResult, BackupSchedule, BackupView } from './api-backup.ts';

/** What a tab needs to know of backups when it opens. */
export type BackupNews = Pick<BackupView, 'key' | 'keyMade' | 'last' | 'proven' | 'automatic'>;

/** Methods of the engine about backups that are written by themselves. */
export type AutomaticApi = {
  /** How they stand, looked at anew. From the first call on the engine writes what is due. */
  backupNews: (none: null) => BackupNews;
  /**
   * Writes backups into this folder from now on; every week, unless there was another schedule.
   * Faults `wrong-recovery-key` where no key is confirmed, `folder-denied`, `folder-gone`.
   */
  useBackupFolder: (folder: { handle: FileSystemDirectoryHandle }) => BackupView;
  /** The folder, for a tab to ask leave for. Fault `folder-gone` where none is chosen. */
  backupFolder: (none: null) => FileSystemDirectoryHandle;
  scheduleBackups: (wish: {
    target: AutomaticBackup['target'];
    schedule: BackupSchedule;
  }) => BackupView;
  /** Writes no more there. What was written stays. */
  stopAutomatic: (wish: { target: AutomaticBackup['target'] }) => BackupView;
  /** Writes one now. Faults as in `exportBackup`, and `folder-gone`, `folder-denied`, `folder-full`, `folder-failed`. */
  backUpNow: (wish: { target: AutomaticBackup['target'] }) => BackupResult;
};
