/**
 * The bytes of the drop socket's frames: one protobuf message whose field 1 is the frame's type number. Input is
 * hostile: bounded before parsing, every field checked; fields it does not know are ignored.
 * Source: docs/relay.md, Frames.
 */
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { accountIdBytes } from '../lib/ids.ts';
import {
  MAX_U32,
  classes,
  numberOf,
  readAccount,
  readBundle,
  readDestination,
  readHello,
  readN,
  readRefusal,
  readToken,
  readVersions,
  wordOf,
  writeBundle,
  writeDestination,
  writeHello,
  writeRefusal,
  writeVersions,
} from './frame-fields.ts';
import { dropReplies, dropRequests, openFrame, startFrame } from './frame-types.ts';
import { type DropReply, type DropRequest } from './frames.ts';

/** Bytes of a client's frame on the drop socket. */
export function encodeDropRequest(frame: DropRequest): Bytes {
  const writer = startFrame(dropRequests, frame.type);
  switch (frame.type) {
    case 'hello':
      writeVersions(writer, frame.versions);
      break;
    case 'submit':
      writeDestination(writer.uint(2, frame.n), frame)
        .uint(6, numberOf(classes, frame.class))
        .uint(7, frame.ttlSeconds)
        .bytes(8, frame.envelope);
      break;
    case 'ephemeral':
      writeDestination(writer, frame).bytes(8, frame.envelope);
      break;
    case 'bundle':
      writeDestination(writer.uint(2, frame.n), frame);
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
  const { type, fields } = openFrame(bytes, dropRequests);
  switch (type) {
    case 'hello':
      return { type, versions: readVersions(fields) };
    case 'submit': {
      const envelopeClass = wordOf(classes, fields.uint(6));
      if (envelopeClass === 'ephemeral') throw new Fault('malformed');
      return {
        type,
        n: readN(fields),
        ...readDestination(fields),
        class: envelopeClass,
        ttlSeconds: fields.uint(7, MAX_U32),
        envelope: fields.bytes(8),
      };
    }
    case 'ephemeral':
      return { type, ...readDestination(fields), envelope: fields.bytes(8) };
    case 'bundle':
      return { type, n: readN(fields), ...readDestination(fields) };
    case 'follow':
      return {
        type,
        n: readN(fields),
        mailbox: readAccount(fields),
        token: readToken(fields),
      };
    case 'unfollow':
      return { type };
  }
}

/** Bytes of the relay's frame on the drop socket. */
export function encodeDropReply(frame: DropReply): Bytes {
  const writer = startFrame(dropReplies, frame.type);
  switch (frame.type) {
    case 'hello':
      writeHello(writer, frame);
      break;
    case 'stored':
      writer.uint(2, frame.n).uint(3, frame.until);
      break;
    case 'refused':
      writeRefusal(writer, frame);
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
  const { type, fields } = openFrame(bytes, dropReplies);
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
        mailbox: readAccount(fields),
        online: fields.flag(4),
        ...(lastSeen === undefined ? {} : { lastSeen }),
      };
    }
  }
}
