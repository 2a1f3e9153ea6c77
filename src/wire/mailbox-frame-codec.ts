/**
 * The bytes of the mailbox socket's frames: one protobuf message whose field 1 is the frame's type number. Input
 * is hostile: bounded before parsing, every field checked; fields it does not know are ignored.
 * Source: docs/relay.md, Frames.
 */
import { type Bytes } from '../lib/bytes.ts';
import { deviceId, hexIdBytes, installationIdFromBytes, tokenHashFromBytes } from '../lib/ids.ts';
import {
  DELETE_HASH,
  ENVELOPE,
  GRANT,
  IDENTITY_KEY,
  KYBER_KEY,
  MAX_CONFIRMED,
  MAX_LEDGER_ROWS,
  MAX_U32,
  PREKEY,
  SIGNATURE,
  TURN_URL,
  classes,
  numberOf,
  readHashes,
  readHello,
  readLedgerRow,
  readN,
  readPrekey,
  readRefusal,
  readSignedPrekey,
  readTokenPut,
  readTurnUrl,
  readVersions,
  wordOf,
  writeHello,
  writeLedgerRow,
  writePrekey,
  writeRefusal,
  writeSignedPrekey,
  writeTokenPut,
  writeVersions,
} from './frame-fields.ts';
import { mailboxReplies, mailboxRequests, openFrame, startFrame } from './frame-types.ts';
import { type MailboxReply, type MailboxRequest } from './frames.ts';
import { MAX_ONE_TIME_PREKEYS, MAX_TOKENS, MAX_TURN_URLS, MAX_TURN_TEXT_BYTES } from './limits.ts';

/** Bytes of a client's frame on the mailbox socket. */
export function encodeMailboxRequest(frame: MailboxRequest): Bytes {
  const writer = startFrame(mailboxRequests, frame.type);
  switch (frame.type) {
    case 'hello':
      writeVersions(writer, frame.versions);
      break;
    case 'auth':
    case 'claim':
      writer
        .uint(2, frame.n)
        .bytes(3, frame.identityKey)
        .uint(4, frame.device)
        .bytes(5, hexIdBytes(frame.installation))
        .bytes(6, frame.signature);
      break;
    case 'confirm':
      for (const sequence of frame.sequences) writer.uint(2, sequence);
      break;
    case 'prekeys':
      writer
        .uint(2, frame.n)
        .uint(3, frame.device)
        .uint(4, frame.registrationId)
        .bytes(5, frame.signedPrekey && writeSignedPrekey(frame.signedPrekey))
        .bytes(6, frame.lastResortPrekey && writeSignedPrekey(frame.lastResortPrekey));
      for (const prekey of frame.oneTimePrekeys) writer.bytes(7, writePrekey(prekey).finish());
      for (const prekey of frame.kyberPrekeys) writer.bytes(8, writeSignedPrekey(prekey));
      break;
    case 'tokens':
      writer.uint(2, frame.n);
      for (const put of frame.put) writer.bytes(3, writeTokenPut(put));
      for (const hash of frame.retire) writer.bytes(4, hexIdBytes(hash));
      for (const hash of frame.revoke) writer.bytes(5, hexIdBytes(hash));
      break;
    case 'prekey-count':
    case 'ledger':
    case 'erase':
    case 'turn':
      writer.uint(2, frame.n);
      break;
    case 'upload':
      writer.uint(2, frame.n).uint(3, frame.size).bytes(4, frame.deleteHash);
      break;
  }
  return writer.finish();
}

/** A client's frame on the mailbox socket. Throws Fault `malformed`, `too-large` or `wrong-socket`. */
export function decodeMailboxRequest(bytes: Uint8Array): MailboxRequest {
  const { type, fields } = openFrame(bytes, mailboxRequests);
  switch (type) {
    case 'hello':
      return { type, versions: readVersions(fields) };
    case 'auth':
    case 'claim':
      return {
        type,
        n: readN(fields),
        identityKey: fields.bytes(3, IDENTITY_KEY),
        device: deviceId(fields.uint(4)),
        installation: installationIdFromBytes(fields.bytes(5, { length: 16 })),
        signature: fields.bytes(6, SIGNATURE),
      };
    case 'confirm':
      return { type, sequences: fields.repeatedUint(2, MAX_CONFIRMED) };
    case 'prekeys': {
      const signed = fields.optionalBytes(5);
      const lastResort = fields.optionalBytes(6);
      return {
        type,
        n: readN(fields),
        device: deviceId(fields.uint(3)),
        registrationId: fields.uint(4, MAX_U32),
        ...(signed ? { signedPrekey: readSignedPrekey(signed, PREKEY) } : {}),
        ...(lastResort ? { lastResortPrekey: readSignedPrekey(lastResort, KYBER_KEY) } : {}),
        oneTimePrekeys: fields.repeatedBytes(7, MAX_ONE_TIME_PREKEYS).map(readPrekey),
        kyberPrekeys: fields
          .repeatedBytes(8, MAX_ONE_TIME_PREKEYS)
          .map((prekey) => readSignedPrekey(prekey, KYBER_KEY)),
      };
    }
    case 'tokens':
      return {
        type,
        n: readN(fields),
        put: fields.repeatedBytes(3, MAX_TOKENS).map(readTokenPut),
        retire: readHashes(fields, 4),
        revoke: readHashes(fields, 5),
      };
    case 'prekey-count':
    case 'ledger':
    case 'erase':
    case 'turn':
      return { type, n: readN(fields) };
    case 'upload':
      return {
        type,
        n: readN(fields),
        size: fields.uint(3),
        deleteHash: fields.bytes(4, DELETE_HASH),
      };
  }
}

/** Bytes of the relay's frame on the mailbox socket. */
export function encodeMailboxReply(frame: MailboxReply): Bytes {
  const writer = startFrame(mailboxReplies, frame.type);
  switch (frame.type) {
    case 'hello':
      writeHello(writer, frame).bytes(5, frame.nonce);
      break;
    case 'welcome':
      writer.uint(2, frame.n).flag(3, frame.fresh);
      break;
    case 'done':
      writer.uint(2, frame.n);
      break;
    case 'refused':
      writeRefusal(writer, frame).uint(4, frame.since);
      break;
    case 'deliver':
      writer
        .uint(2, frame.sequence)
        .uint(3, numberOf(classes, frame.class))
        .bytes(4, frame.envelope)
        .bytes(5, hexIdBytes(frame.token));
      break;
    case 'ephemeral':
      writer.bytes(2, frame.envelope);
      break;
    case 'prekey-count':
      writer.uint(2, frame.n).uint(3, frame.oneTime).uint(4, frame.kyber);
      break;
    case 'ledger':
      writer.uint(2, frame.n).flag(4, frame.more === true);
      for (const row of frame.rows) writer.bytes(3, writeLedgerRow(row));
      break;
    case 'grant':
      writer.uint(2, frame.n).bytes(3, frame.grant).uint(4, frame.until);
      break;
    case 'turn-servers':
      writer
        .uint(2, frame.n)
        .text(4, frame.username)
        .text(5, frame.credential)
        .uint(6, frame.expires);
      for (const url of frame.urls) writer.text(3, url);
      break;
    case 'drained':
    case 'superseded':
      break;
  }
  return writer.finish();
}

/** The relay's frame on the mailbox socket. Throws Fault `malformed`, `too-large` or `wrong-socket`. */
export function decodeMailboxReply(bytes: Uint8Array): MailboxReply {
  const { type, fields } = openFrame(bytes, mailboxReplies);
  switch (type) {
    case 'hello':
      return { type, ...readHello(fields), nonce: fields.bytes(5, { length: 32 }) };
    case 'welcome':
      return { type, n: readN(fields), fresh: fields.flag(3) };
    case 'done':
      return { type, n: readN(fields) };
    case 'refused': {
      const since = fields.optionalUint(4);
      return { type, ...readRefusal(fields), ...(since === undefined ? {} : { since }) };
    }
    case 'deliver':
      return {
        type,
        sequence: fields.uint(2),
        class: wordOf(classes, fields.uint(3)),
        token: tokenHashFromBytes(fields.bytes(5, { length: 32 })),
        envelope: fields.bytes(4, ENVELOPE),
      };
    case 'ephemeral':
      return { type, envelope: fields.bytes(2, ENVELOPE) };
    case 'prekey-count':
      return {
        type,
        n: readN(fields),
        oneTime: fields.uint(3, MAX_U32),
        kyber: fields.uint(4, MAX_U32),
      };
    case 'ledger':
      return {
        type,
        n: readN(fields),
        rows: fields.repeatedBytes(3, MAX_LEDGER_ROWS).map(readLedgerRow),
        ...(fields.flag(4) ? { more: true } : {}),
      };
    case 'grant':
      return { type, n: readN(fields), grant: fields.bytes(3, GRANT), until: fields.uint(4) };
    case 'turn-servers':
      return {
        type,
        n: readN(fields),
        urls: fields.repeatedBytes(3, MAX_TURN_URLS, TURN_URL).map(readTurnUrl),
        username: fields.text(4, MAX_TURN_TEXT_BYTES),
        credential: fields.text(5, MAX_TURN_TEXT_BYTES),
        expires: fields.uint(6),
      };
    case 'drained':
    case 'superseded':
      return { type };
  }
}
