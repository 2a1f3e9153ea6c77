/** The node host for tests: real sockets and a real database in a folder of its own, with a clock told when to move. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { request as startRequest } from 'node:http';
import WebSocket from 'ws';
import { type Bytes } from '../../../../lib/bytes.ts';
import { type ManualClock, manualClock } from '../../../../lib/clock.ts';
import { PULSE } from '../../../../wire/frames.ts';
import {
  type HostUnderTest,
  type HttpAnswer,
  type HttpRequest,
  type WireEvents,
} from '../../../testing/test-client.ts';
import { type TurnConfig } from '../../../core/turn.ts';
import { openCommitterInPlace } from '../committer.ts';
import { databasePath, openForReading } from '../schema.ts';
import { type RunningRelay, type StartOptions, startRelay } from '../start.ts';
import { describeTables } from '../storage.ts';

export interface NodeHostUnderTest extends HostUnderTest {
  readonly dataDir: string;
  readonly relay: RunningRelay;
  readonly clock: ManualClock;
}

/** Every row of every table with a mailbox column, read past the core. */
export function readRows(dataDir: string): Record<string, Record<string, unknown>[]> {
  const reader = openForReading(databasePath(dataDir));
  try {
    return Object.fromEntries(
      describeTables(reader).map(({ table }) => [
        table,
        reader.prepare(`SELECT * FROM "${table}"`).all([]),
      ]),
    );
  } finally {
    reader.close();
  }
}

/** Opens a raw WebSocket. Rejects when the handshake is refused. */
export function openWire(
  port: number,
  path: 'mailbox' | 'drop',
  events: WireEvents,
  headers: Record<string, string> = {},
) {
  return new Promise<{
    send(bytes: Uint8Array): void;
    text(frame: string): void;
    pulse(): void;
    close(): void;
    readonly socket: WebSocket;
  }>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/${path}`, {
      headers: { Host: `localhost:${port}`, ...headers },
      perMessageDeflate: false,
    });
    socket.binaryType = 'arraybuffer';
    socket.on('message', (data, isBinary) => {
      if (isBinary) events.onBytes(new Uint8Array(data as ArrayBuffer) satisfies Bytes);
    });
    socket.on('error', reject);
    socket.on('close', () => events.onClose());
    socket.on('open', () =>
      resolve({
        send: (bytes) => socket.send(bytes),
        text: (frame) => socket.send(frame),
        pulse: () => socket.send(PULSE),
        close: () => socket.close(),
        socket,
      }),
    );
  });
}

/** Makes one HTTP request on a connection of its own. */
export function ask(port: number, host: string, request: HttpRequest): Promise<HttpAnswer> {
  const { method, path, headers, body = new Uint8Array(), cutAfter } = request;
  return new Promise((resolve, reject) => {
    const call = startRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: { Host: host, 'Content-Length': String(body.length), ...headers },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: new Uint8Array(Buffer.concat(parts)),
          }),
        );
      },
    );
    if (cutAfter === undefined) {
      call.on('error', reject);
      call.end(body);
      return;
    }
    const end = (): void => resolve({ status: 0, headers: {}, body: new Uint8Array() });
    call.on('error', end);
    call.on('close', end);
    // Half closed: what was sent still arrives, as most of it does when a line breaks.
    call.flushHeaders();
    call.write(body.subarray(0, cutAfter), () => call.socket?.end());
  });
}

/** Starts the node host from source on a free port, committing in place. */
export async function startNodeHost(more: Partial<StartOptions> = {}): Promise<NodeHostUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sotto-relay-'));
  const clock = manualClock();
  let turn: TurnConfig | undefined;
  const start = (port: number, host?: string): Promise<RunningRelay> =>
    startRelay({
      port,
      dataDir,
      clientDir: join(dataDir, 'client'),
      listen: '127.0.0.1',
      clock,
      openCommitter: openCommitterInPlace,
      turn: () => turn,
      ...(host === undefined ? {} : { host }),
      ...more,
    });
  let relay = await start(0);
  return {
    get relay() {
      return relay;
    },
    host: relay.host,
    dataDir,
    clock,
    wire: (path, events, host) =>
      openWire(relay.port, path, events, host === undefined ? {} : { Host: host }),
    http: (request) => ask(relay.port, relay.host, request),
    advance: (ms) => clock.advance(ms),
    random: (length) => new Uint8Array(randomBytes(length)),
    now: () => clock.now(),
    rows: () => readRows(dataDir),
    async restart() {
      await relay.close();
      relay = await start(relay.port, relay.host);
    },
    offerTurn: (servers) => void (turn = servers),
    async close() {
      await relay.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
