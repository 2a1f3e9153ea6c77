/**
 * What both sides of a blob's way over HTTP agree on: its id, its bounds, the names of paths and headers. A blob is
 * an encrypted attachment; nothing here can tell what is in it. Source: docs/relay.md, Blobs.
 */
import { sha256 } from '../crypto/sha256.ts';
import { type Bytes, utf8 } from '../lib/bytes.ts';
import { type BlobId, blobIdFromBytes } from '../lib/ids.ts';

/** Uploads go here (`PUT`, `HEAD`); a blob is at this path, a slash, and its id (`GET`, `DELETE`). */
export const BLOBS_PATH = '/v1/blobs';
/** The upload grant, base64url. */
export const GRANT_HEADER = 'sotto-grant';
/** Byte at which the body of a PUT begins, and in answers, up to which the relay has the upload. */
export const OFFSET_HEADER = 'upload-offset';
/** The delete key, base64url. */
export const DELETE_KEY_HEADER = 'sotto-delete-key';

/** A sealed chunk of 256 KiB with its tag: what is hashed at a time, bytes. */
export const BLOB_PIECE_BYTES = 256 * 1024 + 16;
/** The largest blob: 2 GiB of content, sealed. Padding adds nothing to that, which is a power of two. */
export const MAX_BLOB_BYTES = (2 ** 31 / (256 * 1024)) * BLOB_PIECE_BYTES;
/** Length of a delete key, bytes; the relay knows its SHA-256. */
export const DELETE_KEY_BYTES = 32;
/** How long a blob that nobody deletes is kept, seconds. */
export const BLOB_TTL_SECONDS = 30 * 24 * 3_600;
/** How long an upload may take from its grant on, seconds. */
export const UPLOAD_TTL_SECONDS = 7 * 24 * 3_600;

const context = utf8('sotto-blob-1');

/**
 * Id of a blob: SHA-256 over a label and the SHA-256 of each of its pieces in order. In two levels, because
 * WebCrypto hashes only what is whole in memory, and so that an upload can go on without reading all again.
 * @param pieces SHA-256 of each piece of BLOB_PIECE_BYTES, the last one of what is left
 */
export function blobIdOf(pieces: readonly Uint8Array[]): BlobId {
  return blobIdFromBytes(sha256(context, ...pieces));
}

/** SHA-256 of a delete key, under which the upload is registered. */
export function hashOfDeleteKey(key: Bytes): Bytes {
  return sha256(key);
}

/** Where a blob is fetched. */
export function blobPath(id: BlobId): string {
  return `${BLOBS_PATH}/${id}`;
}
