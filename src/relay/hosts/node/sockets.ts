/**
 * WebSockets of the node host: which upgrades are taken, text frames answered without the core, and what keeps a
 * hostile or slow client from costing memory: it is read no further, or cut. Source: docs/relay.md, Sockets.
 */
import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Bytes } from '../../../lib/bytes.ts';
import { systemClock } from '../../../lib/clock.ts';
import { KEEP_ALIVE, KEEP_ALIVE_ANSWER, PULSE, PULSE_ANSWER } from '../../../wire/frames.ts';
import { MAX_FRAME_BYTES } from '../../../wire/limits.ts';
import { type Connection, type Peer } from '../../core/connection.ts';
import { type Relay } from '../../core/relay.ts';
import { type AddressAllowance, type Addresses, addressOf } from './addresses.ts';
import { refuse } from './http.ts';
import { type Inflow, createInflow } from './inflow.ts';

/** A socket whose client reads nothing is cut at this much; it is read no further long before (inflow.ts). */
const MOST_BUFFERED = 8 * 1024 * 1024;
/** Browsers send a frame whole or in a few parts, and each part costs memory until the last has come. */
const MOST_FRAGMENTS = 1_024;
const MOST_CHUNKS = 16_384;
const PING_MS = 30_000;
const CLOSING_MS = 5_000;
/** Rates of addresses go by real time, whatever clock the relay is given. */
const realTime = systemClock(globalThis);

export interface Sockets {
  /** Handles an upgrade of the HTTP server. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Says goodbye to every client and cuts who does not go. */
  close(): Promise<void>;
  /** Cuts everything at once. */
  cut(): void;
}

interface Hearing {
  /** Whether the client was heard since the last ping. */
  heard: boolean;
  readonly inflow: Inflow;
}

export interface SocketOptions {
  readonly relay: Relay;
  readonly host: string;
  readonly addresses: Addresses;
  readonly trustProxy: boolean;
  /** What a handler threw, which should never be. */
  onError(error: unknown): void;
}

/** Serves `/v1/mailbox` and `/v1/drop`. */
export function serveSockets(options: SocketOptions): Sockets {
  const { relay, host, addresses } = options;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    maxFragments: MOST_FRAGMENTS,
    maxBufferedChunks: MOST_CHUNKS,
  });
  server.on('wsClientError', (_error, socket) => refuse(socket, 400));
  const open = new Map<WebSocket, Hearing>();
  let closing = false;

  const pings = setInterval(() => {
    for (const [socket, hearing] of open) {
      if (!hearing.heard) {
        socket.terminate();
        continue;
      }
      // Who is not listened to cannot be heard.
      hearing.heard = hearing.inflow.isDeaf;
      socket.ping();
    }
  }, PING_MS);
  pings.unref();

  function comesFromHere(request: IncomingMessage): boolean {
    const { origin } = request.headers;
    if (origin === undefined) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  function connect(
    socket: WebSocket,
    kind: 'mailbox' | 'drop',
    asked: string,
    allowance: AddressAllowance,
  ): void {
    let unread = 0;

    function write(data: Bytes | string): void {
      // Where nothing waits before it, a frame leaves at once, and hearing of each would cost more than sending it.
      if (socket.bufferedAmount === 0) socket.send(data);
      else {
        unread++;
        socket.send(data, left);
      }
      if (socket.bufferedAmount > MOST_BUFFERED) socket.terminate();
      else inflow.relieved();
    }

    function left(): void {
      unread--;
      // A client that reads lives, though the relay waits before it listens again.
      if (inflow.isWaiting) hearing.heard = true;
      inflow.relieved();
    }

    const peer: Peer = {
      send: write,
      close(code) {
        socket.close(code);
        setTimeout(() => socket.terminate(), CLOSING_MS).unref();
      },
      get buffered() {
        return socket.bufferedAmount;
      },
      host: asked,
      mayRegister: () => allowance.mayRegister(),
    };
    const connection: Connection =
      kind === 'mailbox' ? relay.connectMailbox(peer) : relay.connectDrop(peer);
    const inflow = createInflow({
      allowance,
      clock: realTime,
      load: () => ({
        unanswered: connection.unanswered,
        unreadBytes: socket.bufferedAmount,
        unreadFrames: unread,
      }),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
    });
    const hearing: Hearing = { heard: true, inflow };
    open.set(socket, hearing);

    /** Takes a frame; how many it counts as. */
    function receive(data: Buffer, isBinary: boolean): number {
      if (isBinary) return connection.receive(data);
      const text = data.toString('latin1');
      if (text === PULSE) {
        connection.pulse();
        write(PULSE_ANSWER);
      } else if (text === KEEP_ALIVE) write(KEEP_ALIVE_ANSWER);
      else peer.close(1002);
      return 1;
    }

    function hear(cost: number): void {
      hearing.heard = true;
      inflow.read(cost);
    }

    socket.on('message', (data, isBinary) => {
      if (closing) return;
      try {
        hear(receive(data as Buffer, isBinary));
      } catch (error) {
        options.onError(error);
        socket.terminate();
      }
    });
    socket.on('ping', () => hear(1));
    socket.on('pong', () => hear(1));
    // What a client does wrong ends its socket, which `close` tells.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      inflow.close();
      allowance.leave();
      connection.closed();
    });
  }

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const path = (request.url ?? '').split('?', 1)[0];
      const kind = path === '/v1/mailbox' ? 'mailbox' : path === '/v1/drop' ? 'drop' : undefined;
      if (closing) return refuse(socket, 503);
      if (!kind) return refuse(socket, 404);
      if (!comesFromHere(request)) return refuse(socket, 403);
      const allowance = addresses.enter(addressOf(request, options.trustProxy));
      if (!allowance) return refuse(socket, 429);
      // Freed also when the handshake fails and no WebSocket comes of it.
      socket.once('close', () => allowance.leave());
      server.handleUpgrade(request, socket, head, (opened) =>
        connect(opened, kind, request.headers.host ?? '', allowance),
      );
    },
    async close() {
      closing = true;
      clearInterval(pings);
      const left = [...open.keys()].map(
        (socket) => new Promise<void>((gone) => socket.once('close', () => gone())),
      );
      for (const socket of open.keys()) socket.close(1001);
      const cut = setTimeout(() => {
        for (const socket of open.keys()) socket.terminate();
      }, 1_000);
      await Promise.all(left);
      clearTimeout(cut);
    },
    cut() {
      closing = true;
      clearInterval(pings);
      for (const socket of open.keys()) socket.terminate();
    },
  };
}
