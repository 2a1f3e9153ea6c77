/**
 * A TURN server of the relay's own, so that `npm start` has calls on one machine: runs coturn's `turnserver` where it
 * is installed, starts it again when it dies, and ends it with the relay however the relay ends. Its secret is new at
 * each start of the relay and stands in a file for this user alone, never on a command line.
 * Source: docs/relay.md, Calls.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Clock } from '../../../lib/clock.ts';
import { toHex } from '../../../lib/bytes.ts';
import { type RandomBytes } from '../../../lib/random.ts';
import { type TurnConfig } from '../../core/turn.ts';
import { coturnConfig, coturnUrls } from './coturn-config.ts';
import { freeLoopbackPort, isTurnReady } from './loopback-port.ts';

const SECRET_BYTES = 32;
/** It listens within 0.2 s; what takes so much longer is no TURN server. */
const START_MS = 5_000;
const LOOK_MS = 20;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Ports lent to calls: a hundred above those that systems give out by themselves. */
const LENT_PORTS = 100;
const LENT_FROM = 61_000;
const LENT_RANGES = 45;

/**
 * Runs the server and waits at its own input, which ends when the relay does: also by SIGKILL, which leaves the relay
 * no time to end anything. Only the server holds the output, so the relay sees by it when the server is gone.
 */
const GUARD = `
"$1" -c "$2/turnserver.conf" </dev/null &
server=$!
exec >/dev/null
read -r _
kill -9 "$server"
wait "$server"
rm -rf "$2"
`;

export interface TurnServerOptions {
  /** Path of `turnserver`. */
  readonly program: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** It runs, or does no more. */
  onChange?(isUp: boolean): void;
}

export interface TurnServer {
  /** Where it is and its secret; no URL while it does not run. */
  present(): TurnConfig;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

/** The `turnserver` of a PATH. */
export function findTurnServer(path = ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'turnserver'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
      } catch {
        return false;
      }
    });
}

/** Starts it; resolves when it runs, or when the first try failed and the next is under way. */
export async function startTurnServer(options: TurnServerOptions): Promise<TurnServer> {
  const secret = toHex(options.random(SECRET_BYTES));
  let port: number | undefined;
  let isUp = false;
  let isClosing = false;
  let pause = FIRST_PAUSE_MS;
  let cancelPause = (): void => undefined;
  let guard: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let starting: Promise<void> | undefined;

  function change(next: boolean): void {
    if (isUp === next) return;
    isUp = next;
    options.onChange?.(next);
  }

  /** The next try, later each time; what ran for longer than the longest pause begins anew. */
  function startLater(ranFor: number): void {
    if (ranFor > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
    cancelPause = options.clock.after(pause, () => void (starting = start()));
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }

  async function start(): Promise<void> {
    const began = options.clock.now();
    let folder: string | undefined;
    try {
      port = await freeLoopbackPort(port);
      folder = await mkdtemp(join(tmpdir(), 'sotto-turn-'));
      const [range = 0] = options.random(1);
      const lowestPort = LENT_FROM + LENT_PORTS * (range % LENT_RANGES);
      const highestPort = lowestPort + LENT_PORTS - 1;
      const text = coturnConfig({ port, secret, lowestPort, highestPort });
      await writeFile(join(folder, 'turnserver.conf'), text, { mode: 0o600 });
    } catch {
      // No port or no room for a file: later, perhaps.
      if (folder) await rm(folder, { recursive: true, force: true });
      if (!isClosing) startLater(0);
      return;
    }
    if (isClosing) return rm(folder, { recursive: true, force: true });
    const gone = run(folder);
    ended = gone.then(() => {
      change(false);
      if (!isClosing) startLater(options.clock.now() - began);
    });
    await Promise.race([untilListening(port, gone), ended]);
  }

  /** Runs it; resolves when it and its guard are gone. */
  function run(folder: string): Promise<void> {
    // A group of its own, so that Ctrl-C in a terminal reaches the relay alone, which then ends it.
    const child = spawn('sh', ['-c', GUARD, 'sh', options.program, folder], {
      cwd: folder,
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    guard = child;
    child.stdin.on('error', () => undefined);
    child.stdout.resume().once('close', () => child.stdin.end());
    return new Promise((resolve) => {
      // Should somebody end the guard alone, its server goes, too.
      child.once('exit', () => killGroup(child));
      child.once('error', () => undefined);
      child.once('close', () => {
        guard = undefined;
        rm(folder, { recursive: true, force: true }).then(resolve, () => resolve());
      });
    });
  }

  async function untilListening(at: number, gone: Promise<void>): Promise<void> {
    let isGone = false;
    void gone.then(() => (isGone = true));
    for (let waited = 0; waited < START_MS && !isGone && !isClosing; waited += LOOK_MS) {
      if (await isTurnReady(at)) {
        // Whatever listens there now, it is ours only if ours still runs.
        if (!isGone && !isClosing) change(true);
        return;
      }
      await wait(LOOK_MS);
    }
    guard?.stdin?.end();
  }

  starting = start();
  await starting;

  return {
    present: () => ({ urls: isUp && port !== undefined ? coturnUrls(port) : [], secret }),
    async close() {
      isClosing = true;
      cancelPause();
      change(false);
      guard?.stdin?.end();
      await starting;
      await ended;
    },
  };
}

/** Ends what is left of a process's group, where anything is. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left.
  }
}
