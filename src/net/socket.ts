/**
 * One WebSocket from dialling to its end, shared by both sockets: connect and hello within 8 s, keep-alive, and
 * the detection of half-open connections. Knows no frame but through the codec handed in.
 * Source: docs/relay.md, Staying connected.
 */
import { type Bytes } from '../lib/bytes.ts';
import { type Clock } from '../lib/clock.ts';
import { Fault, isFault } from '../lib/fault.ts';
import { KEEP_ALIVE, PULSE } from '../wire/frames.ts';
import { WIRE_VERSIONS } from '../wire/version.ts';
import { faultOfRefusal } from './refusal.ts';

const CONNECT_MS = 8_000;
/** Silence after which the relay is asked whether it is there. With the answer time: broken within 15 s. */
const QUIET_MS = 10_000;
const KEEP_ALIVE_ANSWER_MS = 5_000;
/** A pulse is sent every 5 s while a tab is visible: broken within 8 s. */
const PULSE_ANSWER_MS = 3_000;
/** A timer this late means that the machine slept; its deadline says nothing about the relay. */
const SLEPT_MS = 2_000;

/** What a socket tells its owner. Nothing is told after `close()` was called or `onClose` ran. */
export interface SocketEvents<Reply> {
  onFrame(reply: Reply): void;
  /** The socket broke or the relay closed it; runs once, and not for a socket that never opened. */
  onClose(): void;
}

/** Makes a WebSocket for a URL. */
export type MakeSocket = (url: string) => WebSocket;

/**
 * How long answers may take, as a factor. A large frame on a slow line delays the answer behind it; without
 * patience such a line would be cut and the same frame sent again for ever.
 */
export interface Patience {
  factor: number;
}

/** The patience of one link; grows to four-fold with each cut, falls back when answers come in time. */
export function createPatience(): Patience {
  return { factor: 1 };
}

/** The codec of one kind of socket. */
export interface SocketKind<Request, Reply> {
  encode(frame: Request): Bytes;
  /** Throws Fault on anything malformed. */
  decode(bytes: Uint8Array): Reply;
}

/** An open socket after the relay's hello. */
export interface OpenSocket<Request, Hello> {
  readonly hello: Hello;
  send(frame: Request): void;
  pulse(): void;
  keepAlive(): void;
  close(): void;
  readonly buffered: number;
}

interface AnyReply {
  readonly type: string;
}

/**
 * Opens a socket, says hello and waits for the relay's.
 * @throws Fault `offline` (retry on-reconnect), or what the relay's refusal means
 */
export function openSocket<
  Request extends { readonly type: string },
  Reply extends AnyReply,
  Hello extends Reply & { readonly type: 'hello' },
>(
  dial: () => WebSocket,
  clock: Clock,
  patience: Patience,
  kind: SocketKind<Request | { type: 'hello'; versions: readonly number[] }, Reply>,
  events: SocketEvents<Reply>,
): Promise<OpenSocket<Request, Hello>> {
  return new Promise((resolve, reject) => {
    let state: 'connecting' | 'open' | 'closed' = 'connecting';
    let heardAt = clock.now();
    let cancelQuiet: () => void = () => undefined;
    let cancelAnswer: (() => void) | undefined;
    let socket: WebSocket;
    try {
      socket = dial();
    } catch (error) {
      return reject(new Fault('offline', 'on-reconnect', error));
    }
    socket.binaryType = 'arraybuffer';
    const cancelConnect = clock.after(CONNECT_MS, () => end(new Fault('offline', 'on-reconnect')));

    function end(fault = new Fault('offline', 'on-reconnect'), tell = true): void {
      if (state === 'closed') return;
      const before = state;
      state = 'closed';
      cancelConnect();
      cancelQuiet();
      cancelAnswer?.();
      socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
      socket.close();
      if (before === 'connecting') reject(fault);
      else if (tell) events.onClose();
    }

    function heard(): void {
      heardAt = clock.now();
      if (!cancelAnswer) return;
      cancelAnswer();
      cancelAnswer = undefined;
      patience.factor = Math.max(1, patience.factor / 2);
    }

    function awaitAnswer(ms: number): void {
      if (cancelAnswer) return;
      const wait = ms * patience.factor;
      const due = clock.now() + wait;
      const buffered = socket.bufferedAmount;
      cancelAnswer = clock.after(wait, () => {
        cancelAnswer = undefined;
        const moving = buffered > 0 && socket.bufferedAmount < buffered;
        if (clock.now() - due > SLEPT_MS) probe(KEEP_ALIVE, KEEP_ALIVE_ANSWER_MS);
        else if (moving) awaitAnswer(ms);
        else {
          patience.factor = Math.min(4, patience.factor * 2);
          end();
        }
      });
    }

    function probe(text: string, ms: number): void {
      if (state !== 'open') return;
      socket.send(text);
      awaitAnswer(ms);
    }

    function watchQuiet(): void {
      cancelQuiet = clock.after(Math.max(0, heardAt + QUIET_MS - clock.now()), () => {
        if (clock.now() - heardAt >= QUIET_MS) {
          probe(KEEP_ALIVE, KEEP_ALIVE_ANSWER_MS);
          heardAt = clock.now();
        }
        watchQuiet();
      });
    }

    function isHello(reply: Reply): reply is Hello {
      return reply.type === 'hello';
    }

    function opened(hello: Hello): void {
      state = 'open';
      cancelConnect();
      watchQuiet();
      resolve({
        hello,
        send(frame) {
          if (state === 'open') socket.send(kind.encode(frame));
        },
        pulse: () => probe(PULSE, PULSE_ANSWER_MS),
        keepAlive: () => probe(KEEP_ALIVE, KEEP_ALIVE_ANSWER_MS),
        close: () => end(undefined, false),
        get buffered() {
          return socket.bufferedAmount;
        },
      });
    }

    socket.onopen = () => socket.send(kind.encode({ type: 'hello', versions: WIRE_VERSIONS }));
    socket.onerror = () => end();
    socket.onclose = () => end();
    socket.onmessage = ({ data }: MessageEvent) => {
      heard();
      if (typeof data === 'string') return;
      let reply: Reply;
      try {
        reply = kind.decode(new Uint8Array(data as ArrayBuffer));
      } catch (error) {
        return end(isFault(error) ? error : undefined);
      }
      if (state === 'open') return events.onFrame(reply);
      if (isHello(reply)) opened(reply);
      else end(faultOfRefusal(reply));
    };
  });
}
