/**
 * Entry of the node host: configuration from the environment, a banner, a clean end on SIGINT and SIGTERM, and a
 * plain sentence with a non-zero exit when it cannot do its work. What it prints names no account and no address.
 */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../lib/clock.ts';
import { isFault } from '../../../lib/fault.ts';
import { type PresentTurn } from '../../core/turn.ts';
import { openThreadCommitter } from './committer.ts';
import { type Config, readConfig } from './config.ts';
import { isLoopback } from './http.ts';
import { type RunningRelay, startRelay } from './start.ts';
import { findTurnServer, startTurnServer, type TurnServer } from './turn-server.ts';

// Both beside this file once it is built; named here because the bundler leaves an entry where it is.
const commitWorker = new URL('./commit-worker.js', import.meta.url);
const clientDir = fileURLToPath(new URL('../client', import.meta.url));

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What went wrong and what to do, in words. */
function explain(error: unknown, dataDir: string): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const detail = cause ? ` (${cause.message})` : '';
  if (isFault(error, 'storage-full'))
    return `The disk with ${dataDir} is full. Nothing unsaved was acknowledged. Free some space and start again.`;
  if (isFault(error, 'storage-newer'))
    return `The database in ${dataDir} was written by a newer Sotto. Start that version, or another data folder (SOTTO_DATA).`;
  if (isFault(error, 'fenced'))
    return `Another relay is running on ${dataDir}. Stop it, or choose another data folder (SOTTO_DATA).`;
  if (isFault(error, 'malformed')) return `The configuration is wrong.${detail}`;
  if (isFault(error, 'storage-failed') || isFault(error, 'storage-closed'))
    return `The database in ${dataDir} cannot be used${detail}. Nothing unsaved was acknowledged. It may be damaged, closed to writing, or not a database of Sotto.`;
  const { code } = error as { code?: string };
  if (code === 'EADDRINUSE') return 'The port is in use. Choose another with PORT.';
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    return `No permission for ${dataDir} or for the port (${code}).`;
  if (code === 'ENOSPC')
    return `The disk with ${dataDir} is full. Free some space and start again.`;
  return `The relay failed: ${error instanceof Error ? error.message : String(error)}`;
}

function fail(error: unknown, dataDir: string): never {
  process.stderr.write(`${explain(error, dataDir)}\n`);
  process.exit(1);
}

/** What the relay has for calls, and how its banner says so. */
interface Calls {
  readonly present?: PresentTurn;
  readonly own?: TurnServer;
  readonly words: string;
}

async function openCalls({ turn, host }: Config): Promise<Calls> {
  if (turn === 'off') return { words: 'off: TURN_URLS says so' };
  if (turn !== 'own') return { present: () => turn, words: 'on' };
  if (host !== undefined && !isLoopback(host))
    return { words: 'off: set TURN_URLS and TURN_SECRET (docs/relay.md)' };
  const program = findTurnServer(process.env['PATH']);
  if (program === undefined)
    return { words: 'off: install coturn, or set TURN_URLS and TURN_SECRET (docs/relay.md)' };
  let isGreeted = false;
  const own = await startTurnServer({
    program,
    clock: systemClock(globalThis),
    random: (length) => new Uint8Array(randomBytes(length)),
    onChange: (isUp) => {
      if (isGreeted)
        say(
          isUp
            ? 'Calls are on again.'
            : 'The TURN server ended: calls are off until it runs again.',
        );
    },
  });
  isGreeted = true;
  const isUp = own.present().urls.length > 0;
  const words = isUp
    ? 'on, on this machine: by a turnserver of its own'
    : 'off: turnserver does not start; it is tried again';
  return { own, present: () => own.present(), words };
}

function greet(relay: RunningRelay, config: Config, calls: Calls): void {
  const tls = isLoopback(relay.host)
    ? 'off: fine on this machine; for others put a proxy with TLS before it'
    : 'by your proxy, which must pass on Host and upgrades';
  say(`Sotto is at ${relay.url}`);
  say(`  data    ${config.dataDir}`);
  say(`  TLS     ${tls}`);
  say(`  calls   ${calls.words}`);
  say('  push    off');
  say('  vault   off');
}

async function run(config: Config): Promise<void> {
  const { turn: _, ...rest } = config;
  const calls = await openCalls(config);
  const relay = await startRelay({
    ...rest,
    ...(calls.present ? { turn: calls.present } : {}),
    clientDir,
    openCommitter: openThreadCommitter(commitWorker),
    onFailed: (fault) => fail(fault, config.dataDir),
    onError: (error) => {
      if (isFault(error)) fail(error, config.dataDir);
      process.stderr.write(`Something was not handled: ${String((error as Error).stack)}\n`);
    },
  });
  let stopping = false;
  const stop = (): void => {
    // The second time there is no more waiting.
    if (stopping) process.exit(1);
    stopping = true;
    Promise.all([relay.close(), calls.own?.close()]).then(
      () => process.exit(0),
      (error: unknown) => fail(error, config.dataDir),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  greet(relay, config, calls);
}

// What it writes is for nobody else on the machine, whoever made the folder.
process.umask(0o077);
let dataDir = '';
process.on('uncaughtException', (error) => fail(error, dataDir));
process.on('unhandledRejection', (error) => fail(error, dataDir));
try {
  const config = readConfig(process.env);
  ({ dataDir } = config);
  await run(config);
} catch (error) {
  fail(error, dataDir);
}
