/** The bytes of blobs in memory, with the answers of the HTTP way as statuses, for simulations without HTTP. */
import { sha256 } from '../../../crypto/sha256.ts';
import { concat, type Bytes } from '../../../lib/bytes.ts';
import { type BlobId } from '../../../lib/ids.ts';
import { BLOB_PIECE_BYTES, blobIdOf } from '../../../wire/blobs.ts';
import { type BlobFiles, type Blobs, type Upload } from '../blobs.ts';

/** How far an upload has come, or why not. */
export type UploadAnswer =
  | { readonly status: 200; readonly offset: number }
  | { readonly status: 201; readonly offset: number; readonly blob: BlobId }
  | { readonly status: 409; readonly offset: number }
  | { readonly status: 403 | 413 | 507 };

export interface MemoryBlobs {
  readonly files: BlobFiles;
  head(grant: Uint8Array): Promise<UploadAnswer>;
  put(grant: Uint8Array, offset: number, bytes: Uint8Array): Promise<UploadAnswer>;
  /** Bytes `from` up to and without `to`; undefined when there is no such blob. */
  get(blob: string, from: number, to: number): Promise<Bytes | undefined>;
  /** 204, 403 or 404. */
  remove(blob: string, key: Bytes): Promise<number>;
  /** Every byte that lies here, by name. */
  dump(): ReadonlyMap<string, Bytes>;
}

/** Id of bytes that are whole in memory. */
export function blobIdOfBytes(bytes: Bytes): BlobId {
  const pieces: Bytes[] = [];
  for (let at = 0; at < bytes.length; at += BLOB_PIECE_BYTES)
    pieces.push(sha256(bytes.subarray(at, at + BLOB_PIECE_BYTES)));
  return blobIdOf(pieces);
}

/** @param blobs the running relay's; throws when there is none */
export function createMemoryBlobs(blobs: () => Blobs): MemoryBlobs {
  const uploads = new Map<string, Bytes>();
  const stored = new Map<string, Bytes>();
  const state = ({ upload, size, blob }: Upload): UploadAnswer =>
    blob
      ? { status: 201, offset: size, blob }
      : { status: 200, offset: uploads.get(upload)?.length ?? 0 };

  return {
    files: {
      dropUpload: (upload) => void uploads.delete(upload),
      dropBlob: (blob) => void stored.delete(blob),
    },
    async head(grant) {
      const upload = blobs().uploadOf(grant);
      return upload ? state(upload) : { status: 403 };
    },
    async put(grant, offset, bytes) {
      const upload = blobs().uploadOf(grant);
      if (!upload) return { status: 403 };
      if (upload.blob) return state(upload);
      const begun = await new Promise<boolean>((done) => {
        if (!blobs().begin(grant, () => done(true))) done(false);
      });
      if (!begun) return { status: 507 };
      const before = uploads.get(upload.upload) ?? new Uint8Array();
      if (offset !== before.length) return { status: 409, offset: before.length };
      if (offset + bytes.length > upload.size) return { status: 413 };
      const whole = concat(before, bytes);
      uploads.set(upload.upload, whole);
      if (whole.length < upload.size) return { status: 200, offset: whole.length };
      const blob = blobIdOfBytes(whole);
      const place = async (): Promise<void> => {
        stored.set(blob, whole);
        uploads.delete(upload.upload);
      };
      return new Promise((resolve, reject) => {
        blobs()
          .finish(upload.upload, blob, place, () =>
            resolve({ status: 201, offset: whole.length, blob }),
          )
          .then((isThere) => void (isThere || resolve({ status: 403 })), reject);
      });
    },
    async get(blob, from, to) {
      if (blobs().find(blob) === undefined) return undefined;
      return stored.get(blob)?.slice(from, to);
    },
    remove: (blob, key) =>
      new Promise((resolve) => {
        const outcome = blobs().remove(blob, key, () => resolve(204));
        if (outcome === 'unknown') resolve(404);
        if (outcome === 'wrong-key') resolve(403);
      }),
    dump: () => new Map([...uploads, ...stored]),
  };
}
