/** Ids of messages: 16 random bytes that join receipts and resends to their message. */
import { type MessageId, messageIdFromBytes } from '../lib/ids.ts';
import { type RandomBytes } from '../lib/random.ts';

/** A new message id. */
export function newMessageId(random: RandomBytes): MessageId {
  return messageIdFromBytes(random(16));
}
