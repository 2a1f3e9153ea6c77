import { expect, it } from 'vitest';
import { manualClock } from '../lib/clock.ts';
import { type MailboxRequests } from '../net/requests.ts';
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

it('asks soon again while the TURN server of the relay is only away, whatever time the relay has', async () => {
  const clock = manualClock();
  for (const skew of [0, -24 * HOUR_MS]) {
    let urls: readonly string[] = [];
    const { asked, requests } = relayWith(() => ({
      urls,
      expires: clock.now() + skew + 10 * MINUTE_MS,
    }));
    const turn = createTurn(clock);
    void turn.up(requests);
    await turns();
    expect(turn.servers().urls).toEqual([]);
    urls = ['turn:127.0.0.1:3478'];
    clock.advance(11 * MINUTE_MS);
    await turns();
    expect(asked).toHaveLength(2);
    expect(turn.servers().urls).toEqual(urls);
    turn.down();
  }
});

it('leaves a relay that has no calls alone for hours', async () => {
  const clock = manualClock();
  for (const skew of [0, 24 * HOUR_MS]) {
    const { asked, requests } = relayWith(() => ({
      urls: [],
      expires: clock.now() + skew + 12 * HOUR_MS,
    }));
    const turn = createTurn(clock);
    void turn.up(requests);
    await turns();
    clock.advance(5 * HOUR_MS);
    await turns();
    expect(asked).toHaveLength(1);
    clock.advance(2 * HOUR_MS);
    await turns();
    expect(asked).toHaveLength(2);
    turn.down();
  }
});
