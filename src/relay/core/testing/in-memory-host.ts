/**
 * The whole relay in one process without sockets or disk, for simulations and the conformance suite: the real core
 * and the real bytes, over a pair of queues instead of a network. It can crash, go down, and hold its commits back.
 */
import { generateKeyPair } from '../../../crypto/x25519-script.ts';
import { type Bytes, copyBytes } from '../../../lib/bytes.ts';
import { type Clock } from '../../../lib/clock.ts';
import { Fault, toFault } from '../../../lib/fault.ts';
import { type RandomBytes } from '../../../lib/random.ts';
import {
  decodeDropReply,
  decodeMailboxReply,
  encodeDropRequest,
  encodeMailboxRequest,
} from '../../../wire/frame-codec.ts';
import {
  type DropReply,
  type DropRequest,
  type MailboxReply,
  type MailboxRequest,
} from '../../../wire/frames.ts';
import { WIRE_VERSIONS } from '../../../wire/version.ts';
import { type Connection, type Peer } from '../connection.ts';
import { type RelayLimits } from '../limits.ts';
import { type Relay, createRelay } from '../relay.ts';
import { type PresentTurn } from '../turn.ts';
import { createMemoryBlobs, type MemoryBlobs } from './memory-blobs.ts';
import { type MemoryStorage, createMemoryStorage } from './memory-storage.ts';

interface Events<Reply> {
  onFrame(reply: Reply): void;
  onClose(): void;
}
interface MemorySocket<Request, Hello> {
  readonly hello: Hello;
  send(frame: Request): void;
  pulse(): void;
  keepAlive(): void;
  close(): void;
  readonly buffered: number;
}

/** Has the shape of net's Link, which the relay may not import. */
export interface MemoryLink {
  openMailbox(
    events: Events<MailboxReply>,
  ): Promise<MemorySocket<MailboxRequest, Extract<MailboxReply, { type: 'hello' }>>>;
  openDrop(
    events: Events<DropReply>,
  ): Promise<MemorySocket<DropRequest, Extract<DropReply, { type: 'hello' }>>>;
}

export interface MemoryRelayOptions {
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Default `relay.test`. */
  readonly host?: string;
  readonly limits?: Partial<RelayLimits>;
  /** Its TURN servers; default none. */
  readonly turn?: PresentTurn;
  /** Asked when somebody new comes; default yes. */
  mayRegister?(): boolean;
}

/** A raw socket pair end: what the conformance suite sends bytes through. */
export interface MemoryWire {
  send(bytes: Uint8Array): void;
  pulse(): void;
  close(): void;
}

export interface MemoryRelay {
  readonly host: string;
  readonly relayKey: Bytes;
  /** A way to this relay; one for each engine, or one for all. */
  link(): MemoryLink;
  /** Loses what was not committed, breaks every socket, and starts again over what was. */
  crash(): void;
  /** Like a crash, but stays down: opening a socket rejects with `offline` until `up`. */
  down(): void;
  up(): void;
  /** What is uploaded and fetched; rejects with `offline` while the relay is down. */
  readonly blobs: MemoryBlobs;
  /** Every committed row by table. */
  dump(): ReturnType<MemoryStorage['dump']>;
  /** How long a commit takes on the clock; 0 (default) is the end of the turn, `held` never ends. */
  setCommitDelay(delay: number | 'held'): void;
  /** Lets what was held go, and holds no more. */
  releaseCommits(): void;
  /** The next commit fails as on a full disk, which stops the relay as `down` does. */
  failNextCommit(): void;
  /** Sockets open now. */
  readonly sockets: number;
  /** Opens a raw socket for bytes that no client of ours would send. */
  wire(
    path: 'mailbox' | 'drop',
    events: { onBytes(bytes: Bytes): void; onClose(): void },
    host?: string,
  ): MemoryWire;
}

/** Starts a relay in memory. Everything crosses in microtasks, in order; time moves by the clock alone. */
export function createMemoryRelay(options: MemoryRelayOptions): MemoryRelay {
  const { clock, random, host = 'relay.test' } = options;
  const { publicKey: relayKey } = generateKeyPair(random);
  let delay: number | 'held' = 0;
  let failNext = false;
  let held: (() => void)[] = [];
  /** Raised by every crash; whatever belongs to an older life does nothing any more. */
  let life = 0;
  let relay: Relay | undefined;
  const sockets = new Set<() => void>();
  const grantSecret = random(32);
  const blobs = createMemoryBlobs(() => {
    if (!relay) throw new Fault('offline', 'on-reconnect');
    return relay.blobs;
  });

  const storage = createMemoryStorage((write) => {
    const born = life;
    const fault = failNext ? new Fault('storage-full') : undefined;
    failNext = false;
    const run = (): void => {
      if (born === life) write(fault);
    };
    if (delay === 'held') held.push(run);
    else if (delay === 0) queueMicrotask(run);
    else clock.after(delay, run);
  });

  function start(): void {
    const born = ++life;
    held = [];
    relay = createRelay({
      host,
      relayKey,
      grantSecret,
      blobFiles: blobs.files,
      storage,
      clock,
      random,
      ...(options.limits ? { limits: options.limits } : {}),
      ...(options.turn ? { turn: options.turn } : {}),
      soon: (run) => queueMicrotask(() => void (born === life && run())),
      onFailed: stop,
    });
  }

  function stop(): void {
    life++;
    relay?.stop();
    relay = undefined;
    const breaking = [...sockets];
    sockets.clear();
    for (const breakOff of breaking) breakOff();
  }

  const wire: MemoryRelay['wire'] = (path, events, asked = host) => {
    if (!relay) throw new Fault('offline', 'on-reconnect');
    let isOpen = true;
    let buffered = 0;

    function end(tellClient: boolean, tellRelay: boolean): void {
      if (!isOpen) return;
      isOpen = false;
      sockets.delete(breakOff);
      if (tellRelay) connection.closed();
      if (tellClient) queueMicrotask(() => events.onClose());
    }
    const breakOff = (): void => end(true, false);
    sockets.add(breakOff);

    const peer: Peer = {
      send(frame) {
        const bytes = copyBytes(frame);
        buffered += bytes.length;
        queueMicrotask(() => {
          buffered -= bytes.length;
          if (isOpen) events.onBytes(bytes);
        });
      },
      close() {
        // In line behind what was sent before.
        queueMicrotask(() => end(true, false));
      },
      get buffered() {
        return buffered;
      },
      host: asked,
      mayRegister: () => options.mayRegister?.() ?? true,
    };
    const connection: Connection =
      path === 'mailbox' ? relay.connectMailbox(peer) : relay.connectDrop(peer);
    return {
      send(bytes) {
        const copy = copyBytes(bytes);
        queueMicrotask(() => void (isOpen && connection.receive(copy)));
      },
      pulse: () => queueMicrotask(() => void (isOpen && connection.pulse())),
      close: () => end(false, true),
    };
  };

  function open<Request, Reply extends { readonly type: string }, Hello>(
    path: 'mailbox' | 'drop',
    encode: (frame: Request | { type: 'hello'; versions: readonly number[] }) => Bytes,
    decode: (bytes: Bytes) => Reply,
    events: Events<Reply>,
  ): Promise<MemorySocket<Request, Hello>> {
    return new Promise((resolve, reject) => {
      let greeted = false;
      let closed = false;
      const end = (): void => {
        if (closed) return;
        closed = true;
        if (greeted) events.onClose();
        else reject(new Fault('offline', 'on-reconnect'));
      };
      let raw: MemoryWire;
      try {
        raw = wire(path, {
          onBytes(bytes) {
            if (closed) return;
            const reply = decode(bytes);
            if (greeted) return events.onFrame(reply);
            if (reply.type !== 'hello') return end();
            greeted = true;
            resolve({
              hello: reply as unknown as Hello,
              send: (frame) => {
                if (!closed) raw.send(encode(frame));
              },
              pulse: () => raw.pulse(),
              keepAlive: () => undefined,
              close() {
                closed = true;
                raw.close();
              },
              buffered: 0,
            });
          },
          onClose: end,
        });
      } catch (error) {
        return reject(toFault(error));
      }
      raw.send(encode({ type: 'hello', versions: WIRE_VERSIONS }));
    });
  }

  start();
  return {
    host,
    relayKey,
    link: () => ({
      openMailbox: (events) => open('mailbox', encodeMailboxRequest, decodeMailboxReply, events),
      openDrop: (events) => open('drop', encodeDropRequest, decodeDropReply, events),
    }),
    crash() {
      stop();
      start();
    },
    down: stop,
    up() {
      if (!relay) start();
    },
    blobs,
    dump: () => storage.dump(),
    setCommitDelay(next) {
      delay = next;
    },
    releaseCommits() {
      delay = 0;
      const waiting = held;
      held = [];
      for (const run of waiting) queueMicrotask(run);
    },
    failNextCommit() {
      failNext = true;
    },
    get sockets() {
      return sockets.size;
    },
    wire,
  };
}
