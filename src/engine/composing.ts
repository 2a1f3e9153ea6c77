/** What a person writes: sent, and the drafts before that. */
import { utf8 } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type ConversationId, FIRST_DEVICE, type MessageId, peerOf } from '../lib/ids.ts';
import { MAX_TEXT_BYTES, type Content, encodeContent } from '../protocol/content.ts';
import { type Changes, beginChanges } from './changes.ts';
import { addMessage, isNotes, ownId, standingOf } from './conversations.ts';
import { type Core } from './core.ts';
import { contentOf } from './message-content.ts';
import { newMessageId } from './message-id.ts';
import { type Message } from './records/message.ts';
import { type OutboxItem } from './records/outbox-item.ts';

/** Seals what was queued in the unit of work that queued it, where that may be; see outbox.ts. */
export type SealAtOnce = (changes: Changes, item: OutboxItem) => Promise<void>;

/** Queues what a message says. */
export function enqueueContent(changes: Changes, message: Message, content: Content): OutboxItem {
  const { conversation, order, id } = message;
  const bytes = encodeContent(content);
  return changes.enqueue({
    peer: peerOf(conversation),
    kind: 'message',
    bytes,
    fresh: false,
    message: { conversation, order, id },
  });
}

/** Stores a text and queues it, one transaction; Notes are stored only. The draft is gone with it. */
export async function sendText(
  core: Core,
  sealAtOnce: SealAtOnce,
  conversation: ConversationId,
  text: string,
): Promise<{ order: number; id: MessageId }> {
  if (text.trim() === '') throw new Fault('empty-message');
  if (utf8(text).length > MAX_TEXT_BYTES) throw new Fault('message-too-large');
  return core.mutex.hold([peerOf(conversation)], async () => {
    const standing = standingOf(core, conversation);
    if (standing === 'blocked' || standing === 'request') throw new Fault('blocked');
    const changes = beginChanges(core);
    const notes = isNotes(core, conversation);
    const message: Message = {
      conversation,
      order: changes.nextOrder(),
      id: newMessageId(core.random),
      sender: ownId(core),
      device: FIRST_DEVICE,
      state: notes ? 'note' : 'sending',
      // What JavaScript allows and UTF-8 does not would come back different from the disk.
      body: { kind: 'text', text: text.toWellFormed() },
      sentAt: core.clock.now(),
    };
    addMessage(core, changes, message);
    if (!notes) await sealAtOnce(changes, enqueueContent(changes, message, contentOf(message)!));
    if (core.state.drafts.has(conversation)) changes.putDraft(conversation, '');
    await changes.commit('strict');
    return { order: message.order, id: message.id };
  });
}

/** Keeps what is written and not sent. */
export async function setDraft(
  core: Core,
  conversation: ConversationId,
  text: string,
): Promise<void> {
  await core.mutex.hold([peerOf(conversation)], async () => {
    if ((core.state.drafts.get(conversation) ?? '') === text) return;
    if (!core.state.conversations.has(conversation)) return;
    const changes = beginChanges(core);
    changes.putDraft(conversation, text.toWellFormed());
    await changes.commit('relaxed');
  });
}
