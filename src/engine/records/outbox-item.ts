/**
 * Something on its way out. `written`: content that waits to be encrypted. `sealed`: the final envelope, which
 * is only ever sent again, byte for byte, never encrypted twice.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import {
  type ConversationId,
  type MessageId,
  hexIdBytes,
  messageIdFromBytes,
} from '../../lib/ids.ts';
import { joinOrder, splitOrder } from '../../lib/order.ts';
import { type Rows } from '../../storage/schema.ts';

/** What a queued row carries: a person's message, or one of the control kinds, which nobody waits for. */
export type OutboxKind =
  'message' | 'receipt' | 'profile' | 'hello' | 'resend-request' | 'resend' | 'call';

const kinds: readonly OutboxKind[] = [
  'message',
  'receipt',
  'profile',
  'hello',
  'resend-request',
  'resend',
  'call',
];

export interface OutboxItem extends Omit<Rows['outbox'], 'sealed'> {
  readonly kind: OutboxKind;
  /** Encoded content while `written`, the sealed envelope after. */
  readonly bytes: Bytes;
  /** Start a fresh session for this one, as healing asks. */
  readonly fresh: boolean;
  /** Of a `resend`: how often its message was sent again, this time included. */
  readonly resends?: number;
  /** The chat row whose ticks follow this item. */
  readonly message?: {
    readonly conversation: ConversationId;
    readonly order: number;
    readonly id: MessageId;
  };
}

export function encodeOutboxItem(item: OutboxItem): Bytes {
  const place = item.message && splitOrder(item.message.order);
  return writeMessage()
    .uint(1, kinds.indexOf(item.kind))
    .bytes(2, item.bytes)
    .flag(3, item.fresh)
    .text(4, item.message?.conversation)
    .uint(5, place?.whole)
    .bytes(6, item.message && hexIdBytes(item.message.id))
    .uint(7, item.resends)
    .uint(8, place?.fraction)
    .finish();
}

export function decodeOutboxItem(
  { sealed: _, ...clear }: Rows['outbox'],
  bytes: Uint8Array,
): OutboxItem {
  const fields = readMessage(bytes, 1024 * 1024);
  const conversation = fields.optionalText(4, 64) as ConversationId | undefined;
  const resends = fields.optionalUint(7);
  return {
    ...clear,
    kind: kinds[fields.uint(1, kinds.length - 1)] ?? 'message',
    bytes: fields.bytes(2),
    fresh: fields.flag(3),
    ...(resends !== undefined && { resends }),
    ...(conversation !== undefined && {
      message: {
        conversation,
        order: joinOrder(fields.uint(5), fields.optionalUint(8)),
        id: messageIdFromBytes(fields.bytes(6)),
      },
    }),
  };
}
