/**
 * Invite links: all of it after `#`, so that no server sees it. Payload and key stand in the same fragment: that is
 * no secret, it keeps names and ids from being found by searching a browser's files.
 * docs/protocol.md, section "Invites".
 */
import { hkdfSha256 } from '../crypto/hkdf.ts';
import { systemRandom } from '../crypto/random.ts';
import { sha256 } from '../crypto/sha256.ts';
import { type Bytes, concat, equalBytes, fromBase64Url, toBase64Url, utf8 } from '../lib/bytes.ts';
import { readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import { type AccountId, accountIdBytes, accountIdFromBytes } from '../lib/ids.ts';
import { type RandomBytes } from '../lib/random.ts';
import { isHost } from '../wire/address.ts';
import { MAX_HOST_BYTES } from '../wire/limits.ts';
import { MAX_NAME_CODE_POINTS } from './content.ts';

export interface Invite {
  readonly id: AccountId;
  readonly host: string;
  /** 32 bytes. */
  readonly relayKey: Bytes;
  /** Introduction token, 16 bytes. */
  readonly token: Bytes;
  /** At most 64 code points; may arrive shortened when name and host together are long. */
  readonly name: string;
  /** Milliseconds since 1970; absent never expires. */
  readonly expires?: number;
  /** Meant for one person. */
  readonly oneTime: boolean;
}

/** Largest payload before base64url, so that its QR code stays easy to read. */
export const MAX_INVITE_BYTES = 400;
/** Longest text in which a link is looked for. */
const MAX_TEXT_LENGTH = 16_384;
const MARK = '#i1';
/** What a link's payload follows: the mark, escaped too, or at the very beginning without `#`. */
const marks = /(?:#|%23|^\s*)i1/gi;
const MOST_MARKS = 8;
const KEY_BYTES = 8;
const CHECK_BYTES = 4;
const info = utf8('sotto-invite-v1');

/** Flips the bytes with a stream made of `key`; doing it twice gives them back. */
function scramble(key: Uint8Array, bytes: Uint8Array): Bytes {
  const stream = hkdfSha256(key, new Uint8Array(0), info, bytes.length);
  return stream.map((byte, i) => byte ^ (bytes[i] ?? 0));
}

function encode(invite: Invite, name: string): Bytes {
  return writeMessage()
    .bytes(1, accountIdBytes(invite.id))
    .text(2, invite.host)
    .bytes(3, invite.relayKey)
    .bytes(4, invite.token)
    .text(5, name)
    .uint(6, invite.expires)
    .flag(7, invite.oneTime)
    .finish();
}

/**
 * The link, `<origin>/#i1…`. A name that does not fit is cut at the end.
 * @param origin scheme and host of the page, without a slash at the end
 * @throws Fault `bad-invite` when even a link without a name is too long
 */
export function formatInvite(
  invite: Invite,
  origin: string,
  random: RandomBytes = systemRandom,
): string {
  const letters = [...invite.name].slice(0, MAX_NAME_CODE_POINTS);
  const room = MAX_INVITE_BYTES - KEY_BYTES - CHECK_BYTES;
  let plain = encode(invite, letters.join(''));
  while (plain.length > room) {
    if (letters.pop() === undefined) throw new Fault('bad-invite');
    plain = encode(invite, letters.join(''));
  }
  const key = random(KEY_BYTES);
  const check = sha256(info, plain).subarray(0, CHECK_BYTES);
  return `${origin}/${MARK}${toBase64Url(concat(key, scramble(key, concat(check, plain))))}`;
}

function decode(letters: string): Invite {
  const payload = fromBase64Url(letters);
  if (payload.length > MAX_INVITE_BYTES || payload.length <= KEY_BYTES + CHECK_BYTES)
    throw new Fault('malformed');
  const open = scramble(payload.subarray(0, KEY_BYTES), payload.subarray(KEY_BYTES));
  const plain = open.subarray(CHECK_BYTES);
  if (!equalBytes(sha256(info, plain).subarray(0, CHECK_BYTES), open.subarray(0, CHECK_BYTES)))
    throw new Fault('malformed');
  const fields = readMessage(plain, MAX_INVITE_BYTES);
  const host = fields.text(2, MAX_HOST_BYTES);
  const name = fields.text(5, 4 * MAX_NAME_CODE_POINTS);
  const expires = fields.optionalUint(6);
  if (!isHost(host) || [...name].length > MAX_NAME_CODE_POINTS) throw new Fault('malformed');
  return {
    id: accountIdFromBytes(fields.bytes(1, { length: 20 })),
    host,
    relayKey: fields.bytes(3, { length: 32 }),
    token: fields.bytes(4, { length: 16 }),
    name,
    ...(expires !== undefined && { expires }),
    oneTime: fields.flag(7),
  };
}

/**
 * Finds and reads the link in pasted text: words around it, a `#` written as %23 and line breaks within are forgiven.
 * @throws Fault `bad-invite`
 */
export function parseInvite(text: string): Invite {
  if (text.length > MAX_TEXT_LENGTH) throw new Fault('bad-invite');
  let cause: unknown;
  for (const { index, 0: mark } of [...text.matchAll(marks)].slice(0, MOST_MARKS)) {
    const tail = text.slice(index + mark.length);
    // As it stands; then as if every break were an accident of wrapping.
    for (const candidate of [tail, tail.replace(/\s+/g, '')]) {
      try {
        return decode(/^[A-Za-z0-9_-]*/.exec(candidate)?.[0] ?? '');
      } catch (error) {
        cause = error;
      }
    }
  }
  throw new Fault('bad-invite', 'never', cause);
}
