/**
 * The sealed files of attachments, as whoever may not write in place sees them: read, counted, removed. They are
 * written by the worker in workers/media-file. Storage sees sealed bytes and random names.
 */

/** The folder of attachments. */
export interface MediaFolder {
  /** A file that is on the disk and not in memory; undefined when there is none. */
  read(name: string): Promise<Blob | undefined>;
  /** Removes a file; one that is not there is no fault. */
  remove(name: string): Promise<void>;
  /** Names of all files. */
  names(): Promise<string[]>;
}

const ATTACHMENTS = 'attachments';
const EXPORTS = 'backups';

const isMissing = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'NotFoundError';

/** The folder of attachments in the origin's private file system. */
export const opfsMediaFolder = (): MediaFolder => opfsFolder(ATTACHMENTS);

/** The folder of backups that were written and not saved yet. */
export const opfsExports = (): MediaFolder => opfsFolder(EXPORTS);

function opfsFolder(parent: string): MediaFolder {
  async function folder(): Promise<FileSystemDirectoryHandle> {
    const root = await navigator.storage.getDirectory();
    return root.getDirectoryHandle(parent, { create: true });
  }

  return {
    async read(name) {
      try {
        const handle = await (await folder()).getFileHandle(name);
        return await handle.getFile();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async remove(name) {
      try {
        await (await folder()).removeEntry(name);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
    async names() {
      const names: string[] = [];
      for await (const name of (await folder()).keys()) names.push(name);
      return names;
    },
  };
}
