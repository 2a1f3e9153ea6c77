/** Blobs: grants over the mailbox socket, uploads that break off, fetches, removal, expiry. Source: docs/relay.md, Blobs. */
import { describe, expect } from 'vitest';
import { sha256 } from '../../../crypto/sha256.ts';
import { type Bytes, toBase64Url, toHex } from '../../../lib/bytes.ts';
import {
  BLOB_PIECE_BYTES,
  BLOBS_PATH,
  blobIdOf,
  DELETE_KEY_HEADER,
  GRANT_HEADER,
  hashOfDeleteKey,
  MAX_BLOB_BYTES,
  OFFSET_HEADER,
} from '../../../wire/blobs.ts';
import {
  type HostUnderTest,
  type HttpAnswer,
  type HttpRequest,
  makePerson,
  refusal,
  signInDrained,
} from '../test-client.ts';
import { DAY, type HostTest } from './host-test.ts';

/** A little more than three pieces. */
const SIZE = 3 * BLOB_PIECE_BYTES + 1_000;

function idOf(bytes: Bytes): string {
  const pieces: Bytes[] = [];
  for (let at = 0; at < bytes.length; at += BLOB_PIECE_BYTES)
    pieces.push(sha256(bytes.slice(at, at + BLOB_PIECE_BYTES)));
  return blobIdOf(pieces);
}

/** What large bytes are compared by: comparing them one by one takes seconds. */
const digestOf = (bytes: Bytes): string => toHex(sha256(bytes));

/** HTTP of the host, without what a test does not look at. */
function httpOf(host: HostUnderTest): (request: HttpRequest) => Promise<HttpAnswer> {
  if (!host.http) throw new Error('this host has no HTTP');
  return host.http;
}

async function askGrant(host: HostUnderTest, size: number, deleteKey = host.random(32)) {
  const socket = await signInDrained(host, makePerson(host.random));
  socket.send({ type: 'upload', n: 5, size, deleteHash: hashOfDeleteKey(deleteKey) });
  const { grant, until } = await socket.expect('grant');
  socket.close();
  return { grant: toBase64Url(grant), until, deleteKey };
}

const put = (
  host: HostUnderTest,
  grant: string,
  offset: number,
  body: Bytes,
  cutAfter?: number,
): Promise<HttpAnswer> =>
  httpOf(host)({
    method: 'PUT',
    path: BLOBS_PATH,
    headers: { [GRANT_HEADER]: grant, [OFFSET_HEADER]: String(offset) },
    body,
    ...(cutAfter === undefined ? {} : { cutAfter }),
  });
const head = (host: HostUnderTest, grant: string): Promise<HttpAnswer> =>
  httpOf(host)({ method: 'HEAD', path: BLOBS_PATH, headers: { [GRANT_HEADER]: grant } });
const get = (host: HostUnderTest, id: string, range?: string): Promise<HttpAnswer> =>
  httpOf(host)({
    method: 'GET',
    path: `${BLOBS_PATH}/${id}`,
    headers: range === undefined ? {} : { Range: range },
  });
const remove = (host: HostUnderTest, id: string, key: Bytes): Promise<HttpAnswer> =>
  httpOf(host)({
    method: 'DELETE',
    path: `${BLOBS_PATH}/${id}`,
    headers: { [DELETE_KEY_HEADER]: toBase64Url(key) },
  });
const offsetOf = ({ headers }: HttpAnswer): number => Number(headers[OFFSET_HEADER]);

/** Uploads bytes that nobody has seen. */
async function upload(host: HostUnderTest, bytes = host.random(SIZE)) {
  const { grant, deleteKey } = await askGrant(host, bytes.length);
  const answer = await put(host, grant, 0, bytes);
  expect(answer.status).toBe(201);
  return { bytes, id: idOf(bytes), grant, deleteKey, answer };
}

export function describeBlobs(it: HostTest): void {
  describe('blobs', () => {
    it('are fetched under the hash of their bytes, whole and in ranges', async ({ host }) => {
      const { bytes, id, answer } = await upload(host);
      expect(answer.headers['location']).toBe(`${BLOBS_PATH}/${id}`);
      const whole = await get(host, id);
      expect([whole.status, whole.headers['content-length']]).toEqual([200, String(SIZE)]);
      expect(digestOf(whole.body)).toBe(digestOf(bytes));
      expect(whole.headers['cache-control']).toBe('no-store');
      expect(whole.headers['content-type']).toBe('application/octet-stream');
      for (const [range, from, to] of [
        ['bytes=0-0', 0, 1],
        ['bytes=10-19', 10, 20],
        [`bytes=${SIZE - 5}-`, SIZE - 5, SIZE],
        ['bytes=-7', SIZE - 7, SIZE],
        [`bytes=5-${SIZE * 2}`, 5, SIZE],
      ] as const) {
        const part = await get(host, id, range);
        expect([part.status, part.headers['content-range']]).toEqual([
          206,
          `bytes ${from}-${to - 1}/${SIZE}`,
        ]);
        expect(digestOf(part.body)).toBe(digestOf(bytes.slice(from, to)));
      }
      expect((await get(host, id, `bytes=${SIZE}-`)).status).toBe(416);
      expect((await get(host, id, 'bytes=-0')).status).toBe(416);
      for (const strange of ['bytes=9-3', 'bytes=1-2,5-6', 'lines=1-2', 'bytes=-', 'bytes=x-'])
        expect((await get(host, id, strange)).status).toBe(200);
    });

    it('begin again where they broke off, at any byte', async ({ host }) => {
      const bytes = host.random(SIZE);
      const { grant } = await askGrant(host, SIZE);
      expect(offsetOf(await head(host, grant))).toBe(0);
      const [seed = 0] = host.random(1);
      let offset = 0;
      for (let cut = 0; cut < 20; cut++) {
        const most = SIZE - offset - 1;
        const cutAfter = Math.min(most, (seed * 7_919 + cut * 50_021) % 60_000);
        await put(host, grant, offset, bytes.slice(offset), cutAfter);
        const answer = await head(host, grant);
        expect(answer.status).toBe(200);
        expect(offsetOf(answer)).toBeGreaterThanOrEqual(offset);
        offset = offsetOf(answer);
      }
      expect(offset).toBeGreaterThan(0);
      const answer = await put(host, grant, offset, bytes.slice(offset));
      expect([answer.status, answer.headers['location']]).toEqual([
        201,
        `${BLOBS_PATH}/${idOf(bytes)}`,
      ]);
      expect(digestOf((await get(host, idOf(bytes))).body)).toBe(digestOf(bytes));
    });

    it('go on after the relay was started anew, and what is whole stays', async ({ host }) => {
      const kept = await upload(host);
      const bytes = host.random(SIZE);
      const { grant } = await askGrant(host, SIZE);
      const half = BLOB_PIECE_BYTES + 77;
      expect(offsetOf(await put(host, grant, 0, bytes.slice(0, half)))).toBe(half);
      await host.restart();
      expect(offsetOf(await head(host, grant))).toBe(half);
      const answer = await put(host, grant, half, bytes.slice(half));
      expect(answer.headers['location']).toBe(`${BLOBS_PATH}/${idOf(bytes)}`);
      expect(digestOf((await get(host, kept.id)).body)).toBe(digestOf(kept.bytes));
    });

    it('are told again when the answer was lost', async ({ host }) => {
      const { grant, id, bytes } = await upload(host);
      for (const again of [await put(host, grant, 0, bytes), await head(host, grant)]) {
        expect([again.status, again.headers['location']]).toEqual([201, `${BLOBS_PATH}/${id}`]);
      }
    });

    it('go on only where they stand, and never beyond what was announced', async ({ host }) => {
      const { grant } = await askGrant(host, 100);
      expect((await put(host, grant, 0, host.random(40))).status).toBe(200);
      for (const offset of [0, 39, 41, 100]) {
        const answer = await put(host, grant, offset, host.random(5));
        expect([answer.status, offsetOf(answer)]).toEqual([409, 40]);
      }
      expect((await put(host, grant, 40, host.random(61))).status).toBe(413);
      expect(offsetOf(await head(host, grant))).toBe(40);
      expect((await put(host, grant, 40, host.random(60))).status).toBe(201);
    });

    it('are taken over by the connection that came last', async ({ host }) => {
      const bytes = host.random(SIZE);
      const { grant } = await askGrant(host, SIZE);
      const first = put(host, grant, 0, bytes, 100_000);
      const ends = await Promise.all([first, head(host, grant)]);
      expect(ends[1].status).toBe(200);
      for (;;) {
        const offset = offsetOf(await head(host, grant));
        const answer = await put(host, grant, offset, bytes.slice(offset));
        if (answer.status === 409) continue;
        expect(answer.status).toBe(201);
        break;
      }
      expect(digestOf((await get(host, idOf(bytes))).body)).toBe(digestOf(bytes));
    });

    it('need a grant of this relay', async ({ host }) => {
      const { grant } = await askGrant(host, 100);
      const letter = grant.startsWith('A') ? 'B' : 'A';
      for (const wrong of ['', 'x', `${letter}${grant.slice(1)}`, toBase64Url(host.random(80))]) {
        expect((await put(host, wrong, 0, host.random(10))).status).toBe(403);
        expect((await head(host, wrong)).status).toBe(403);
      }
      expect(host.rows()['uploads']).toEqual([]);
    });

    it('are refused before anything is sent when they are too large or nothing', async ({
      host,
      ana,
    }) => {
      const socket = await signInDrained(host, ana);
      const deleteHash = host.random(32);
      socket.send({ type: 'upload', n: 1, size: MAX_BLOB_BYTES + 1, deleteHash });
      expect(await refusal(socket)).toBe('too-large');
      socket.send({ type: 'upload', n: 2, size: 0, deleteHash });
      expect(await refusal(socket)).toBe('malformed');
      socket.send({ type: 'upload', n: 3, size: MAX_BLOB_BYTES, deleteHash });
      await socket.expect('grant');
    });

    it('of one mailbox are no more than its share', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
      const deleteHash = host.random(32);
      const answers: string[] = [];
      for (let n = 1; n <= 6; n++) {
        socket.send({ type: 'upload', n, size: MAX_BLOB_BYTES, deleteHash });
        answers.push(await refusal(socket));
      }
      expect(answers).toEqual(['grant', 'grant', 'grant', 'grant', 'rate-limited', 'rate-limited']);
      host.advance(2 * DAY);
      const later = await signInDrained(host, ana);
      later.send({ type: 'upload', n: 9, size: MAX_BLOB_BYTES, deleteHash });
      expect(await refusal(later)).toBe('grant');
    });

    it('are removed by whoever has the key, and by nobody else', async ({ host }) => {
      const { id, deleteKey } = await upload(host);
      expect((await remove(host, id, host.random(32))).status).toBe(403);
      expect((await remove(host, id, new Uint8Array())).status).toBe(403);
      expect((await get(host, id)).status).toBe(200);
      expect((await remove(host, id, deleteKey)).status).toBe(204);
      expect((await get(host, id)).status).toBe(404);
      expect((await remove(host, id, deleteKey)).status).toBe(404);
      expect(host.rows()['blobs']).toEqual([]);
    });

    it('that come again with another key keep the one they had', async ({ host }) => {
      const { id, bytes, deleteKey } = await upload(host);
      const again = await upload(host, bytes);
      expect((await remove(host, id, again.deleteKey)).status).toBe(403);
      expect((await remove(host, id, deleteKey)).status).toBe(204);
      // Removed, it can come once more.
      await upload(host, bytes);
      expect(digestOf((await get(host, id)).body)).toBe(digestOf(bytes));
    });

    it('are gone after 30 days, and given-up uploads after seven', async ({ host }) => {
      const { id } = await upload(host);
      const { grant, until } = await askGrant(host, 100);
      expect(until - host.now()).toBeGreaterThanOrEqual(7 * DAY);
      await put(host, grant, 0, host.random(50));
      host.advance(8 * DAY);
      expect((await head(host, grant)).status).toBe(403);
      await expect.poll(() => host.rows()['uploads']).toEqual([]);
      expect((await get(host, id)).status).toBe(200);
      host.advance(23 * DAY);
      expect((await get(host, id)).status).toBe(404);
      await expect.poll(() => host.rows()['blobs']).toEqual([]);
    });

    it('stand in rows that hold no mailbox, and in no ledger', async ({ host }) => {
      const { id } = await upload(host);
      expect(Object.keys(host.rows()['blobs']?.[0] ?? {})).toEqual([
        'blob',
        'size',
        'delete_hash',
        'expires',
      ]);
      expect(Object.keys(host.rows()['uploads']?.[0] ?? {})).toEqual([
        'upload',
        'size',
        'delete_hash',
        'expires',
        'blob',
      ]);
      const socket = await signInDrained(host, makePerson(host.random));
      socket.send({ type: 'ledger', n: 4 });
      const { rows } = await socket.expect('ledger');
      expect(rows.map(({ table }) => table)).toEqual(['mailboxes']);
      expect(JSON.stringify(rows)).not.toContain(id);
    });

    it('answer no other method and no other path', async ({ host }) => {
      const ask = (method: string, path: string) => httpOf(host)({ method, path });
      expect((await ask('POST', BLOBS_PATH)).status).toBe(405);
      expect((await ask('GET', BLOBS_PATH)).status).toBe(405);
      expect((await ask('PUT', `${BLOBS_PATH}/${'0'.repeat(64)}`)).status).toBe(405);
      for (const name of ['', 'x', '..', '../relay-key', '%2e%2e%2frelay-key', '0'.repeat(63)])
        expect((await ask('GET', `${BLOBS_PATH}/${name}`)).status).toBe(404);
      expect((await get(host, '0'.repeat(64))).status).toBe(404);
    });
  });
}
