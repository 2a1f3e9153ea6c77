/**
 * What the relay's side of a mailbox socket and of a drop socket have in common: frames instead of bytes, a hello
 * that comes first, once and in time, a fault that is refused under number 0 and ends the socket, and an end that
 * comes once. Knows no request but hello. Source: docs/relay.md, Sockets.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { type Clock } from '../../lib/clock.ts';
import { isFault } from '../../lib/fault.ts';
import { type Hello, type RefusalCode } from '../../wire/frames.ts';
import { WIRE_VERSIONS } from '../../wire/version.ts';
import { type Peer } from './connection.ts';

/** How long a socket may take to say who it is, ms: as long as its nonce lives. */
const GREETING_MS = 30_000;

/** What a request counts as that reads many rows, in frames: so much more does it keep the relay busy. */
export const COSTLY = 20;

interface Refusal {
  readonly type: 'refused';
  readonly n: number;
  readonly code: RefusalCode;
}

export interface FrameSocketOptions<Request, Reply> {
  readonly host: string;
  readonly relayKey: Bytes;
  readonly clock: Clock;
  /** Throws a Fault on what is no frame of this socket. */
  decode(frame: Uint8Array): Request;
  encode(reply: Reply | Refusal): Bytes;
  /** @param bytes length of the frame */
  take(request: Request, bytes: number): void;
  /** How many frames a request counts as. */
  costOf(request: Request): number;
  /** The socket is gone, or is about to be. */
  onEnd(): void;
}

export interface FrameSocket<Reply> {
  readonly isOpen: boolean;
  /** True once a hello was accepted. */
  readonly isGreeted: boolean;
  /** Sends while the socket is open; else nothing. */
  readonly send: (reply: Reply | Refusal) => void;
  /** Ends the socket after what was sent. */
  close(code: 1000 | 1002 | 1008 | 1009): void;
  /** A fault of the connection itself: refused under number 0, then closed. */
  fail(code: RefusalCode): void;
  /** What a hello is answered; undefined where it ended the socket. */
  greet(versions: readonly number[]): Hello | undefined;
  /** The client has said all that is asked of it at the start, so there is no hurry any more. */
  takeTime(): void;
  /** Counts `bytes` as unanswered until the result is called, which sends what it is given. */
  answerTo(bytes: number): (reply: Reply | Refusal) => void;
  readonly unanswered: number;
  /** A binary frame came in; how many it counts as. */
  receive(frame: Uint8Array): number;
  /** The peer is gone. */
  closed(): void;
}

/** Opens a socket that has to be greeted. */
export function openFrameSocket<Request, Reply>(
  options: FrameSocketOptions<Request, Reply>,
  peer: Peer,
): FrameSocket<Reply> {
  const { host, relayKey } = options;
  let isOpen = true;
  let isGreeted = false;
  let unanswered = 0;
  const takeTime = options.clock.after(GREETING_MS, () => close(1008));

  const send: FrameSocket<Reply>['send'] = (reply) => {
    if (isOpen) peer.send(options.encode(reply));
  };

  function end(): void {
    isOpen = false;
    takeTime();
    options.onEnd();
  }

  const close: FrameSocket<Reply>['close'] = (code) => {
    if (!isOpen) return;
    end();
    peer.close(code);
  };

  function fail(code: RefusalCode): undefined {
    send({ type: 'refused', n: 0, code });
    close(code === 'too-large' ? 1009 : 1002);
  }

  return {
    get isOpen() {
      return isOpen;
    },
    get isGreeted() {
      return isGreeted;
    },
    send,
    close,
    fail,
    greet(versions) {
      if (isGreeted) return fail('malformed');
      const version = WIRE_VERSIONS.find((one) => versions.includes(one));
      if (version === undefined) return fail('unsupported-version');
      if (peer.host !== host) return fail('wrong-host');
      isGreeted = true;
      return { version, host, relayKey };
    },
    takeTime,
    answerTo(bytes) {
      let left = bytes;
      unanswered += bytes;
      return (reply) => {
        unanswered -= left;
        left = 0;
        send(reply);
      };
    },
    get unanswered() {
      return unanswered;
    },
    receive(frame) {
      if (!isOpen) return 1;
      let request: Request;
      try {
        request = options.decode(frame);
      } catch (error) {
        fail(refusalOfFault(error));
        return 1;
      }
      options.take(request, frame.length);
      return options.costOf(request);
    },
    closed() {
      if (isOpen) end();
    },
  };
}

/** What a frame that could not be read is answered. */
function refusalOfFault(error: unknown): RefusalCode {
  if (isFault(error, 'too-large')) return 'too-large';
  if (isFault(error, 'wrong-socket')) return 'wrong-socket';
  if (isFault(error)) return 'malformed';
  throw error;
}
