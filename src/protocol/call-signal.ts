/**
 * What two people's apps say to each other about a call, inside the ratchet: it rings, somebody answers, how to
 * connect, it is over. Descriptions are opaque here (calls/description.ts makes them). Hostile input: every length is
 * bounded. docs/calls.md, "Signals".
 */
import { type Bytes } from '../lib/bytes.ts';
import { readMessage, writeMessage } from '../lib/codec.ts';
import { type MessageId, hexIdBytes, messageIdFromBytes } from '../lib/ids.ts';

/** Why a call is over, as the other side is told. */
export type HangupReason = 'ended' | 'cancelled' | 'declined' | 'busy' | 'unanswered' | 'failed';

export type CallSignal = {
  /** 16 random bytes chosen by the caller; every signal of the call carries it. */
  readonly call: MessageId;
} & (
  | {
      readonly type: 'ring';
      readonly video: boolean;
      /** The caller agreed that addresses be seen, since no TURN relay could hide them. */
      readonly direct: boolean;
    }
  /** It rings over there. */
  | { readonly type: 'ringing' }
  /** From the side that accepted: how to connect. A later one begins the connection anew. */
  | { readonly type: 'offer'; readonly description: Bytes }
  | {
      readonly type: 'answer';
      readonly description: Bytes;
      /** SHA-256 of the offer's description that this answers. */
      readonly offerHash: Bytes;
    }
  /** Ways to connect that were found after the description had left. */
  | { readonly type: 'candidates'; readonly description: Bytes }
  /** Asks the side that offers to begin the connection anew. */
  | { readonly type: 'restart' }
  | { readonly type: 'hangup'; readonly reason: HangupReason }
);

/** Largest description, bytes; compressed, it has some 600. */
export const MAX_DESCRIPTION_BYTES = 8 * 1024;
const MAX_SIGNAL_BYTES = MAX_DESCRIPTION_BYTES + 256;
const HASH_BYTES = 32;

/** Numbers on the wire are places in these lists, from 1; never reordered. */
const types = ['ring', 'ringing', 'offer', 'answer', 'candidates', 'restart', 'hangup'] as const;
const reasons: readonly HangupReason[] = [
  'ended',
  'cancelled',
  'declined',
  'busy',
  'unanswered',
  'failed',
];

/** The bytes of a signal, the `signal` of a content of kind `call-signal`. */
export function encodeCallSignal(signal: CallSignal): Bytes {
  const writer = writeMessage()
    .uint(1, types.indexOf(signal.type) + 1)
    .bytes(2, hexIdBytes(signal.call));
  switch (signal.type) {
    case 'ring':
      return writer.flag(3, signal.video).flag(4, signal.direct).finish();
    case 'offer':
    case 'candidates':
      return writer.bytes(5, signal.description).finish();
    case 'answer':
      return writer.bytes(5, signal.description).bytes(6, signal.offerHash).finish();
    case 'hangup':
      return writer.uint(7, reasons.indexOf(signal.reason) + 1).finish();
    case 'ringing':
    case 'restart':
      return writer.finish();
  }
}

/**
 * Reads a signal.
 * @returns undefined for a type that a newer version made
 * @throws Fault `malformed` or `too-large`
 */
export function decodeCallSignal(bytes: Bytes): CallSignal | undefined {
  const fields = readMessage(bytes, MAX_SIGNAL_BYTES);
  const type = types[fields.uint(1) - 1];
  const call = messageIdFromBytes(fields.bytes(2, { length: 16 }));
  const description = () => fields.bytes(5, { max: MAX_DESCRIPTION_BYTES });
  if (type === undefined) return undefined;
  switch (type) {
    case 'ring':
      return { call, type, video: fields.flag(3), direct: fields.flag(4) };
    case 'offer':
    case 'candidates':
      return { call, type, description: description() };
    case 'answer':
      return {
        call,
        type,
        description: description(),
        offerHash: fields.bytes(6, { length: HASH_BYTES }),
      };
    case 'hangup':
      // A reason of a newer version: over is over.
      return { call, type, reason: reasons[fields.uint(7) - 1] ?? 'ended' };
    case 'ringing':
    case 'restart':
      return { call, type };
  }
}
