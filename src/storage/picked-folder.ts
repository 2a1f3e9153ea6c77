/**
 * A folder on the person's own disk, which they chose for backups: whether Sotto may still write there, and the files
 * that it wrote. New files are written by the worker in workers/backup-file. Knows no file's content.
 * Source: File System Access, WICG (queryPermission is in no library of types).
 */

export interface PickedFolder {
  /** Whether it may be written to. `prompt`: the person must be asked; `gone`: it is not where it was. */
  access(): Promise<'granted' | 'prompt' | 'denied' | 'gone'>;
  /** A file that is on the disk and not in memory; undefined when there is none. */
  read(name: string): Promise<Blob | undefined>;
  /** Removes a file; one that is not there is no fault. */
  remove(name: string): Promise<void>;
  /** True where both are the same folder. */
  is(other: FileSystemDirectoryHandle): Promise<boolean>;
}

interface Asked {
  queryPermission?(wish: { mode: 'readwrite' }): Promise<PermissionState>;
}

const isMissing = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'NotFoundError';

/** The folder behind a handle. */
export function pickedFolder(handle: FileSystemDirectoryHandle): PickedFolder {
  return {
    async access() {
      // Where nobody can be asked, nobody has to be.
      const state = await (handle as Asked).queryPermission?.({ mode: 'readwrite' });
      if (state && state !== 'granted') return state;
      try {
        // Leave outlives the folder: only a look into it tells.
        await handle.keys().next();
        return 'granted';
      } catch (error) {
        if (isMissing(error)) return 'gone';
        throw error;
      }
    },
    async read(name) {
      try {
        return await (await handle.getFileHandle(name)).getFile();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async remove(name) {
      try {
        await handle.removeEntry(name);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
    is: (other) => handle.isSameEntry(other),
  };
}
