/** Ids as newtypes, so that one kind is never passed for another. All are strings fit for an index column. */
import { fromBase32, toBase32 } from './base32.ts';
import { type Bytes, fromHex, toHex } from './bytes.ts';
import { Fault } from './fault.ts';

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** 32 base32 letters: the first 160 bits of SHA-256(`sotto-account-v1` ‖ identity key). */
export type AccountId = Branded<string, 'AccountId'>;
/** Where keys of an account live; 1 until linking exists. */
export type DeviceId = Branded<number, 'DeviceId'>;
/** A chat: the peer's account id, or the own one for Notes. */
export type ConversationId = Branded<string, 'ConversationId'>;
/** 32 hex letters: 16 random bytes chosen by the sender. */
export type MessageId = Branded<string, 'MessageId'>;
/** 32 hex letters: first 16 bytes of SHA-256 over a sealed envelope. */
export type EnvelopeHash = Branded<string, 'EnvelopeHash'>;
/** 32 hex letters: 16 random bytes of one browser profile. */
export type InstallationId = Branded<string, 'InstallationId'>;
/** 64 hex letters: SHA-256 of a 16-byte delivery, introduction or presence token. */
export type TokenHash = Branded<string, 'TokenHash'>;
/** 64 hex letters: the hash of an encrypted attachment, by which it is fetched. */
export type BlobId = Branded<string, 'BlobId'>;

/** The only device until linking exists. */
export const FIRST_DEVICE = 1 as DeviceId;

/** Checks a device id. Throws Fault `malformed` for anything but 1. */
export function deviceId(value: number): DeviceId {
  if (value !== 1) throw new Fault('malformed');
  return value as DeviceId;
}

/** Account id of its 20 raw bytes. Throws Fault `malformed` on another length. */
export function accountIdFromBytes(bytes: Uint8Array): AccountId {
  if (bytes.length !== 20) throw new Fault('malformed');
  return toBase32(bytes) as AccountId;
}

/** The 20 raw bytes of an account id. */
export function accountIdBytes(id: AccountId): Bytes {
  return fromBase32(id);
}

/** Checks text that claims to be an account id. Throws Fault `malformed`. */
export function parseAccountId(text: string): AccountId {
  if (text.length !== 32) throw new Fault('malformed');
  return accountIdFromBytes(fromBase32(text));
}

/** The conversation with an account. */
export function conversationWith(id: AccountId): ConversationId {
  return id as string as ConversationId;
}

/** The account on the other side of a one-to-one conversation. */
export function peerOf(id: ConversationId): AccountId {
  return id as string as AccountId;
}

function hexId<Id>(length: number) {
  return (bytes: Uint8Array): Id => {
    if (bytes.length !== length) throw new Fault('malformed');
    return toHex(bytes) as Id;
  };
}

/** Message id of its 16 bytes. Throws Fault `malformed`. */
export const messageIdFromBytes = hexId<MessageId>(16);
/** Envelope hash of its 16 bytes. Throws Fault `malformed`. */
export const envelopeHashFromBytes = hexId<EnvelopeHash>(16);
/** Installation id of its 16 bytes. Throws Fault `malformed`. */
export const installationIdFromBytes = hexId<InstallationId>(16);
/** Token hash of its 32 bytes. Throws Fault `malformed`. */
export const tokenHashFromBytes = hexId<TokenHash>(32);
/** Blob id of its 32 bytes. Throws Fault `malformed`. */
export const blobIdFromBytes = hexId<BlobId>(32);

/** Raw bytes of any of the hexadecimal ids. */
export function hexIdBytes(
  id: MessageId | EnvelopeHash | InstallationId | TokenHash | BlobId,
): Bytes {
  return fromHex(id);
}
