import { expect, it } from 'vitest';
import { manualClock } from '../lib/clock.ts';
import { Fault, type FaultCode } from '../lib/fault.ts';
import { accountIdFromBytes, conversationWith } from '../lib/ids.ts';
import { createTransfers } from './media-transfers.ts';

const place = { conversation: conversationWith(accountIdFromBytes(new Uint8Array(20))), order: 1 };

/** Transfers of which each breaks off, and where noting that fails as `noting` says. */
function breaking(noting: () => void) {
  const clock = manualClock();
  const seen = { runs: 0, troubles: [] as FaultCode[], stuckAtEnd: [] as boolean[] };
  const state = { up: true };
  const transfers = createTransfers({
    clock,
    isUp: () => state.up,
    async run() {
      seen.runs++;
      throw new Fault('relay-full');
    },
    async onFault() {
      noting();
      return false;
    },
    ended: (ended) => seen.stuckAtEnd.push(transfers.isStuck(ended)),
    trouble: ({ code }) => seen.troubles.push(code),
  });
  return { clock, seen, state, transfers };
}

it('a transfer of which it could not be noted what stands in its way is tried again, and holds up nobody', async () => {
  let full = true;
  const { clock, seen, transfers } = breaking(() => {
    if (full) throw new Fault('storage-full');
  });
  transfers.want(place);
  await transfers.settled();
  expect(seen).toEqual({ runs: 1, troubles: ['storage-full'], stuckAtEnd: [true] });
  full = false;
  clock.advance(60_000);
  await transfers.settled();
  expect(seen.runs).toBe(2);
  clock.advance(3_600_000);
  expect(seen.runs).toBe(2);
});

it('one that is ended meanwhile, whose message is gone, or whose store is closed is not tried again', async () => {
  const ended = breaking(() => {
    ended.transfers.cancelAll();
    throw new Fault('storage-full');
  });
  const down = breaking(() => {
    down.state.up = false;
    throw new Fault('storage-full');
  });
  const gone = breaking(() => {
    throw new Fault('no-such-message');
  });
  const closed = breaking(() => {
    throw new Fault('storage-closed');
  });
  for (const { clock, seen, transfers } of [ended, down, gone, closed]) {
    transfers.want(place);
    await transfers.settled();
    expect(clock.waiting).toBe(0);
    expect(seen.runs).toBe(1);
  }
});
