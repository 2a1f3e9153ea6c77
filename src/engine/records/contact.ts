/** A person: how we stand with each other, where they are reached, and what they told of themselves. */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { Fault } from '../../lib/fault.ts';
import { type AccountId, type TokenHash, hexIdBytes, tokenHashFromBytes } from '../../lib/ids.ts';

/**
 * `asked`: I opened their link and they have not answered. `request`: they wrote first and I have not accepted;
 * nothing at all goes back. `blocked` remembers in `beforeBlock` what it was.
 */
export type ContactStanding = 'asked' | 'accepted' | 'request' | 'blocked';

const standings: readonly ContactStanding[] = ['asked', 'accepted', 'request', 'blocked'];

export interface Contact {
  readonly id: AccountId;
  readonly standing: ContactStanding;
  readonly beforeBlock?: ContactStanding;
  readonly name: string;
  readonly host: string;
  readonly relayKey: Bytes;
  /** 33 bytes; known from the first bundle or envelope, and always the one that hashes to the id. */
  readonly identityKey?: Bytes;
  /** 16 bytes: their contacts token, or the invite's while `asked`. */
  readonly token?: Bytes;
  /** True while `token` is an introduction token, whose refusals say more. */
  readonly tokenIsInvite: boolean;
  /** 16 bytes; absent when they do not share their presence. */
  readonly presenceToken?: Bytes;
  /** Their switches. */
  readonly receipts: boolean;
  readonly typing: boolean;
  /** Revision of their profile; an older one that arrives late is ignored. */
  readonly revision: number;
  /** False until something of theirs decrypted: until then everything sent carries the own profile. */
  readonly heard: boolean;
  readonly muted: boolean;
  /** The own invite token on which their request came. */
  readonly cameOn?: TokenHash;
  /** Last time they were seen online, ms. */
  readonly lastSeen?: number;
  /** When fresh sessions were started to heal, ms, newest last; bounds how often that happens. */
  readonly freshSessions: readonly number[];
}

export function encodeContact(contact: Contact): Bytes {
  const message = writeMessage()
    .uint(1, standings.indexOf(contact.standing))
    .uint(2, contact.beforeBlock && standings.indexOf(contact.beforeBlock))
    .text(3, contact.name)
    .text(4, contact.host)
    .bytes(5, contact.relayKey)
    .bytes(6, contact.identityKey)
    .bytes(7, contact.token)
    .flag(8, contact.tokenIsInvite)
    .bytes(9, contact.presenceToken)
    .flag(10, contact.receipts)
    .flag(11, contact.typing)
    .uint(12, contact.revision)
    .flag(13, contact.heard)
    .flag(14, contact.muted)
    .bytes(15, contact.cameOn && hexIdBytes(contact.cameOn))
    .uint(16, contact.lastSeen);
  for (const time of contact.freshSessions) message.uint(17, time);
  return message.finish();
}

function standingAt(index: number): ContactStanding {
  const standing = standings[index];
  if (!standing) throw new Fault('malformed');
  return standing;
}

export function decodeContact(id: AccountId, bytes: Uint8Array): Contact {
  const fields = readMessage(bytes, 8192);
  const beforeBlock = fields.optionalUint(2);
  const identityKey = fields.optionalBytes(6, { length: 33 });
  const token = fields.optionalBytes(7, { length: 16 });
  const presenceToken = fields.optionalBytes(9, { length: 16 });
  const cameOn = fields.optionalBytes(15, { length: 32 });
  const lastSeen = fields.optionalUint(16);
  return {
    id,
    standing: standingAt(fields.uint(1)),
    ...(beforeBlock !== undefined && { beforeBlock: standingAt(beforeBlock) }),
    name: fields.text(3, 512),
    host: fields.text(4, 260),
    relayKey: fields.bytes(5, { max: 32 }),
    ...(identityKey && { identityKey }),
    ...(token && { token }),
    tokenIsInvite: fields.flag(8),
    ...(presenceToken && { presenceToken }),
    receipts: fields.flag(10),
    typing: fields.flag(11),
    revision: fields.uint(12),
    heard: fields.flag(13),
    muted: fields.flag(14),
    ...(cameOn && { cameOn: tokenHashFromBytes(cameOn) }),
    ...(lastSeen !== undefined && { lastSeen }),
    freshSessions: fields.repeatedUint(17, 64),
  };
}
