/** Removes files of attachments that no row knows any more: of deleted messages and chats, and of crashes. */
import { type MediaFolder } from '../storage/media-folder.ts';
import { type Store } from '../storage/store.ts';

export interface Sweep {
  /** Sweeps, or once more after the sweep that is going on. */
  sweep(): void;
  /** Resolves when nothing is being swept. */
  settled(): Promise<void>;
}

/**
 * @param isWritten true for a file that is just being made, whatever the rows say
 * @param drafts    names of files that belong to no message yet
 */
export function createSweep(
  store: Store,
  folder: MediaFolder,
  isWritten: (name: string) => boolean,
  drafts: () => Promise<readonly string[]>,
): Sweep {
  let sweeping: Promise<void> | undefined;
  let again = false;

  async function run(): Promise<void> {
    do {
      again = false;
      // In this order: a file is made only after its row was committed, so that none is taken for an orphan.
      const names = await folder.names();
      const rows = await store.list('attachments');
      const known = new Set([...(await drafts()), ...rows.map(({ file }) => file)]);
      for (const name of names) {
        // One that is open stays; whoever has it open sweeps when he is done.
        if (!known.has(name) && !isWritten(name)) await folder.remove(name).catch(() => undefined);
      }
    } while (again);
  }

  return {
    sweep() {
      again = true;
      sweeping ??= run()
        // The store is closed, or the folder cannot be read: the next start sweeps.
        .catch(() => undefined)
        .finally(() => (sweeping = undefined));
    },
    async settled() {
      await sweeping;
    },
  };
}
