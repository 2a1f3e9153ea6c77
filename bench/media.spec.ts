/**
 * How fast attachments are sealed and carried, as ratios to what the platform gives in the same run: sealing against
 * raw WebCrypto AES-GCM at the same chunk size, an upload to the relay against a plain HTTP upload to a file.
 */
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from '@playwright/test';
import { openAttachment } from '../src/crypto/attachment.ts';
import { CHUNK_BYTES, sealChunk, sealedLength } from '../src/crypto/stream.ts';
import { systemClock } from '../src/lib/clock.ts';
import { httpBlobs } from '../src/net/blobs.ts';
import { startNodeHost } from '../src/relay/hosts/node/testing/node-host.ts';
import { makePerson, signInDrained } from '../src/relay/testing/test-client.ts';
import { hashOfDeleteKey } from '../src/wire/blobs.ts';
import { createMediaFiles, type SyncFolder } from '../src/workers/media-file/media-file.ts';

const MIB = 1024 * 1024;
const SIZE = 256 * MIB;
const AT_ONCE = 8;
const ROUNDS = 5;

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** Best of some rounds, MiB a second: what else the machine does only ever makes it slower. */
async function speed(work: () => Promise<unknown>): Promise<number> {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await work();
    best = Math.max(best, SIZE / MIB / ((performance.now() - began) / 1000));
  }
  return best;
}

function print(what: string, reached: number, against: string, peer: number, goal = ''): void {
  const ratio = (reached / peer).toFixed(2);
  console.log(
    `${what}: ${Math.round(reached)} MiB/s; ${against}: ${Math.round(peer)} MiB/s; ratio ${ratio}${goal}`,
  );
}

/** Takes everything and keeps nothing, so that only sealing is measured. */
const nowhere: SyncFolder = {
  open: () =>
    Promise.resolve({
      read: () => 0,
      write: () => undefined,
      truncate: () => undefined,
      length: () => 0,
      flush: () => undefined,
      close: () => undefined,
    }),
};

test('sealing', async () => {
  const chunk = new Uint8Array(CHUNK_BYTES);
  const stream = await openAttachment(random(32));
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  const count = SIZE / CHUNK_BYTES;
  const inTurns = async (seal: (index: number) => Promise<unknown>): Promise<void> => {
    for (let first = 0; first < count; first += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => seal(first + index)));
  };
  const raw = await speed(() =>
    inTurns((index) => {
      const iv = new Uint8Array(12);
      new DataView(iv.buffer).setUint32(0, index);
      return crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, chunk);
    }),
  );
  const chunks = await speed(() => inTurns((index) => sealChunk(stream, index, false, chunk)));
  print('chunks sealed', chunks, 'raw AES-GCM', raw, ' (goal 0.8)');
  const hashed = await speed(() =>
    inTurns(async (index) => {
      const iv = new Uint8Array(12);
      new DataView(iv.buffer).setUint32(0, index);
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, chunk);
      return crypto.subtle.digest('SHA-256', sealed);
    }),
  );
  const source = new Blob([new Uint8Array(SIZE)]);
  const files = createMediaFiles(nowhere, () => undefined);
  const whole = await speed(() =>
    files.seal({ file: { name: 'a', secret: random(32), length: SIZE }, source }),
  );
  print('a file read, sealed and hashed', whole, 'raw AES-GCM', raw);
  print('a file read, sealed and hashed', whole, 'raw AES-GCM and SHA-256', hashed);
});

test('uploading', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const host = await startNodeHost();
  const plain = createServer((request, response) => {
    void pipeline(request, createWriteStream(join(folder, 'plain'))).then(() => response.end());
  });
  await new Promise<void>((listening) => plain.listen(0, '127.0.0.1', listening));
  try {
    const part = new Blob([new Uint8Array(8 * MIB)]);
    const { port } = plain.address() as AddressInfo;
    const raw = await speed(async () => {
      for (let at = 0; at < SIZE; at += part.size)
        await fetch(`http://127.0.0.1:${port}/`, { method: 'PUT', body: part });
    });
    const { signal } = new AbortController();
    const blobs = httpBlobs(`http://${host.host}`, systemClock(globalThis));
    const socket = await signInDrained(host, makePerson(host.random));
    let n = 10;
    const carried = await speed(async () => {
      const size = sealedLength(SIZE);
      const deleteHash = hashOfDeleteKey(random(32));
      socket.send({ type: 'upload', n: n++, size, deleteHash });
      const { grant } = await socket.expect('grant');
      for (let at = 0; at < SIZE; at += part.size) await blobs.put(grant, at, part, signal);
    });
    socket.close();
    print('an upload to the relay', carried, 'plain HTTP to a file', raw);
  } finally {
    plain.close();
    plain.closeAllConnections();
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
