/**
 * A real TURN server for one journey: Debian's coturn on 127.0.0.1, that takes the names and passwords of a relay with
 * the same secret. It can be stopped, and killed as a power cut would; two of them are two servers.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freeLoopbackPort, isTurnReady } from '../../src/relay/hosts/node/loopback-port.ts';
import { findTurnServer } from './coturn.mjs';

const START_MS = 10_000;
/** What all servers of the journeys share with their relays. */
const SECRET = 'a secret of the journeys alone';
/** Ports that one server lends, above those that systems give out by themselves. */
const LENT_FROM = 61_000;
const LENT_PORTS = 100;
const LENT_RANGES = 45;

/**
 * True where journeys with calls are tried; else a test skips with `NO_TURN`. In CI they always are, and fail without a
 * server: a green run must not have left them out.
 */
export const triesCalls = findTurnServer() !== undefined || process.env['CI'] !== undefined;
export const NO_TURN = 'There is no turnserver here: install the package coturn.';

export interface TestTurn {
  /** `turn:127.0.0.1:<port>?transport=udp`. */
  readonly url: string;
  readonly port: number;
  readonly secret: string;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/** Starts a TURN server and waits until it answers. */
export async function startTurn({ secret = SECRET } = {}): Promise<TestTurn> {
  const program = findTurnServer();
  if (program === undefined) throw new Error(NO_TURN);
  const port = await freeLoopbackPort();
  const folder = await mkdtemp(join(tmpdir(), 'sotto-journey-turn-'));
  const lowest = LENT_FROM + LENT_PORTS * Math.floor(Math.random() * LENT_RANGES);
  const child = spawn(
    program,
    [
      '-n',
      '--listening-ip=127.0.0.1',
      '--relay-ip=127.0.0.1',
      `--listening-port=${port}`,
      `--min-port=${lowest}`,
      `--max-port=${lowest + LENT_PORTS - 1}`,
      '--use-auth-secret',
      `--static-auth-secret=${secret}`,
      '--realm=sotto',
      '--fingerprint',
      // In tests only: both sides of a call are on this machine.
      '--allow-loopback-peers',
      '--no-cli',
      '--no-multicast-peers',
      '--no-tls',
      '--no-dtls',
      '--relay-threads=1',
      `--userdb=${join(folder, 'turndb')}`,
      `--pidfile=${join(folder, 'turnserver.pid')}`,
      '--log-file=/dev/null',
      '--simple-log',
      '--no-stdout-log',
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;

  async function end(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal);
    await ended;
    await rm(folder, { recursive: true, force: true });
  }

  const until = Date.now() + START_MS;
  while (!(await isTurnReady(port))) {
    if (hasEnded() || Date.now() > until) {
      await end('SIGKILL');
      throw new Error(`${program} does not listen at port ${port}.`);
    }
    await wait(20);
  }
  return {
    url: `turn:127.0.0.1:${port}?transport=udp`,
    port,
    secret,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
