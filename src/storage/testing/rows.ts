/** Rows to test with: whatever the columns demand, and a blob that tells rows apart. */
import { type Bytes, utf8 } from '../../lib/bytes.ts';
import {
  type AccountId,
  type ConversationId,
  type EnvelopeHash,
  FIRST_DEVICE,
  type MessageId,
} from '../../lib/ids.ts';
import { type Rows } from '../schema.ts';

export const alice = 'a'.repeat(32) as AccountId;
export const bob = 'b'.repeat(32) as AccountId;

/** A message row; its id is made of its order unless given. */
export function messageRow(
  peer: AccountId,
  order: number,
  content: string | Bytes = `${peer} ${order}`,
  id = order.toString(16).padStart(32, '0'),
): Rows['messages'] {
  return {
    conversation: peer as string as ConversationId,
    order,
    id: id as MessageId,
    sender: peer,
    device: FIRST_DEVICE,
    state: 'received',
    sealed: typeof content === 'string' ? utf8(content) : content,
  };
}

export function seenRow(hash: string, expires: number): Rows['seen'] {
  return { hash: hash as EnvelopeHash, expires };
}

export function outboxRow(sequence: number, peer: AccountId): Rows['outbox'] {
  return {
    sequence,
    peer,
    device: FIRST_DEVICE,
    stage: 'written',
    created: 1_750_000_000_000 + sequence,
    sealed: utf8(`out ${sequence}`),
  };
}

export function recordRow(name: string, content: string): Rows['records'] {
  return { name, sealed: utf8(content) };
}

export function sentRow(hash: string, peer: AccountId, message?: string): Rows['sentLog'] {
  const row = {
    hash: hash as EnvelopeHash,
    peer,
    device: FIRST_DEVICE,
    expires: 1_750_000_000_000,
    resends: 0,
  };
  return message === undefined ? row : { ...row, message: message as MessageId };
}
