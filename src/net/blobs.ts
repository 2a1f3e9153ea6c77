/**
 * Attachments over HTTP: sealed bytes up and down, in parts that go on where they broke off. Knows paths and
 * statuses; not what the bytes are, nor which message they belong to. docs/relay.md, Blobs.
 */
import { toBase64Url, type Bytes } from '../lib/bytes.ts';
import { type Clock } from '../lib/clock.ts';
import { Fault } from '../lib/fault.ts';
import { type BlobId } from '../lib/ids.ts';
import {
  blobPath,
  BLOBS_PATH,
  DELETE_KEY_HEADER,
  GRANT_HEADER,
  OFFSET_HEADER,
} from '../wire/blobs.ts';

/** How far an upload has come. */
export interface UploadState {
  /** Bytes that the relay has. */
  readonly offset: number;
  /** Set once it is whole and durable there. */
  readonly blob?: BlobId;
}

export interface BlobService {
  /** Asks how far an upload has come. Faults `grant-refused`, `offline`, `relay-failed`, `cancelled`. */
  state(grant: Bytes, signal: AbortSignal): Promise<UploadState>;
  /**
   * Sends bytes that begin at `offset`. Where the relay stands elsewhere, the result says so and nothing was taken.
   * Faults as above, and `relay-full`, `too-large`, `rate-limited`.
   */
  put(grant: Bytes, offset: number, part: Blob, signal: AbortSignal): Promise<UploadState>;
  /**
   * Bytes `from` up to and without `to` of a blob.
   * Faults `blob-gone` (deleted, expired, or never there), `offline`, `relay-failed`, `rate-limited`, `cancelled`.
   */
  get(id: BlobId, from: number, to: number, signal: AbortSignal): Promise<Bytes>;
  /** Removes a blob from the relay; one that is not there any more is no fault. */
  remove(id: BlobId, key: Bytes): Promise<void>;
}

/** A part may take so long, and so much longer for each byte: slower lines than 8 KiB a second are given up. */
const PATIENCE_MS = 60_000;
const MS_PER_BYTE = 1000 / 8192;

/** The faults of answers that are not what was asked for. */
function faultOf(status: number): Fault {
  switch (status) {
    case 403:
      return new Fault('grant-refused');
    case 404:
    case 416:
      return new Fault('blob-gone');
    case 413:
      return new Fault('too-large');
    case 429:
      return new Fault('rate-limited', 'now');
    case 507:
      return new Fault('relay-full', 'now');
    default:
      return new Fault('relay-failed', 'on-reconnect');
  }
}

/** The id at the end of a blob's path. Throws Fault `relay-failed`. */
function idOf(location: string | null): BlobId {
  const id = location?.slice(BLOBS_PATH.length + 1) ?? '';
  if (!/^[0-9a-f]{64}$/.test(id)) throw new Fault('relay-failed', 'on-reconnect');
  return id as BlobId;
}

function stateOf({ status, headers }: Response): UploadState {
  if (status !== 200 && status !== 201 && status !== 409) throw faultOf(status);
  const offset = Number(headers.get(OFFSET_HEADER) ?? NaN);
  if (!Number.isSafeInteger(offset) || offset < 0) throw new Fault('relay-failed', 'on-reconnect');
  return { offset, ...(status === 201 ? { blob: idOf(headers.get('location')) } : {}) };
}

/** The body of an answer, which must not be longer than was asked for. Throws Fault `bad-blob`. */
async function readAtMost({ body }: Response, most: number): Promise<Bytes> {
  const bytes = new Uint8Array(most);
  let length = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    if (length + part.value.length > most) {
      await reader?.cancel();
      throw new Fault('bad-blob');
    }
    bytes.set(part.value, length);
    length += part.value.length;
  }
  return bytes.subarray(0, length);
}

/** Attachments at the relay that serves this page. @param origin of the page */
export function httpBlobs(origin: string, clock: Clock): BlobService {
  /** Makes a request and does something with its answer, both within the time that so many bytes may take. */
  async function request<Result>(
    path: string,
    init: RequestInit,
    bytes: number,
    signal: AbortSignal | undefined,
    take: (response: Response) => Promise<Result> | Result,
  ): Promise<Result> {
    const late = new AbortController();
    const stop = clock.after(PATIENCE_MS + bytes * MS_PER_BYTE, () => late.abort());
    try {
      const signals = signal ? [late.signal, signal] : [late.signal];
      return await take(
        await fetch(new URL(path, origin), {
          ...init,
          signal: AbortSignal.any(signals),
          cache: 'no-store',
          credentials: 'omit',
          redirect: 'error',
        }),
      );
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (signal?.aborted) throw new Fault('cancelled', 'never', error);
      throw new Fault('offline', 'on-reconnect', error);
    } finally {
      stop();
    }
  }

  const grantHeader = (grant: Bytes) => ({ [GRANT_HEADER]: toBase64Url(grant) });

  return {
    state: (grant, signal) =>
      request(BLOBS_PATH, { method: 'HEAD', headers: grantHeader(grant) }, 0, signal, stateOf),
    put: (grant, offset, part, signal) =>
      request(
        BLOBS_PATH,
        {
          method: 'PUT',
          headers: { ...grantHeader(grant), [OFFSET_HEADER]: String(offset) },
          body: part,
        },
        part.size,
        signal,
        stateOf,
      ),
    get: (id, from, to, signal) =>
      request(
        blobPath(id),
        { headers: { Range: `bytes=${from}-${to - 1}` } },
        to - from,
        signal,
        async (response) => {
          // A relay that answers with the whole would have us hold it in memory.
          if (response.status !== 206) {
            await response.body?.cancel();
            throw faultOf(response.status);
          }
          return readAtMost(response, to - from);
        },
      ),
    remove: (id, key) =>
      request(
        blobPath(id),
        { method: 'DELETE', headers: { [DELETE_KEY_HEADER]: toBase64Url(key) } },
        0,
        undefined,
        ({ status }) => {
          if (status !== 204 && status !== 404) throw faultOf(status);
        },
      ),
  };
}
