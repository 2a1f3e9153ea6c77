/** The queue of one peer as it lies on the disk, and whether anything may go out to them at all. */
import { isFault } from '../lib/fault.ts';
import { type AccountId } from '../lib/ids.ts';
import { type Core } from './core.ts';
import { type Contact } from './records/contact.ts';
import { type OutboxItem, decodeOutboxItem } from './records/outbox-item.ts';

/** Rows sealed ahead of the relay's answer, per peer. */
const SEALED_AHEAD = 32;

/** The contact, if we stand so that something may go out and there is a token to send it on. */
export function reachable(core: Core, peer: AccountId): Contact | undefined {
  const contact = core.state.contacts.get(peer);
  return contact?.token && (contact.standing === 'accepted' || contact.standing === 'asked')
    ? contact
    : undefined;
}

/** The oldest rows of a peer that are in one stage, of those that may be sealed at a time. */
export async function loadQueue(
  core: Core,
  peer: AccountId,
  stage: OutboxItem['stage'],
): Promise<OutboxItem[]> {
  const { store, seal } = core;
  const rows = await store.list('outbox', {
    index: 'byPeer',
    equals: [peer],
    limit: SEALED_AHEAD,
  });
  const items: OutboxItem[] = [];
  for (const row of rows) {
    try {
      items.push(decodeOutboxItem(row, await seal.open('outbox', row)));
    } catch (error) {
      // A damaged row says nothing and would stand in the way of all behind it.
      if (!isFault(error)) throw error;
      await store.commit([{ table: 'outbox', remove: [row.sequence] }], 'relaxed');
      core.trouble(error.code);
    }
  }
  return items.filter((item) => item.stage === stage);
}
