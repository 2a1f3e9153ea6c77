/**
 * Own messages that say `sending` though nothing of theirs waits to be sent, because the row of the queue was damaged
 * or is gone. They become `failed`, which says so and can be tried again.
 */
import { type FaultCode } from '../lib/fault.ts';
import { type AccountId, type ConversationId, peerOf } from '../lib/ids.ts';
import { type Rows } from '../storage/schema.ts';
import { beginChanges } from './changes.ts';
import { changeMessage, isNotes, openMessage } from './conversations.ts';
import { type Core } from './core.ts';

/** Rows of a chat looked through at a time, under its lock. */
const PAGE = 500;
/** The row of `meta` that says up to which order all messages were looked through. */
const LOOKED_THROUGH = 'looked-through';
const REASON: FaultCode = 'bad-seal';

/** A row of the outbox that did not open; its clear columns say whose it is. */
export type DamagedItem = Pick<Rows['outbox'], 'peer' | 'sequence'>;

const placeOf = (conversation: ConversationId, order: number): string => `${conversation}/${order}`;

/** Places in chats of the messages for which a row waits, and the lowest order among them. */
function waitingIn(core: Core): { places: Set<string>; lowest: number } {
  const places = new Set<string>();
  let lowest = Infinity;
  for (const { kind, message } of core.state.outbox.values()) {
    if (!message || kind !== 'message') continue;
    places.add(placeOf(message.conversation, message.order));
    lowest = Math.min(lowest, message.order);
  }
  return { places, lowest };
}

async function failIn(core: Core, conversation: ConversationId, above: number): Promise<void> {
  let from = above;
  let more = true;
  while (more && !core.stopped)
    await core.mutex.hold([peerOf(conversation)], async () => {
      const rows = await core.store.list('messages', {
        equals: [conversation],
        above: from,
        limit: PAGE,
      });
      more = rows.length === PAGE;
      from = rows.at(-1)?.order ?? from;
      const changes = beginChanges(core);
      const { places } = waitingIn(core);
      for (const row of rows) {
        if (row.state !== 'sending' || places.has(placeOf(conversation, row.order))) continue;
        const message = await openMessage(core, row);
        // An attachment is queued when it is uploaded, and media.ts sees to it before.
        if (!message || (message.body.kind === 'media' && message.body.stage !== 'here')) continue;
        changeMessage(core, changes, { ...message, state: 'failed', failure: REASON });
      }
      if (!changes.empty) await changes.commit('strict');
    });
}

/**
 * Once at the start: drops the damaged rows, looks through the chats that they belong to and through all that was
 * written since the last time.
 */
export async function failStranded(core: Core, damaged: readonly DamagedItem[]): Promise<void> {
  const { state, store, mutex } = core;
  const before = (await store.get('meta', [LOOKED_THROUGH]))?.value ?? 0;
  const lookedThrough = Math.min(state.order, waitingIn(core).lowest - 1);
  const harmed = new Set<AccountId>();
  for (const { peer, sequence } of damaged) {
    harmed.add(peer);
    await mutex.hold([peer], async () => {
      const changes = beginChanges(core);
      changes.removeOutbox(sequence);
      await changes.commit('strict');
    });
  }
  for (const { id, last } of [...state.conversations.values()]) {
    if (isNotes(core, id)) continue;
    if (harmed.has(peerOf(id))) await failIn(core, id, 0);
    else if (last && last.order > before) await failIn(core, id, before);
  }
  if (core.stopped || lookedThrough === before) return;
  await store.commit(
    [{ table: 'meta', put: { name: LOOKED_THROUGH, value: lookedThrough } }],
    'relaxed',
  );
}
