import { describe, expect, it } from 'vitest';
import { manualClock } from '../../../lib/clock.ts';
import { createAddresses } from './addresses.ts';
import { type Inflow, createInflow } from './inflow.ts';

const MIB = 1024 * 1024;

/** Sockets of one address with 100 frames a second, each over a load that the test sets. */
function startAddress() {
  const clock = manualClock();
  const limits = { connections: 9, transfers: 9, framesPerSecond: 100, registrationsPerHour: 1 };
  const addresses = createAddresses(limits, () => clock.now());
  const connect = (): Inflow & {
    load: { unanswered: number; unreadBytes: number; unreadFrames: number };
    readonly isRead: boolean;
  } => {
    let isRead = true;
    const load = { unanswered: 0, unreadBytes: 0, unreadFrames: 0 };
    const inflow = createInflow({
      allowance: addresses.enter('192.0.2.1')!,
      clock,
      load: () => load,
      pause: () => (isRead = false),
      resume: () => (isRead = true),
    });
    return Object.defineProperties(inflow, {
      load: { value: load },
      isRead: { get: () => isRead },
    }) as never;
  };
  return { clock, connect };
}

describe('a socket', () => {
  it('that sends more than its rate waits until all of it is paid for, however much one read brought', () => {
    const { clock, connect } = startAddress();
    const socket = connect();
    for (let frame = 0; frame < 1_000; frame++) socket.read(1);
    expect(socket.isRead).toBe(true);
    for (let frame = 0; frame < 9_000; frame++) socket.read(1);
    clock.advance(89_999);
    expect(socket.isRead).toBe(false);
    clock.advance(1);
    expect(socket.isRead).toBe(true);
    socket.close();
    expect(clock.waiting).toBe(0);
  });

  it('that sends little waits little for a neighbour who sends too much', () => {
    const { clock, connect } = startAddress();
    const [busy, quiet] = [connect(), connect()];
    for (let frame = 0; frame < 10_000; frame++) busy.read(1);
    quiet.read(1);
    expect(quiet.isRead).toBe(false);
    clock.advance(250);
    expect(quiet.isRead).toBe(true);
    expect(busy.isRead).toBe(false);
  });

  it('pays more for what costs the relay more', () => {
    const { clock, connect } = startAddress();
    const socket = connect();
    for (let request = 0; request < 51; request++) socket.read(20);
    expect(socket.isRead).toBe(false);
    clock.advance(200);
    expect(socket.isRead).toBe(true);
  });

  it('is read no further while the disk or its client is behind, and on when half is done', () => {
    const { connect } = startAddress();
    const socket = connect();
    for (const [measure, most] of [
      ['unanswered', 4 * MIB],
      ['unreadBytes', 2 * MIB],
      ['unreadFrames', 2_048],
    ] as const) {
      socket.load[measure] = most;
      socket.read(1);
      expect(socket.isRead, measure).toBe(true);
      socket.load[measure]++;
      socket.read(1);
      expect(socket.isRead, measure).toBe(false);
      socket.load[measure] = most / 2 + 1;
      socket.relieved();
      expect(socket.isRead, measure).toBe(false);
      socket.load[measure]--;
      socket.relieved();
      expect(socket.isRead, measure).toBe(true);
    }
  });

  it('with several reasons waits for the last of them', () => {
    const { clock, connect } = startAddress();
    const socket = connect();
    socket.load.unanswered = 5 * MIB;
    for (let frame = 0; frame < 1_001; frame++) socket.read(1);
    clock.advance(1_000);
    expect(socket.isRead).toBe(false);
    socket.load.unanswered = 0;
    socket.relieved();
    expect(socket.isRead).toBe(true);
  });
});
