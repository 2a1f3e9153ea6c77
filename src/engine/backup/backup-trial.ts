/**
 * A database of its own into which a backup is restored to see whether it works: nobody hears of it, it meets no relay,
 * and it is removed with all that is in it. Does not know the file.
 */
import { equalBytes } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import { keyedMutex } from '../../lib/mutex.ts';
import { accountIdOf } from '../../wire/address.ts';
import { openMessage } from '../conversations.ts';
import { type Core } from '../core.ts';
import type { MediaParts } from '../media-work.ts';
import { type Message, encodeMessage } from '../records/message.ts';
import { openState } from '../state.ts';

export interface Trial {
  /** Stands for an engine over that database. */
  readonly core: Core;
  /** Reads messages back as they lie there. Throws Fault `backup-damaged` where one is not what was written. */
  readonly compare: (written: readonly Message[]) => Promise<void>;
  /** Removes the database; one that cannot be removed now is removed when backups are next asked about. */
  readonly remove: () => Promise<void>;
}

/** Opens one, empty, beside the database of `own`. */
export async function openTrial(own: Core, parts: Pick<MediaParts, 'scratch'>): Promise<Trial> {
  const scratch = await parts.scratch();
  const { store } = scratch;
  const remove = (): Promise<void> => scratch.remove().catch(() => undefined);
  try {
    const { state, seal } = await openState(store, own.random, () => {
      throw new Fault('backup-damaged');
    });
    const core: Core = {
      ...own,
      state,
      store,
      seal,
      mutex: keyedMutex(),
      get ownId() {
        return state.account && accountIdOf(state.account.identityPublic);
      },
      announce: () => undefined,
      emit: () => undefined,
      trouble: () => undefined,
      get stopped() {
        return own.stopped;
      },
    };
    return {
      core,
      async compare(written) {
        const rows = await store.getMany(
          'messages',
          written.map(({ conversation, order }) => [conversation, order]),
        );
        for (const [n, message] of written.entries()) {
          const row = rows[n];
          const back = row && (await openMessage(core, row));
          if (!back || !equalBytes(encodeMessage(back), encodeMessage(message)))
            throw new Fault('backup-damaged');
        }
      },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
