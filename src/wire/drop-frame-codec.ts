/**
 * The bytes of the drop socket's frames: one protobuf message whose field 1 is the frame's type number. Input is
 * hostile: bounded before parsing, every field checked; fields it does not know are ignored.
 * Source: docs/relay.md, Frames.
 */
import { type Bytes } from '../lib/bytes.ts';
import { readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import { accountIdBytes, deviceId } from '../lib/ids.ts';
import { type DropReply, type DropRequest } from './frames.ts';
import {
  MAX_U32,
  TOKEN,
  classes,
  dropReplyNumbers,
  dropRequestNumbers,
  mailboxReplyNumbers,
  mailboxRequestNumbers,
  numberOf,
  readAccount,
  readBundle,
  readHello,
  readN,
  readRefusal,
  readVersions,
  refusals,
  typeOf,
  wordOf,
  writeBundle,
} from './frame-fields.ts';
import { MAX_FRAME_BYTES } from './limits.ts';

/** Bytes of a client's frame on the drop socket. */
export function encodeDropRequest(frame: DropRequest): Bytes {
  const writer = writeMessage().uint(1, dropRequestNumbers[frame.type]);
  switch (frame.type) {
    case 'hello':
      for (const version of frame.versions) writer.uint(2, version);
      break;
    case 'submit':
      writer
        .uint(2, frame.n)
        .bytes(3, accountIdBytes(frame.mailbox))
        .uint(4, frame.device)
        .bytes(5, frame.token)
        .uint(6, numberOf(classes, frame.class))
        .uint(7, frame.ttlSeconds)
        .bytes(8, frame.envelope);
      break;
    case 'ephemeral':
      writer
        .bytes(3, accountIdBytes(frame.mailbox))
        .uint(4, frame.device)
        .bytes(5, frame.token)
        .bytes(8, frame.envelope);
      break;
    case 'bundle':
      writer
        .uint(2, frame.n)
        .bytes(3, accountIdBytes(frame.mailbox))
        .uint(4, frame.device)
        .bytes(5, frame.token);
      break;
    case 'follow':
      writer.uint(2, frame.n).bytes(3, accountIdBytes(frame.mailbox)).bytes(5, frame.token);
      break;
    case 'unfollow':
      break;
  }
  return writer.finish();
}

/** A client's frame on the drop socket. Throws Fault `malformed`, `too-large` or `wrong-socket`. */
export function decodeDropRequest(bytes: Uint8Array): DropRequest {
  const fields = readMessage(bytes, MAX_FRAME_BYTES);
  const type = typeOf(fields, dropRequestNumbers, mailboxRequestNumbers);
  switch (type) {
    case 'hello':
      return { type, versions: readVersions(fields) };
    case 'submit': {
      const envelopeClass = wordOf(classes, fields.uint(6));
      if (envelopeClass === 'ephemeral') throw new Fault('malformed');
      return {
        type,
        n: readN(fields),
        mailbox: readAccount(fields, 3),
        device: deviceId(fields.uint(4)),
        token: fields.bytes(5, TOKEN),
        class: envelopeClass,
        ttlSeconds: fields.uint(7, MAX_U32),
        envelope: fields.bytes(8),
      };
    }
    case 'ephemeral':
      return {
        type,
        mailbox: readAccount(fields, 3),
        device: deviceId(fields.uint(4)),
        token: fields.bytes(5, TOKEN),
        envelope: fields.bytes(8),
      };
    case 'bundle':
      return {
        type,
        n: readN(fields),
        mailbox: readAccount(fields, 3),
        device: deviceId(fields.uint(4)),
        token: fields.bytes(5, TOKEN),
      };
    case 'follow':
      return {
        type,
        n: readN(fields),
        mailbox: readAccount(fields, 3),
        token: fields.bytes(5, TOKEN),
      };
    case 'unfollow':
      return { type };
  }
}

/** Bytes of the relay's frame on the drop socket. */
export function encodeDropReply(frame: DropReply): Bytes {
  const writer = writeMessage().uint(1, dropReplyNumbers[frame.type]);
  switch (frame.type) {
    case 'hello':
      writer.uint(2, frame.version).text(3, frame.host).bytes(4, frame.relayKey);
      break;
    case 'stored':
      writer.uint(2, frame.n).uint(3, frame.until);
      break;
    case 'refused':
      writer.uint(2, frame.n).uint(3, numberOf(refusals, frame.code));
      break;
    case 'bundle':
      writer.uint(2, frame.n).bytes(3, writeBundle(frame.bundle));
      break;
    case 'presence':
      writer
        .uint(2, frame.n)
        .bytes(3, accountIdBytes(frame.mailbox))
        .flag(4, frame.online)
        .uint(5, frame.lastSeen);
      break;
  }
  return writer.finish();
}

/** The relay's frame on the drop socket. Throws Fault `malformed`, `too-large` or `wrong-socket`. */
export function decodeDropReply(bytes: Uint8Array): DropReply {
  const fields = readMessage(bytes, MAX_FRAME_BYTES);
  const type = typeOf(fields, dropReplyNumbers, mailboxReplyNumbers);
  switch (type) {
    case 'hello':
      return { type, ...readHello(fields) };
    case 'stored':
      return { type, n: readN(fields), until: fields.uint(3) };
    case 'refused':
      return { type, ...readRefusal(fields) };
    case 'bundle':
      return { type, n: readN(fields), bundle: readBundle(fields.bytes(3)) };
    case 'presence': {
      const n = fields.optionalUint(2, MAX_U32);
      const lastSeen = fields.optionalUint(5);
      return {
        type,
        ...(n === undefined ? {} : { n }),
        mailbox: readAccount(fields, 3),
        online: fields.flag(4),
        ...(lastSeen === undefined ? {} : { lastSeen }),
      };
    }
  }
}
