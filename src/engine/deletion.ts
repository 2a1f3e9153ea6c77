/**
 * Messages that go: what is last in the chat list then, and what of them waits to leave. Whoever waits for an
 * attachment, which was on its way to them once more, hears that it does not come. Loaded with the first.
 */
import { type ConversationId, peerOf } from '../lib/ids.ts';
import { type Changes, beginChanges } from './changes.ts';
import { lastLine, loadMessage, openMessage, standingOf } from './conversations.ts';
import { type Core } from './core.ts';
import { refuseAgain, wasSent } from './media-again.ts';
import type { MediaPlace } from './media-work.ts';
import { type Message } from './records/message.ts';

/** The nearest message below `order` that can be read and is not being removed. */
async function messageBefore(
  core: Core,
  changes: Changes,
  conversation: ConversationId,
  order: number,
): Promise<Message | undefined> {
  let below = order;
  for (;;) {
    const [row] = await core.store.list('messages', {
      equals: [conversation],
      below,
      reverse: true,
      limit: 1,
    });
    if (!row) return undefined;
    const stored = await openMessage(core, row);
    const message = stored && changes.current(stored);
    if (message) return message;
    below = row.order;
  }
}

/** Removes one message; the chat list shows what is last then. The caller holds the chat's lock. */
export async function removeMessage(
  core: Core,
  changes: Changes,
  conversation: ConversationId,
  order: number,
): Promise<void> {
  const message = await loadMessage(core, conversation, order);
  changes.removeMessage(conversation, order);
  const chat = changes.conversation(conversation);
  if (!chat) return;
  const unread =
    (message.state === 'received' || message.state === 'stub') && order > chat.readUpTo
      ? Math.max(0, chat.unread - 1)
      : chat.unread;
  if (chat.last?.order !== order) {
    if (unread !== chat.unread) changes.putConversation({ ...chat, unread });
    return;
  }
  const { last: _, ...rest } = chat;
  const before = await messageBefore(core, changes, conversation, order);
  const last = before && lastLine(core, before);
  changes.putConversation({ ...rest, unread, ...(last && { last }) });
}

/** Deletes a message here; one that has not left yet does not leave any more. */
export async function deleteMessage(
  core: Core,
  { conversation, order }: MediaPlace,
): Promise<void> {
  await core.mutex.hold([peerOf(conversation)], async () => {
    const changes = beginChanges(core);
    const message = await loadMessage(core, conversation, order);
    await removeMessage(core, changes, conversation, order);
    let isQueuedAgain = false;
    for (const { sequence, kind, message: of } of core.state.outbox.values()) {
      if (of?.conversation !== conversation || of.order !== order) continue;
      isQueuedAgain ||= kind === 'resend';
      changes.removeOutbox(sequence);
    }
    const { body } = message;
    const isAwaited =
      body.kind === 'media' && wasSent(message) && (isQueuedAgain || body.stage === 'uploading');
    if (isAwaited && standingOf(core, conversation) === 'accepted')
      refuseAgain(core, changes, message);
    await changes.commit('strict');
  });
}
