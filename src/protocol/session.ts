/**
 * Sessions with one device of a peer: which one sends, which ones may still receive, and the first messages that
 * open them. State in, new state out: on any fault the state that was handed in is still true.
 * docs/protocol.md, sections "Sessions" and "Limits".
 */
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type AccountId } from '../lib/ids.ts';
import { type RandomBytes } from '../lib/random.ts';
import { type WireBundle } from '../wire/frames.ts';
import { type IdentityKeyPair } from './identity.ts';
import { type KyberPrekeyPair, type OneTimePrekeyPair, type SignedPrekeyPair } from './prekeys.ts';

/** Everything remembered about the sessions with one device of a peer; immutable. */
export interface PeerSessions {
  readonly placeholder?: never;
}

export type RatchetMessageType = 'prekey' | 'message';

export interface InitiateOptions {
  readonly identity: IdentityKeyPair;
  readonly registrationId: number;
  readonly bundle: WireBundle;
  readonly peer: AccountId;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly random: RandomBytes;
}

export interface EncryptOptions {
  readonly identity: IdentityKeyPair;
  readonly registrationId: number;
  readonly now: number;
}

export interface EncryptedMessage {
  readonly sessions: PeerSessions;
  readonly type: RatchetMessageType;
  readonly body: Bytes;
}

/** Own prekeys by id; synchronous, so the caller loads what `peekPrekeyMessage` names before. */
export interface PrekeyLookup {
  signed(id: number): SignedPrekeyPair | undefined;
  oneTime(id: number): OneTimePrekeyPair | undefined;
  kyber(id: number): { readonly pair: KyberPrekeyPair; readonly oneTime: boolean } | undefined;
}

export interface DecryptOptions {
  readonly type: RatchetMessageType;
  readonly body: Bytes;
  /** The sender's identity key as the envelope proved it, 33 bytes. */
  readonly senderIdentityKey: Bytes;
  readonly identity: IdentityKeyPair;
  readonly registrationId: number;
  readonly prekeys: PrekeyLookup;
  readonly now: number;
  readonly random: RandomBytes;
}

export interface DecryptedMessage {
  readonly sessions: PeerSessions;
  readonly plaintext: Bytes;
  /** To be deleted in the commit that stores `sessions`. */
  readonly usedOneTimePrekey?: number;
  /** Only when that Kyber prekey was a one-time one. */
  readonly usedKyberPrekey?: number;
}

/** What a first message names. */
export interface PrekeyMessageHead {
  readonly version: number;
  readonly registrationId: number;
  readonly signedPrekeyId: number;
  readonly oneTimePrekeyId?: number;
  readonly kyberPrekeyId?: number;
  readonly identityKey: Bytes;
  readonly baseKey: Bytes;
}

/** No session yet. */
export const emptySessions = (): PeerSessions => ({});
export function serializeSessions(_sessions: PeerSessions): Bytes {
  throw new Fault('internal');
}
export function parseSessions(_bytes: Uint8Array): PeerSessions {
  throw new Fault('internal');
}
export async function initiateSession(
  _sessions: PeerSessions,
  _options: InitiateOptions,
): Promise<PeerSessions> {
  throw new Fault('internal');
}
export async function encryptMessage(
  _sessions: PeerSessions,
  _plaintext: Bytes,
  _options: EncryptOptions,
): Promise<EncryptedMessage> {
  throw new Fault('internal');
}
export async function decryptMessage(
  _sessions: PeerSessions,
  _options: DecryptOptions,
): Promise<DecryptedMessage> {
  throw new Fault('internal');
}
export function hasUsableSession(_sessions: PeerSessions, _now: number): boolean {
  throw new Fault('internal');
}
/** True while the current session's first messages have not been answered. */
export function isUnacknowledged(_sessions: PeerSessions): boolean {
  throw new Fault('internal');
}
export function peekPrekeyMessage(_body: Uint8Array): PrekeyMessageHead {
  throw new Fault('internal');
}
/** Forgets the first messages whose signed prekey is no more; for when old signed prekeys are deleted. */
export function forgetHandshakes(
  _sessions: PeerSessions,
  _lives: (signedPrekeyId: number) => boolean,
): PeerSessions {
  throw new Fault('internal');
}
