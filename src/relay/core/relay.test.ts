import { describe, expect, it } from 'vitest';
import { manualClock } from '../../lib/clock.ts';
import { type RandomBytes } from '../../lib/random.ts';
import { encodeDropRequest, encodeMailboxRequest } from '../../wire/frame-codec.ts';
import { type DropRequest, type MailboxRequest } from '../../wire/frames.ts';
import { MAX_ENVELOPE_BYTES, MAX_QUEUED_BYTES, MAX_RETIRED_ENVELOPES } from '../../wire/limits.ts';
import { describeConformance } from '../testing/conformance/index.ts';
import {
  type HostUnderTest,
  bundleRequest,
  dropClient,
  followRequest,
  knock,
  makePerson,
  makeToken,
  putToken,
  receiver,
  settle,
  signIn,
  signInDrained,
  submission,
  submit,
  uploadOf,
} from '../testing/test-client.ts';
import { type Peer } from './connection.ts';
import { type RelayLimits } from './limits.ts';
import { createRelay } from './relay.ts';
import { type MemoryRelay, createMemoryRelay } from './testing/in-memory-host.ts';
import { createMemoryStorage } from './testing/memory-storage.ts';
import { type TurnConfig } from './turn.ts';

const random: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

function startMemoryHost(
  limits: Partial<RelayLimits> = {},
  mayRegister = (): boolean => true,
): HostUnderTest & { readonly relay: MemoryRelay } {
  const clock = manualClock();
  let turn: TurnConfig | undefined;
  const relay = createMemoryRelay({ clock, random, limits, mayRegister, turn: () => turn });
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
    offerTurn: (servers) => void (turn = servers),
  };
}

describeConformance('the memory host', async () => startMemoryHost(), { http: false });

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

describe('what has expired', () => {
  it('goes also when its receiver has it and confirms nothing', async () => {
    const host = startMemoryHost();
    const { person: ana, socket, token } = await receiver(host);
    const drop = await dropClient(host);
    await submit(drop, ana, token, random(100), { class: 'urgent' });
    const { sequence } = await socket.expect('deliver');
    host.advance(10 * 60_000);
    await settle(socket);
    expect(host.relay.dump().queue).toEqual([]);
    // Confirmed late, it is not counted as removed once more: as many fit in as before.
    socket.send({ type: 'confirm', sequences: [sequence] });
    await settle(socket);
    socket.close();
    const largest = new Uint8Array(MAX_ENVELOPE_BYTES);
    for (let i = 0; i < MAX_QUEUED_BYTES / MAX_ENVELOPE_BYTES; i++)
      expect(await submit(drop, ana, token, largest)).toBe('stored');
    expect(await submit(drop, ana, token, largest)).toBe('mailbox-full');
  });

  it('goes as fast as it comes, though no sweep takes more than a thousand', async () => {
    const host = startMemoryHost({ submits: { burst: 3_000, perSecond: 1 } });
    const { person: ana, socket, token } = await receiver(host);
    socket.close();
    const drop = await dropClient(host);
    for (let n = 0; n < 2_500; n++)
      drop.send(submission(ana, token, Uint8Array.of(1), n, { class: 'urgent' }));
    for (let n = 0; n < 2_500; n++) await drop.expect('stored');
    host.advance(6 * 60_000);
    // A round trip, in which the removal becomes durable, and a second of time.
    for (let second = 0; second < 5; second++) {
      drop.send(followRequest(ana, token));
      await drop.expect('refused');
      host.advance(1_000);
    }
    drop.send(followRequest(ana, token));
    await drop.expect('refused');
    expect(host.relay.dump().queue).toEqual([]);
  });
});

it('begins an account anew with an empty mailbox, though the erasure is not durable yet', async () => {
  let registers!: () => void;
  const host = startMemoryHost({}, () => {
    registers?.();
    return true;
  });
  const { person: ana, socket, token } = await receiver(host);
  const drop = await dropClient(host);
  const largest = new Uint8Array(MAX_ENVELOPE_BYTES);
  const most = MAX_QUEUED_BYTES / MAX_ENVELOPE_BYTES;
  for (let i = 0; i < most; i++) expect(await submit(drop, ana, token, largest)).toBe('stored');
  host.relay.setCommitDelay('held');
  socket.send({ type: 'erase', n: 1 });
  const registered = new Promise<void>((resolve) => (registers = resolve));
  const next = await knock(host, ana);
  await registered;
  host.relay.releaseCommits();
  expect((await next.expect('welcome')).fresh).toBe(true);
  await next.expect('drained');
  const fresh = await putToken(host, next);
  next.close();
  for (let i = 0; i < most; i++) expect(await submit(drop, ana, fresh, largest)).toBe('stored');
});

it('charges a retired token for what it stored, and for nothing that a full mailbox refused', async () => {
  const host = startMemoryHost();
  const { person: ana, socket, token } = await receiver(host);
  const retired = await putToken(host, socket);
  socket.send({ type: 'tokens', n: 3, put: [], retire: [retired.hash], revoke: [] });
  await socket.expect('done');
  const drop = await dropClient(host);
  const largest = new Uint8Array(MAX_ENVELOPE_BYTES);
  socket.close();
  for (let i = 0; i < MAX_QUEUED_BYTES / MAX_ENVELOPE_BYTES; i++)
    expect(await submit(drop, ana, token, largest)).toBe('stored');
  for (let i = 0; i < MAX_RETIRED_ENVELOPES; i++)
    expect(await submit(drop, ana, retired, random(9))).toBe('mailbox-full');
  const back = await signIn(host, ana);
  const { sequence } = await back.expect('deliver');
  back.send({ type: 'confirm', sequences: [sequence] });
  await back.expect('deliver');
  for (let i = 0; i < MAX_RETIRED_ENVELOPES; i++)
    expect(await submit(drop, ana, retired, random(9))).toBe('stored');
  // Over its quota it is told the same whether there is room or not.
  expect(await submit(drop, ana, retired, random(9))).toBe('not-accepted-now');
  expect(await submit(drop, ana, retired, largest)).toBe('not-accepted-now');
});

it('forgets when an erased account was seen last, though it pulses until the erasure is durable', async () => {
  const host = startMemoryHost();
  const { person: ana, socket } = await receiver(host);
  host.relay.setCommitDelay('held');
  socket.pulse();
  socket.send({ type: 'erase', n: 1 });
  socket.pulse();
  const drop = await dropClient(host);
  host.relay.releaseCommits();
  await socket.expect('done');
  const next = await signInDrained(host, ana);
  const token = await putToken(host, next, 'presence');
  drop.send(followRequest(ana, token));
  expect(await drop.next()).toEqual({ type: 'presence', n: 3, mailbox: ana.id, online: false });
});

it('counts a request as more frames the more work it makes', () => {
  const relay = createRelay({
    host: 'relay.test',
    relayKey: random(32),
    grantSecret: random(32),
    blobFiles: { dropUpload: () => undefined, dropBlob: () => undefined },
    storage: createMemoryStorage((write) => write()),
    clock: manualClock(),
    random,
    soon: (run) => run(),
    onFailed: () => undefined,
  });
  const peer: Peer = {
    send: () => undefined,
    close: () => undefined,
    buffered: 0,
    host: 'relay.test',
    mayRegister: () => true,
  };
  const ana = makePerson(random);
  const token = makeToken(random);
  const mailbox = relay.connectMailbox(peer);
  const drop = relay.connectDrop(peer);
  const owner = (request: MailboxRequest): number => mailbox.receive(encodeMailboxRequest(request));
  const stranger = (request: DropRequest): number => drop.receive(encodeDropRequest(request));
  const put = Array.from({ length: 800 }, () => ({
    hash: token.hash,
    purpose: 'contacts' as const,
  }));
  expect([
    owner({ type: 'hello', versions: [1] }),
    owner(uploadOf({ random }, [1], [1])),
    owner({ type: 'prekey-count', n: 1 }),
    owner({ type: 'tokens', n: 1, put: [], retire: [token.hash], revoke: [] }),
    owner({ type: 'tokens', n: 1, put, retire: [], revoke: [] }),
    owner({ type: 'ledger', n: 1 }),
    owner({ type: 'turn', n: 1 }),
    mailbox.receive(random(9)),
  ]).toEqual([1, 20, 20, 1, 101, 500, 1, 1]);
  expect([
    stranger({ type: 'hello', versions: [1] }),
    stranger(submission(ana, token, random(9))),
    stranger(bundleRequest(ana, token)),
  ]).toEqual([1, 1, 20]);
  relay.stop();
});

it('gives a long ledger page by page, and serves others in between', async () => {
  const host = startMemoryHost({ submits: { burst: 3_000, perSecond: 1 } });
  const { person: ana, socket, token } = await receiver(host);
  const drop = await dropClient(host);
  for (let n = 0; n < 2_500; n++) drop.send(submission(ana, token, random(9), n));
  for (let n = 0; n < 2_500; n++) await drop.expect('stored');
  for (let n = 0; n < 256; n++) await socket.expect('deliver');
  socket.send({ type: 'ledger', n: 1 });
  drop.send(followRequest(ana, token));
  await drop.expect('refused');
  expect(socket.waiting.length).toBeGreaterThan(0);
  expect(socket.waiting.at(-1)).toMatchObject({ type: 'ledger', more: true });
  let rows = 0;
  for (;;) {
    const page = await socket.expect('ledger');
    rows += page.rows.length;
    if (!page.more) break;
  }
  expect(rows).toBe(2_502);
});
