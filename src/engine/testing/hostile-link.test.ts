import { describe, expect, it } from 'vitest';
import { type Bytes, fromUtf8, utf8 } from '../../lib/bytes.ts';
import { type ManualClock, manualClock } from '../../lib/clock.ts';
import { type TokenHash } from '../../lib/ids.ts';
import { type Link, type MailboxSocket, type SocketEvents } from '../../net/link.ts';
import { type DropReply, type MailboxReply, type MailboxRequest } from '../../wire/frames.ts';
import { hostileLink, type LinkFaults, roughFaults } from './hostile-link.ts';

/** A relay with one mailbox: it keeps what is not confirmed and delivers it anew on each connection. */
function fakeRelay() {
  const kept = new Map<number, Bytes>();
  const connections: { events: SocketEvents<MailboxReply>; closed: boolean }[] = [];
  const received: MailboxRequest[] = [];
  const submitted: number[] = [];
  const token = '0'.repeat(64) as TokenHash;
  const deliver = (sequence: number, envelope: Bytes): void =>
    connections
      .at(-1)
      ?.events.onFrame({ type: 'deliver', sequence, class: 'normal', token, envelope });

  const link: Link = {
    openMailbox: async (events) => {
      const connection = { events, closed: false };
      connections.push(connection);
      return {
        hello: {
          type: 'hello',
          version: 1,
          host: 'relay.test',
          relayKey: new Uint8Array(32),
          nonce: new Uint8Array(32),
        },
        send(frame) {
          if (connection.closed) return;
          received.push(frame);
          if (frame.type === 'confirm') for (const one of frame.sequences) kept.delete(one);
          if (frame.type === 'auth')
            for (const [sequence, envelope] of kept) deliver(sequence, envelope);
        },
        pulse: () => undefined,
        keepAlive: () => undefined,
        close: () => void (connection.closed = true),
        buffered: 0,
      };
    },
    openDrop: async (events: SocketEvents<DropReply>) => ({
      hello: { type: 'hello', version: 1, host: 'relay.test', relayKey: new Uint8Array(32) },
      send(frame) {
        if (frame.type !== 'submit') return;
        submitted.push(frame.n);
        events.onFrame({ type: 'stored', n: frame.n, until: 0 });
      },
      keepAlive: () => undefined,
      close: () => undefined,
      buffered: 0,
    }),
  };
  return {
    link,
    connections,
    received,
    submitted,
    kept,
    /** Takes an envelope in and delivers it when the mailbox is connected. */
    take(sequence: number, text: string): void {
      kept.set(sequence, utf8(text));
      deliver(sequence, utf8(text));
    },
  };
}

/** A client's side of a mailbox socket that writes down what it hears. */
function listener() {
  const heard: MailboxReply[] = [];
  let closings = 0;
  const events: SocketEvents<MailboxReply> = {
    onFrame: (frame) => heard.push(frame),
    onClose: () => closings++,
  };
  const deliveries = () => heard.filter((frame) => frame.type === 'deliver');
  return {
    events,
    heard,
    deliveries,
    texts: () => deliveries().map(({ envelope }) => Buffer.from(envelope).toString('latin1')),
    closings: () => closings,
  };
}

const minute = 60_000;
const count = (n: number): MailboxRequest => ({ type: 'prekey-count', n });

/** Waits for a promise that needs the clock to move. */
async function inTime<Result>(clock: ManualClock, promise: Promise<Result>): Promise<Result> {
  let settled = false;
  const done = (): void => void (settled = true);
  promise.then(done, done);
  while (!settled) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(clock.next() ?? 0);
  }
  return promise;
}

async function openHostile(faults: Partial<LinkFaults>, seed = 1) {
  const clock = manualClock(0);
  const relay = fakeRelay();
  const link = hostileLink(relay.link, {
    seed,
    clock,
    faults,
    senderOf: (envelope) => fromUtf8(envelope.subarray(0, 1)),
  });
  const client = listener();
  const socket = await inTime(clock, link.openMailbox(client.events));
  return { clock, relay, link, client, socket };
}

const seeds = Array.from({ length: 50 }, (_, seed) => seed);

describe('a hostile link', () => {
  it('without faults passes everything at once', async () => {
    const { relay, link, client, socket, clock } = await openHostile({});
    relay.take(1, 'a1');
    socket.send(count(1));
    expect(client.texts()).toEqual(['a1']);
    expect(relay.received).toEqual([count(1)]);
    const drop = await link.openDrop({ onFrame: () => undefined, onClose: () => undefined });
    drop.keepAlive();
    expect(drop.hello.host).toBe('relay.test');
    expect(clock.waiting).toBe(0);
    relay.connections[0]!.events.onClose();
    expect(client.closings()).toBe(1);
  });

  it('runs the same course again from the same seed', async () => {
    const run = async (seed: number): Promise<unknown> => {
      const { clock, relay, link, client, socket } = await openHostile(
        { ...roughFaults, refuse: 0 },
        seed,
      );
      for (let i = 0; i < 40; i++) {
        relay.take(i, `a${i}`);
        socket.send(count(i));
        clock.advance(50);
      }
      clock.advance(minute);
      return [client.texts(), relay.received, link.done];
    };
    expect(await run(7)).toEqual(await run(7));
    expect(await run(7)).not.toEqual(await run(8));
  });

  it('delays frames and keeps their order, both ways', async () => {
    for (const seed of seeds) {
      const { clock, relay, client, socket } = await openHostile({ delayMs: 100 }, seed);
      for (let i = 0; i < 20; i++) {
        relay.take(i, `a${i}`);
        socket.send(count(i));
      }
      expect(client.heard.length + relay.received.length).toBeLessThan(40);
      clock.advance(100);
      expect(client.texts()).toEqual(Array.from({ length: 20 }, (_, i) => `a${i}`));
      expect(relay.received).toEqual(Array.from({ length: 20 }, (_, i) => count(i)));
      // What the relay sent before it closed comes before the closing.
      relay.take(20, 'a20');
      relay.connections[0]!.events.onClose();
      expect(client.closings()).toBe(0);
      clock.advance(200);
      expect(client.texts().length).toBe(21);
      expect(client.closings()).toBe(1);
    }
  });

  it('loses with the connection what is in flight either way, and tells once, in time', async () => {
    for (const seed of seeds) {
      const { clock, relay, client, socket, link } = await openHostile(
        { delayMs: 100, cut: 1, noticeMs: 5_000 },
        seed,
      );
      for (let i = 0; i < 10; i++) {
        relay.take(i, `a${i}`);
        socket.send(count(i));
      }
      clock.advance(100);
      // The first to arrive may still have come through.
      expect(client.heard.length + relay.received.length).toBeLessThanOrEqual(1);
      socket.send(count(99));
      relay.take(99, 'a99');
      clock.advance(5_000);
      expect(client.closings()).toBe(1);
      expect(relay.connections[0]!.closed).toBe(true);
      socket.send(count(100));
      clock.advance(minute);
      expect(client.heard.length + relay.received.length).toBeLessThanOrEqual(1);
      expect(client.closings()).toBe(1);
      expect(link.done.cut).toBe(1);
      expect(clock.waiting).toBe(0);
    }
  });

  it('tells nothing after the client closed', async () => {
    for (const faults of [{ delayMs: 100 }, { delayMs: 100, cut: 1, noticeMs: 1_000 }]) {
      const { clock, relay, client, socket } = await openHostile(faults);
      relay.take(1, 'a1');
      relay.take(2, 'a2');
      if (faults.cut) clock.advance(100);
      const before = client.heard.length;
      socket.close();
      relay.connections[0]!.events.onClose();
      clock.advance(minute);
      expect(client.heard.length).toBe(before);
      expect(client.closings()).toBe(0);
      expect(relay.connections[0]!.closed).toBe(true);
    }
  });

  it('refuses openings for a while, and lets them through after it', async () => {
    const clock = manualClock(0);
    const relay = fakeRelay();
    const link = hostileLink(relay.link, {
      seed: 3,
      clock,
      faults: { refuse: 0.5, refuseMs: 10_000, delayMs: 100 },
    });
    let opened = 0;
    for (let i = 0; i < 200; i++) {
      const attempt = inTime(clock, link.openMailbox(listener().events));
      await attempt.then(
        () => opened++,
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'offline', retry: 'on-reconnect' });
        },
      );
      clock.advance(1_000);
    }
    expect(opened).toBe(relay.connections.length);
    expect(opened).toBeGreaterThan(10);
    expect(link.done.refuse).toBe(200 - opened);
    link.calm();
    await link.openMailbox(listener().events);
  });

  it('delivers twice under the same number', async () => {
    const { clock, relay, client } = await openHostile({ duplicate: 1, delayMs: 10, holdMs: 100 });
    for (let i = 1; i <= 5; i++) relay.take(i, `a${i}`);
    clock.advance(minute);
    const sequences = client.deliveries().map(({ sequence }) => sequence);
    expect(sequences.toSorted()).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect(new Set(client.texts()).size).toBe(5);
  });

  it('replays what an earlier connection delivered, and keeps its confirmation to itself', async () => {
    const { clock, relay, link, socket } = await openHostile({ replay: 1 });
    relay.take(1, 'a1');
    relay.take(2, 'a2');
    socket.send({ type: 'confirm', sequences: [1, 2] });
    socket.close();
    const client = listener();
    const next = await inTime(clock, link.openMailbox(client.events));
    relay.take(3, 'a3');
    clock.advance(minute);
    const replayed = client.deliveries().find(({ sequence }) => sequence !== 3);
    expect(['a1', 'a2']).toContain(fromUtf8(replayed!.envelope));
    next.send({ type: 'confirm', sequences: [replayed!.sequence] });
    next.send({ type: 'confirm', sequences: [3, replayed!.sequence] });
    expect(relay.received.slice(-2)).toEqual([
      { type: 'confirm', sequences: [1, 2] },
      { type: 'confirm', sequences: [3] },
    ]);
  });

  it('replays nothing that never arrived: that would put it ahead of what was written before', async () => {
    const { clock, relay, link, socket } = await openHostile({ replay: 1, delayMs: 1_000 });
    for (let i = 1; i <= 20; i++) relay.take(i, 'on its way');
    socket.close();
    const client = listener();
    await inTime(clock, link.openMailbox(client.events));
    relay.take(21, 'arrives');
    clock.advance(minute);
    expect(client.texts()).toEqual(['arrives']);
  });

  it('lets senders overtake each other, each in its own order', async () => {
    let overtaken = 0;
    for (const seed of seeds) {
      const { clock, relay, client } = await openHostile(
        { reorder: 0.3, holdMs: 500, delayMs: 50 },
        seed,
      );
      for (let i = 10; i < 40; i++) {
        relay.take(i, `${'abc'.charAt(i % 3)}${i}`);
        clock.advance(20);
      }
      relay.connections[0]!.events.onFrame({ type: 'drained' });
      clock.advance(minute);
      const texts = client.texts();
      expect(texts.length).toBe(30);
      expect(client.heard.at(-1)).toEqual({ type: 'drained' });
      for (const sender of 'abc') {
        const own = texts.filter((text) => text.startsWith(sender));
        expect(own).toEqual(own.toSorted());
      }
      const numbers = texts.map((text) => text.slice(1));
      if (numbers.join() !== numbers.toSorted().join()) overtaken++;
    }
    expect(overtaken).toBeGreaterThan(seeds.length / 2);
  });

  it('lets also one sender’s envelopes overtake each other when told to', async () => {
    const { clock, relay, client } = await openHostile({
      reorder: 0.3,
      holdMs: 500,
      reorderWithinSender: true,
    });
    for (let i = 10; i < 40; i++) relay.take(i, `a${i}`);
    clock.advance(minute);
    expect(client.texts()).not.toEqual(client.texts().toSorted());
    expect(client.texts().length).toBe(30);
  });

  it.each(['corrupt', 'truncate', 'forge'] as const)(
    'brings beside the true envelope one to %s, of which the relay never hears',
    async (rate) => {
      for (const seed of seeds) {
        const { clock, relay, client, socket } = await openHostile({ [rate]: 1 }, seed);
        relay.take(5, 'a true envelope');
        clock.advance(minute);
        expect(client.deliveries().length).toBe(2);
        const good = client.deliveries().find(({ sequence }) => sequence === 5);
        const bad = client.deliveries().find(({ sequence }) => sequence !== 5);
        expect(good?.envelope).toEqual(utf8('a true envelope'));
        // Bits turned twice may stand as before; that, too, is something a relay can do.
        if (rate !== 'corrupt') expect(bad?.envelope).not.toEqual(good?.envelope);
        socket.send({ type: 'confirm', sequences: [bad!.sequence] });
        expect(relay.received).toEqual([]);
      }
    },
  );

  it('is calm when told: nothing is lost or late any more', async () => {
    const { clock, relay, link, client, socket } = await openHostile({
      ...roughFaults,
      cut: 0,
      refuse: 0,
    });
    relay.take(1, 'a1');
    link.calm();
    clock.advance(roughFaults.delayMs + roughFaults.holdMs);
    const before = { ...link.done };
    const heard = client.heard.length;
    for (let i = 2; i < 50; i++) {
      relay.take(i, `a${i}`);
      socket.send(count(i));
    }
    expect(client.texts().slice(heard)).toEqual(Array.from({ length: 48 }, (_, i) => `a${i + 2}`));
    expect(relay.received.length).toBe(48);
    expect(link.done).toEqual(before);
  });

  it('loses answers and requests of the drop as well', async () => {
    const clock = manualClock(0);
    const relay = fakeRelay();
    const link = hostileLink(relay.link, { seed: 1, clock, faults: { cut: 0.2, delayMs: 20 } });
    let stored = 0;
    for (let n = 0; n < 100; n++) {
      const drop = await inTime(
        clock,
        link.openDrop({ onFrame: () => stored++, onClose: () => undefined }),
      );
      drop.send({ type: 'submit', n } as Parameters<typeof drop.send>[0]);
      clock.advance(minute);
    }
    // Some never arrived; of some that did the answer was lost.
    expect(relay.submitted.length).toBeLessThan(100);
    expect(stored).toBeLessThan(relay.submitted.length);
    expect(stored).toBeGreaterThan(50);
  });

  it('keeps nothing from a client that confirms what it has and connects again', async () => {
    const happened = new Map<string, number>();
    for (const seed of seeds) {
      const clock = manualClock(0);
      const relay = fakeRelay();
      const link = hostileLink(relay.link, { seed, clock, faults: roughFaults });
      const seen = new Set<string>();
      let socket: MailboxSocket | undefined;
      let trying = false;

      async function connect(): Promise<void> {
        trying = true;
        try {
          socket = await link.openMailbox({
            onFrame(frame) {
              if (frame.type !== 'deliver') return;
              seen.add(Buffer.from(frame.envelope).toString('latin1'));
              socket?.send({ type: 'confirm', sequences: [frame.sequence] });
            },
            onClose: () => (socket = undefined),
          });
          socket.send({ type: 'auth' } as MailboxRequest);
        } catch {
          socket = undefined;
        }
        trying = false;
      }
      async function pass(ms: number): Promise<void> {
        if (!socket && !trying) void connect();
        clock.advance(ms);
        await new Promise((resolve) => setImmediate(resolve));
      }

      for (let i = 0; i < 60; i++) {
        relay.take(i, `a true one, ${i}`);
        await pass(500);
      }
      link.calm();
      for (let i = 0; i < 30; i++) await pass(1_000);
      for (let i = 0; i < 60; i++) expect(seen, `seed ${seed}`).toContain(`a true one, ${i}`);
      expect(relay.kept.size, `seed ${seed}`).toBe(0);
      for (const [rate, times] of Object.entries(link.done))
        happened.set(rate, (happened.get(rate) ?? 0) + times);
    }
    for (const [rate, times] of happened) expect(times, rate).toBeGreaterThan(0);
  });
});
