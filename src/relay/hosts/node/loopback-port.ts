/** Ports of 127.0.0.1: one that is free for UDP and TCP alike, and whether a server stands at one. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const ADDRESS = '127.0.0.1';
const TRIES = 20;

/** True when nobody has the port, by UDP or TCP. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const socket = createSocket('udp4');
  try {
    server.listen(port, ADDRESS);
    await once(server, 'listening');
    socket.bind(port, ADDRESS);
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
    socket.close();
  }
}

/** Any port that is free for TCP. */
async function anyPort(): Promise<number> {
  const server = createServer().listen(0, ADDRESS);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** `wished` where it is free, else another that is. */
export async function freeLoopbackPort(wished?: number): Promise<number> {
  let port = wished ?? (await anyPort());
  for (let i = 0; i < TRIES && !(await isFree(port)); i++) port = await anyPort();
  return port;
}

/** True when somebody takes connections on the port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, ADDRESS);
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** A STUN binding request with no attribute. Source: RFC 8489, section 5. */
const BINDING = Buffer.from('000100002112a442000000000000000000000000', 'hex');
const ANSWER_MS = 500;

/** True when a TURN server takes connections on the port and answers there by UDP: coturn opens the two one by one. */
export async function isTurnReady(port: number): Promise<boolean> {
  if (!(await isListening(port))) return false;
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (is: boolean): void => {
      clearTimeout(timer);
      socket.close();
      resolve(is);
    };
    const timer = setTimeout(() => end(false), ANSWER_MS);
    socket.once('message', () => end(true));
    // Nobody is there yet.
    socket.once('error', () => end(false));
    socket.connect(port, ADDRESS, () => socket.send(BINDING));
  });
}
