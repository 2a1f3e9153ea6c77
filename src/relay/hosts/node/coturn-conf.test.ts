/** The coturn.conf that docs/ has for operators, tried on a real server: it is understood, and reaches nothing private. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { turnCredential } from '../../core/turn.ts';
import { freeLoopbackPort, isTurnReady } from './loopback-port.ts';
import { openTurnClient, type TurnClient } from './testing/turn-client.ts';
import { findTurnServer } from './turn-server.ts';

const written = readFileSync('docs/coturn.conf', 'utf8');
const options = written.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const coturn = findTurnServer(process.env['PATH']);
/** Left out where there is no coturn, but never in CI: there it fails. */
const isLeftOut = !coturn && !process.env['CI'];
if (isLeftOut) console.log('No turnserver here (package coturn): docs/coturn.conf is not tried.');

it('writes nothing down', () => {
  expect(options).toEqual(
    expect.arrayContaining(['log-file=/dev/null', 'simple-log', 'no-stdout-log', 'no-cli']),
  );
  expect(options.filter((line) => /^(syslog|verbose|Verbose|log-binding)/.test(line))).toEqual([]);
});

it('lets in nobody but whom the relay names, and lends nobody its own machine', () => {
  expect(options).toContain('use-auth-secret');
  const open =
    /^(no-auth$|allow-loopback-peers|server-relay|oauth|lt-cred-mech|user=|allowed-peer-ip)/;
  expect(options.filter((line) => open.test(line))).toEqual([]);
});

interface Running {
  readonly client: TurnClient;
  /** What it said of its configuration. */
  readonly output: string;
  stop(): Promise<void>;
}

/** Runs it as it stands, but for what an operator fills in, the files of TLS, and a log to read here. */
async function run(lines: readonly string[]): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-coturn-conf-'));
  const port = await freeLoopbackPort();
  const secret = 'the secret of this test';
  const replaced =
    /^(static-auth-secret|listening-port|tls-|cert|pkey|log-file|simple-log|no-stdout-log)/;
  const text = [
    ...lines.filter((line) => !replaced.test(line)),
    `static-auth-secret=${secret}`,
    `listening-port=${port}`,
    'listening-ip=127.0.0.1',
    'relay-ip=127.0.0.1',
    'no-tls',
    'no-dtls',
    'log-file=stdout',
    'userdb=turndb',
    'pidfile=turnserver.pid',
  ].join('\n');
  const file = join(folder, 'turnserver.conf');
  writeFileSync(file, text, { mode: 0o600 });
  const child = spawn(coturn!, ['-c', file], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  while (!(await isTurnReady(port))) expect(child.exitCode, output).toBe(null);
  const client = await openTurnClient(port);
  const name = `${Math.floor(Date.now() / 1000) + 600}:anybody`;
  expect(await client.allocate(name, turnCredential(secret, name))).toHaveProperty('port');
  return {
    client,
    get output() {
      return output;
    },
    async stop() {
      client.close();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

describe.skipIf(isLeftOut)('on a real server', () => {
  let server: Running;
  beforeAll(async () => {
    server = await run(options);
  });
  afterAll(() => server.stop());

  it('is understood in every line', () => {
    expect(server.output).toContain('Relay address to use: 127.0.0.1');
    expect(server.output).not.toMatch(/bad configuration|unknown|unrecognized|wrong/i);
  });

  it.each([
    '0.0.0.1',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.1.2.3',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.254',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
  ])('does not send to %s', async (address) => {
    expect(await server.client.permit(address)).toBe(403);
  });

  it('would send to the public internet', async () => {
    // Only asked for leave; nothing is sent.
    for (const address of ['9.9.9.9', '172.32.0.1', '192.169.0.1', '100.128.0.1'])
      expect(await server.client.permit(address), address).toBe(0);
  });

  it('in its stricter form sends to the operator’s own servers alone', async () => {
    const stricter = written
      .split('\n')
      .filter((line) => /^#(denied|allowed)-peer-ip=/.test(line) && !line.includes('PRIVATE'))
      .map((line) => line.slice(1).replace(/PUBLIC-ADDRESS.*/, '9.9.9.9'));
    expect(stricter).toHaveLength(4);
    const strict = await run([...options, ...stricter]);
    expect(await strict.client.permit('9.9.9.9')).toBe(0);
    for (const address of ['9.9.9.10', '10.0.0.1', '127.0.0.1'])
      expect(await strict.client.permit(address), address).toBe(403);
    await strict.stop();
  });
});
