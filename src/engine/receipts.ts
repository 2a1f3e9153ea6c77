/**
 * Delivered and read marks, both ways. Delivered goes to every accepted contact in the commit that stored the
 * messages; read is governed by the switch of both sides. States only rise. docs/protocol.md, "Receipts".
 */
import {
  type AccountId,
  type ConversationId,
  type MessageId,
  conversationWith,
  peerOf,
} from '../lib/ids.ts';
import { ORDER_STEP } from '../lib/order.ts';
import { MAX_RECEIPT_IDS, encodeContent } from '../protocol/content.ts';
import { type Changes, beginChanges } from './changes.ts';
import { changeMessage, findMessages, isNotes, ownId, rises } from './conversations.ts';
import { type Core } from './core.ts';
import { newMessageId } from './message-id.ts';
import { type Contact } from './records/contact.ts';

/** True where both sides want it to be told what was read. */
function tellsReads(core: Core, contact: Contact | undefined): contact is Contact {
  return contact?.standing === 'accepted' && contact.receipts && core.state.settings.readReceipts;
}

/**
 * Queues a receipt, several where there are more ids than one may hold.
 * @param resends how often they were sent again, of receipts that were lost
 */
export function enqueueReceipt(
  core: Core,
  changes: Changes,
  peer: AccountId,
  { delivered, read }: { delivered: readonly MessageId[]; read: readonly MessageId[] },
  resends?: number,
): void {
  const most = Math.max(delivered.length, read.length);
  for (let at = 0; at < most; at += MAX_RECEIPT_IDS) {
    const bytes = encodeContent({
      kind: 'receipt',
      messageId: newMessageId(core.random),
      sentAt: core.clock.now(),
      delivered: delivered.slice(at, at + MAX_RECEIPT_IDS),
      read: read.slice(at, at + MAX_RECEIPT_IDS),
    });
    changes.enqueue({
      peer,
      kind: 'receipt',
      bytes,
      fresh: false,
      ...(resends !== undefined && { resends }),
    });
  }
}

/**
 * Says again what became of a contact's newest messages, as far as it was told: for receipts that were lost. What
 * those named is not kept, and names of messages that say it already do nothing.
 */
export async function repeatReceipts(
  core: Core,
  changes: Changes,
  contact: Contact,
  resends: number,
): Promise<void> {
  const conversation = conversationWith(contact.id);
  const chat = changes.conversation(conversation);
  if (!chat) return;
  const rows = await core.store.list('messages', {
    equals: [conversation],
    reverse: true,
    limit: MAX_RECEIPT_IDS,
  });
  const received = rows.filter(({ state }) => state === 'received').reverse();
  const read = tellsReads(core, contact)
    ? received.filter(({ order }) => order > chat.untoldUpTo && order <= chat.readUpTo)
    : [];
  const idsOf = (some: readonly { id: MessageId }[]): MessageId[] => some.map(({ id }) => id);
  const ids = { delivered: idsOf(received), read: idsOf(read) };
  enqueueReceipt(core, changes, contact.id, ids, resends);
}

/** Everything up to the order `upTo` was seen: the count falls, and the sender hears of it where both want that. */
export async function markRead(
  core: Core,
  conversation: ConversationId,
  upTo: number,
): Promise<boolean> {
  return core.mutex.hold([peerOf(conversation)], async () => {
    const changes = beginChanges(core);
    const chat = changes.conversation(conversation);
    // What does not exist yet is not read.
    const order = Math.min(upTo, core.state.order);
    if (!chat || order <= chat.readUpTo) return false;
    const seen = await core.store.list('messages', {
      equals: [conversation],
      above: chat.readUpTo,
      below: order + ORDER_STEP,
    });
    const unread = await core.store.list('messages', { equals: [conversation], above: order });
    const isUnread = ({ state }: { state: string }): boolean =>
      state === 'received' || state === 'stub';
    const contact = core.state.contacts.get(peerOf(conversation));
    const tells = tellsReads(core, contact);
    changes.putConversation({
      ...chat,
      readUpTo: order,
      untoldUpTo: tells ? chat.untoldUpTo : order,
      unread: unread.filter(isUnread).length,
    });
    const ids = seen.filter(({ state }) => state === 'received').map(({ id }) => id);
    if (tells && ids.length > 0 && !isNotes(core, conversation))
      enqueueReceipt(core, changes, contact.id, { delivered: [], read: ids });
    await changes.commit('relaxed');
    return true;
  });
}

/** Raises the states of own messages that a receipt names; ids that are not ours are passed over. */
export async function applyReceipt(
  core: Core,
  changes: Changes,
  conversation: ConversationId,
  { delivered, read }: { delivered: readonly MessageId[]; read: readonly MessageId[] },
): Promise<void> {
  const now = core.clock.now();
  const seen = new Set(core.state.settings.readReceipts ? read : []);
  // A read message was delivered, whichever of the two is heard of first.
  const ids = [...new Set([...delivered, ...read])];
  for (const stored of await findMessages(core, conversation, ownId(core), ids)) {
    const message = changes.current(stored);
    const to = seen.has(stored.id) ? 'read' : 'delivered';
    if (!message || !rises(message, to)) continue;
    const { failure: _, keptUntil: __, ...rest } = message;
    changeMessage(core, changes, {
      ...rest,
      state: to,
      deliveredAt: message.deliveredAt ?? now,
      ...(to === 'read' && { readAt: now }),
    });
  }
}
