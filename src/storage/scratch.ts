/** A database that stands beside the account's for a while, and is then removed with all that is in it. */
import { deleteDB } from 'idb';
import { openStore } from './open.ts';
import { type Store } from './store.ts';

const NAME = 'sotto-trial';

/** Removes one that a crash left. */
export const dropScratch = (): Promise<void> => deleteDB(NAME);

/** Opens one, empty. There is one at a time: one that a crash left is removed first. */
export async function openScratch(): Promise<{ store: Store; remove(): Promise<void> }> {
  await dropScratch();
  const store = await openStore({ name: NAME });
  return {
    store,
    async remove() {
      store.close();
      await dropScratch();
    },
  };
}
