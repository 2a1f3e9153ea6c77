import { mkdir, readdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url, toHex } from '../../../lib/bytes.ts';
import { Fault } from '../../../lib/fault.ts';
import {
  BLOBS_PATH,
  DELETE_KEY_HEADER,
  GRANT_HEADER,
  hashOfDeleteKey,
  OFFSET_HEADER,
} from '../../../wire/blobs.ts';
import { makePerson, refusal, signInDrained } from '../../testing/test-client.ts';
import { type TableName } from '../../core/tables.ts';
import { readRange } from './blob-http.ts';
import { type OpenCommitter, openCommitterInPlace } from './committer.ts';
import { databasePath, openForReading, openForWriting } from './schema.ts';
import { type StartOptions } from './start.ts';
import { type NodeHostUnderTest, startNodeHost } from './testing/node-host.ts';

let host: NodeHostUnderTest | undefined;
afterEach(async () => {
  await host?.close();
  host = undefined;
});

async function start(more: Partial<StartOptions> = {}): Promise<NodeHostUnderTest> {
  return (host = await startNodeHost(more));
}

async function ask(on: NodeHostUnderTest, size: number, key = on.random(32)): Promise<string> {
  const socket = await signInDrained(on, makePerson(on.random));
  socket.send({ type: 'upload', n: 1, size, deleteHash: hashOfDeleteKey(key) });
  const frame = await socket.next();
  socket.close();
  if (frame.type === 'refused') return frame.code;
  return frame.type === 'grant' ? toBase64Url(frame.grant) : frame.type;
}

async function put(on: NodeHostUnderTest, grant: string, body: Uint8Array, offset = 0) {
  const headers = { [GRANT_HEADER]: grant, [OFFSET_HEADER]: String(offset) };
  return on.http!({ method: 'PUT', path: BLOBS_PATH, headers, body });
}

describe('the room for blobs', () => {
  it('is shared by what is whole and what is under way, also after a restart', async () => {
    const relay = await start({ limits: { blobBytes: 1_000 } });
    const first = await ask(relay, 600);
    const second = await ask(relay, 600);
    expect((await put(relay, first, relay.random(600))).status).toBe(201);
    // Both were promised room, which only one can have.
    expect((await put(relay, second, relay.random(100))).status).toBe(507);
    expect(await ask(relay, 401)).toBe('relay-full');
    const third = await ask(relay, 400);
    expect((await put(relay, third, relay.random(1))).status).toBe(200);
    expect(await ask(relay, 1)).toBe('relay-full');
    await relay.restart();
    expect(await ask(relay, 1)).toBe('relay-full');
    expect((await put(relay, third, relay.random(399), 1)).status).toBe(201);
    relay.advance(31 * 24 * 3_600_000);
    await expect.poll(() => ask(relay, 1_000)).not.toBe('relay-full');
  });

  it('is counted by the frame: a refusal leaves the socket as it was', async () => {
    const relay = await start({ limits: { blobBytes: 10 } });
    const socket = await signInDrained(relay, makePerson(relay.random));
    socket.send({ type: 'upload', n: 1, size: 11, deleteHash: relay.random(32) });
    expect(await refusal(socket)).toBe('relay-full');
    socket.send({ type: 'prekey-count', n: 2 });
    expect((await socket.next()).type).toBe('prekey-count');
  });
});

it('files that no row knows are removed at the start, and no others', async () => {
  const relay = await start();
  const whole = await ask(relay, 50);
  expect((await put(relay, whole, relay.random(50))).status).toBe(201);
  const begun = await ask(relay, 50);
  await put(relay, begun, relay.random(20));
  const files = async (): Promise<string[]> =>
    [
      ...(await readdir(join(relay.dataDir, 'blobs'))),
      ...(await readdir(join(relay.dataDir, 'uploads'))),
    ].sort();
  const known = await files();
  expect(known.length).toBe(2);
  await mkdir(join(relay.dataDir, 'blobs', 'lost+found'));
  await writeFile(join(relay.dataDir, 'blobs', '0'.repeat(64)), 'left behind');
  await writeFile(join(relay.dataDir, 'uploads', '0'.repeat(32)), 'left behind');
  await relay.restart();
  await expect.poll(files).toEqual(['lost+found', ...known].sort());
});

it('what was removed is not on the disk any more', async () => {
  const relay = await start();
  const grant = await ask(relay, 50);
  expect((await put(relay, grant, relay.random(50))).status).toBe(201);
  expect((await readdir(join(relay.dataDir, 'blobs'))).length).toBe(1);
  relay.advance(31 * 24 * 3_600_000);
  await expect.poll(() => readdir(join(relay.dataDir, 'blobs'))).toEqual([]);
});

it('an address has so many transfers at once, and places are given back', async () => {
  const relay = await start({ addressLimits: { transfers: 1 } });
  const head = () => relay.http!({ method: 'HEAD', path: BLOBS_PATH });
  for (let time = 0; time < 3; time++) expect((await head()).status).toBe(403);
  const answers = await Promise.all([head(), head(), head(), head()]);
  expect(answers.some(({ status }) => status === 403)).toBe(true);
  await expect.poll(async () => (await head()).status).toBe(403);
});

it('places are given back when answers still waited for each other on a connection that was cut', async () => {
  const relay = await start({ addressLimits: { transfers: 2 } });
  const size = 8 * 1024 * 1024;
  const grant = await ask(relay, size);
  const path = String((await put(relay, grant, relay.random(size))).headers['location']);
  const lines = (request: string): string => `${request} HTTP/1.1\r\nHost: ${relay.host}\r\n\r\n`;
  const both = openRaw(relay, lines(`GET ${path}`) + lines(`HEAD ${BLOBS_PATH}`));
  // Something of the first has come, so that both were read.
  await new Promise((resolve) => both.socket.once('data', resolve));
  both.socket.destroy();
  await both.closed;
  // One that is not read holds a place; the other is free.
  const slow = openRaw(relay, lines(`GET ${path}`));
  await new Promise((resolve) => slow.socket.once('data', resolve));
  slow.socket.pause();
  await expect
    .poll(async () => (await relay.http!({ method: 'HEAD', path: BLOBS_PATH })).status)
    .toBe(403);
  slow.socket.destroy();
});

it('a blob whose file is gone is not found', async () => {
  const relay = await start();
  const grant = await ask(relay, 5);
  const path = String((await put(relay, grant, relay.random(5))).headers['location']);
  await unlink(join(relay.dataDir, 'blobs', path.slice(BLOBS_PATH.length + 1)));
  expect((await relay.http!({ method: 'GET', path })).status).toBe(404);
});

it('how far an upload has come is told to all who ask while an earlier connection holds it', async () => {
  const relay = await start();
  const grant = await ask(relay, 1_000);
  const head = `PUT ${BLOBS_PATH} HTTP/1.1\r\nHost: ${relay.host}\r\nContent-Length: 1000\r\n${GRANT_HEADER}: ${grant}\r\n${OFFSET_HEADER}: 0\r\n\r\n`;
  const { closed } = openRaw(relay, head + 'x'.repeat(10));
  await expect.poll(() => readdir(join(relay.dataDir, 'uploads'))).not.toEqual([]);
  const headers = { [GRANT_HEADER]: grant };
  const asking = [1, 2, 3].map(() => relay.http!({ method: 'HEAD', path: BLOBS_PATH, headers }));
  for (const answer of await Promise.all(asking))
    expect([answer.status, answer.headers[OFFSET_HEADER]]).toEqual([200, '10']);
  await closed;
});

it('an upload whose time runs out while it comes is refused', async () => {
  const relay = await start();
  const grant = await ask(relay, 1_000);
  const head = `PUT ${BLOBS_PATH} HTTP/1.1\r\nHost: ${relay.host}\r\nContent-Length: 1000\r\n${GRANT_HEADER}: ${grant}\r\n${OFFSET_HEADER}: 0\r\n\r\n`;
  const { socket, closed } = openRaw(relay, head + 'x'.repeat(10));
  await expect.poll(() => readdir(join(relay.dataDir, 'uploads'))).not.toEqual([]);
  relay.advance(8 * 24 * 3_600_000);
  await expect.poll(() => readdir(join(relay.dataDir, 'uploads'))).toEqual([]);
  socket.write('x'.repeat(10));
  expect(await closed).toContain('HTTP/1.1 403 ');
});

/** A committer that keeps the batch which writes a table's first row until `release`. */
function holding(table: TableName) {
  let reached!: () => void;
  let release!: () => void;
  const isReached = new Promise<void>((resolve) => (reached = resolve));
  const isReleased = new Promise<void>((resolve) => (release = resolve));
  const openCommitter: OpenCommitter = async (path) => {
    const disk = await openCommitterInPlace(path);
    return {
      commit(batch, done) {
        if (!batch.some((change) => change.table === table)) return disk.commit(batch, done);
        reached();
        void isReleased.then(() => disk.commit(batch, done));
      },
      close: () => disk.close(),
    };
  };
  return { openCommitter, isReached, release };
}

it('nobody is told that a blob is whole before its row is durable', async () => {
  const { openCommitter, isReached, release } = holding('blobs');
  const relay = await start({ openCommitter });
  const grant = await ask(relay, 5);
  const told: number[] = [];
  const stored = put(relay, grant, relay.random(5)).then(({ status }) => told.push(status));
  await isReached;
  const headers = { [GRANT_HEADER]: grant };
  const asked = relay.http!({ method: 'HEAD', path: BLOBS_PATH, headers }).then(({ status }) =>
    told.push(status),
  );
  for (let time = 0; time < 20; time++) await relay.http!({ method: 'GET', path: '/health' });
  expect(told).toEqual([]);
  release();
  await Promise.all([stored, asked]);
  expect(told).toEqual([201, 201]);
});

it('a relay that could not commit an upload is freed all the same', async () => {
  const openCommitter: OpenCommitter = async (path) => {
    const disk = await openCommitterInPlace(path);
    return {
      commit: (batch, done) =>
        batch.some((change) => change.table === 'uploads')
          ? done(new Fault('storage-full'))
          : disk.commit(batch, done),
      close: () => disk.close(),
    };
  };
  const relay = await start({ openCommitter });
  await expect(put(relay, await ask(relay, 5), relay.random(5))).rejects.toThrow();
  await relay.relay.close();
});

/** A connection of its own; resolves what came back when the relay has cut it. */
function openRaw(on: NodeHostUnderTest, text: string): { socket: Socket; closed: Promise<string> } {
  const socket = connect(on.relay.port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (part: string) => (answer += part));
  socket.on('error', () => undefined);
  socket.write(text);
  return { socket, closed: new Promise((resolve) => socket.on('close', () => resolve(answer))) };
}

it('a body that goes on after its answer is cut', async () => {
  const relay = await start();
  const head = `Host: ${relay.host}\r\nTransfer-Encoding: chunked\r\n`;
  for (const [request, status] of [
    [`PUT ${BLOBS_PATH}`, 403],
    [`DELETE ${BLOBS_PATH}/${'0'.repeat(64)}`, 404],
  ] as const) {
    const { socket, closed } = openRaw(relay, `${request} HTTP/1.1\r\n${head}\r\n`);
    const more = setInterval(() => socket.write('1\r\nx\r\n'), 20);
    expect(await closed).toContain(`HTTP/1.1 ${status} `);
    clearInterval(more);
  }
});

it('a full disk is told, whatever of the body is still to come', async () => {
  const relay = await start();
  const size = 1024 * 1024;
  const grant = await ask(relay, size);
  const name = toHex(fromBase64Url(grant).subarray(0, 16));
  // What every write to it is told is that there is no space left.
  await symlink('/dev/full', join(relay.dataDir, 'uploads', name));
  const answer = await put(relay, grant, relay.random(size));
  expect([answer.status, Buffer.from(answer.body).toString()]).toEqual([
    507,
    'There is no room here.\n',
  ]);
});

it('a file that cannot be removed holds up no answer', async () => {
  const relay = await start();
  const deleteKey = relay.random(32);
  const grant = await ask(relay, 5, deleteKey);
  const path = String((await put(relay, grant, relay.random(5))).headers['location']);
  const file = join(relay.dataDir, 'blobs', path.slice(BLOBS_PATH.length + 1));
  await unlink(file);
  await mkdir(file);
  const headers = { [DELETE_KEY_HEADER]: toBase64Url(deleteKey) };
  expect((await relay.http!({ method: 'DELETE', path, headers })).status).toBe(204);
});

it('every answer about a blob carries the strict headers', async () => {
  const relay = await start();
  const grant = await ask(relay, 5);
  const stored = await put(relay, grant, relay.random(5));
  const path = String(stored.headers['location']);
  for (const request of [
    { method: 'GET', path },
    { method: 'HEAD', path: BLOBS_PATH },
    { method: 'GET', path: `${BLOBS_PATH}/none` },
    { method: 'DELETE', path },
  ]) {
    const { headers } = await relay.http!(request);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
  }
});

it('a database of the version before gets the tables it lacks, and keeps its rows', async () => {
  const relay = await start();
  const person = makePerson(relay.random);
  (await signInDrained(relay, person)).close();
  const { dataDir } = relay;
  await relay.relay.close();
  const before = openForWriting(databasePath(dataDir));
  before.exec('DROP TABLE uploads; DROP TABLE blobs; PRAGMA user_version = 1');
  before.close();
  await relay.restart();
  expect(relay.rows()['mailboxes']?.map(({ mailbox }) => mailbox)).toEqual([person.id]);
  const reader = openForReading(databasePath(dataDir));
  expect(Number(reader.pragma('user_version'))).toBe(2);
  reader.close();
  expect((await put(relay, await ask(relay, 5), relay.random(5))).status).toBe(201);
});

it('a range is read as the standard says', () => {
  expect(readRange(undefined, 10)).toBeUndefined();
  expect(readRange('bytes=2-', 10)).toEqual({ from: 2, to: 10 });
  expect(readRange('bytes=2-2', 10)).toEqual({ from: 2, to: 3 });
  expect(readRange('bytes=-20', 10)).toEqual({ from: 0, to: 10 });
  expect(readRange('bytes=3-2', 10)).toBeUndefined();
  expect(() => readRange('bytes=10-', 10)).toThrow(RangeError);
  expect(() => readRange('bytes=-0', 10)).toThrow(RangeError);
});
