/**
 * The way to the relay as the engine sees it: two sockets that speak frames. Simulations hand in another Link.
 * Knows nothing of accounts, sessions or reconnecting: a socket that broke is gone, the engine opens another.
 * Source: docs/relay.md, Sockets.
 */
import { type Clock } from '../lib/clock.ts';
import { type DropReply, type MailboxReply } from '../wire/frames.ts';
import { type DropSocket, openDropSocket } from './drop-socket.ts';
import { type MailboxSocket, openMailboxSocket } from './mailbox-socket.ts';
import { type MakeSocket, type Patience, type SocketEvents, createPatience } from './socket.ts';

export type { DropSocket } from './drop-socket.ts';
export type { MailboxSocket } from './mailbox-socket.ts';
export type { SocketEvents } from './socket.ts';

/** What the engine gets; simulations replace it. */
export interface Link {
  /** Resolves after the relay's hello; rejects with Fault `offline` (after 8 s at most), `unsupported-version` or `other-relay`. */
  openMailbox(events: SocketEvents<MailboxReply>): Promise<MailboxSocket>;
  /** The same for the anonymous socket. */
  openDrop(events: SocketEvents<DropReply>): Promise<DropSocket>;
}

/**
 * A Link over WebSockets to `/v1/mailbox` and `/v1/drop` of one origin.
 * @param origin     of the page, `https://host` or `http://localhost:8787`
 * @param clock      for time-outs and the detection of half-open sockets
 * @param makeSocket the platform's WebSocket unless tests hand in another
 */
export function webSocketLink(
  origin: string,
  clock: Clock,
  makeSocket: MakeSocket = (url) => new WebSocket(url),
): Link {
  const base = origin.replace(/^http/, 'ws');
  const patience: Patience = createPatience();
  return {
    openMailbox: (events) =>
      openMailboxSocket(() => makeSocket(`${base}/v1/mailbox`), clock, patience, events),
    openDrop: (events) =>
      openDropSocket(() => makeSocket(`${base}/v1/drop`), clock, patience, events),
  };
}
