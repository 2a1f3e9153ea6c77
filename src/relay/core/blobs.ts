/**
 * Blobs without their bytes: who may upload how much, which uploads are under way, which blobs are there and until
 * when. A row holds no mailbox, so that a blob belongs to nobody: who knows its id may fetch it, who knows its delete
 * key may remove it. The bytes are the host's (files on disk, an object store). Source: docs/relay.md, Blobs.
 */
import { equalBytes, type Bytes } from '../../lib/bytes.ts';
import { type Clock } from '../../lib/clock.ts';
import { type BlobId } from '../../lib/ids.ts';
import {
  BLOB_TTL_SECONDS,
  DELETE_KEY_BYTES,
  hashOfDeleteKey,
  MAX_BLOB_BYTES,
  UPLOAD_TTL_SECONDS,
} from '../../wire/blobs.ts';
import { expiryOf } from './hours.ts';
import { type RelayLimits } from './limits.ts';
import { type Overlay } from './overlay.ts';
import { type Rates } from './rates.ts';
import { type Storage, SWEEP_ROWS } from './storage.ts';
import { type BlobRow } from './tables.ts';
import { type UploadGrant, type UploadGrants } from './upload-grant.ts';

/** Where a host keeps the bytes. Removals may fail quietly: what has no row is swept away at the next start. */
export interface BlobFiles {
  dropUpload(upload: string): void;
  dropBlob(blob: string): void;
}

export interface BlobsOptions {
  readonly store: Overlay;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly limits: RelayLimits;
  readonly rates: Rates;
  readonly grants: UploadGrants;
  readonly files: BlobFiles;
}

export type GrantRefusal = 'malformed' | 'too-large' | 'rate-limited' | 'relay-full';

/** An upload as its grant shows it. */
export interface Upload {
  /** 32 hex letters. */
  readonly upload: string;
  /** Bytes of the whole. */
  readonly size: number;
  /** Set once it is whole and can be fetched. */
  readonly blob?: BlobId;
}

export interface Blobs {
  /** Leave for a mailbox to upload `size` bytes. Nothing is written. */
  grant(
    mailbox: string,
    size: number,
    deleteHash: Bytes,
  ): { readonly grant: Bytes; readonly until: number } | { readonly refusal: GrantRefusal };
  /** The upload that a grant is for; undefined when the grant is not ours or its time is over. */
  uploadOf(grant: Uint8Array): Upload | undefined;
  /** Writes the upload's row, so that bytes may come. `done` when durable; false when there is no room or no such grant. */
  begin(grant: Uint8Array, done: () => void): boolean;
  /**
   * An upload is whole. Called when its bytes are durable under the upload's name.
   * @param place puts them where the blob is fetched from
   * @param done  the blob can be fetched from now on
   * @returns false when the upload's time is over
   */
  finish(
    upload: string,
    blob: BlobId,
    place: () => Promise<void>,
    done: () => void,
  ): Promise<boolean>;
  /** Size of a blob that is there, bytes. */
  find(blob: string): number | undefined;
  /** Removes a blob; `done` when that is durable. */
  remove(blob: string, key: Bytes, done: () => void): 'removed' | 'unknown' | 'wrong-key';
  /** True when an upload or a blob of that name is known, so that its file is not an orphan. */
  knows(kind: 'upload' | 'blob', name: string): boolean;
  /** Removes what has expired; true when more is left. */
  sweep(): boolean;
}

/** Opens the blobs of a relay. */
export function openBlobs(options: BlobsOptions): Blobs {
  const { store, storage, clock, limits, rates, grants, files } = options;
  let used = storage.blobBytes();
  /** Blobs whose bytes are being put in place. */
  const placing = new Map<string, number>();

  function read(grant: Uint8Array): UploadGrant | undefined {
    const found = grants.read(grant);
    return found && found.until > clock.now() ? found : undefined;
  }

  function live(blob: string): BlobRow | undefined {
    const row = store.get('blobs', [blob]);
    return row && row.expires > clock.now() ? row : undefined;
  }

  function dropBlob({ blob, size }: BlobRow): void {
    store.remove('blobs', [blob]);
    used -= size;
    store.after(() => {
      // The same bytes may have come again meanwhile.
      if (!store.get('blobs', [blob]) && !placing.has(blob)) files.dropBlob(blob);
    });
  }

  function dropUpload(upload: string): void {
    const row = store.get('uploads', [upload]);
    if (!row) return;
    store.remove('uploads', [upload]);
    if (row.blob !== null) return;
    used -= row.size;
    store.after(() => files.dropUpload(upload));
  }

  return {
    grant(mailbox, size, deleteHash) {
      if (size < 1) return { refusal: 'malformed' };
      if (size > MAX_BLOB_BYTES) return { refusal: 'too-large' };
      if (used + size > limits.blobBytes) return { refusal: 'relay-full' };
      if (!rates.takeMuch(`upload/${mailbox}`, limits.uploads, size))
        return { refusal: 'rate-limited' };
      const until = expiryOf(clock.now(), UPLOAD_TTL_SECONDS);
      return { grant: grants.give(until, size, deleteHash), until };
    },

    uploadOf(grant) {
      const found = read(grant);
      if (!found) return undefined;
      const blob = store.get('uploads', [found.upload])?.blob;
      const { upload, size } = found;
      return { upload, size, ...(blob ? { blob: blob as BlobId } : {}) };
    },

    begin(grant, done) {
      const found = read(grant);
      if (!found) return false;
      const { upload, size, until, deleteHash } = found;
      if (!store.get('uploads', [upload])) {
        if (used + size > limits.blobBytes) return false;
        used += size;
        store.put('uploads', {
          upload,
          size,
          delete_hash: deleteHash,
          expires: until,
          blob: null,
        });
      }
      store.after(done);
      return true;
    },

    async finish(upload, blob, place, done) {
      placing.set(blob, (placing.get(blob) ?? 0) + 1);
      try {
        if (!store.get('uploads', [upload])) return false;
        await place();
        const row = store.get('uploads', [upload]);
        if (!row) {
          // Unless another upload is just bringing the same bytes.
          if (!store.get('blobs', [blob]) && placing.get(blob) === 1) files.dropBlob(blob);
          return false;
        }
        if (row.blob === null) {
          const { size } = row;
          const known = store.get('blobs', [blob]);
          // Counted when the upload began; of what was there already there is one.
          if (known) used -= known.size;
          const expires = expiryOf(clock.now(), BLOB_TTL_SECONDS);
          // Who brings the same bytes again does not take the right to remove them from whoever had it.
          const delete_hash = live(blob)?.delete_hash ?? row.delete_hash;
          store.put('blobs', { blob, size, delete_hash, expires });
          store.put('uploads', { ...row, blob });
        }
        store.after(done);
        return true;
      } finally {
        const left = (placing.get(blob) ?? 1) - 1;
        if (left > 0) placing.set(blob, left);
        else placing.delete(blob);
      }
    },

    find: (blob) => live(blob)?.size,

    remove(blob, key, done) {
      const row = live(blob);
      if (!row) return 'unknown';
      const right =
        key.length === DELETE_KEY_BYTES && equalBytes(hashOfDeleteKey(key), row.delete_hash);
      if (!right) return 'wrong-key';
      dropBlob(row);
      store.after(done);
      return 'removed';
    },

    knows: (kind, name) =>
      kind === 'blob'
        ? placing.has(name) || store.get('blobs', [name]) !== undefined
        : store.get('uploads', [name]) !== undefined,

    sweep() {
      const blobs = storage.expired('blobs', clock.now(), SWEEP_ROWS);
      for (const [blob] of blobs) {
        const row = store.get('blobs', [blob as string]);
        if (row && row.expires <= clock.now()) dropBlob(row);
      }
      const uploads = storage.expired('uploads', clock.now(), SWEEP_ROWS);
      for (const [upload] of uploads) dropUpload(upload as string);
      return Math.max(blobs.length, uploads.length) === SWEEP_ROWS;
    },
  };
}
