/** Backups in a folder of the person's: under which name a new one goes there, and what lies there of Sotto's. */
import type { PickedFolder } from '../../storage/picked-folder.ts';
import type { BackupTarget } from '../../workers/backup-file/job.ts';
import { type AutomaticBackup } from '../api.ts';
import { type OwnFile } from './automatic-record.ts';

/** Where backups go that are written by themselves. */
export interface AutomaticTarget {
  access(): Promise<AutomaticBackup['access']>;
  /** A name that nothing has there. */
  freeName(time: number): Promise<string>;
  /** What the worker is to write. */
  newFile(name: string): BackupTarget;
  /** Undefined where it is not there. */
  read(file: OwnFile): Promise<Blob | undefined>;
  remove(file: OwnFile): Promise<void>;
}

/** As often as anybody has a backup within one minute. */
const MOST_NAMES = 100;

/** The minute as it stands in names of files, in the time of the place where the person is. */
function minuteOf(time: number): string {
  const at = new Date(time);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${two(at.getHours())}${two(at.getMinutes())}`;
}

export function folderTarget(
  handle: FileSystemDirectoryHandle,
  folder: PickedFolder,
): AutomaticTarget {
  return {
    // What the browser cannot say is tried, and fails in words.
    access: () => folder.access().catch(() => 'granted'),
    async freeName(time) {
      const begin = `Sotto ${minuteOf(time)}`;
      for (let n = 2, name = `${begin}.sotto`; ; name = `${begin} (${n++}).sotto`)
        if (n > MOST_NAMES || !(await folder.read(name))) return name;
    },
    newFile: (name) => ({ kind: 'folder', directory: handle, name }),
    read: ({ name }) => folder.read(name),
    remove: ({ name }) => folder.remove(name),
  };
}
