/**
 * What makes a protobuf message a frame: the type number in its field 1, by which a frame of one socket is told from
 * one of the other, and the bound that is looked at before anything is parsed. Source: docs/relay.md, Frames.
 */
import { type Fields, type MessageWriter, readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import { MAX_U16 } from './frame-fields.ts';
import {
  type DropReply,
  type DropRequest,
  type MailboxReply,
  type MailboxRequest,
} from './frames.ts';
import { MAX_FRAME_BYTES } from './limits.ts';

const mailboxRequestNumbers = {
  hello: 1,
  auth: 2,
  claim: 3,
  confirm: 4,
  prekeys: 5,
  tokens: 6,
  'prekey-count': 7,
  ledger: 8,
  erase: 9,
  upload: 10,
  turn: 11,
} as const satisfies Record<MailboxRequest['type'], number>;
const mailboxReplyNumbers = {
  hello: 33,
  welcome: 34,
  done: 35,
  refused: 36,
  deliver: 37,
  ephemeral: 38,
  drained: 39,
  'prekey-count': 40,
  ledger: 41,
  superseded: 42,
  grant: 43,
  'turn-servers': 44,
} as const satisfies Record<MailboxReply['type'], number>;
const dropRequestNumbers = {
  hello: 65,
  submit: 66,
  ephemeral: 67,
  bundle: 68,
  follow: 69,
  unfollow: 70,
} as const satisfies Record<DropRequest['type'], number>;
const dropReplyNumbers = {
  hello: 97,
  stored: 98,
  refused: 99,
  bundle: 100,
  presence: 101,
} as const satisfies Record<DropReply['type'], number>;

/** The frames of one socket and direction. */
export interface FrameSet<Type extends string> {
  readonly numbers: Readonly<Record<Type, number>>;
  /** Numbers of the same direction on the other socket. */
  readonly elsewhere: readonly number[];
}

function frameSet<Type extends string>(
  numbers: Readonly<Record<Type, number>>,
  elsewhere: Readonly<Record<string, number>>,
): FrameSet<Type> {
  return { numbers, elsewhere: Object.values(elsewhere) };
}

export const mailboxRequests = frameSet(mailboxRequestNumbers, dropRequestNumbers);
export const mailboxReplies = frameSet(mailboxReplyNumbers, dropReplyNumbers);
export const dropRequests = frameSet(dropRequestNumbers, mailboxRequestNumbers);
export const dropReplies = frameSet(dropReplyNumbers, mailboxReplyNumbers);

/** Begins a frame; its fields follow from 2 on. */
export function startFrame<Type extends string>(set: FrameSet<Type>, type: Type): MessageWriter {
  return writeMessage().uint(1, set.numbers[type]);
}

/** Opens a frame of a set. Throws Fault `malformed`, `too-large` or `wrong-socket`. */
export function openFrame<Type extends string>(
  bytes: Uint8Array,
  { numbers, elsewhere }: FrameSet<Type>,
): { readonly type: Type; readonly fields: Fields } {
  const fields = readMessage(bytes, MAX_FRAME_BYTES);
  const number = fields.uint(1, MAX_U16);
  for (const type in numbers) if (numbers[type] === number) return { type, fields };
  throw new Fault(elsewhere.includes(number) ? 'wrong-socket' : 'malformed');
}
