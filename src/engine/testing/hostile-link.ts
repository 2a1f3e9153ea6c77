/**
 * A Link with an adversary on the way: frames are late, twice, out of order, damaged or made up, and connections
 * break with what is in flight or cannot be made. It only ever adds bad copies and loses what a connection may
 * lose, so whatever the relay holds can still arrive, and once `calm` everything does. Driven by a seed and a
 * manual clock alone; knows no keys, so it can harm an envelope only as a relay could.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { type ManualClock } from '../../lib/clock.ts';
import { Fault } from '../../lib/fault.ts';
import { seededNumbers } from '../../crypto/testing/seeded.ts';
import { type Link, type SocketEvents } from '../../net/link.ts';
import { type MailboxReply, type MailboxRequest } from '../../wire/frames.ts';

/** What the adversary does. Rates are chances from 0 to 1 for each frame or opening; times are in ms. */
export interface LinkFaults {
  /** Longest time that a frame or an opening takes, either way. Frames keep their order. */
  readonly delayMs: number;
  /** The connection is lost as a frame arrives, or just before; all that is in flight either way is lost. */
  readonly cut: number;
  /** Longest time until the owner of a lost connection is told. */
  readonly noticeMs: number;
  /** An opening fails, and every other within the next `refuseMs` at most. */
  readonly refuse: number;
  readonly refuseMs: number;
  /** A delivery comes again, on the same connection. */
  readonly duplicate: number;
  /** A delivery that arrived before comes again, as a relay could that keeps what it should not. */
  readonly replay: number;
  /** A delivery is held back for `holdMs` at most, so that later ones of other senders overtake it. */
  readonly reorder: number;
  readonly holdMs: number;
  /** With `reorder`: later ones of the same sender overtake it, too. */
  readonly reorderWithinSender: boolean;
  /** Beside a delivery comes a copy with a few bits turned. */
  readonly corrupt: number;
  /** Beside a delivery comes a copy that is cut off. */
  readonly truncate: number;
  /** Beside a delivery comes an envelope that is random but for its first byte. */
  readonly forge: number;
}

/** How often something happens to a frame or an opening. */
type Rate =
  'cut' | 'refuse' | 'duplicate' | 'replay' | 'reorder' | 'corrupt' | 'truncate' | 'forge';

/** Everything at once, at rates under which progress is still made. */
export const roughFaults: LinkFaults = {
  delayMs: 200,
  cut: 0.03,
  noticeMs: 8_000,
  refuse: 0.2,
  refuseMs: 5_000,
  duplicate: 0.1,
  replay: 0.05,
  reorder: 0.1,
  holdMs: 1_000,
  reorderWithinSender: true,
  corrupt: 0.05,
  truncate: 0.03,
  forge: 0.03,
};

const noFaults: LinkFaults = {
  delayMs: 0,
  cut: 0,
  noticeMs: 0,
  refuse: 0,
  refuseMs: 0,
  duplicate: 0,
  replay: 0,
  reorder: 0,
  holdMs: 0,
  reorderWithinSender: false,
  corrupt: 0,
  truncate: 0,
  forge: 0,
};

export interface HostileOptions {
  readonly seed: number;
  readonly clock: ManualClock;
  /** What is left out does not happen. */
  readonly faults: Partial<LinkFaults>;
  /** Who sent an envelope, where the simulation knows; without it all count as sent by one. */
  readonly senderOf?: (envelope: Bytes) => string;
}

export interface HostileLink extends Link {
  /** From now on everything passes at once. What is in flight still takes its time. */
  calm(): void;
  /** How often each thing happened so far. */
  readonly done: Readonly<Record<Rate, number>>;
}

/** Deliveries that the adversary makes up are numbered from here; the relay never hears of them. */
const MADE_UP = 0xf000_0000;
/** Envelopes kept to be replayed. */
const MEMORY = 64;

type Delivery = Extract<MailboxReply, { type: 'deliver' | 'ephemeral' }>;

/** What both sockets have in common. */
interface InnerSocket<Request> {
  send(frame: Request): void;
  keepAlive(): void;
  close(): void;
  readonly buffered: number;
}

/** Wraps `link` for one client. */
export function hostileLink(link: Link, options: HostileOptions): HostileLink {
  const { clock, senderOf = () => '' } = options;
  const number = seededNumbers(options.seed);
  let faults: LinkFaults = { ...noFaults, ...options.faults };
  let outageUntil = -Infinity;
  let madeUp = 0;
  const memory: Delivery[] = [];
  const done: Record<Rate, number> = {
    cut: 0,
    refuse: 0,
    duplicate: 0,
    replay: 0,
    reorder: 0,
    corrupt: 0,
    truncate: 0,
    forge: 0,
  };

  const unit = (): number => number(2 ** 30) / 2 ** 30;
  const upTo = (ms: number): number => Math.floor(unit() * ms);
  function strikes(rate: Rate): boolean {
    // No number is drawn for what cannot happen, so that adding a fault does not change the others' course.
    if (faults[rate] <= 0 || unit() >= faults[rate]) return false;
    done[rate]++;
    return true;
  }

  /** Sockets have a way to travel before they are open, and may find the door closed. */
  async function travel(): Promise<void> {
    const delay = upTo(faults.delayMs);
    if (delay > 0) await new Promise<void>((resolve) => void clock.after(delay, resolve));
    if (clock.now() < outageUntil) done.refuse++;
    else if (strikes('refuse')) outageUntil = clock.now() + upTo(faults.refuseMs);
    else return;
    throw new Fault('offline', 'on-reconnect');
  }

  /** One connection: two lanes of frames in flight, and the moment it breaks. */
  async function connect<
    Request,
    Reply extends { readonly type: string },
    Socket extends InnerSocket<Request>,
  >(
    open: (events: SocketEvents<Reply>) => Promise<Socket>,
    events: SocketEvents<Reply>,
    relayed: (reply: Reply, down: Lane, give: (reply: Reply) => void) => void,
  ) {
    await travel();
    let state: 'open' | 'lost' | 'closed' = 'open';
    let socket: Socket | undefined = undefined;
    let cancelNotice = (): void => undefined;
    const up = createLane(clock);
    const down = createLane(clock);

    function end(): void {
      state = 'closed';
      cancelNotice();
      up.clear();
      down.clear();
      socket?.close();
    }
    function endAndTell(): void {
      end();
      // A socket that never opened tells by its rejection.
      if (socket) events.onClose();
    }
    function lose(): void {
      state = 'lost';
      up.clear();
      down.clear();
      // The relay may notice before the client does, or only with it.
      if (unit() < 0.5) socket?.close();
      cancelNotice = clock.after(upTo(faults.noticeMs), endAndTell);
    }
    function arrive(pass: () => void): void {
      if (state !== 'open') return;
      if (!strikes('cut')) return pass();
      if (unit() < 0.5) pass();
      // Passing may have ended it.
      if (state === 'open') lose();
    }

    const opened = await open({
      onFrame(reply) {
        if (state !== 'open') return;
        relayed(reply, down, (frame) => arrive(() => events.onFrame(frame)));
      },
      onClose() {
        if (state !== 'open') return;
        down.put(upTo(faults.delayMs), endAndTell);
      },
    });
    if (state !== 'open') {
      opened.close();
      throw new Fault('offline', 'on-reconnect');
    }
    socket = opened;
    return {
      socket: opened,
      line: {
        send(frame: Request): void {
          if (state !== 'open') return;
          up.put(upTo(faults.delayMs), () => arrive(() => opened.send(frame)));
        },
        keepAlive(): void {
          if (state === 'open') opened.keepAlive();
        },
        close(): void {
          if (state !== 'closed') end();
        },
        get buffered(): number {
          return opened.buffered;
        },
        get isOpen(): boolean {
          return state === 'open';
        },
      },
    };
  }

  /** Puts a frame of the mailbox on its way, with whatever the adversary adds. */
  function relayMailbox(
    reply: MailboxReply,
    down: Lane,
    give: (reply: MailboxReply) => void,
  ): void {
    if (reply.type !== 'deliver' && reply.type !== 'ephemeral')
      return down.put(upTo(faults.delayMs), () => give(reply));

    const stray = (frame: Delivery): void =>
      down.putStray(upTo(faults.delayMs) + upTo(faults.holdMs), () => give(frame));
    const damaged: Delivery[] = [];
    if (strikes('corrupt')) damaged.push(withEnvelope(reply, turnBits(reply.envelope)));
    if (strikes('truncate'))
      damaged.push(
        withEnvelope(reply, reply.envelope.slice(0, number(Math.max(1, reply.envelope.length)))),
      );
    if (strikes('forge')) damaged.push(withEnvelope(reply, makeUp(reply.envelope)));

    const later = damaged.filter((frame) => {
      if (unit() < 0.5) return true;
      down.putStray(0, () => give(frame));
      return false;
    });
    const delay = upTo(faults.delayMs);
    const sender = senderOf(reply.envelope);
    const twice = strikes('duplicate');
    const arrive = (): void => {
      give(reply);
      // Only now: a copy of what is still on its way would be that frame ahead of those before it.
      memory[memory.length < MEMORY ? memory.length : number(MEMORY)] = reply;
      if (twice) stray(reply);
    };
    if (!strikes('reorder')) down.putFrom(sender, delay, arrive);
    else if (faults.reorderWithinSender) down.putStray(delay + upTo(faults.holdMs), arrive);
    else down.hold(sender, delay + upTo(faults.holdMs), arrive);
    later.forEach(stray);

    if (memory.length > 0 && strikes('replay')) {
      const old = memory[number(memory.length)] as Delivery;
      stray(withEnvelope(old, old.envelope));
    }
  }

  /** The same frame around another envelope, under a number of the adversary's own. */
  function withEnvelope(frame: Delivery, envelope: Bytes): Delivery {
    if (frame.type === 'ephemeral') return { ...frame, envelope };
    return { ...frame, sequence: MADE_UP + madeUp++, envelope };
  }
  function turnBits(envelope: Bytes): Bytes {
    const copy = envelope.slice();
    for (let turns = 1 + number(3); turns > 0; turns--) {
      const at = number(Math.max(1, copy.length));
      copy[at] = (copy[at] ?? 0) ^ (1 << number(8));
    }
    return copy;
  }
  function makeUp(envelope: Bytes): Bytes {
    return envelope.map((byte, at) => (at === 0 ? byte : number(256)));
  }

  return {
    async openMailbox(events) {
      const { socket, line } = await connect(
        (inner: SocketEvents<MailboxReply>) => link.openMailbox(inner),
        events,
        relayMailbox,
      );
      return {
        hello: socket.hello,
        send(frame) {
          const own = withoutMadeUp(frame);
          if (own) line.send(own);
        },
        pulse() {
          if (line.isOpen) socket.pulse();
        },
        keepAlive: () => line.keepAlive(),
        close: () => line.close(),
        get buffered() {
          return line.buffered;
        },
      };
    },
    async openDrop(events) {
      const { socket, line } = await connect(
        (inner: typeof events) => link.openDrop(inner),
        events,
        (reply, down, give) => down.put(upTo(faults.delayMs), () => give(reply)),
      );
      return {
        hello: socket.hello,
        send: (frame) => line.send(frame),
        keepAlive: () => line.keepAlive(),
        close: () => line.close(),
        get buffered() {
          return line.buffered;
        },
      };
    },
    calm() {
      faults = noFaults;
      outageUntil = -Infinity;
    },
    done,
  };
}

/** A confirmation without the deliveries that the relay never made; `undefined` when nothing is left. */
function withoutMadeUp(frame: MailboxRequest): MailboxRequest | undefined {
  if (frame.type !== 'confirm') return frame;
  const sequences = frame.sequences.filter((sequence) => sequence < MADE_UP);
  return sequences.length > 0 ? { ...frame, sequences } : undefined;
}

/** Frames in flight in one direction. */
interface Lane {
  /** Arrives after everything put before. */
  put(ms: number, run: () => void): void;
  /** Arrives after everything put before, except what was held or strays. */
  putFrom(sender: string, ms: number, run: () => void): void;
  /** Arrives after what the same sender put before, and before what it puts later; others may overtake. */
  hold(sender: string, ms: number, run: () => void): void;
  /** Arrives when it arrives. */
  putStray(ms: number, run: () => void): void;
  /** Loses everything in flight. */
  clear(): void;
}

function createLane(clock: ManualClock): Lane {
  /** When the last frame arrives, of those in order, of all but strays, and of each sender. */
  let inOrder = -Infinity;
  let all = -Infinity;
  const bySender = new Map<string, number>();
  const flying = new Set<() => void>();

  function fly(due: number, run: () => void): void {
    if (due <= clock.now() && flying.size === 0) return run();
    const cancel = clock.after(due - clock.now(), () => {
      flying.delete(cancel);
      run();
    });
    flying.add(cancel);
  }
  return {
    put(ms, run) {
      inOrder = all = Math.max(clock.now() + ms, all);
      fly(all, run);
    },
    putFrom(sender, ms, run) {
      inOrder = Math.max(clock.now() + ms, inOrder, bySender.get(sender) ?? 0);
      all = Math.max(all, inOrder);
      bySender.set(sender, inOrder);
      fly(inOrder, run);
    },
    hold(sender, ms, run) {
      const due = Math.max(clock.now() + ms, bySender.get(sender) ?? 0);
      all = Math.max(all, due);
      bySender.set(sender, due);
      fly(due, run);
    },
    putStray(ms, run) {
      fly(clock.now() + ms, run);
    },
    clear() {
      for (const cancel of flying) cancel();
      flying.clear();
    },
  };
}
