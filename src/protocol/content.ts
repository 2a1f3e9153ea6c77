/**
 * What people and apps say inside the ratchet: one protobuf for everything, with fields and kinds that this version
 * does not know kept as they came, for a newer one to read. Hostile input: every length is bounded.
 * docs/protocol.md, section "Content".
 */
import { type Bytes, utf8 } from '../lib/bytes.ts';
import { readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import {
  type EnvelopeHash,
  type MessageId,
  envelopeHashFromBytes,
  hexIdBytes,
  messageIdFromBytes,
} from '../lib/ids.ts';
import { isHost } from '../wire/address.ts';
import { MAX_HOST_BYTES } from '../wire/limits.ts';
import { type Attachment, decodeAttachment, encodeAttachment } from './attachment.ts';

/** What a contact is told of an account. */
export interface Profile {
  /** At most 64 code points. */
  readonly name: string;
  readonly host: string;
  /** 32 bytes. */
  readonly relayKey: Bytes;
  /** 16 bytes. */
  readonly contactsToken: Bytes;
  /** 16 bytes; absent when the sender does not show when they are online. */
  readonly presenceToken?: Bytes;
  /** Sends read receipts. */
  readonly receipts: boolean;
  /** Sends typing notices. */
  readonly typing: boolean;
  /** Rises with each change; the higher one wins. */
  readonly revision: number;
  /** Fields of a newer version, raw. */
  readonly extra?: Bytes;
}

export interface ContentHead {
  readonly messageId: MessageId;
  /** Milliseconds since 1970, by the sender's clock. */
  readonly sentAt: number;
  /** Goes with every message until the first answer, later only when it changed. */
  readonly profile?: Profile;
  /** The envelope whose undecryptable content this is, sent again; it takes the place of its stub. */
  readonly heals?: EnvelopeHash;
  /** Fields of a newer version, raw; written back as they came. */
  readonly extra?: Bytes;
}

export type ContentKind =
  | { readonly kind: 'text'; readonly text: string }
  /** An attachment with what is said of it, which may be nothing. */
  | { readonly kind: 'media'; readonly attachment: Attachment; readonly caption: string }
  | {
      readonly kind: 'receipt';
      readonly delivered: readonly MessageId[];
      readonly read: readonly MessageId[];
    }
  | { readonly kind: 'profile' }
  | { readonly kind: 'hello' }
  | { readonly kind: 'resend-request'; readonly envelopeHash: EnvelopeHash }
  /** The envelope held nothing to see (a receipt, say), or what is deleted by now: its stub can go, or says so. */
  | {
      readonly kind: 'resend-refusal';
      readonly envelopeHash: EnvelopeHash;
      readonly deleted: boolean;
    }
  /** Asks for the attachment of a message once more, or says to whoever asked that it does not come. */
  | { readonly kind: 'media-again'; readonly message: MessageId; readonly refused: boolean }
  /** One step of a call; what it says is read where calls are (call-signal.ts). */
  | { readonly kind: 'call-signal'; readonly signal: Bytes }
  /** Made by a newer version; `raw` is the whole content as it came. */
  | { readonly kind: 'unknown'; readonly kindNumber: number; readonly raw: Bytes };

export type Content = ContentHead & ContentKind;

/** Largest text, bytes of UTF-8. */
export const MAX_TEXT_BYTES = 64 * 1024;
/** Longest name of a person, code points. */
export const MAX_NAME_CODE_POINTS = 64;
/** Most message ids in one list of a receipt. */
export const MAX_RECEIPT_IDS = 1000;
/** Largest encoded content. */
export const MAX_CONTENT_BYTES = 128 * 1024;

const MAX_NAME_BYTES = 4 * MAX_NAME_CODE_POINTS;
const MAX_PROFILE_BYTES = 4096;
const ID_BYTES = 16;
const TOKEN_BYTES = 16;
const RELAY_KEY_BYTES = 32;

/** Fields of a content; 3 is reserved for the expiry of disappearing messages. */
const ID = 1;
const SENT_AT = 2;
const PROFILE = 4;
const KIND = 5;
const BODY = 6;
const HEALS = 7;
/** Kind numbers; never reused. */
const kinds = {
  text: 1,
  receipt: 2,
  profile: 3,
  hello: 4,
  'resend-request': 5,
  'resend-refusal': 6,
  media: 7,
  'media-again': 8,
  'call-signal': 9,
} as const;

const isName = (text: string): boolean => [...text].length <= MAX_NAME_CODE_POINTS;

function encodeProfile(profile: Profile): Bytes {
  if (!isName(profile.name)) throw new Fault('too-large');
  return writeMessage()
    .text(1, profile.name)
    .text(2, profile.host)
    .bytes(3, profile.relayKey)
    .bytes(4, profile.contactsToken)
    .bytes(5, profile.presenceToken)
    .flag(6, profile.receipts)
    .flag(7, profile.typing)
    .uint(8, profile.revision)
    .raw(profile.extra ?? new Uint8Array(0))
    .finish();
}

function decodeProfile(bytes: Bytes): Profile {
  const fields = readMessage(bytes, MAX_PROFILE_BYTES);
  const name = fields.text(1, MAX_NAME_BYTES);
  const host = fields.text(2, MAX_HOST_BYTES);
  if (!isName(name) || !isHost(host)) throw new Fault('malformed');
  const presenceToken = fields.optionalBytes(5, { length: TOKEN_BYTES });
  const extra = fields.unknown([1, 2, 3, 4, 5, 6, 7, 8]);
  return {
    name,
    host,
    relayKey: fields.bytes(3, { length: RELAY_KEY_BYTES }),
    contactsToken: fields.bytes(4, { length: TOKEN_BYTES }),
    ...(presenceToken && { presenceToken }),
    receipts: fields.flag(6),
    typing: fields.flag(7),
    revision: fields.uint(8),
    ...(extra.length > 0 && { extra }),
  };
}

function encodeBody(content: Exclude<ContentKind, { kind: 'unknown' }>): Bytes {
  const writer = writeMessage();
  switch (content.kind) {
    case 'text': {
      const text = utf8(content.text);
      if (text.length > MAX_TEXT_BYTES) throw new Fault('too-large');
      return writer.bytes(1, text).finish();
    }
    case 'media': {
      const caption = utf8(content.caption);
      if (caption.length > MAX_TEXT_BYTES) throw new Fault('too-large');
      return writer.bytes(1, encodeAttachment(content.attachment)).bytes(2, caption).finish();
    }
    case 'receipt':
      if (Math.max(content.delivered.length, content.read.length) > MAX_RECEIPT_IDS)
        throw new Fault('too-large');
      for (const id of content.delivered) writer.bytes(1, hexIdBytes(id));
      for (const id of content.read) writer.bytes(2, hexIdBytes(id));
      return writer.finish();
    case 'resend-request':
      return writer.bytes(1, hexIdBytes(content.envelopeHash)).finish();
    case 'resend-refusal':
      return writer.bytes(1, hexIdBytes(content.envelopeHash)).flag(2, content.deleted).finish();
    case 'media-again':
      return writer.bytes(1, hexIdBytes(content.message)).flag(2, content.refused).finish();
    case 'call-signal':
      return writer.bytes(1, content.signal).finish();
    case 'profile':
    case 'hello':
      return writer.finish();
  }
}

/**
 * The bytes that are encrypted. Unknown contents go back as they came.
 * @throws Fault `too-large` for a text, name or receipt over its bound
 */
export function encodeContent(content: Content): Bytes {
  if (content.kind === 'unknown') return content.raw;
  return writeMessage()
    .bytes(ID, hexIdBytes(content.messageId))
    .uint(SENT_AT, content.sentAt)
    .bytes(PROFILE, content.profile && encodeProfile(content.profile))
    .uint(KIND, kinds[content.kind])
    .bytes(BODY, encodeBody(content))
    .bytes(HEALS, content.heals && hexIdBytes(content.heals))
    .raw(content.extra ?? new Uint8Array(0))
    .finish();
}

function decodeBody(kind: number, body: Bytes, raw: Uint8Array): ContentKind {
  const fields = () => readMessage(body, MAX_CONTENT_BYTES);
  switch (kind) {
    case kinds.text:
      return { kind: 'text', text: fields().text(1, MAX_TEXT_BYTES) };
    case kinds.media: {
      const media = fields();
      return {
        kind: 'media',
        attachment: decodeAttachment(media.bytes(1)),
        caption: media.text(2, MAX_TEXT_BYTES),
      };
    }
    case kinds.receipt: {
      const lists = fields();
      const ids = (field: number) =>
        lists.repeatedBytes(field, MAX_RECEIPT_IDS, { length: ID_BYTES }).map(messageIdFromBytes);
      return { kind: 'receipt', delivered: ids(1), read: ids(2) };
    }
    case kinds.profile:
      return { kind: 'profile' };
    case kinds.hello:
      return { kind: 'hello' };
    case kinds['resend-request']:
      return {
        kind: 'resend-request',
        envelopeHash: envelopeHashFromBytes(fields().bytes(1, { length: ID_BYTES })),
      };
    case kinds['resend-refusal']: {
      const refusal = fields();
      return {
        kind: 'resend-refusal',
        envelopeHash: envelopeHashFromBytes(refusal.bytes(1, { length: ID_BYTES })),
        deleted: refusal.flag(2),
      };
    }
    case kinds['media-again']: {
      const again = fields();
      return {
        kind: 'media-again',
        message: messageIdFromBytes(again.bytes(1, { length: ID_BYTES })),
        refused: again.flag(2),
      };
    }
    case kinds['call-signal']:
      return { kind: 'call-signal', signal: fields().bytes(1) };
    default:
      return { kind: 'unknown', kindNumber: kind, raw: new Uint8Array(raw) };
  }
}

/**
 * Reads a decrypted content.
 * @throws Fault `malformed` or `too-large`; a kind this version does not know is no fault
 */
export function decodeContent(bytes: Uint8Array): Content {
  const fields = readMessage(bytes, MAX_CONTENT_BYTES);
  const profile = fields.optionalBytes(PROFILE, { max: MAX_PROFILE_BYTES });
  const heals = fields.optionalBytes(HEALS, { length: ID_BYTES });
  const extra = fields.unknown([ID, SENT_AT, PROFILE, KIND, BODY, HEALS]);
  return {
    messageId: messageIdFromBytes(fields.bytes(ID, { length: ID_BYTES })),
    sentAt: fields.uint(SENT_AT),
    ...(profile && { profile: decodeProfile(profile) }),
    ...(heals && { heals: envelopeHashFromBytes(heals) }),
    ...(extra.length > 0 && { extra }),
    ...decodeBody(
      fields.uint(KIND, 0xffff_ffff),
      fields.optionalBytes(BODY) ?? new Uint8Array(0),
      bytes,
    ),
  };
}

/** The one thing said outside the ratchet: somebody is typing. Lower numbers than the last one are stale. */
export interface Typing {
  readonly number: number;
  readonly active: boolean;
}

/** The body of a `plain` envelope. */
export function encodeTyping(typing: Typing): Bytes {
  return writeMessage().uint(1, typing.number).flag(2, typing.active).finish();
}

/** Reads the body of a `plain` envelope. Throws Fault `malformed` or `too-large`. */
export function decodeTyping(bytes: Uint8Array): Typing {
  const fields = readMessage(bytes, 64);
  return { number: fields.uint(1), active: fields.flag(2) };
}
