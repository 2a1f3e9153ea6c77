import { expect, it } from 'vitest';
import { manualClock } from '../../lib/clock.ts';
import { type RandomBytes } from '../../lib/random.ts';
import { describeConformance } from '../testing/conformance/index.ts';
import {
  type HostUnderTest,
  dropClient,
  followRequest,
  receiver,
  signIn,
  submission,
} from '../testing/test-client.ts';
import { type RelayLimits } from './limits.ts';
import { type MemoryRelay, createMemoryRelay } from './testing/in-memory-host.ts';

const random: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

function startMemoryHost(
  limits: Partial<RelayLimits> = {},
): HostUnderTest & { readonly relay: MemoryRelay } {
  const clock = manualClock();
  const relay = createMemoryRelay({ clock, random, limits });
  return {
    relay,
    host: relay.host,
    wire: async (path, events, host) => relay.wire(path, events, host),
    advance: (ms) => clock.advance(ms),
    random,
    now: () => clock.now(),
    rows: () => relay.dump() as never,
    restart: async () => relay.crash(),
    close: async () => relay.down(),
  };
}

describeConformance('the memory host', async () => startMemoryHost());

it('acknowledges nothing before it is durable', async () => {
  const host = startMemoryHost();
  const { person: ana, socket, token } = await receiver(host);
  socket.close();
  const drop = await dropClient(host);
  host.relay.setCommitDelay('held');
  drop.send(submission(ana, token, random(100), 5));
  // Answered in order on one socket: what is asked after and answered at once shows that `stored` was not.
  drop.send(followRequest(ana, token));
  await drop.expect('refused');
  host.relay.releaseCommits();
  expect((await drop.expect('stored')).n).toBe(5);
});

it('says stored when the receiver confirmed before the commit, and never writes the row', async () => {
  const host = startMemoryHost();
  const { person: ana, socket, token } = await receiver(host);
  const drop = await dropClient(host);
  host.relay.setCommitDelay('held');
  // The first is being committed; the second waits in the open batch.
  drop.send(submission(ana, token, random(100), 5));
  const first = await socket.expect('deliver');
  drop.send(submission(ana, token, random(100), 6));
  const second = await socket.expect('deliver');
  socket.send({ type: 'confirm', sequences: [first.sequence, second.sequence] });
  expect((await drop.expect('stored')).n).toBe(5);
  expect((await drop.expect('stored')).n).toBe(6);
  expect(host.relay.dump().queue).toEqual([]);
  host.relay.releaseCommits();
  socket.send({ type: 'prekey-count', n: 1 });
  await socket.expect('prekey-count');
  expect(host.relay.dump().queue).toEqual([]);
});

it('answers a request behind a confirmation only when the removal is durable', async () => {
  const host = startMemoryHost();
  const { person: ana, socket, token } = await receiver(host);
  const drop = await dropClient(host);
  drop.send(submission(ana, token, random(100), 5));
  const { sequence } = await socket.expect('deliver');
  await drop.expect('stored');
  host.relay.setCommitDelay('held');
  socket.send({ type: 'confirm', sequences: [sequence] });
  socket.send({ type: 'prekey-count', n: 1 });
  drop.send(followRequest(ana, token));
  await drop.expect('refused');
  expect(socket.waiting).toEqual([]);
  host.relay.releaseCommits();
  await socket.expect('prekey-count');
  expect(host.relay.dump().queue).toEqual([]);
});

it('stops instead of acknowledging when it cannot write', async () => {
  const host = startMemoryHost();
  const { person: ana, token } = await receiver(host);
  const drop = await dropClient(host);
  host.relay.failNextCommit();
  drop.send(submission(ana, token, random(100), 5));
  await drop.closed;
  expect(drop.waiting).toEqual([]);
  expect(host.relay.dump().queue).toEqual([]);
});

it('forgets idle mailboxes and finds them again', async () => {
  const host = startMemoryHost({ idleMailboxes: 4 });
  const drop = await dropClient(host);
  const people = [];
  for (let i = 0; i < 20; i++) {
    const { person, socket, token } = await receiver(host);
    people.push({ person, token });
    socket.close();
  }
  for (const { person, token } of [...people, ...people]) {
    drop.send(submission(person, token, random(50), 1));
    await drop.expect('stored');
  }
  for (const { person } of people) {
    const socket = await signIn(host, person);
    const { sequence } = await socket.expect('deliver');
    const second = await socket.expect('deliver');
    expect(second.sequence).toBe(sequence + 1);
    await socket.expect('drained');
    socket.close();
  }
});
