/** One message as stored: the clear columns of its row, and what is sealed in it. */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type EnvelopeHash, envelopeHashFromBytes, hexIdBytes } from '../../lib/ids.ts';
import { type Rows } from '../../storage/schema.ts';
import { type CallBody } from '../api-calls.ts';
import { decodeCall, encodeCall } from './call-body.ts';
import { decodeMediaBody, encodeMediaBody, type MediaBody } from './media-body.ts';

/** What a stored message says. */
export type StoredBody =
  | { readonly kind: 'text'; readonly text: string }
  | MediaBody
  | CallBody
  /** What could not be decrypted, until it heals. */
  | {
      readonly kind: 'stub';
      readonly envelope: EnvelopeHash;
      readonly reason: FaultCode;
      /** When its resend was asked for, ms. */
      readonly asked?: number;
    }
  /** Content of a kind that this version does not know, kept as it came. */
  | { readonly kind: 'unknown'; readonly raw: Bytes };

export interface Message extends Omit<Rows['messages'], 'sealed'> {
  readonly body: StoredBody;
  /** ms since 1970: written by the sender's clock, arrived by ours, and the steps of an own message. */
  readonly sentAt: number;
  readonly arrivedAt?: number;
  readonly storedAt?: number;
  readonly deliveredAt?: number;
  readonly readAt?: number;
  readonly keptUntil?: number;
  readonly failure?: FaultCode;
}

export function encodeMessage(message: Message): Bytes {
  const { body } = message;
  const writer = writeMessage()
    .uint(1, message.sentAt)
    .uint(2, message.arrivedAt)
    .uint(3, message.storedAt)
    .uint(4, message.deliveredAt)
    .uint(5, message.readAt)
    .uint(6, message.keptUntil)
    .text(7, message.failure);
  switch (body.kind) {
    case 'text':
      return writer.text(8, body.text).finish();
    case 'stub':
      return writer
        .bytes(9, hexIdBytes(body.envelope))
        .text(10, body.reason)
        .uint(11, body.asked)
        .finish();
    case 'unknown':
      return writer.bytes(12, body.raw).finish();
    case 'media':
      return writer.bytes(13, encodeMediaBody(body)).finish();
    case 'call':
      return writer.bytes(14, encodeCall(body)).finish();
  }
}

export function decodeMessage(row: Rows['messages'], bytes: Uint8Array): Message {
  const fields = readMessage(bytes, 512 * 1024);
  const { sealed: _, ...clear } = row;
  const optional = (field: number, name: string): object => {
    const value = fields.optionalUint(field);
    return value === undefined ? {} : { [name]: value };
  };
  const text = fields.optionalText(8, 64 * 1024);
  const stub = fields.optionalBytes(9, { length: 16 });
  const failure = fields.optionalText(7, 64);
  const media = fields.optionalBytes(13);
  const call = fields.optionalBytes(14);
  const bodyOf = (): StoredBody => {
    if (text !== undefined) return { kind: 'text', text };
    if (media) return decodeMediaBody(media);
    if (call) return decodeCall(call);
    if (!stub) return { kind: 'unknown', raw: fields.bytes(12) };
    return {
      kind: 'stub',
      envelope: envelopeHashFromBytes(stub),
      reason: fields.text(10, 64) as FaultCode,
      ...optional(11, 'asked'),
    };
  };
  const body = bodyOf();
  return {
    ...clear,
    body,
    sentAt: fields.uint(1),
    ...optional(2, 'arrivedAt'),
    ...optional(3, 'storedAt'),
    ...optional(4, 'deliveredAt'),
    ...optional(5, 'readAt'),
    ...optional(6, 'keptUntil'),
    ...(failure !== undefined && { failure: failure as FaultCode }),
  };
}
