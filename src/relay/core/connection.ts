/** What a host and the core see of each other at a socket: bytes in, bytes out, and what to do when too much waits. */
import { type Bytes } from '../../lib/bytes.ts';

/** A socket as the host gives it. */
export interface Peer {
  send(frame: Bytes): void;
  /** Ends the socket after what was sent. Codes of RFC 6455, section 7.4. */
  close(code: 1000 | 1002 | 1008 | 1009): void;
  /** Bytes handed to `send` that have not left yet. */
  readonly buffered: number;
  /** The host[:port] that the client asked for. */
  readonly host: string;
  /** Asks whether the client's machine may make another mailbox; the core never learns its address. */
  mayRegister(): boolean;
}

/** A socket as the core gives it. */
export interface Connection {
  /** A binary frame came in; the result is how many frames it counts as, by the work that it makes. */
  receive(frame: Uint8Array): number;
  /** The text frame of a pulse came in; the host has answered it. */
  pulse(): void;
  /** The socket is gone. */
  closed(): void;
  /** Bytes of requests that wait to be durable; beyond a bound the host stops reading this socket. */
  readonly unanswered: number;
}
