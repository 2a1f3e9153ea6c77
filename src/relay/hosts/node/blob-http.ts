/**
 * Blobs over HTTP: uploads that go on where they broke off, fetches with ranges, removal by delete key. Decides
 * nothing by itself: the core says what is allowed, blob-files.ts has the bytes. Nobody is asked who he is, and
 * nothing is logged. Source: docs/relay.md, Blobs.
 */
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { fromBase64Url, type Bytes } from '../../../lib/bytes.ts';
import {
  BLOBS_PATH,
  blobPath,
  DELETE_KEY_HEADER,
  GRANT_HEADER,
  OFFSET_HEADER,
} from '../../../wire/blobs.ts';
import { type Blobs, type Upload } from '../../core/blobs.ts';
import { type NodeBlobFiles, type UploadWriter } from './blob-files.ts';

/** Answers in plain words, under the headers that all answers have. */
export type Answer = (
  response: ServerResponse,
  status: number,
  text: string,
  headers?: Readonly<Record<string, string>>,
) => void;

export interface BlobHttpOptions {
  readonly blobs: () => Blobs;
  readonly files: NodeBlobFiles;
  readonly answer: Answer;
  readonly headers: Readonly<Record<string, string>>;
  /** Something failed that should not: the disk, or this code. */
  onError(error: Error): void;
  /** Takes a place for a transfer of this request's address; undefined when all are taken. */
  enter(request: IncomingMessage): (() => void) | undefined;
}

export interface BlobHttp {
  /** True when this path is a blob's, and the request is being answered. */
  serve(request: IncomingMessage, response: ServerResponse, path: string): boolean;
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>;
}

/** What is sent of a blob. */
interface ByteRange {
  readonly from: number;
  /** The byte after the last one. */
  readonly to: number;
}

/**
 * The one range that a Range header asks for (RFC 9110, section 14.2); undefined to send the whole, which is right
 * for several ranges and for units that nobody knows, too.
 * @throws RangeError when there is nothing at that place
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!found || found[0] === 'bytes=-') return undefined;
  const [, first = '', last = ''] = found;
  if (first === '') {
    if (Number(last) === 0) throw new RangeError('an empty range');
    return { from: Math.max(0, size - Number(last)), to: size };
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return undefined;
  if (from >= size) throw new RangeError('a range behind the end');
  return { from, to: last === '' ? size : Math.min(size, Number(last) + 1) };
}

function bytesOf(header: string | string[] | undefined): Bytes | undefined {
  try {
    return typeof header === 'string' && header !== '' ? fromBase64Url(header) : undefined;
  } catch {
    return undefined;
  }
}

/** How long an earlier connection of an upload has to come to its end. */
const PATIENCE_MS = 500;
/** How long a body may still come after its answer: a client reads that only when all it sent was taken. */
const LINGER_MS = 1_000;

const idPattern = /^[0-9a-f]{64}$/;

/** Serves what lies below `/v1/blobs`. */
export function serveBlobs(options: BlobHttpOptions): BlobHttp {
  const { files, answer } = options;
  /** Uploads that are being written, each with what ends its present writer. */
  const writing = new Map<string, { stop: () => void; ended: Promise<void> }>();

  function fail(response: ServerResponse, error: unknown): void {
    if (response.headersSent || response.destroyed) return void response.destroy();
    const { code } = error as NodeJS.ErrnoException;
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    // Told without its words, which name the file.
    if (!isFull) options.onError(new Error(`A transfer failed (${code ?? 'unknown'}).`));
    answer(response, isFull ? 507 : 500, isFull ? 'There is no room here.\n' : 'It failed.\n');
  }

  /** What is said of an upload as far as it has come. */
  function tellState(response: ServerResponse, { size, blob }: Upload, length: number): void {
    if (blob)
      return answer(response, 201, '', {
        Location: blobPath(blob),
        [OFFSET_HEADER]: String(size),
      });
    answer(response, 200, '', { [OFFSET_HEADER]: String(length) });
  }

  function refuseGrant(response: ServerResponse): void {
    answer(response, 403, 'This upload is not allowed, or not any more.\n');
  }

  /** Takes what still comes of a body that was answered before its end; who goes on for long is cut. */
  function endBody(request: IncomingMessage): void {
    if (request.complete) return;
    request.resume();
    setTimeout(() => {
      if (!request.complete) request.destroy();
    }, LINGER_MS).unref();
  }

  /** Takes the place of whoever is at this upload: a client that comes again has given its old connection up. */
  async function takeOver(
    upload: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<() => void> {
    for (let before = writing.get(upload); before; before = writing.get(upload)) {
      // Whoever has left while he waited takes nobody's place. (A request is `destroyed` once it was read, too.)
      if (response.destroyed) throw new Error('the client is gone');
      // One that has ended is soon through with what came; one whose line is dead would wait for more.
      const timer = setTimeout(before.stop, PATIENCE_MS);
      await before.ended;
      clearTimeout(timer);
    }
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    writing.set(upload, { stop: () => request.destroy(), ended });
    return () => {
      writing.delete(upload);
      end();
    };
  }

  /** Does something with the upload of a request's grant, alone; what is whole already is told at once. */
  async function withUpload(
    request: IncomingMessage,
    response: ServerResponse,
    act: (upload: Upload, grant: Bytes) => Promise<void>,
  ): Promise<void> {
    const grant = bytesOf(request.headers[GRANT_HEADER]) ?? new Uint8Array();
    const asked = options.blobs().uploadOf(grant);
    if (!asked) return refuseGrant(response);
    const release = await takeOver(asked.upload, request, response);
    try {
      // Whoever had it before may have come to the end.
      const upload = options.blobs().uploadOf(grant);
      if (!upload) return refuseGrant(response);
      if (upload.blob) return tellState(response, upload, upload.size);
      await act(upload, grant);
    } finally {
      release();
    }
  }

  async function head(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await withUpload(request, response, async (upload) =>
      tellState(response, upload, await files.lengthOf(upload.upload)),
    );
  }

  async function append(
    request: IncomingMessage,
    response: ServerResponse,
    upload: Upload,
    writer: UploadWriter,
  ): Promise<void> {
    const offset = request.headers[OFFSET_HEADER];
    const length = Number(request.headers['content-length'] ?? 0);
    if (offset !== String(writer.length))
      return answer(response, 409, 'The upload goes on elsewhere.\n', {
        [OFFSET_HEADER]: String(writer.length),
      });
    if (writer.length + length > upload.size)
      return answer(response, 413, 'This is more than was announced.\n');
    // Left early, the request stays as it is: destroying it would cut the answer that says why.
    for await (const part of request.iterator({ destroyOnReturn: false })) {
      const bytes = part as Buffer;
      if (writer.length + bytes.length > upload.size)
        return answer(response, 413, 'This is more than was announced.\n');
      await writer.append(bytes);
      // Its time may be over meanwhile: what is written then is on no disk that anybody counts.
      if (!options.blobs().knows('upload', upload.upload)) return refuseGrant(response);
    }
    if (writer.length < upload.size) return tellState(response, upload, writer.length);
    const blob = await writer.finish();
    // The upload is held until this is durable: whoever comes next would be told of a blob that a crash can still take.
    const isDurable = await new Promise<boolean>((resolve, reject) => {
      const place = (): Promise<void> => files.place(upload.upload, blob);
      options
        .blobs()
        .finish(upload.upload, blob, place, () => resolve(true))
        .then((isThere) => void (isThere || resolve(false)), reject);
    });
    if (!isDurable) return refuseGrant(response);
    tellState(response, { ...upload, blob }, upload.size);
  }

  async function put(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await withUpload(request, response, async (upload, grant) => {
      const begun = await new Promise<boolean>((done) => {
        if (!options.blobs().begin(grant, () => done(true))) done(false);
      });
      if (!begun) return answer(response, 507, 'There is no room here.\n');
      const writer = await files.write(upload.upload);
      try {
        await append(request, response, upload, writer);
      } finally {
        await writer.close();
      }
    });
  }

  async function get(
    request: IncomingMessage,
    response: ServerResponse,
    blob: string,
  ): Promise<void> {
    const size = options.blobs().find(blob);
    if (size === undefined) return answer(response, 404, 'Not found.\n');
    let range: ByteRange | undefined;
    try {
      range = readRange(request.headers.range, size);
    } catch {
      return answer(response, 416, 'There is nothing at that place.\n', {
        'Content-Range': `bytes */${size}`,
      });
    }
    const { from, to } = range ?? { from: 0, to: size };
    const stream = request.method === 'HEAD' ? undefined : files.read(blob, from, to);
    // Opened before anything is said: a blob that was removed a moment ago is not found.
    if (stream) {
      const isThere = await new Promise<boolean>((opened, failed) =>
        stream
          .once('ready', () => opened(true))
          .once('error', (error: NodeJS.ErrnoException) =>
            error.code === 'ENOENT' ? opened(false) : failed(error),
          ),
      );
      if (!isThere) return answer(response, 404, 'Not found.\n');
    }
    response.writeHead(range ? 206 : 200, {
      ...options.headers,
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': 'attachment',
      'Content-Length': to - from,
      'Accept-Ranges': 'bytes',
      // It never changes, and is erased when it was fetched: a copy in the browser's cache would stay.
      'Cache-Control': 'no-store',
      ...(range ? { 'Content-Range': `bytes ${from}-${to - 1}/${size}` } : {}),
    });
    if (stream) await pipeline(stream, response);
    else response.end();
  }

  function remove(request: IncomingMessage, response: ServerResponse, blob: string): void {
    const key = bytesOf(request.headers[DELETE_KEY_HEADER]) ?? new Uint8Array();
    const outcome = options.blobs().remove(blob, key, () => answer(response, 204, ''));
    if (outcome === 'unknown') answer(response, 404, 'Not found.\n');
    if (outcome === 'wrong-key') answer(response, 403, 'The key is not that of this blob.\n');
  }

  async function dispatch(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const { method = '' } = request;
    const refuseMethod = (allow: string): void =>
      answer(response, 405, `Only ${allow} is answered here.\n`, { Allow: allow });
    if (path === BLOBS_PATH) {
      if (method === 'PUT') return put(request, response);
      request.resume();
      return method === 'HEAD' ? head(request, response) : refuseMethod('HEAD, PUT');
    }
    request.resume();
    const blob = path.slice(BLOBS_PATH.length + 1);
    if (!idPattern.test(blob)) return answer(response, 404, 'Not found.\n');
    if (method === 'GET' || method === 'HEAD') return get(request, response, blob);
    if (method === 'DELETE') return remove(request, response, blob);
    refuseMethod('DELETE, GET, HEAD');
  }

  return {
    serve(request, response, path) {
      if (path !== BLOBS_PATH && !path.startsWith(`${BLOBS_PATH}/`)) return false;
      response.once('finish', () => endBody(request));
      // An answer that waits behind another on its connection has no socket, and is never told when that is cut.
      const leave = response.socket ? options.enter(request) : undefined;
      if (!leave) {
        request.resume();
        answer(response, 429, 'Too many transfers at once.\n', { 'Retry-After': '1' });
        return true;
      }
      response.once('close', leave);
      dispatch(request, response, path).catch((error: unknown) => fail(response, error));
      return true;
    },
    async settled() {
      // Whoever waited for an upload to be free takes it when it is.
      while (writing.size > 0) await Promise.all([...writing.values()].map(({ ended }) => ended));
    },
  };
}
