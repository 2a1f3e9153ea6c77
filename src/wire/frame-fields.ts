/**
 * The fields of frames: their bounds, the words that travel as numbers, and the messages nested in frames. Nested
 * input is as hostile as the frame around it. Source: docs/relay.md, Frames.
 */
import { type Bytes, fromUtf8 } from '../lib/bytes.ts';
import { type Fields, type MessageWriter, readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import {
  type AccountId,
  type TokenHash,
  accountIdBytes,
  accountIdFromBytes,
  deviceId,
  hexIdBytes,
  tokenHashFromBytes,
} from '../lib/ids.ts';
import {
  type Destination,
  type EnvelopeClass,
  type Hello,
  type LedgerRow,
  type RefusalCode,
  type TokenPurpose,
  type TokenPut,
  type WireBundle,
  type WirePrekey,
  type WireSignedPrekey,
} from './frames.ts';
import {
  MAX_ENVELOPE_BYTES,
  MAX_FRAME_BYTES,
  MAX_HOST_BYTES,
  MAX_TOKENS,
  MAX_TURN_TEXT_BYTES,
} from './limits.ts';

/** Sequences that one `confirm` may list. */
export const MAX_CONFIRMED = 1_024;
/** Rows that one `ledger` frame may carry. */
export const MAX_LEDGER_ROWS = 512;
const MAX_LEDGER_COLUMNS = 32;
const MAX_LEDGER_VALUE = 4_096;
const MAX_VERSIONS = 16;
export const MAX_U16 = 0xffff;
export const MAX_U32 = 0xffff_ffff;
export const IDENTITY_KEY = { length: 33 };
export const PREKEY = { length: 33 };
export const KYBER_KEY = { length: 1_569 };
export const SIGNATURE = { length: 64 };
export const DELETE_HASH = { length: 32 };
export const GRANT = { max: 128 };
export const TURN_URL = { max: MAX_TURN_TEXT_BYTES };
const ACCOUNT_ID = { length: 20 };
const TOKEN = { length: 16 };
export const ENVELOPE = { max: MAX_ENVELOPE_BYTES };

export const classes: readonly EnvelopeClass[] = ['normal', 'urgent', 'ephemeral'];
const purposes: readonly TokenPurpose[] = ['contacts', 'invite', 'presence'];
const refusals: readonly RefusalCode[] = [
  'not-accepted-now',
  'expired',
  'revoked',
  'rate-limited',
  'mailbox-full',
  'too-large',
  'malformed',
  'wrong-socket',
  'unsupported-version',
  'not-authenticated',
  'bad-signature',
  'wrong-host',
  'not-holder',
  'failed',
  'relay-full',
];

/** Number of a word in its list, from 1. */
export function numberOf<Word extends string>(words: readonly Word[], word: Word): number {
  return words.indexOf(word) + 1;
}

export function wordOf<Word extends string>(words: readonly Word[], number: number): Word {
  const word = words[number - 1];
  if (word === undefined) throw new Fault('malformed');
  return word;
}

const nested = (bytes: Uint8Array): Fields => readMessage(bytes, MAX_FRAME_BYTES);

export function writePrekey(prekey: WirePrekey): MessageWriter {
  return writeMessage().uint(1, prekey.id).bytes(2, prekey.key);
}

export function writeSignedPrekey(prekey: WireSignedPrekey): Bytes {
  return writePrekey(prekey).bytes(3, prekey.signature).finish();
}

export function readPrekey(bytes: Uint8Array): WirePrekey {
  const fields = nested(bytes);
  return { id: fields.uint(1, MAX_U32), key: fields.bytes(2, PREKEY) };
}

export function readSignedPrekey(bytes: Uint8Array, key: { length: number }): WireSignedPrekey {
  const fields = nested(bytes);
  return {
    id: fields.uint(1, MAX_U32),
    key: fields.bytes(2, key),
    signature: fields.bytes(3, SIGNATURE),
  };
}

export function writeTokenPut(put: TokenPut): Bytes {
  return writeMessage()
    .bytes(1, hexIdBytes(put.hash))
    .uint(2, numberOf(purposes, put.purpose))
    .uint(3, put.expires)
    .finish();
}

export function readTokenPut(bytes: Uint8Array): TokenPut {
  const fields = nested(bytes);
  const expires = fields.optionalUint(3);
  return {
    hash: tokenHashFromBytes(fields.bytes(1, { length: 32 })),
    purpose: wordOf(purposes, fields.uint(2)),
    ...(expires === undefined ? {} : { expires }),
  };
}

export function writeLedgerRow(row: LedgerRow): Bytes {
  const writer = writeMessage().text(1, row.table);
  for (const { name, value } of row.columns) {
    writer.bytes(2, writeMessage().text(1, name).text(2, value).finish());
  }
  return writer.finish();
}

export function readLedgerRow(bytes: Uint8Array): LedgerRow {
  const fields = nested(bytes);
  return {
    table: fields.text(1, MAX_LEDGER_VALUE),
    columns: fields.repeatedBytes(2, MAX_LEDGER_COLUMNS).map((column) => {
      const pair = nested(column);
      return { name: pair.text(1, MAX_LEDGER_VALUE), value: pair.text(2, MAX_LEDGER_VALUE) };
    }),
  };
}

export function writeBundle(bundle: WireBundle): Bytes {
  const { oneTimePrekey } = bundle;
  return writeMessage()
    .bytes(1, bundle.identityKey)
    .uint(2, bundle.registrationId)
    .bytes(3, writeSignedPrekey(bundle.signedPrekey))
    .bytes(4, writeSignedPrekey(bundle.kyberPrekey))
    .bytes(5, oneTimePrekey && writePrekey(oneTimePrekey).finish())
    .finish();
}

export function readBundle(bytes: Uint8Array): WireBundle {
  const fields = nested(bytes);
  const oneTime = fields.optionalBytes(5);
  return {
    identityKey: fields.bytes(1, IDENTITY_KEY),
    registrationId: fields.uint(2, MAX_U32),
    signedPrekey: readSignedPrekey(fields.bytes(3), PREKEY),
    kyberPrekey: readSignedPrekey(fields.bytes(4), KYBER_KEY),
    ...(oneTime ? { oneTimePrekey: readPrekey(oneTime) } : {}),
  };
}

export const readN = (fields: Fields): number => fields.uint(2, MAX_U32);
export const readAccount = (fields: Fields): AccountId =>
  accountIdFromBytes(fields.bytes(3, ACCOUNT_ID));
export const readToken = (fields: Fields): Bytes => fields.bytes(5, TOKEN);
export const readHashes = (fields: Fields, field: number): TokenHash[] =>
  fields.repeatedBytes(field, MAX_TOKENS, { length: 32 }).map((hash) => tokenHashFromBytes(hash));

/** The letters of RFC 7065 in few bytes; a host or port that is none is the browser's to refuse. */
const turnUrl = /^turns?:[\w.:[\]-]+(\?transport=(ud|tc)p)?$/;

export function readTurnUrl(bytes: Uint8Array): string {
  const url = fromUtf8(bytes);
  if (!turnUrl.test(url)) throw new Fault('malformed');
  return url;
}

export function writeVersions(writer: MessageWriter, versions: readonly number[]): void {
  for (const version of versions) writer.uint(2, version);
}

export function readVersions(fields: Fields): number[] {
  return fields.repeatedUint(2, MAX_VERSIONS, MAX_U16);
}

export function writeHello(writer: MessageWriter, hello: Hello): MessageWriter {
  return writer.uint(2, hello.version).text(3, hello.host).bytes(4, hello.relayKey);
}

export function readHello(fields: Fields): Hello {
  return {
    version: fields.uint(2, MAX_U16),
    host: fields.text(3, MAX_HOST_BYTES),
    relayKey: fields.bytes(4, { length: 32 }),
  };
}

export function writeDestination(writer: MessageWriter, to: Destination): MessageWriter {
  return writer.bytes(3, accountIdBytes(to.mailbox)).uint(4, to.device).bytes(5, to.token);
}

export function readDestination(fields: Fields): Destination {
  return {
    mailbox: readAccount(fields),
    device: deviceId(fields.uint(4)),
    token: readToken(fields),
  };
}

export function writeRefusal(
  writer: MessageWriter,
  refusal: { readonly n: number; readonly code: RefusalCode },
): MessageWriter {
  return writer.uint(2, refusal.n).uint(3, numberOf(refusals, refusal.code));
}

export function readRefusal(fields: Fields): { n: number; code: RefusalCode } {
  return { n: readN(fields), code: wordOf(refusals, fields.uint(3)) };
}
