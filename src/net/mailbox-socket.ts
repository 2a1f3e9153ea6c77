/** The authenticated socket, on which the engine receives, confirms and manages prekeys and tokens. */
import { type Clock } from '../lib/clock.ts';
import { type MailboxReply, type MailboxRequest } from '../wire/frames.ts';
import { decodeMailboxReply, encodeMailboxRequest } from '../wire/frame-codec.ts';
import { type Patience, type SocketEvents, openSocket } from './socket.ts';

/** An open, not yet authenticated mailbox socket. */
export interface MailboxSocket {
  readonly hello: Extract<MailboxReply, { type: 'hello' }>;
  /** Sends a frame; on a socket that is closing it goes nowhere and `onClose` follows. */
  send(frame: MailboxRequest): void;
  /** Tells the relay that a tab is visible; unanswered for 3 s, the socket counts as broken. */
  pulse(): void;
  /** Asks whether the relay is still there, for instance after the machine woke. */
  keepAlive(): void;
  close(): void;
  /** Bytes handed in and not yet sent. */
  readonly buffered: number;
}

/** Opens `/v1/mailbox`; the socket still has to authenticate over the nonce of `hello`. */
export function openMailboxSocket(
  dial: () => WebSocket,
  clock: Clock,
  patience: Patience,
  events: SocketEvents<MailboxReply>,
): Promise<MailboxSocket> {
  return openSocket<MailboxRequest, MailboxReply, MailboxSocket['hello']>(
    dial,
    clock,
    patience,
    { encode: encodeMailboxRequest, decode: decodeMailboxReply },
    events,
  );
}
