import { existsSync, watch as watchFolder } from 'node:fs';
import { chmod, copyFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../../lib/bytes.ts';
import {
  type DropClient,
  type HostUnderTest,
  type MailboxClient,
  type Person,
  type Token,
  bundleRequest,
  dropClient,
  makePerson,
  makeToken,
  signIn,
  submission,
  uploadOf,
} from '../../testing/test-client.ts';
import { openDatabase } from './database.ts';
import { isListening } from './loopback-port.ts';
import { databasePath } from './schema.ts';
import { type BuiltRelay, buildRelay, makeDataDir } from './testing/built-relay.ts';
import { readRows } from './testing/node-host.ts';
import { openTurnClient } from './testing/turn-client.ts';
import { findTurnServer } from './turn-server.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
console.log(`built relay seed ${seed}`);
/** mulberry32: enough to choose when to kill. */
function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

let relay: BuiltRelay;
let dataDir: string;
beforeAll(async () => {
  relay = await buildRelay();
  dataDir = await makeDataDir();
}, 120_000);
afterAll(async () => {
  await relay.remove();
  await rm(dataDir, { recursive: true, force: true });
});

type Host = HostUnderTest;

/** What the world outside knows of the relay's promises, over all its lives. */
interface Witness {
  readonly stored: Set<string>;
  readonly delivered: Map<string, number>;
  /** Confirmed, and the relay said that the removal is durable. */
  readonly gone: Set<string>;
  readonly handedOut: string[];
  readonly wrongs: string[];
}

const IN_FLIGHT = 40;
/** One-time keys uploaded and fetched in each life: as many as the rate lets out at once. */
const KEYS = 20;

/** Submits as fast as answers come; ends when the socket breaks. */
async function keepSubmitting(
  drop: DropClient,
  ana: Person,
  token: Token,
  host: Host,
  witness: Witness,
  onStored: () => void,
): Promise<void> {
  const waiting = new Map<number, string>();
  let n = 0;
  const submit = (): void => {
    const envelope = host.random(600);
    waiting.set(++n, toHex(envelope.subarray(0, 16)));
    drop.send(submission(ana, token, envelope, n));
  };
  for (let i = 0; i < IN_FLIGHT; i++) submit();
  for (;;) {
    const frame = await drop.next();
    if (frame.type === 'stored') {
      witness.stored.add(waiting.get(frame.n)!);
      onStored();
      submit();
    } else if (frame.type === 'refused' && frame.code === 'rate-limited') return;
    else witness.wrongs.push(JSON.stringify(frame));
  }
}

/** Receives and confirms, and asks now and then whether what was confirmed is gone for good. */
async function keepReceiving(socket: MailboxClient, witness: Witness): Promise<void> {
  let confirmed: string[] = [];
  const asked: string[][] = [];
  for (;;) {
    const frame = await socket.next();
    if (frame.type === 'deliver') {
      const id = toHex(frame.envelope.subarray(0, 16));
      if (witness.gone.has(id)) witness.wrongs.push(`delivered again: ${id}`);
      witness.delivered.set(id, (witness.delivered.get(id) ?? 0) + 1);
      socket.send({ type: 'confirm', sequences: [frame.sequence] });
      confirmed.push(id);
      if (confirmed.length < 25) continue;
      asked.push(confirmed);
      confirmed = [];
      socket.send({ type: 'prekey-count', n: 1 });
    } else if (frame.type === 'prekey-count')
      for (const id of asked.shift() ?? []) witness.gone.add(id);
  }
}

/** Fetches all the bundles that come with one-time keys, without waiting for one before asking for the next. */
async function fetchBundles(
  drop: DropClient,
  ana: Person,
  token: Token,
  witness: Witness,
): Promise<void> {
  for (let n = 1; n <= KEYS; n++) drop.send(bundleRequest(ana, token, n));
  for (let n = 1; n <= KEYS; n++) {
    const { bundle } = await drop.expect('bundle');
    const { oneTimePrekey, kyberPrekey } = bundle;
    if (oneTimePrekey) witness.handedOut.push(`one-time ${toHex(oneTimePrekey.key)}`);
    if (kyberPrekey.id !== 2) witness.handedOut.push(`kyber ${toHex(kyberPrekey.key)}`);
  }
}

describe('the built relay', () => {
  it('killed without warning under load keeps every promise it made', async () => {
    const kills = process.env['SOAK'] ? 100 : 20;
    const chance = seeded(seed);
    const witness: Witness = {
      stored: new Set(),
      delivered: new Map(),
      gone: new Set(),
      handedOut: [],
      wrongs: [],
    };
    let token: Token | undefined;
    let ana: Person | undefined;
    let output = '';
    let upload: ReturnType<typeof uploadOf> | undefined;
    for (let kill = 0; kill < kills; kill++) {
      const running = await relay.start(dataDir);
      const host = running.host as Host;
      ana ??= makePerson(host.random);
      const owner = await signIn(host, ana);
      if (!token) {
        await owner.expect('drained');
        token = makeToken(host.random);
        const put = [{ hash: token.hash, purpose: 'contacts' as const }];
        owner.send({ type: 'tokens', n: 1, put, retire: [], revoke: [] });
        await owner.expect('done');
      }
      const drops: DropClient[] = [];
      for (let i = 0; i < 4; i++) drops.push(await dropClient(host));
      // Keys go up while envelopes come down; often the last upload once more, as after a lost answer.
      if (upload && chance() < 0.7) owner.send(upload);
      const ids = [...Array(KEYS).keys()].map((id) => 100 + kill * KEYS + id);
      upload = uploadOf(host, ids, ids.slice(0, KEYS / 2), kill === 0);
      owner.send(upload);

      const isReading = chance() < 0.7;
      const killAfter = 1 + Math.floor(chance() * 400);
      let left = killAfter;
      let enough!: () => void;
      const loaded = new Promise<void>((resolve) => (enough = resolve));
      const onStored = (): void => {
        if (--left === 0) enough();
      };
      const ended = (work: Promise<void>): Promise<void> => work.catch(() => undefined);
      const work = drops
        .slice(0, 3)
        .map((drop) => ended(keepSubmitting(drop, ana!, token!, host, witness, onStored)));
      work.push(ended(fetchBundles(drops[3]!, ana, token, witness)));
      if (isReading) work.push(ended(keepReceiving(owner, witness)));
      await loaded;
      expect(await running.end('SIGKILL')).toBe(null);
      await Promise.all(work);
      output += running.output;
    }

    const last = await relay.start(dataDir);
    const owner = await signIn(last.host as Host, ana!);
    for (;;) {
      const frame = await owner.next();
      if (frame.type === 'drained') break;
      if (frame.type !== 'deliver') throw new Error(frame.type);
      const id = toHex(frame.envelope.subarray(0, 16));
      if (witness.gone.has(id)) witness.wrongs.push(`delivered again: ${id}`);
      witness.delivered.set(id, (witness.delivered.get(id) ?? 0) + 1);
      owner.send({ type: 'confirm', sequences: [frame.sequence] });
    }
    expect(await last.end('SIGTERM')).toBe(0);
    output += last.output;

    const lost = [...witness.stored].filter((id) => !witness.delivered.has(id));
    const twice = witness.handedOut.filter((key, at) => witness.handedOut.indexOf(key) !== at);
    console.log(
      `${kills} kills: ${witness.stored.size} acknowledged, ${lost.length} lost; ${witness.gone.size} gone for good; ${witness.handedOut.length} one-time keys handed out, ${twice.length} twice`,
    );
    expect(lost).toEqual([]);
    expect(twice).toEqual([]);
    expect(witness.wrongs).toEqual([]);
    expect(witness.gone.size).toBeGreaterThan(0);
    expect(witness.handedOut.length).toBeGreaterThan(kills);
    // What it prints is its banner: no account, no token, no address.
    expect(output).not.toContain(ana!.id);
    expect(output).not.toContain(token!.hash);
    expect(output.replaceAll(/^ {2}data .*$/gm, '')).not.toMatch(/127\.0\.0\.1|::1|[0-9a-f]{32}/);
  }, 600_000);

  it.skipIf(!findTurnServer(process.env['PATH']))(
    'has calls where turnserver is installed, and ends it however it ends itself',
    async () => {
      for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
        const folder = await makeDataDir();
        const temporary = await makeDataDir();
        const running = await relay.start(folder, { TURN_URLS: '', TMPDIR: temporary });
        const host = running.host as Host;
        const socket = await signIn(host, makePerson(host.random));
        await socket.expect('drained');
        socket.send({ type: 'turn', n: 1 });
        const { urls, username, credential } = await socket.expect('turn-servers');
        const port = Number(/^turn:127\.0\.0\.1:(\d+)\?transport=udp$/.exec(urls[0]!)?.[1]);
        const client = await openTurnClient(port);
        expect(await client.allocate(username, credential)).toHaveProperty('port');
        client.close();
        expect(running.output).toContain('calls   on');
        expect(running.output).not.toContain(credential);
        const files = await readdir(temporary);
        expect(files).toHaveLength(1);
        const line = connect(port, '127.0.0.1').on('error', () => undefined);
        await once(line, 'connect');
        const left = new Promise<void>((resolve) => {
          const watch = watchFolder(temporary, () => {
            if (existsSync(join(temporary, files[0]!))) return;
            watch.close();
            resolve();
          });
        });
        const gone = new Promise<void>((resolve) => line.once('close', () => resolve()));
        await running.end(signal);
        await Promise.all([gone, left]);
        expect(await isListening(port)).toBe(false);
        await Promise.all([folder, temporary].map((one) => rm(one, { recursive: true })));
      }
    },
  );

  it('stops cleanly when asked, with everything in one file', async () => {
    const folder = await makeDataDir();
    const running = await relay.start(folder);
    const ana = makePerson(running.host.random);
    const socket = await signIn(running.host as Host, ana);
    const drop = await dropClient(running.host as Host);
    expect(await running.end('SIGINT')).toBe(0);
    await Promise.all([socket.closed, drop.closed]);
    expect(running.output).toContain('Sotto is at http://localhost:');
    const copy = await makeDataDir();
    await copyFile(databasePath(folder), databasePath(copy));
    expect(readRows(copy)['mailboxes']).toMatchObject([{ mailbox: ana.id }]);
    await Promise.all([folder, copy].map((one) => rm(one, { recursive: true })));
  });

  it('lets nobody else on the machine read its files, also in a folder that was there before', async () => {
    const folder = await makeDataDir();
    await chmod(folder, 0o755);
    const running = await relay.start(folder);
    const modes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).mode & 0o077),
    );
    expect(modes.length).toBeGreaterThan(2);
    expect(new Set(modes)).toEqual(new Set([0]));
    await running.end('SIGTERM');
    await rm(folder, { recursive: true });
  });

  it('ends with a plain sentence when it cannot start', async () => {
    const folder = await makeDataDir();
    const env = { SOTTO_DATA: folder };
    const database = openDatabase(databasePath(folder));
    database.exec('PRAGMA user_version = 99');
    database.close();
    const newer = await relay.run(env);
    expect(newer.code).toBe(1);
    expect(newer.output).toContain('written by a newer Sotto');
    await writeFile(databasePath(folder), 'not a database at all '.repeat(100));
    const damaged = await relay.run(env);
    expect(damaged.code).toBe(1);
    expect(damaged.output).toContain('cannot be used');
    await rm(folder, { recursive: true });

    const file = join(await makeDataDir(), 'file');
    await writeFile(file, '');
    expect((await relay.run({ SOTTO_DATA: file })).code).toBe(1);
    const wrong = await relay.run({ SOTTO_DATA: file, PORT: 'abc' });
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain('PORT must be');
    const half = await relay.run({ SOTTO_DATA: file, TURN_URLS: 'turn:turn.example.org' });
    expect(half.code).toBe(1);
    expect(half.output).toContain('TURN_SECRET must be');

    const first = await relay.start(dataDir);
    const second = await relay.run({ SOTTO_DATA: dataDir });
    expect(second.code).toBe(1);
    expect(second.output).toContain('Another relay is running');
    await first.end('SIGTERM');
  });
});
