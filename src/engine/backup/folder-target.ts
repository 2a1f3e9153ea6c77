/** Backups in a folder of the person's: under which name a new one goes there, and what lies there of Sotto's. */
import { toBase32 } from '../../lib/base32.ts';
import { Fault } from '../../lib/fault.ts';
import { type RandomBytes } from '../../lib/random.ts';
import type { PickedFolder } from '../../storage/picked-folder.ts';
import type { BackupTarget } from '../../workers/backup-file/job.ts';
import { type AutomaticBackup } from '../api.ts';
import { type OwnFile } from './automatic-record.ts';

/** Where backups go that are written by themselves. */
export interface AutomaticTarget {
  access(): Promise<AutomaticBackup['access']>;
  /** A name that nothing has there. Fault `folder-failed`. */
  freeName(time: number): Promise<string>;
  /** What the worker is to write. */
  newFile(name: string): BackupTarget;
  /** Undefined where it is not there. */
  read(file: OwnFile): Promise<Blob | undefined>;
  remove(file: OwnFile): Promise<void>;
}

/** More than anybody has to draw. */
const MOST_DRAWN = 8;
const MARK_BYTES = 5;

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
  random: RandomBytes,
): AutomaticTarget {
  return {
    // What the browser cannot say is tried, and fails in words.
    access: () => folder.access().catch(() => 'granted'),
    // Two browsers may write into one folder in the same minute.
    async freeName(time) {
      for (let drawn = 0; drawn < MOST_DRAWN; drawn++) {
        const name = `Sotto ${minuteOf(time)} ${toBase32(random(MARK_BYTES))}.sotto`;
        if (!(await folder.read(name))) return name;
      }
      throw new Fault('folder-failed', 'now');
    },
    newFile: (name) => ({ kind: 'folder', directory: handle, name }),
    read: ({ name }) => folder.read(name),
    remove: ({ name }) => folder.remove(name),
  };
}
