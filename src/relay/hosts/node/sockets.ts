/**
 * WebSockets of the node host: which upgrades are taken, text frames answered without the core, and what keeps a
 * hostile or slow client from costing memory: it is read no further, or cut. Source: docs/relay.md, Sockets.
 */
import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { KEEP_ALIVE, KEEP_ALIVE_ANSWER, PULSE, PULSE_ANSWER } from '../../../wire/frames.ts';
import { MAX_FRAME_BYTES } from '../../../wire/limits.ts';
import { type Connection, type Peer } from '../../core/connection.ts';
import { type Relay } from '../../core/relay.ts';
import { type AddressAllowance, type Addresses, addressOf } from './addresses.ts';
import { refuse } from './http.ts';

/** A socket whose client reads nothing is cut at this much; a window and its answers are far below. */
const MOST_BUFFERED = 8 * 1024 * 1024;
/** A socket with this much submitted and unanswered is read no further until answers leave. */
const MOST_UNANSWERED = 4 * 1024 * 1024;
const PAUSE_MS = 250;
const PING_MS = 30_000;
const CLOSING_MS = 5_000;

export interface Sockets {
  /** Handles an upgrade of the HTTP server. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Says goodbye to every client and cuts who does not go. */
  close(): Promise<void>;
  /** Cuts everything at once. */
  cut(): void;
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
  });
  server.on('wsClientError', (_error, socket) => refuse(socket, 400));
  /** Sockets, and whether each was heard since the last ping. */
  const alive = new Map<WebSocket, boolean>();
  let closing = false;

  const pings = setInterval(() => {
    for (const [socket, heard] of alive) {
      if (!heard) {
        socket.terminate();
        continue;
      }
      alive.set(socket, false);
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
    alive.set(socket, true);
    let resume: NodeJS.Timeout | undefined;
    let waiting = false;

    const peer: Peer = {
      send(frame) {
        socket.send(frame);
        if (socket.bufferedAmount > MOST_BUFFERED) socket.terminate();
        else if (waiting) queueMicrotask(proceed);
      },
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

    function proceed(): void {
      if (!waiting || connection.unanswered > MOST_UNANSWERED / 2) return;
      waiting = false;
      if (!resume) socket.resume();
    }

    function hold(): void {
      if (connection.unanswered > MOST_UNANSWERED) {
        waiting = true;
        socket.pause();
      }
      if (allowance.mayFrame() || resume) return;
      socket.pause();
      resume = setTimeout(() => {
        resume = undefined;
        if (!waiting) socket.resume();
      }, PAUSE_MS);
    }

    function receive(data: Buffer, isBinary: boolean): void {
      if (isBinary) return connection.receive(data);
      const text = data.toString('latin1');
      if (text === PULSE) {
        connection.pulse();
        socket.send(PULSE_ANSWER);
      } else if (text === KEEP_ALIVE) socket.send(KEEP_ALIVE_ANSWER);
      else peer.close(1002);
      if (socket.bufferedAmount > MOST_BUFFERED) socket.terminate();
    }

    socket.on('message', (data, isBinary) => {
      if (closing) return;
      alive.set(socket, true);
      try {
        receive(data as Buffer, isBinary);
      } catch (error) {
        options.onError(error);
        socket.terminate();
        return;
      }
      hold();
    });
    socket.on('pong', () => alive.set(socket, true));
    // What a client does wrong ends its socket, which `close` tells.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      alive.delete(socket);
      clearTimeout(resume);
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
      const left = [...alive.keys()].map(
        (socket) => new Promise<void>((gone) => socket.once('close', () => gone())),
      );
      for (const socket of alive.keys()) socket.close(1001);
      const cut = setTimeout(() => {
        for (const socket of alive.keys()) socket.terminate();
      }, 1_000);
      await Promise.all(left);
      clearTimeout(cut);
    },
    cut() {
      closing = true;
      clearInterval(pings);
      for (const socket of alive.keys()) socket.terminate();
    },
  };
}
