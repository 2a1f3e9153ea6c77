/** A line of the chat list: its newest message, and how far it was read. */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { joinOrder, splitOrder } from '../../lib/order.ts';
import { decodeCall, encodeCall } from './call-body.ts';
import { type AttachmentForm, type MessageBody, type MessageState } from '../api.ts';

/** Letters of the newest message that the list keeps. */
export const PREVIEW_LENGTH = 160;

export interface LastLine {
  readonly order: number;
  readonly own: boolean;
  readonly body: MessageBody;
  readonly state?: MessageState;
}

export interface Conversation {
  readonly id: ConversationId;
  /** Time of the newest message, or of its making, ms. */
  readonly time: number;
  readonly unread: number;
  /** Order of the newest message that was seen. */
  readonly readUpTo: number;
  /** Up to this order some were read without telling; that they were read is never told. */
  readonly untoldUpTo: number;
  readonly last?: LastLine;
  /** A random name of this chat in this browser; given with the first write. */
  readonly handle?: string;
}

const states: readonly MessageState[] = ['sending', 'sent', 'delivered', 'read', 'failed'];

const forms: readonly AttachmentForm[] = [
  'image',
  'video',
  'audio',
  'voice',
  'file',
  'sticker',
  'gif',
];

function encodeMedia({ attachment, caption }: Extract<MessageBody, { kind: 'media' }>): Bytes {
  const { form, name, type, size, duration } = attachment;
  return writeMessage()
    .uint(1, forms.indexOf(form) + 1)
    .text(2, name)
    .text(3, type)
    .uint(4, size)
    .uint(5, duration)
    .text(6, caption)
    .finish();
}

function decodeMedia(bytes: Bytes): MessageBody {
  const fields = readMessage(bytes, 4096);
  const duration = fields.optionalUint(5);
  return {
    kind: 'media',
    attachment: {
      form: forms[fields.uint(1) - 1] ?? 'file',
      name: fields.text(2, 255),
      type: fields.text(3, 127),
      size: fields.uint(4),
      stage: 'here',
      ...(duration !== undefined && { duration }),
    },
    caption: fields.text(6, 4096),
  };
}

export function encodeConversation({ readUpTo, untoldUpTo, last, handle }: Conversation): Bytes {
  const read = splitOrder(readUpTo);
  const untold = splitOrder(untoldUpTo);
  const writer = writeMessage().uint(1, read.whole).uint(11, read.fraction);
  if (last)
    writer
      .uint(2, splitOrder(last.order).whole)
      .uint(12, splitOrder(last.order).fraction)
      .flag(3, last.own)
      .uint(4, last.state && states.indexOf(last.state))
      .text(5, last.body.kind === 'text' ? last.body.text : undefined)
      .flag(6, last.body.kind === 'undecryptable')
      .bytes(9, last.body.kind === 'media' ? encodeMedia(last.body) : undefined)
      .bytes(10, last.body.kind === 'call' ? encodeCall(last.body) : undefined);
  return writer.text(7, handle).uint(8, untold.whole).uint(13, untold.fraction).finish();
}

export function decodeConversation(
  row: { id: ConversationId; time: number; unread: number },
  bytes: Uint8Array,
): Conversation {
  const fields = readMessage(bytes, 8192);
  const order = fields.optionalUint(2);
  const readUpTo = joinOrder(fields.uint(1), fields.optionalUint(11));
  const untold = fields.optionalUint(8);
  const state = fields.optionalUint(4);
  const text = fields.optionalText(5, 4096);
  const handle = fields.optionalText(7, 32);
  const stateName = state === undefined ? undefined : states[state];
  const media = fields.optionalBytes(9);
  const call = fields.optionalBytes(10);
  const bodyOf = (): MessageBody => {
    if (text !== undefined) return { kind: 'text', text };
    if (media) return decodeMedia(media);
    if (call) {
      const stored = decodeCall(call);
      // One that was under way when this was written is over.
      return stored.outcome === 'ringing'
        ? { ...stored, outcome: fields.flag(3) ? 'failed' : 'missed' }
        : stored;
    }
    if (fields.flag(6)) return { kind: 'undecryptable', reason: 'no-session', resend: 'possible' };
    return { kind: 'unknown' };
  };
  const body = bodyOf();
  return {
    id: row.id,
    time: row.time,
    unread: row.unread,
    readUpTo,
    // An older build did not note it: what was read then is not told.
    untoldUpTo: untold === undefined ? readUpTo : joinOrder(untold, fields.optionalUint(13)),
    ...(order !== undefined && {
      last: {
        order: joinOrder(order, fields.optionalUint(12)),
        own: fields.flag(3),
        body,
        ...(stateName && { state: stateName }),
      },
    }),
    ...(handle !== undefined && { handle }),
  };
}
