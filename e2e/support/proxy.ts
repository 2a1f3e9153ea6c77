/**
 * The one way out of a browser: everything it asks for passes here and is written down, whoever in it asks, page,
 * worker or the browser itself. Only the relay is reached, which is told an invented address for the asker.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface Proxy {
  /** For the browser's proxy setting. */
  readonly server: string;
  /** Origins that were asked for, with how often. */
  readonly destinations: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/**
 * Starts one.
 * @param allowed origin that is reached
 * @param addresses given to the askers in turn
 */
export async function startProxy(allowed: string, addresses: readonly string[]): Promise<Proxy> {
  const destinations = new Map<string, number>();
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(allowed);
  let turn = 0;
  const headersOf = (request: IncomingMessage): Record<string, string | string[] | undefined> => ({
    ...request.headers,
    'x-forwarded-for': addresses[turn++ % addresses.length],
  });

  /** Writes down where somebody wants to go, and says whether it is the relay. */
  function passes(url: string): boolean {
    const { origin } = new URL(url);
    destinations.set(origin, (destinations.get(origin) ?? 0) + 1);
    return origin === allowed;
  }

  function forward(incoming: IncomingMessage, response: ServerResponse): void {
    const target = incoming.url ?? '/';
    // Inside a tunnel, which was let through already, the path stands alone.
    if (!target.startsWith('/') && !passes(target)) return void response.writeHead(502).end();
    const path = target.startsWith('/') ? target : target.slice(new URL(target).origin.length);
    const { method } = incoming;
    const outgoing = ask({
      hostname,
      port,
      path,
      headers: headersOf(incoming),
      ...(method && { method }),
    });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  }

  function join(one: Socket, other: Socket): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }

  const server = createServer(forward);
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    if (!passes(`http://${incoming.url}`)) return void socket.end('HTTP/1.1 502 No\r\n\r\n');
    socket.write('HTTP/1.1 200 Go on\r\n\r\n');
    server.emit('connection', socket);
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const upstream = connect(Number(port), hostname);
    const lines = Object.entries(headersOf(incoming)).map(
      ([name, value]) => `${name}: ${String(value)}`,
    );
    upstream.write([`GET ${incoming.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    upstream.write(head);
    join(socket, upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    destinations,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
