import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../lib/fault.ts';
import { type LedgerRow } from '../../../wire/frames.ts';
import {
  dropClient,
  followRequest,
  makePerson,
  receiver,
  signIn,
  signInDrained,
  submission,
  submit,
  uploadOf,
} from '../../testing/test-client.ts';
import { type OpenCommitter, commitInPlace, openCommitterInPlace } from './committer.ts';
import { readConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { databasePath, openForWriting } from './schema.ts';
import { type RunningRelay, startRelay } from './start.ts';
import { readRows, startNodeHost } from './testing/node-host.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sotto-start-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const start = (openCommitter: OpenCommitter = openCommitterInPlace): Promise<RunningRelay> =>
  startRelay({
    port: 0,
    dataDir,
    clientDir: join(dataDir, 'client'),
    listen: '127.0.0.1',
    openCommitter,
  });

describe('a relay does not start', () => {
  it('on a database of a newer version', async () => {
    await (await start()).close();
    const database = openDatabase(databasePath(dataDir));
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(start()).rejects.toMatchObject({ code: 'storage-newer' });
  });

  it('on a file that is no database, or a damaged one', async () => {
    writeFileSync(
      databasePath(dataDir),
      'this is not a database, and longer than a header'.repeat(9),
    );
    await expect(start()).rejects.toMatchObject({ code: 'storage-failed' });
    rmSync(databasePath(dataDir));
    await (await start()).close();
    const bytes = Buffer.alloc(4_096 * 3, 0x5a);
    const { writeSync, openSync, closeSync } = await import('node:fs');
    const file = openSync(databasePath(dataDir), 'r+');
    writeSync(file, bytes, 0, bytes.length, 4_096);
    closeSync(file);
    await expect(start()).rejects.toMatchObject({ code: 'storage-failed' });
  });

  it('on a database of another program', async () => {
    const database = openDatabase(databasePath(dataDir));
    database.exec('PRAGMA user_version = 1; CREATE TABLE theirs (x)');
    database.close();
    await expect(start()).rejects.toMatchObject({ code: 'storage-failed' });
  });

  it('beside another one on the same folder', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({ code: 'fenced' });
    await first.close();
    await (await start()).close();
  });

  it('with half a key', async () => {
    writeFileSync(join(dataDir, 'relay-key'), 'short');
    await expect(start()).rejects.toMatchObject({ code: 'storage-failed' });
  });

  it.skipIf(process.getuid?.() === 0)('in a folder closed to writing', async () => {
    chmodSync(dataDir, 0o500);
    await expect(start()).rejects.toThrow();
    chmodSync(dataDir, 0o700);
  });
});

it('keeps its key and its rows from one start to the next', async () => {
  const host = await startNodeHost();
  const ana = makePerson(host.random);
  await signIn(host, ana);
  const before = await dropClient(host, false);
  before.send({ type: 'hello', versions: [1] });
  const { relayKey } = await before.expect('hello');
  await host.restart();
  const after = await dropClient(host, false);
  after.send({ type: 'hello', versions: [1] });
  expect((await after.expect('hello')).relayKey).toEqual(relayKey);
  expect(host.rows()['mailboxes']).toHaveLength(1);
  await host.close();
});

it('on a full disk acknowledges nothing, stops, and says why', async () => {
  /** A database that may not grow any more: what SQLite does on a full disk. */
  const openFullCommitter: OpenCommitter = async (path) => {
    const database = openForWriting(path);
    database.pragma(`max_page_count = ${Number(database.pragma('page_count')) + 12}`);
    return commitInPlace(database);
  };
  let failed!: (fault: Fault) => void;
  const failure = new Promise<Fault>((resolve) => (failed = resolve));
  const host = await startNodeHost({ openCommitter: openFullCommitter, onFailed: failed });
  const { person: ana, socket, token } = await receiver(host);
  socket.close();
  const drop = await dropClient(host);
  let stored = 0;
  const send = (n: number): void => drop.send(submission(ana, token, host.random(9_000), n));
  send(0);
  try {
    for (;;) {
      await drop.expect('stored');
      send(++stored);
    }
  } catch {
    // The socket was cut without an answer.
  }
  expect((await failure).code).toBe('storage-full');
  expect(drop.waiting).toEqual([]);
  expect(readRows(host.dataDir)['queue']).toHaveLength(stored);
  // Nothing is held any more: another may start on the folder.
  await host.relay.close();
  dataDir = host.dataDir;
  await (await start()).close();
});

it('ends a stop that was asked for though the last commit fails', async () => {
  let failDisk!: () => void;
  const diskFails = new Promise<void>((resolve) => (failDisk = resolve));
  let isFailing = false;
  const openCommitter: OpenCommitter = async (path) => {
    const disk = await openCommitterInPlace(path);
    return {
      commit: (batch, done) =>
        isFailing
          ? void diskFails.then(() => done(new Fault('storage-full')))
          : disk.commit(batch, done),
      close: () => disk.close(),
    };
  };
  const host = await startNodeHost({ openCommitter });
  const { person: ana, token } = await receiver(host);
  const drop = await dropClient(host);
  isFailing = true;
  drop.send(submission(ana, token, host.random(9)));
  // Refused at once, so the envelope before it has been taken.
  drop.send(followRequest(ana, token));
  await drop.expect('refused');
  const ended = host.relay.close();
  await drop.closed;
  failDisk();
  await ended;
  rmSync(host.dataDir, { recursive: true });
});

it('leaves nothing of what was confirmed or erased in its file', async () => {
  const host = await startNodeHost();
  const kept = await receiver(host);
  const { person: ana, socket, token } = await receiver(host);
  const drop = await dropClient(host);
  const ends: Buffer[] = [];
  const send = async (size: number): Promise<void> => {
    const envelope = host.random(size);
    ends.push(Buffer.from(envelope.subarray(-32)));
    expect(await submit(drop, ana, token, envelope)).toBe('stored');
    await socket.expect('deliver');
  };
  for (const size of [200, 1_000, 5_000, 100_000]) await send(size);
  socket.send(uploadOf(host, [1, 2, 3], [1, 2, 3]));
  await socket.expect('done');
  const traces = (): string[] => {
    const file = readFileSync(databasePath(host.dataDir));
    expect(file.includes(kept.person.id)).toBe(true);
    return [...ends, Buffer.from(ana.id), Buffer.from(token.hash)]
      .filter((trace) => file.includes(trace))
      .map((trace) => trace.toString('hex'));
  };
  // Closed and opened again, everything is in the one file.
  await host.restart();
  expect(traces()).toHaveLength(ends.length + 2);
  const back = await signIn(host, ana);
  for (let left = ends.length; left > 0; left--) {
    const { sequence } = await back.expect('deliver');
    back.send({ type: 'confirm', sequences: [sequence] });
  }
  await back.expect('drained');
  back.send({ type: 'erase', n: 1 });
  await back.expect('done');
  await host.restart();
  expect(traces()).toEqual([]);
  await host.close();
});

it('shows a planted column in the ledger: nothing is held that the owner is not shown', async () => {
  const host = await startNodeHost();
  const ana = makePerson(host.random);
  const socket = await signInDrained(host, ana);
  const columnsOf = async (): Promise<string[]> => {
    socket.send({ type: 'ledger', n: 9 });
    const { rows } = await socket.expect('ledger');
    return rows.flatMap((row: LedgerRow) => row.columns.map(({ name }) => `${row.table}.${name}`));
  };
  const known = [
    'mailboxes.mailbox',
    'mailboxes.identity_key',
    'mailboxes.installation',
    'mailboxes.since',
  ];
  expect(await columnsOf()).toEqual(known);
  const database = openDatabase(databasePath(host.dataDir));
  database.exec("ALTER TABLE mailboxes ADD COLUMN ip TEXT DEFAULT '203.0.113.7'");
  database.exec('CREATE TABLE friends (mailbox TEXT, friend TEXT)');
  database.exec(`INSERT INTO friends VALUES ('${ana.id}', 'ben')`);
  database.close();
  expect(await columnsOf()).toEqual([
    'friends.mailbox',
    'friends.friend',
    ...known,
    'mailboxes.ip',
  ]);
  await host.close();
});

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      port: 8_787,
      dataDir: './data',
      trustProxy: false,
      addressLimits: {
        connections: 256,
        transfers: 64,
        framesPerSecond: 1_000,
        registrationsPerHour: 100,
      },
      limits: { blobBytes: 20 * 1024 ** 3 },
      turn: 'own',
    });
  });

  it('is read from the environment', () => {
    expect(
      readConfig({
        PORT: '0',
        SOTTO_DATA: '/srv/sotto',
        SOTTO_HOST: 'Chat.Example:443',
        SOTTO_LISTEN: '127.0.0.1',
        SOTTO_TRUST_PROXY: '1',
        SOTTO_CONNECTIONS: '5',
        TURN_URLS: ' turn:turn.example:3478?transport=udp , turns:[2001:db8::1]:443?transport=tcp',
        TURN_SECRET: 'sixteen letters!',
      }),
    ).toMatchObject({
      port: 0,
      dataDir: '/srv/sotto',
      host: 'chat.example:443',
      listen: '127.0.0.1',
      trustProxy: true,
      addressLimits: { connections: 5 },
      turn: {
        urls: ['turn:turn.example:3478?transport=udp', 'turns:[2001:db8::1]:443?transport=tcp'],
        secret: 'sixteen letters!',
      },
    });
    expect(readConfig({ TURN_URLS: 'off' }).turn).toBe('off');
    expect(readConfig({ TURN_URLS: 'off', TURN_SECRET: 'sixteen letters!' }).turn).toBe('off');
    expect(readConfig({ TURN_URLS: '', TURN_SECRET: '' }).turn).toBe('own');
  });

  it('that makes no sense is refused with the name of the variable', () => {
    const secret = 'sixteen letters!';
    const wrong: Record<string, string>[] = [
      { PORT: '70000' },
      { PORT: 'x' },
      { SOTTO_HOST: 'http://chat.example' },
      { SOTTO_HOST: 'chat..example' },
      { SOTTO_HOST: 'chat.example:70000' },
      { SOTTO_TRUST_PROXY: 'yes' },
      { SOTTO_FRAMES: '-1' },
      { TURN_URLS: 'turn.example:3478', TURN_SECRET: secret },
      { TURN_URLS: 'turn:turn.example:99999', TURN_SECRET: secret },
      { TURN_URLS: 'turn:turn.example?transport=sctp', TURN_SECRET: secret },
      { TURN_URLS: 'turns:turn.example?transport=udp', TURN_SECRET: secret },
      { TURN_URLS: 'stun:turn.example', TURN_SECRET: secret },
      { TURN_URLS: 'turn:one.example,,turn:two.example', TURN_SECRET: secret },
      { TURN_URLS: Array(9).fill('turn:turn.example').join(','), TURN_SECRET: secret },
      { TURN_URLS: `turn:${'a'.repeat(63)}${'.a'.repeat(100)}`, TURN_SECRET: secret },
      { TURN_SECRET: 'short', TURN_URLS: 'turn:turn.example' },
    ];
    for (const env of wrong)
      expect(() => readConfig(env)).toThrow(
        expect.objectContaining({
          code: 'malformed',
          cause: expect.objectContaining({
            message: expect.stringContaining(Object.keys(env)[0]!) as string,
          }) as Error,
        }) as Error,
      );
  });

  it('wants addresses and secret of TURN servers together', () => {
    const cause = (text: string): unknown =>
      expect.objectContaining({
        cause: expect.objectContaining({
          message: expect.stringContaining(text) as string,
        }) as Error,
      });
    expect(() => readConfig({ TURN_URLS: 'turn:turn.example' })).toThrow(
      cause('TURN_SECRET must be set where TURN_URLS is'),
    );
    expect(() => readConfig({ TURN_SECRET: 'sixteen letters!' })).toThrow(
      cause('TURN_URLS must be set where TURN_SECRET is'),
    );
  });
});
