/**
 * What is remembered about the sessions with one device of a peer, and its stored form. Immutable: a step makes a new
 * record that shares what did not change, and a session that did not change is not serialised again.
 * docs/protocol.md, section "Sessions".
 */
import { KYBER_SERIALIZED_BYTES } from '../crypto/kem.ts';
import { SERIALIZED_KEY_BYTES } from '../crypto/x25519.ts';
import { type Bytes } from '../lib/bytes.ts';
import { readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import {
  MAX_OLD_CHAINS,
  MAX_SKIPPED_PER_CHAIN,
  MAX_SKIPPED_PER_SESSION,
  type Ratchet,
  type ReceivingChain,
  SKIPPED_BYTES,
  type SendingChain,
} from './double-ratchet.ts';
import { type Opening } from './handshake.ts';
import { type ProtocolVersion } from './ratchet-message.ts';

/** One session. Keys are 0x05 ‖ u. */
export interface Session {
  readonly version: ProtocolVersion;
  readonly localKey: Bytes;
  readonly remoteKey: Bytes;
  readonly remoteRegistrationId: number;
  /** The initiator's ephemeral key: names the session on both sides. */
  readonly baseKey: Bytes;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly ratchet: Ratchet;
  /** Present while we began it and nothing has been answered. */
  readonly opening?: Opening;
}

/** A first message that was accepted; another with its base key is no new session. */
export interface RememberedHandshake {
  readonly baseKey: Bytes;
  readonly signedPrekeyId: number;
  readonly kyberPrekeyId?: number;
}

/** Everything remembered about the sessions with one device of a peer; immutable. */
export interface PeerSessions {
  /** The one that sends. */
  readonly current?: Session;
  /** Those that may still receive, newest first. */
  readonly archived: readonly Session[];
  /** Oldest first. */
  readonly remembered: readonly RememberedHandshake[];
}

/** Archived sessions of one peer. */
export const MAX_ARCHIVED_SESSIONS = 40;
/** First messages remembered of one peer: a peer that opens more sessions within a signed prekey's life harms itself. */
export const MAX_REMEMBERED_HANDSHAKES = 256;

const STORED_VERSION = 1;
const KEY_BYTES = 32;
const MAX_SESSION_BYTES = MAX_SKIPPED_PER_SESSION * SKIPPED_BYTES + 8192;
const MAX_SESSIONS_BYTES =
  (MAX_ARCHIVED_SESSIONS + 1) * MAX_SESSION_BYTES + MAX_REMEMBERED_HANDSHAKES * 128;

const key = { length: SERIALIZED_KEY_BYTES };
const secret = { length: KEY_BYTES };
const serialized = new WeakMap<Session, Bytes>();

function encodeSending(chain: SendingChain): Bytes {
  return writeMessage()
    .bytes(1, chain.ratchetKey)
    .bytes(2, chain.privateKey)
    .bytes(3, chain.chainKey)
    .uint(4, chain.counter)
    .finish();
}

function decodeSending(bytes: Bytes): SendingChain {
  const fields = readMessage(bytes, MAX_SESSION_BYTES);
  return {
    ratchetKey: fields.bytes(1, key),
    privateKey: fields.bytes(2, secret),
    chainKey: fields.bytes(3, secret),
    counter: fields.uint(4),
  };
}

function encodeReceiving(chain: ReceivingChain): Bytes {
  return writeMessage()
    .bytes(1, chain.ratchetKey)
    .bytes(2, chain.chainKey)
    .uint(3, chain.counter)
    .bytes(4, chain.skipped)
    .finish();
}

function decodeReceiving(bytes: Bytes): ReceivingChain {
  const fields = readMessage(bytes, MAX_SESSION_BYTES);
  const skipped = fields.bytes(4, { max: MAX_SKIPPED_PER_CHAIN * SKIPPED_BYTES });
  if (skipped.length % SKIPPED_BYTES !== 0) throw new Fault('malformed');
  return {
    ratchetKey: fields.bytes(1, key),
    chainKey: fields.bytes(2, secret),
    counter: fields.uint(3),
    skipped,
  };
}

function encodeOpening(opening: Opening): Bytes {
  return writeMessage()
    .uint(1, opening.oneTimePrekeyId)
    .uint(2, opening.signedPrekeyId)
    .uint(3, opening.kyberPrekeyId)
    .bytes(4, opening.kyberCiphertext)
    .finish();
}

function decodeOpening(bytes: Bytes): Opening {
  const fields = readMessage(bytes, MAX_SESSION_BYTES);
  const oneTimePrekeyId = fields.optionalUint(1);
  const kyberPrekeyId = fields.optionalUint(3);
  const kyberCiphertext = fields.optionalBytes(4, { length: KYBER_SERIALIZED_BYTES });
  return {
    ...(oneTimePrekeyId !== undefined && { oneTimePrekeyId }),
    signedPrekeyId: fields.uint(2),
    ...(kyberPrekeyId !== undefined && { kyberPrekeyId }),
    ...(kyberCiphertext && { kyberCiphertext }),
  };
}

function encodeSession(session: Session): Bytes {
  const known = serialized.get(session);
  if (known) return known;
  const { ratchet } = session;
  const writer = writeMessage()
    .uint(1, session.version)
    .bytes(2, session.localKey)
    .bytes(3, session.remoteKey)
    .uint(4, session.remoteRegistrationId)
    .bytes(5, session.baseKey)
    .uint(6, session.createdAt)
    .bytes(7, session.opening && encodeOpening(session.opening))
    .bytes(8, ratchet.rootKey)
    .uint(9, ratchet.previousCounter)
    .bytes(10, encodeSending(ratchet.sending));
  for (const chain of ratchet.receiving) writer.bytes(11, encodeReceiving(chain));
  const bytes = writer.finish();
  serialized.set(session, bytes);
  return bytes;
}

function decodeSession(bytes: Bytes): Session {
  const fields = readMessage(bytes, MAX_SESSION_BYTES);
  const version = fields.uint(1);
  if (version !== 3 && version !== 4) throw new Fault('malformed');
  const opening = fields.optionalBytes(7);
  const session: Session = {
    version,
    localKey: fields.bytes(2, key),
    remoteKey: fields.bytes(3, key),
    remoteRegistrationId: fields.uint(4),
    baseKey: fields.bytes(5, key),
    createdAt: fields.uint(6),
    ...(opening && { opening: decodeOpening(opening) }),
    ratchet: {
      rootKey: fields.bytes(8, secret),
      previousCounter: fields.uint(9),
      sending: decodeSending(fields.bytes(10)),
      receiving: fields.repeatedBytes(11, MAX_OLD_CHAINS + 1).map(decodeReceiving),
    },
  };
  serialized.set(session, bytes);
  return session;
}

/** For storage; holds private keys. */
export function serializeSessions(sessions: PeerSessions): Bytes {
  const writer = writeMessage()
    .uint(1, STORED_VERSION)
    .bytes(2, sessions.current && encodeSession(sessions.current));
  for (const session of sessions.archived) writer.bytes(3, encodeSession(session));
  for (const { baseKey, signedPrekeyId, kyberPrekeyId } of sessions.remembered) {
    const handshake = writeMessage()
      .bytes(1, baseKey)
      .uint(2, signedPrekeyId)
      .uint(3, kyberPrekeyId);
    writer.bytes(4, handshake.finish());
  }
  return writer.finish();
}

/** Reads what `serializeSessions` wrote. Throws Fault `malformed` or `too-large`. */
export function parseSessions(bytes: Uint8Array): PeerSessions {
  const fields = readMessage(bytes, MAX_SESSIONS_BYTES);
  if (fields.uint(1) !== STORED_VERSION) throw new Fault('malformed');
  const current = fields.optionalBytes(2);
  return {
    ...(current && { current: decodeSession(current) }),
    archived: fields.repeatedBytes(3, MAX_ARCHIVED_SESSIONS).map(decodeSession),
    remembered: fields.repeatedBytes(4, MAX_REMEMBERED_HANDSHAKES).map((handshake) => {
      const parts = readMessage(handshake, 128);
      const kyberPrekeyId = parts.optionalUint(3);
      return {
        baseKey: parts.bytes(1, key),
        signedPrekeyId: parts.uint(2),
        ...(kyberPrekeyId !== undefined && { kyberPrekeyId }),
      };
    }),
  };
}
