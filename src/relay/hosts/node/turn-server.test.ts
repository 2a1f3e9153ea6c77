import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock, manualClock } from '../../../lib/clock.ts';
import { turnCredential, type TurnConfig } from '../../core/turn.ts';
import { isListening } from './loopback-port.ts';
import { openTurnClient, type TurnClient } from './testing/turn-client.ts';
import { findTurnServer, startTurnServer, type TurnServer } from './turn-server.ts';

const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));
const coturn = findTurnServer(process.env['PATH']);
/** Left out where there is no coturn, but never in CI: there it fails. */
const isLeftOut = !coturn && !process.env['CI'];
if (isLeftOut)
  console.log('No turnserver here (package coturn): what only a real one shows is skipped.');

/** Folders of servers, as `folder` holds them. */
let folder: string;
let server: TurnServer | undefined;
const clients: TurnClient[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-turn-test-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server?.close();
  server = undefined;
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function portOf({ urls }: TurnConfig): number {
  return Number(/:(\d+)\?/.exec(urls[0] ?? '')?.[1]);
}

/** A name that ends in so many seconds. */
function nameFor(seconds: number): string {
  return `${Math.floor(Date.now() / 1000) + seconds}:anybody`;
}

describe.skipIf(isLeftOut)('a TURN server of the relay’s own', () => {
  async function start(): Promise<TurnConfig> {
    server = await startTurnServer({ program: coturn!, clock: systemClock(globalThis), random });
    return server.present();
  }

  async function clientOf(config: TurnConfig): Promise<TurnClient> {
    const client = await openTurnClient(portOf(config));
    clients.push(client);
    return client;
  }

  it('carries what two say who have a name and its password', async () => {
    const config = await start();
    const ana = await clientOf(config);
    const ben = await clientOf(config);
    const ports: number[] = [];
    for (const client of [ana, ben]) {
      const name = nameFor(600);
      const given = await client.allocate(name, turnCredential(config.secret, name));
      expect(given).toEqual({ port: expect.any(Number) as number });
      ports.push((given as { port: number }).port);
      expect(await client.permit('127.0.0.1')).toBe(0);
    }
    ana.send(ports[1]!, 'hello Ben');
    expect(await ben.receive()).toBe('hello Ben');
    ben.send(ports[0]!, 'hello Ana');
    expect(await ana.receive()).toBe('hello Ana');
  });

  it('lets nobody in with another password or a name whose time is over', async () => {
    const config = await start();
    const client = await clientOf(config);
    const name = nameFor(600);
    expect(await client.allocate(name, turnCredential('another secret', name))).toEqual({
      code: 401,
    });
    expect(await client.allocate(name, '')).toEqual({ code: 401 });
    const over = nameFor(-10);
    const late = await clientOf(config);
    expect(await late.allocate(over, turnCredential(config.secret, over))).toEqual({ code: 401 });
  });

  it('sends to this machine’s 127.0.0.1 and nowhere else', async () => {
    const config = await start();
    const client = await clientOf(config);
    const name = nameFor(600);
    await client.allocate(name, turnCredential(config.secret, name));
    for (const address of [
      '127.0.0.2',
      '10.1.2.3',
      '192.168.0.1',
      '169.254.169.254',
      '203.0.113.9',
    ])
      expect(await client.permit(address), address).toBe(403);
    expect(await client.permit('127.0.0.1')).toBe(0);
  });

  it('keeps its secret in a file for this user, writes no log, and leaves nothing', async () => {
    const config = await start();
    const [name] = readdirSync(folder);
    const file = join(folder, name!, 'turnserver.conf');
    expect(readFileSync(file, 'utf8')).toContain(config.secret);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, name!)).mode & 0o777).toBe(0o700);
    const client = await clientOf(config);
    await client.allocate(nameFor(600), 'wrong');
    expect(readdirSync(join(folder, name!)).filter((one) => one.includes('log'))).toEqual([]);
    await server!.close();
    expect(readdirSync(folder)).toEqual([]);
    expect(await isListening(portOf(config))).toBe(false);
    expect(server!.present().urls).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('shows its secret on no command line', async () => {
    const { secret } = await start();
    const lines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        } catch {
          // Ended meanwhile.
          return '';
        }
      });
    expect(lines.filter((line) => line.includes(folder)).length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes(secret))).toEqual([]);
  });
});

describe('a TURN server that dies', () => {
  /** A program in the place of `turnserver`: it listens, and dies of what it is sent. */
  function fakeProgram(text: string): string {
    const file = join(folder, 'turnserver');
    writeFileSync(file, `#!${process.execPath}\n${text}`);
    chmodSync(file, 0o755);
    return file;
  }
  const mortal = `
    const config = require('fs').readFileSync(process.argv[3], 'utf8');
    const port = Number(/listening-port=(\\d+)/.exec(config)[1]);
    require('net').createServer((socket) => socket.on('error', () => {}).on('data', () => process.exit(1)))
      .listen(port, '127.0.0.1');
    const answers = require('dgram').createSocket('udp4');
    answers.on('message', (text, from) => answers.send(text, from.port, from.address));
    answers.bind(port, '127.0.0.1');
  `;

  async function touch(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  }

  it('turns calls off, and is started again with the same secret and port', async () => {
    const clock = manualClock();
    let changed: () => void = () => undefined;
    const changes: boolean[] = [];
    server = await startTurnServer({
      program: fakeProgram(mortal),
      clock,
      random,
      onChange(isUp) {
        changes.push(isUp);
        changed();
      },
    });
    const first = server.present();
    expect(first.urls).toHaveLength(2);
    for (let pause = 1_000, round = 0; round < 3; round++, pause *= 2) {
      const died = new Promise<void>((resolve) => (changed = resolve));
      (await touch(portOf(first))).on('error', () => undefined).write('x');
      await died;
      expect(server.present()).toEqual({ urls: [], secret: first.secret });
      // Each time twice as long, so that what dies at once does not keep the machine busy.
      expect(clock.next()).toBe(pause);
      const back = new Promise<void>((resolve) => (changed = resolve));
      clock.advance(pause);
      await back;
      expect(server.present()).toEqual(first);
    }
    expect(changes).toEqual([true, false, true, false, true, false, true]);
    // What ran long begins with the shortest pause again.
    clock.advance(61_000);
    const died = new Promise<void>((resolve) => (changed = resolve));
    (await touch(portOf(first))).on('error', () => undefined).write('x');
    await died;
    expect(clock.next()).toBe(1_000);
  });

  it('at once is tried again later, and again after that', async () => {
    const clock = manualClock();
    server = await startTurnServer({ program: fakeProgram('process.exit(1)'), clock, random });
    expect(server.present().urls).toEqual([]);
    expect(clock.next()).toBe(1_000);
    await server.close();
    expect(clock.waiting).toBe(0);
  });
});

it('is found where PATH says, and only where it can be run', () => {
  const file = join(folder, 'turnserver');
  const path = ['', '/nowhere', folder].join(delimiter);
  expect(findTurnServer(path)).toBe(undefined);
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  expect(findTurnServer(path)).toBe(undefined);
  chmodSync(file, 0o755);
  expect(findTurnServer(path)).toBe(file);
  expect(findTurnServer(undefined)).toBe(undefined);
});
