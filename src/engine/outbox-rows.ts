/** The queue of one peer as it lies on the disk, and whether anything may go out to them at all. */
import { isFault } from '../lib/fault.ts';
import { type AccountId } from '../lib/ids.ts';
import { beginChanges } from './changes.ts';
import { type Core } from './core.ts';
import { failItems } from './failures.ts';
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

/** Whether rows of a peer are queued, in any stage or in one. */
export function waits(core: Core, peer: AccountId, stage?: OutboxItem['stage']): boolean {
  for (const head of core.state.outbox.values())
    if (head.peer === peer && (!stage || head.stage === stage)) return true;
  return false;
}

/**
 * The oldest rows of a peer that are in one stage, of those that may be sealed at a time. The message of a damaged row
 * fails, and the row goes. The caller holds the peer's lock.
 */
export async function loadQueue(
  core: Core,
  peer: AccountId,
  stage: OutboxItem['stage'],
): Promise<OutboxItem[]> {
  const { state, store, seal } = core;
  const rows = await store.list('outbox', {
    index: 'byPeer',
    equals: [peer],
    limit: SEALED_AHEAD,
  });
  const items: OutboxItem[] = [];
  const changes = beginChanges(core);
  for (const row of rows) {
    try {
      items.push(decodeOutboxItem(row, await seal.open('outbox', row)));
    } catch (error) {
      if (!isFault(error)) throw error;
      // It says nothing any more and would stand in the way of all behind it; memory may still know whose it was.
      const head = state.outbox.get(row.sequence);
      if (head) await failItems(core, changes, [head], error.code);
      else changes.removeOutbox(row.sequence);
      core.trouble(error.code);
    }
  }
  if (!changes.empty) await changes.commit('strict');
  return items.filter((item) => item.stage === stage);
}
