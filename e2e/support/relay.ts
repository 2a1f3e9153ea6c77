/**
 * A real relay process for one test: the built one, on a free port, with a data folder of its own. It can be
 * stopped, killed and started again at the same address.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const PROGRAM = resolve(import.meta.dirname, '../../dist/relay/main.js');
const START_MS = 20_000;

export interface TestRelay {
  /** `http://localhost:<port>`. */
  readonly url: string;
  /** Where it keeps its database. */
  readonly data: string;
  /** Everything it has printed. */
  log(): string;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again at the same address with the same data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

/**
 * Starts a relay and waits until it answers.
 * @param how another program than the built one, TURN servers of one secret, and further environment variables
 */
export async function startRelay(
  how: {
    readonly program?: string;
    readonly turn?: readonly { readonly url: string; readonly secret: string }[];
    readonly environment?: Record<string, string>;
  } = {},
): Promise<TestRelay> {
  const { turn = [] } = how;
  const calls: Record<string, string> = turn[0]
    ? { TURN_URLS: turn.map(({ url }) => url).join(','), TURN_SECRET: turn[0].secret }
    : // Or each relay of the journeys would start a TURN server of its own.
      { TURN_URLS: 'off' };
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const data = await mkdtemp(join(tmpdir(), 'sotto-relay-'));
  let child: ChildProcess | undefined;
  let output = '';

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const exit = once(ending, 'exit');
    ending.kill(signal);
    await exit;
  }

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [how.program ?? PROGRAM], {
      env: {
        ...process.env,
        PORT: String(port),
        SOTTO_DATA: data,
        SOTTO_HOST: `localhost:${port}`,
        ...calls,
        ...how.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    const keep = (chunk: Buffer): void => void (output += chunk.toString());
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
    const end = Date.now() + START_MS;
    while (!(await answers(url))) {
      if (started.exitCode !== null) throw new Error(`The relay ended at once:\n${output}`);
      if (Date.now() > end) throw new Error(`The relay does not answer at ${url}:\n${output}`);
      await wait(50);
    }
  }

  await start();
  return {
    url,
    data,
    log: () => output,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    start,
    async remove() {
      await end('SIGKILL');
      await rm(data, { recursive: true, force: true });
    },
  };
}
