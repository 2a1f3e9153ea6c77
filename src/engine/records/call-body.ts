/** A call as it stands in the chat, in bytes. */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { type CallBody, type CallOutcome } from '../api-calls.ts';

/** Stored by place; never reordered. */
const outcomes: readonly CallOutcome[] = [
  'ringing',
  'talked',
  'missed',
  'declined',
  'busy',
  'unanswered',
  'cancelled',
  'failed',
];

export function encodeCall({ video, outcome, duration }: CallBody): Bytes {
  return writeMessage()
    .flag(1, video)
    .uint(2, outcomes.indexOf(outcome))
    .uint(3, duration)
    .finish();
}

export function decodeCall(bytes: Bytes): CallBody {
  const fields = readMessage(bytes, 64);
  const duration = fields.optionalUint(3);
  return {
    kind: 'call',
    video: fields.flag(1),
    outcome: outcomes[fields.uint(2)] ?? 'failed',
    ...(duration !== undefined && { duration }),
  };
}
