import { expect, it } from 'vitest';
import { manualClock } from '../lib/clock.ts';
import { Fault } from '../lib/fault.ts';
import { type MailboxRequests } from '../net/requests.ts';
import { type ConnectionView } from './api.ts';
import { createTurn } from './turn.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const turns = () => new Promise((resolve) => setImmediate(resolve));

/** A relay that answers with these URLs, until the time that it names. */
function relayWith(answer: () => { urls: readonly string[]; expires: number }) {
  const asked: unknown[] = [];
  const requests = {
    request: async (frame: unknown) => {
      asked.push(frame);
      return { type: 'turn-servers', n: 1, username: 'u', credential: 'c', ...answer() };
    },
  } as unknown as MailboxRequests;
  return { asked, requests };
}

/** A connection that is what a test says. */
function connectionOf(requests: MailboxRequests) {
  const up = { status: 'online' as ConnectionView['status'], line: { mailboxRequests: requests } };
  const down = { status: 'offline' as ConnectionView['status'], line: undefined };
  const connection: { status: ConnectionView['status']; line: typeof up.line | undefined } = {
    ...up,
  };
  return {
    connection,
    up: () => Object.assign(connection, up),
    connecting: () => Object.assign(connection, down, { status: 'connecting' }),
    down: () => Object.assign(connection, down),
  };
}

it('asks soon again while the TURN server of the relay is only away, whatever time the relay has', async () => {
  const clock = manualClock();
  for (const skew of [0, -24 * HOUR_MS]) {
    let urls: readonly string[] = [];
    const { asked, requests } = relayWith(() => ({
      urls,
      expires: clock.now() + skew + 10 * MINUTE_MS,
    }));
    const { connection, down } = connectionOf(requests);
    const turn = createTurn(clock, connection);
    await turns();
    expect((await turn.servers()).urls).toEqual([]);
    urls = ['turn:127.0.0.1:3478'];
    clock.advance(11 * MINUTE_MS);
    await turns();
    expect(asked).toHaveLength(2);
    expect((await turn.servers()).urls).toEqual(urls);
    down();
    turn.look();
  }
});

it('leaves a relay that has no calls alone for hours', async () => {
  const clock = manualClock();
  for (const skew of [0, 24 * HOUR_MS]) {
    const { asked, requests } = relayWith(() => ({
      urls: [],
      expires: clock.now() + skew + 12 * HOUR_MS,
    }));
    const { connection, down } = connectionOf(requests);
    const turn = createTurn(clock, connection);
    await turns();
    clock.advance(5 * HOUR_MS);
    await turns();
    expect(asked).toHaveLength(1);
    clock.advance(2 * HOUR_MS);
    await turns();
    expect(asked).toHaveLength(2);
    down();
    turn.look();
  }
});

it('waits for the connection and for the first answer before it says what there is', async () => {
  const urls = ['turn:127.0.0.1:3478'];
  const { asked, requests } = relayWith(() => ({ urls, expires: 12 * HOUR_MS }));
  const { connection, connecting, up } = connectionOf(requests);
  connecting();
  const turn = createTurn(manualClock(), connection);
  const waiting = turn.servers();
  await turns();
  expect(asked).toEqual([]);
  up();
  turn.look();
  expect((await waiting).urls).toEqual(urls);
  expect((await turn.servers()).urls).toEqual(urls);
  expect(asked).toHaveLength(1);
});

it('says that the relay is not reached, and not that it has none', async () => {
  const { requests } = relayWith(() => {
    throw new Fault('rate-limited');
  });
  const { connection, connecting, down, up } = connectionOf(requests);
  connecting();
  const turn = createTurn(manualClock(), connection);
  const waiting = turn.servers();
  down();
  turn.look();
  await expect(waiting).rejects.toThrow(new Fault('offline'));
  up();
  turn.look();
  await expect(turn.servers()).rejects.toThrow(new Fault('offline'));
});

it('keeps what it has while the connection comes and goes', async () => {
  const urls = ['turn:127.0.0.1:3478'];
  const { requests } = relayWith(() => ({ urls, expires: 12 * HOUR_MS }));
  const { connection, connecting } = connectionOf(requests);
  const turn = createTurn(manualClock(), connection);
  await turn.servers();
  connecting();
  turn.look();
  expect((await turn.servers()).urls).toEqual(urls);
});
