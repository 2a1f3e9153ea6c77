/**
 * Has the person choose the folder into which backups are written by themselves, and asks for leave where the browser
 * took it back. Only for a person's click: the browser opens its windows in nothing else.
 */
import { Fault } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';

interface FolderPicker {
  showDirectoryPicker?: (wish: {
    id: string;
    mode: 'readwrite';
    startIn: 'documents';
  }) => Promise<FileSystemDirectoryHandle>;
}

interface Asking {
  requestPermission?(wish: { mode: 'readwrite' }): Promise<PermissionState>;
}

/** Whether this browser lets a page write into a folder. */
export const canChooseFolder = (): boolean =>
  (globalThis as FolderPicker).showDirectoryPicker !== undefined;

/** Undefined when the person did not want it after all. */
async function picked(): Promise<FileSystemDirectoryHandle | undefined> {
  const { showDirectoryPicker } = globalThis as FolderPicker;
  try {
    return await showDirectoryPicker?.call(globalThis, {
      id: 'sotto-backups',
      mode: 'readwrite',
      startIn: 'documents',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw new Fault('folder-denied', 'now', error);
  }
}

/**
 * Asks where to, and hands it to the engine.
 * @param before done while the person chooses; where it rejects, so does this, and nothing is chosen
 */
export async function chooseFolder(before?: () => Promise<unknown>): Promise<void> {
  const choice = picked();
  // Heard of below, unless `before` rejects first.
  choice.catch(() => undefined);
  await before?.();
  const handle = await choice;
  if (handle) await engine().call('useBackupFolder', { handle });
}

/** Asks the person again for leave to write into the folder. */
export async function allowFolder(): Promise<void> {
  const handle = await engine().call('backupFolder', null);
  await (handle as Asking).requestPermission?.({ mode: 'readwrite' });
  await engine().call('backupNews', null);
}

/** Writes one now; the fault is told by whoever watches the work. */
export const backUpNow = () => engine().call('backUpNow', { target: 'folder' });
