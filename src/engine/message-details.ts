/** Everything about one message, for whoever asks for its details. */
import { type ConversationId } from '../lib/ids.ts';
import { type MessageDetails } from './api.ts';
import { loadMessage, messageView } from './conversations.ts';
import { type Core } from './core.ts';

/** Everything about one message. */
export async function messageDetails(
  core: Core,
  conversation: ConversationId,
  order: number,
): Promise<MessageDetails> {
  const message = await loadMessage(core, conversation, order);
  return {
    message: messageView(core, message),
    written: message.sentAt,
    ...(message.arrivedAt !== undefined && { arrived: message.arrivedAt }),
    ...(message.storedAt !== undefined && { sent: message.storedAt }),
    ...(message.deliveredAt !== undefined && { delivered: message.deliveredAt }),
    ...(message.readAt !== undefined && { read: message.readAt }),
    ...(message.state === 'sent' &&
      message.keptUntil !== undefined && { keptUntil: message.keptUntil }),
  };
}
