/**
 * What stands in the segments of a backup: an account, its people, chats and messages, as a later Sotto, or a program
 * of somebody else, can read them. No session, prekey or token is among them: brought back, those would use keys twice.
 * Hostile input like any other, though only whoever has the key can make it: everything is bounded.
 * docs/backup-format.md, "Records".
 */
import { type Bytes, utf8 } from '../lib/bytes.ts';
import { type Fields, type MessageWriter, readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import {
  type AccountId,
  type ConversationId,
  type EnvelopeHash,
  type MessageId,
  envelopeHashFromBytes,
  hexIdBytes,
  messageIdFromBytes,
  parseAccountId,
} from '../lib/ids.ts';
import { joinOrder, splitOrder } from '../lib/order.ts';

/** Times are ms since 1970 throughout. */
export interface BackupManifest {
  readonly account: AccountId;
  readonly host: string;
  readonly name: string;
  readonly made: number;
  /** How much is to come, counted before it was written. */
  readonly messages: number;
  readonly media: number;
  readonly mediaBytes: number;
  /** The greatest order that any message has. */
  readonly lastOrder: number;
}

export interface BackupAccount {
  /** 0x05 ‖ u, 33 bytes, and its private half, 32. */
  readonly identityPublic: Bytes;
  readonly identityPrivate: Bytes;
  readonly name: string;
  readonly host: string;
  readonly relayKey: Bytes;
  readonly created: number;
}

const standings = ['asked', 'accepted', 'request', 'blocked'] as const;
export type BackupStanding = (typeof standings)[number];

export interface BackupContact {
  readonly id: AccountId;
  readonly standing: BackupStanding;
  readonly beforeBlock?: BackupStanding;
  readonly name: string;
  readonly host: string;
  readonly relayKey: Bytes;
  readonly identityKey?: Bytes;
  readonly token?: Bytes;
  readonly tokenIsInvite: boolean;
  readonly presenceToken?: Bytes;
  readonly receipts: boolean;
  readonly typing: boolean;
  readonly revision: number;
  readonly muted: boolean;
  readonly lastSeen?: number;
}

export interface BackupChat {
  readonly id: ConversationId;
  readonly time: number;
  readonly unread: number;
  /** Orders of messages. */
  readonly readUpTo: number;
  readonly untoldUpTo: number;
  readonly draft: string;
}

const states = [
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'received',
  'stub',
  'note',
] as const;
export type BackupState = (typeof states)[number];

const outcomes = [
  'ringing',
  'talked',
  'missed',
  'declined',
  'busy',
  'unanswered',
  'cancelled',
  'failed',
] as const;

/** Where an attachment's bytes were: in this file, to be had of the sender, lost, or deleted by the person. */
const places = ['here', 'remote', 'gone', 'removed'] as const;
export type BackupPlace = (typeof places)[number];

export type BackupBody =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'media';
      /** As in the message that carried it (docs/protocol.md, "Media"). */
      readonly attachment: Bytes;
      readonly caption: string;
      readonly place: BackupPlace;
      readonly played: boolean;
    }
  | {
      readonly kind: 'call';
      readonly video: boolean;
      readonly outcome: (typeof outcomes)[number];
      readonly duration?: number;
    }
  | { readonly kind: 'stub'; readonly envelope: EnvelopeHash; readonly reason: string }
  /** Content of a kind that the writer did not know. */
  | { readonly kind: 'unknown'; readonly raw: Bytes };

export interface BackupMessage {
  /** Place in its chat: rising, with 30 binary places. */
  readonly order: number;
  readonly id: MessageId;
  readonly sender: AccountId;
  readonly state: BackupState;
  readonly sentAt: number;
  readonly arrivedAt?: number;
  readonly storedAt?: number;
  readonly deliveredAt?: number;
  readonly readAt?: number;
  readonly failure?: string;
  readonly body: BackupBody;
}

/** What stands before the bytes of a medium. */
export interface BackupMedium {
  /** 32 bytes that only this medium has. */
  readonly id: Bytes;
  /** Bytes of padded plaintext in the sealed file that follows. */
  readonly length: number;
}

export interface BackupCollected {
  readonly kind: 'sticker' | 'gif';
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly added: number;
  readonly bytes: Bytes;
}

export interface BackupTotals {
  readonly contacts: number;
  readonly chats: number;
  readonly messages: number;
  readonly media: number;
  readonly mediaBytes: number;
}

/** Records that one segment holds at most. */
export const MAX_RECORDS = 3_500;
const MAX_RECORD_BYTES = 600 * 1024;
const MAX_SEGMENT_BYTES = 12 * 1024 * 1024;
const MAX_HOST_BYTES = 260;
const MAX_NAME_BYTES = 512;
const MAX_TEXT_BYTES = 64 * 1024;
/** A draft may be longer than any message; of one that is longer than this the beginning is kept. */
const MAX_DRAFT_BYTES = 512 * 1024;

const optional = <Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };

function oneOf<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new Fault('malformed');
  return value;
}

function writeOrder(writer: MessageWriter, field: number, order: number): MessageWriter {
  const { whole, fraction } = splitOrder(order);
  return writer.uint(field, whole).uint(field + 1, fraction);
}

function readOrder(fields: Fields, field: number): number {
  return joinOrder(fields.uint(field, 2 ** 40), fields.optionalUint(field + 1, 2 ** 30 - 1));
}

export function encodeManifest(manifest: BackupManifest): Bytes {
  const writer = writeMessage()
    .text(1, manifest.account)
    .text(2, manifest.host)
    .text(3, manifest.name)
    .uint(4, manifest.made)
    .uint(5, manifest.messages)
    .uint(6, manifest.media)
    .uint(7, manifest.mediaBytes);
  return writeOrder(writer, 8, manifest.lastOrder).finish();
}

/** This and every reader here throws Fault `malformed` or `too-large`. */
export function decodeManifest(bytes: Uint8Array): BackupManifest {
  const fields = readMessage(bytes, 4096);
  return {
    account: parseAccountId(fields.text(1, 64)),
    host: fields.text(2, MAX_HOST_BYTES),
    name: fields.text(3, MAX_NAME_BYTES),
    made: fields.uint(4),
    messages: fields.uint(5),
    media: fields.uint(6),
    mediaBytes: fields.uint(7),
    lastOrder: readOrder(fields, 8),
  };
}

export function encodeBackupAccount(account: BackupAccount): Bytes {
  return writeMessage()
    .bytes(1, account.identityPublic)
    .bytes(2, account.identityPrivate)
    .text(3, account.name)
    .text(4, account.host)
    .bytes(5, account.relayKey)
    .uint(6, account.created)
    .finish();
}

export function decodeBackupAccount(bytes: Uint8Array): BackupAccount {
  const fields = readMessage(bytes, 4096);
  return {
    identityPublic: fields.bytes(1, { length: 33 }),
    identityPrivate: fields.bytes(2, { length: 32 }),
    name: fields.text(3, MAX_NAME_BYTES),
    host: fields.text(4, MAX_HOST_BYTES),
    relayKey: fields.bytes(5, { max: 32 }),
    created: fields.uint(6),
  };
}

export function encodeBackupContact(contact: BackupContact): Bytes {
  const { beforeBlock } = contact;
  return writeMessage()
    .text(1, contact.id)
    .uint(2, standings.indexOf(contact.standing))
    .uint(3, beforeBlock && standings.indexOf(beforeBlock))
    .text(4, contact.name)
    .text(5, contact.host)
    .bytes(6, contact.relayKey)
    .bytes(7, contact.identityKey)
    .bytes(8, contact.token)
    .flag(9, contact.tokenIsInvite)
    .bytes(10, contact.presenceToken)
    .flag(11, contact.receipts)
    .flag(12, contact.typing)
    .uint(13, contact.revision)
    .flag(14, contact.muted)
    .uint(15, contact.lastSeen)
    .finish();
}

export function decodeBackupContact(bytes: Uint8Array): BackupContact {
  const fields = readMessage(bytes, 8192);
  const beforeBlock = fields.optionalUint(3);
  return {
    id: parseAccountId(fields.text(1, 64)),
    standing: oneOf(standings, fields.uint(2)),
    ...optional(
      'beforeBlock',
      beforeBlock === undefined ? undefined : oneOf(standings, beforeBlock),
    ),
    name: fields.text(4, MAX_NAME_BYTES),
    host: fields.text(5, MAX_HOST_BYTES),
    relayKey: fields.bytes(6, { max: 32 }),
    ...optional('identityKey', fields.optionalBytes(7, { length: 33 })),
    ...optional('token', fields.optionalBytes(8, { length: 16 })),
    tokenIsInvite: fields.flag(9),
    ...optional('presenceToken', fields.optionalBytes(10, { length: 16 })),
    receipts: fields.flag(11),
    typing: fields.flag(12),
    revision: fields.uint(13),
    muted: fields.flag(14),
    ...optional('lastSeen', fields.optionalUint(15)),
  };
}

export function encodeBackupChat(chat: BackupChat): Bytes {
  const writer = writeMessage().text(1, chat.id).uint(2, chat.time).uint(3, chat.unread);
  writeOrder(writer, 4, chat.readUpTo);
  return writeOrder(writer, 6, chat.untoldUpTo)
    .bytes(8, chat.draft === '' ? undefined : beginningOf(chat.draft))
    .finish();
}

function beginningOf(draft: string): Bytes {
  const bytes = utf8(draft);
  if (bytes.length <= MAX_DRAFT_BYTES) return bytes;
  let end = MAX_DRAFT_BYTES;
  // Not amid the bytes of one character.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.slice(0, end);
}

export function decodeBackupChat(bytes: Uint8Array): BackupChat {
  const fields = readMessage(bytes, MAX_RECORD_BYTES);
  return {
    id: parseAccountId(fields.text(1, 64)) as string as ConversationId,
    time: fields.uint(2),
    unread: fields.uint(3),
    readUpTo: readOrder(fields, 4),
    untoldUpTo: readOrder(fields, 6),
    draft: fields.optionalText(8, MAX_DRAFT_BYTES) ?? '',
  };
}

function encodeBody(writer: MessageWriter, body: BackupBody): MessageWriter {
  switch (body.kind) {
    case 'text':
      return writer.text(20, body.text);
    case 'media':
      return writer
        .bytes(21, body.attachment)
        .text(22, body.caption || undefined)
        .uint(23, places.indexOf(body.place))
        .flag(24, body.played);
    case 'call':
      return writer
        .uint(25, outcomes.indexOf(body.outcome))
        .flag(26, body.video)
        .uint(27, body.duration);
    case 'stub':
      return writer.bytes(28, hexIdBytes(body.envelope)).text(29, body.reason);
    case 'unknown':
      return writer.bytes(30, body.raw);
  }
}

function decodeBody(fields: Fields): BackupBody {
  const text = fields.optionalText(20, MAX_TEXT_BYTES);
  if (text !== undefined) return { kind: 'text', text };
  const attachment = fields.optionalBytes(21, { max: 4096 });
  if (attachment)
    return {
      kind: 'media',
      attachment,
      caption: fields.optionalText(22, MAX_TEXT_BYTES) ?? '',
      place: oneOf(places, fields.uint(23)),
      played: fields.flag(24),
    };
  const outcome = fields.optionalUint(25);
  if (outcome !== undefined)
    return {
      kind: 'call',
      outcome: oneOf(outcomes, outcome),
      video: fields.flag(26),
      ...optional('duration', fields.optionalUint(27)),
    };
  const envelope = fields.optionalBytes(28, { length: 16 });
  if (envelope)
    return {
      kind: 'stub',
      envelope: envelopeHashFromBytes(envelope),
      reason: fields.text(29, 64),
    };
  // Of a kind that a later Sotto writes there is nothing to show; the message keeps its place.
  return { kind: 'unknown', raw: fields.optionalBytes(30) ?? new Uint8Array(0) };
}

export function encodeBackupMessage(message: BackupMessage): Bytes {
  const writer = writeOrder(writeMessage(), 1, message.order)
    .bytes(3, hexIdBytes(message.id))
    .text(4, message.sender)
    .uint(5, states.indexOf(message.state))
    .uint(6, message.sentAt)
    .uint(7, message.arrivedAt)
    .uint(8, message.storedAt)
    .uint(9, message.deliveredAt)
    .uint(10, message.readAt)
    .text(11, message.failure);
  return encodeBody(writer, message.body).finish();
}

export function decodeBackupMessage(bytes: Uint8Array): BackupMessage {
  const fields = readMessage(bytes, MAX_RECORD_BYTES);
  return {
    order: readOrder(fields, 1),
    id: messageIdFromBytes(fields.bytes(3, { length: 16 })),
    sender: parseAccountId(fields.text(4, 64)),
    state: oneOf(states, fields.uint(5)),
    sentAt: fields.uint(6),
    ...optional('arrivedAt', fields.optionalUint(7)),
    ...optional('storedAt', fields.optionalUint(8)),
    ...optional('deliveredAt', fields.optionalUint(9)),
    ...optional('readAt', fields.optionalUint(10)),
    ...optional('failure', fields.optionalText(11, 64)),
    body: decodeBody(fields),
  };
}

/** The body of a segment of contacts, chats or collected pictures: at most 3,500 records. */
export function encodeRecords(records: readonly Bytes[]): Bytes {
  const writer = writeMessage();
  for (const record of records) writer.bytes(1, record);
  return writer.finish();
}

export function decodeRecords(bytes: Uint8Array): Bytes[] {
  return readMessage(bytes, MAX_SEGMENT_BYTES).repeatedBytes(1, MAX_RECORDS);
}

/** The body of a segment of messages of one chat, newest first. */
export function encodeChatMessages(chat: ConversationId, records: readonly Bytes[]): Bytes {
  const writer = writeMessage().text(2, chat);
  for (const record of records) writer.bytes(1, record);
  return writer.finish();
}

export function decodeChatMessages(bytes: Uint8Array): {
  readonly chat: ConversationId;
  readonly messages: BackupMessage[];
} {
  const fields = readMessage(bytes, MAX_SEGMENT_BYTES);
  return {
    chat: parseAccountId(fields.text(2, 64)) as string as ConversationId,
    messages: fields
      .repeatedBytes(1, MAX_RECORDS, { max: MAX_RECORD_BYTES })
      .map(decodeBackupMessage),
  };
}

/** What stands before a medium: its own length, two bytes, and then this. */
export function encodeMedium({ id, length }: BackupMedium): Bytes {
  const head = writeMessage().bytes(1, id).uint(2, length).finish();
  return Uint8Array.of(head.length >> 8, head.length & 0xff, ...head);
}

/** @param head without its length */
export function decodeMedium(head: Uint8Array): BackupMedium {
  const fields = readMessage(head, 256);
  return { id: fields.bytes(1, { length: 32 }), length: fields.uint(2) };
}

export function encodeBackupCollected(one: BackupCollected): Bytes {
  return writeMessage()
    .flag(1, one.kind === 'gif')
    .text(2, one.type)
    .uint(3, one.width)
    .uint(4, one.height)
    .uint(5, one.added)
    .bytes(6, one.bytes)
    .finish();
}

export function decodeBackupCollected(bytes: Uint8Array): BackupCollected {
  const fields = readMessage(bytes, MAX_SEGMENT_BYTES);
  return {
    kind: fields.flag(1) ? 'gif' : 'sticker',
    type: fields.text(2, 127),
    width: fields.uint(3, 65_535),
    height: fields.uint(4, 65_535),
    added: fields.uint(5),
    bytes: fields.bytes(6),
  };
}

export function encodeTotals(totals: BackupTotals): Bytes {
  return writeMessage()
    .uint(1, totals.contacts)
    .uint(2, totals.chats)
    .uint(3, totals.messages)
    .uint(4, totals.media)
    .uint(5, totals.mediaBytes)
    .finish();
}

export function decodeTotals(bytes: Uint8Array): BackupTotals {
  const fields = readMessage(bytes, 4096);
  return {
    contacts: fields.uint(1),
    chats: fields.uint(2),
    messages: fields.uint(3),
    media: fields.uint(4),
    mediaBytes: fields.uint(5),
  };
}
