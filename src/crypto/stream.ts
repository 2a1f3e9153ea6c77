/**
 * Long content in chunks, each sealed and checked by itself, so that nobody has to hold more than one: AES-256-GCM in
 * the STREAM construction, whose nonce holds the chunk's place and whether it is the last. No chunk can be changed,
 * moved, repeated, left out or put behind the end. One format for attachments and backups; whoever writes it says
 * what stands before the chunks (`header`), and that is bound to each of them.
 * Does not know where chunks lie, nor who reads them.
 * Source: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance",
 * CRYPTO 2015, section 7; lengths of nonce and prefix as in backup.md.
 */
import { concat, utf8, type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { GCM_TAG_BYTES, openGcm, sealGcm } from './aes-gcm.ts';
import { hkdfSha256, ZERO_SALT } from './hkdf.ts';
import { importGcmKey } from './key.ts';
import { type NativeKey } from './native.ts';
import { sha256 } from './sha256.ts';

/** Plaintext of a chunk that is not the last, bytes. */
export const CHUNK_BYTES = 256 * 1024;
/** Length of the secret that a stream's keys come from, bytes. */
const SECRET_BYTES = 32;
const PREFIX_BYTES = 7;
const KEY_BYTES = 32;
/** The index has 32 bits. */
const MOST_CHUNKS = 2 ** 32;
const context = utf8('sotto-stream-1');

/** What seals and opens the chunks of one stream. */
export interface Stream {
  readonly key: NativeKey;
  /** First 7 bytes of every nonce. */
  readonly prefix: Bytes;
  /** SHA-256 of the header, authenticated with every chunk. */
  readonly associated: Bytes;
  readonly chunkBytes: number;
}

/** Where a chunk lies in the sealed bytes. */
export interface ChunkPlace {
  /** First byte, and the byte after the last one. */
  readonly from: number;
  readonly to: number;
  readonly last: boolean;
}

/**
 * The keys of a stream.
 * @param secret     32 bytes, fresh for each stream: under one secret no two contents may ever be sealed
 * @param header     what stands before the chunks, or names their purpose
 * @param chunkBytes plaintext bytes in a chunk; another value than 256 KiB is for tests
 * @throws Fault `bad-key` when the secret has another length
 */
export async function openStream(
  secret: Bytes,
  header: Bytes,
  chunkBytes = CHUNK_BYTES,
): Promise<Stream> {
  if (secret.length !== SECRET_BYTES) throw new Fault('bad-key');
  const associated = sha256(header);
  const derived = hkdfSha256(
    secret,
    ZERO_SALT,
    concat(context, associated),
    KEY_BYTES + PREFIX_BYTES,
  );
  const raw = derived.subarray(0, KEY_BYTES);
  const key = await importGcmKey(raw);
  raw.fill(0);
  return { key, prefix: derived.slice(KEY_BYTES), associated, chunkBytes };
}

/** Number of chunks of `length` bytes of plaintext; nothing at all is one empty chunk. */
export function chunkCount(length: number, chunkBytes = CHUNK_BYTES): number {
  return Math.max(1, Math.ceil(length / chunkBytes));
}

/** Bytes that `length` bytes of plaintext have when sealed. */
export function sealedLength(length: number, chunkBytes = CHUNK_BYTES): number {
  return length + chunkCount(length, chunkBytes) * GCM_TAG_BYTES;
}

/**
 * Where the chunk `index` lies among the sealed bytes of `length` bytes of plaintext.
 * @throws Fault `malformed` when there is no such chunk
 */
export function chunkPlace(index: number, length: number, chunkBytes = CHUNK_BYTES): ChunkPlace {
  const count = chunkCount(length, chunkBytes);
  if (!Number.isInteger(index) || index < 0 || index >= count) throw new Fault('malformed');
  const from = index * (chunkBytes + GCM_TAG_BYTES);
  const last = index === count - 1;
  return {
    from,
    to: last ? sealedLength(length, chunkBytes) : from + chunkBytes + GCM_TAG_BYTES,
    last,
  };
}

/**
 * Seals a chunk. The same index must never be sealed twice with different content.
 * @param plaintext `chunkBytes` bytes; of the last chunk 1 to that many, 0 only when it is the first, too
 * @throws Fault `malformed` on any other length or index
 */
export async function sealChunk(
  stream: Stream,
  index: number,
  last: boolean,
  plaintext: Bytes,
): Promise<Bytes> {
  expectLength(stream, index, last, plaintext.length);
  return sealGcm(stream.key, nonceOf(stream, index, last), plaintext, stream.associated);
}

/**
 * Opens the chunk that stands at `index` and is, or is not, the last.
 * @throws Fault `bad-seal` when it is another chunk, of another stream, or was changed; `malformed` when no chunk
 * of this length can stand there
 */
export async function openChunk(
  stream: Stream,
  index: number,
  last: boolean,
  sealed: Bytes,
): Promise<Bytes> {
  expectLength(stream, index, last, sealed.length - GCM_TAG_BYTES);
  return openGcm(stream.key, nonceOf(stream, index, last), sealed, stream.associated);
}

function expectLength(stream: Stream, index: number, last: boolean, length: number): void {
  const whole = length === stream.chunkBytes;
  const rest = last && length < stream.chunkBytes && length >= (index === 0 ? 0 : 1);
  const known = Number.isInteger(index) && index >= 0 && index < MOST_CHUNKS;
  if (!known || !(whole || rest)) throw new Fault('malformed');
}

function nonceOf({ prefix }: Stream, index: number, last: boolean): Bytes {
  const nonce = new Uint8Array(PREFIX_BYTES + 5);
  nonce.set(prefix);
  new DataView(nonce.buffer).setUint32(PREFIX_BYTES, index);
  nonce[PREFIX_BYTES + 4] = last ? 1 : 0;
  return nonce;
}
