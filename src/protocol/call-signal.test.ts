import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import { messageIdFromBytes } from '../lib/ids.ts';
import {
  type CallSignal,
  MAX_DESCRIPTION_BYTES,
  decodeCallSignal,
  encodeCallSignal,
} from './call-signal.ts';

const random = seededRandom('call-signal');
const call = messageIdFromBytes(random(16));
const description = random(600);

const signals: readonly CallSignal[] = [
  { call, type: 'ring', video: false, direct: false },
  { call, type: 'ring', video: true, direct: true },
  { call, type: 'ringing' },
  { call, type: 'offer', description },
  { call, type: 'answer', description, offerHash: random(32) },
  { call, type: 'candidates', description },
  { call, type: 'restart' },
  ...(['ended', 'cancelled', 'declined', 'busy', 'unanswered', 'failed'] as const).map(
    (reason) => ({ call, type: 'hangup', reason }) as const,
  ),
];

test('every step of a call is read as it was written', () => {
  for (const signal of signals) expect(decodeCallSignal(encodeCallSignal(signal))).toEqual(signal);
});

test('a step that a newer version knows is no fault, and a new reason ends the call all the same', () => {
  const of = (type: number) => writeMessage().uint(1, type).bytes(2, random(16));
  expect(decodeCallSignal(of(99).finish())).toBeUndefined();
  expect(decodeCallSignal(of(7).uint(7, 50).finish())).toMatchObject({
    type: 'hangup',
    reason: 'ended',
  });
});

test('what is cut short, too large or made up is refused with a Fault', () => {
  const offer = encodeCallSignal({ call, type: 'offer', description });
  for (let length = 0; length < offer.length; length++)
    expect(() => decodeCallSignal(offer.slice(0, length))).toThrow(Fault);
  const large = new Uint8Array(MAX_DESCRIPTION_BYTES + 1);
  expect(() =>
    decodeCallSignal(encodeCallSignal({ call, type: 'offer', description: large })),
  ).toThrow(Fault);
  const short = { call, type: 'answer', description, offerHash: random(31) } as const;
  expect(() => decodeCallSignal(encodeCallSignal(short))).toThrow(Fault);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeCallSignal(new Uint8Array(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(Fault);
      }
    }),
  );
});
