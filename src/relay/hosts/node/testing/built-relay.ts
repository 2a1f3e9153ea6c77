/** The relay as it is shipped: bundled as the build does, run as a process of its own, killed without warning. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import { build } from 'vite';
import { type HostUnderTest } from '../../../testing/test-client.ts';
import { openWire } from './node-host.ts';

export interface BuiltRelay {
  /** Starts it on a data folder; resolves when it says where it is. */
  start(dataDir: string, env?: Record<string, string>): Promise<RunningProcess>;
  /** Runs it to its end, for starts that must fail. */
  run(env: Record<string, string>): Promise<{ code: number | null; output: string }>;
  /** Ends what still runs and removes the program. */
  remove(): Promise<void>;
}

export interface RunningProcess {
  readonly host: Pick<HostUnderTest, 'host' | 'wire' | 'random'>;
  /** Ends it by a signal and resolves with its exit code, null when the signal ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<number | null>;
  /** All that it printed. */
  readonly output: string;
}

/** Bundles main and commit worker into a folder below node_modules, where `ws` and `libsql` are found. */
export async function buildRelay(): Promise<BuiltRelay> {
  const folder = resolve(`node_modules/.cache/sotto-relay-${process.pid}`);
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['ws', 'libsql'] },
    build: {
      ssr: true,
      outDir: join(folder, 'relay'),
      emptyOutDir: true,
      copyPublicDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: {
          main: resolve('src/relay/hosts/node/main.ts'),
          'commit-worker': resolve('src/relay/hosts/node/commit-worker.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });

  const running = new Set<ChildProcess>();

  function spawnRelay(env: Record<string, string>): {
    child: ChildProcess;
    read: () => string;
    ended: Promise<number | null>;
  } {
    const child = spawn(process.execPath, [join(folder, 'relay', 'main.js')], {
      env: { ...process.env, SOTTO_FRAMES: '1000000', TURN_URLS: 'off', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    const ended = new Promise<number | null>((done) =>
      child.once('close', (code) => {
        running.delete(child);
        done(code);
      }),
    );
    return { child, read: () => output, ended };
  }

  return {
    async start(dataDir, env = {}) {
      const { child, read, ended } = spawnRelay({
        PORT: '0',
        SOTTO_DATA: dataDir,
        ...env,
      });
      const port = await new Promise<number>((listening, failed) => {
        child.stdout?.on('data', () => {
          const found = /http:\/\/localhost:(\d+)/.exec(read());
          if (found) listening(Number(found[1]));
        });
        void ended.then((code) => failed(new Error(`ended with ${code}: ${read()}`)));
      });
      const random = (length: number) => new Uint8Array(randomBytes(length));
      return {
        host: {
          host: `localhost:${port}`,
          random,
          wire: (path, events) => openWire(port, path, events),
        },
        end(signal) {
          child.kill(signal);
          return ended;
        },
        get output() {
          return read();
        },
      };
    },
    async run(env) {
      const { read, ended } = spawnRelay({ PORT: '0', ...env });
      return { code: await ended, output: read() };
    },
    async remove() {
      // A test that failed leaves its relay behind.
      for (const child of running) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A new data folder. */
export function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'sotto-built-'));
}
