/**
 * The two messages of the ratchet in libsignal's bytes: SignalMessage, and PreKeySignalMessage, which wraps the first
 * ones of a session. Parsing only: nothing here knows a key or a session.
 * docs/protocol.md, section "Messages".
 */
import { KYBER_SERIALIZED_BYTES, KYBER_TYPE } from '../crypto/kem.ts';
import { readPublicKey, SERIALIZED_KEY_BYTES } from '../crypto/x25519.ts';
import { type Bytes, concat } from '../lib/bytes.ts';
import { type Fields, readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import { MAX_ENVELOPE_BYTES } from '../wire/limits.ts';

/** 3 is X3DH, only for tests; 4 is PQXDH. */
export type ProtocolVersion = 3 | 4;

export const MAC_BYTES = 8;
const MAX_U32 = 0xffff_ffff;

/** A SignalMessage taken apart; its MAC is not checked. */
export interface RatchetMessage {
  readonly version: ProtocolVersion;
  /** 0x05 ‖ u. */
  readonly ratchetKey: Bytes;
  readonly counter: number;
  readonly ciphertext: Bytes;
  /** What the MAC covers: first byte and protobuf. */
  readonly authenticated: Bytes;
  readonly mac: Bytes;
}

/** A PreKeySignalMessage taken apart. */
export interface PrekeyMessage {
  readonly version: ProtocolVersion;
  readonly registrationId: number;
  readonly oneTimePrekeyId?: number;
  readonly signedPrekeyId: number;
  /** Both present in version 4, both absent in version 3. */
  readonly kyberPrekeyId?: number;
  /** 0x08 ‖ 1568 bytes. */
  readonly kyberCiphertext?: Bytes;
  /** 0x05 ‖ u. */
  readonly baseKey: Bytes;
  /** 0x05 ‖ u. */
  readonly identityKey: Bytes;
  /** A whole SignalMessage. */
  readonly message: Bytes;
}

/** High nibble: the version of this message. Low nibble: the newest its sender speaks; ours is the same. */
const firstByte = (version: ProtocolVersion): Bytes => Uint8Array.of((version << 4) | version);

function readVersion(byte: number | undefined): ProtocolVersion {
  if (byte === undefined || (byte & 15) < 3) throw new Fault('malformed');
  const version = byte >> 4;
  if (version < 3) throw new Fault('old-protocol');
  if (version !== 3 && version !== 4) throw new Fault('unsupported-version');
  return version;
}

function readKey(fields: Fields, field: number): Bytes {
  const key = fields.bytes(field, { length: SERIALIZED_KEY_BYTES });
  try {
    readPublicKey(key);
  } catch (error) {
    throw new Fault('malformed', 'never', error);
  }
  return key;
}

/** First byte and protobuf of a SignalMessage, to be followed by its MAC. */
export function encodeRatchetMessage(
  version: ProtocolVersion,
  ratchetKey: Bytes,
  counter: number,
  previousCounter: number,
  ciphertext: Bytes,
): Bytes {
  const fields = writeMessage()
    .bytes(1, ratchetKey)
    .uint(2, counter)
    .uint(3, previousCounter)
    .bytes(4, ciphertext);
  return concat(firstByte(version), fields.finish());
}

/** Takes a SignalMessage apart. Throws Fault `malformed`, `too-large`, `old-protocol` or `unsupported-version`. */
export function parseRatchetMessage(bytes: Uint8Array): RatchetMessage {
  const version = readVersion(bytes[0]);
  if (bytes.length <= 1 + MAC_BYTES) throw new Fault('malformed');
  const authenticated = new Uint8Array(bytes.subarray(0, bytes.length - MAC_BYTES));
  const fields = readMessage(authenticated.subarray(1), MAX_ENVELOPE_BYTES);
  const ciphertext = fields.bytes(4);
  if (ciphertext.length === 0 || ciphertext.length % 16 !== 0) throw new Fault('malformed');
  return {
    version,
    ratchetKey: readKey(fields, 1),
    counter: fields.uint(2, MAX_U32),
    ciphertext,
    authenticated,
    mac: new Uint8Array(bytes.subarray(bytes.length - MAC_BYTES)),
  };
}

/** A PreKeySignalMessage. */
export function encodePrekeyMessage(message: PrekeyMessage): Bytes {
  const fields = writeMessage()
    .uint(1, message.oneTimePrekeyId)
    .bytes(2, message.baseKey)
    .bytes(3, message.identityKey)
    .bytes(4, message.message)
    .uint(5, message.registrationId)
    .uint(6, message.signedPrekeyId)
    .uint(7, message.kyberPrekeyId)
    .bytes(8, message.kyberCiphertext);
  return concat(firstByte(message.version), fields.finish());
}

/** Takes a PreKeySignalMessage apart. Throws Fault `malformed`, `too-large`, `old-protocol` or `unsupported-version`. */
export function parsePrekeyMessage(bytes: Uint8Array): PrekeyMessage {
  const version = readVersion(bytes[0]);
  const fields = readMessage(bytes.subarray(1), MAX_ENVELOPE_BYTES);
  const oneTimePrekeyId = fields.optionalUint(1, MAX_U32);
  const kyberPrekeyId = fields.optionalUint(7, MAX_U32);
  const kyberCiphertext = fields.optionalBytes(8, { length: KYBER_SERIALIZED_BYTES });
  if (kyberCiphertext && kyberCiphertext[0] !== KYBER_TYPE) throw new Fault('malformed');
  const complete = kyberPrekeyId !== undefined && kyberCiphertext !== undefined;
  const without = kyberPrekeyId === undefined && kyberCiphertext === undefined;
  if (version === 4 ? !complete : !without) throw new Fault('malformed');
  return {
    version,
    registrationId: fields.optionalUint(5, MAX_U32) ?? 0,
    ...(oneTimePrekeyId !== undefined && { oneTimePrekeyId }),
    signedPrekeyId: fields.uint(6, MAX_U32),
    ...(complete && { kyberPrekeyId, kyberCiphertext }),
    baseKey: readKey(fields, 2),
    identityKey: readKey(fields, 3),
    message: fields.bytes(4),
  };
}
