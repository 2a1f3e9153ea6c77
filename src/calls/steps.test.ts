import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CallDeed, type CallHappening, type CallState, nextStep } from './steps.ts';

const happenings: readonly CallHappening[] = [
  { type: 'microphone' },
  { type: 'no-microphone', code: 'microphone-denied' },
  { type: 'engine-ready' },
  { type: 'engine-refused', code: 'call-over' },
  { type: 'turned' },
  { type: 'offer' },
  { type: 'connected' },
  { type: 'stalled' },
  { type: 'flowing' },
  { type: 'peer-closed', code: 'call-lost' },
  { type: 'peer-closed', code: undefined },
  { type: 'bad-signal' },
  { type: 'hangup' },
  { type: 'ended' },
];

function run(role: 'caller' | 'acceptor', types: readonly CallHappening[]) {
  let state: CallState = { at: 'asking', role };
  const deeds: CallDeed[] = [];
  for (const happening of types) {
    const step = nextStep(state, happening);
    state = step.state;
    deeds.push(...step.deeds);
  }
  return { state, deeds };
}

const of = (...types: CallHappening['type'][]) =>
  types.map((type) => happenings.find((one) => one.type === type)!);

test('whoever calls rings once the microphone is there, and answers the offer of whoever accepts', () => {
  const { state, deeds } = run('caller', of('microphone', 'engine-ready', 'offer', 'connected'));
  expect(deeds).toEqual([
    'start-at-engine',
    'open-peer-answering',
    'take-signals',
    'tell-connected',
  ]);
  expect(state).toEqual({ at: 'talking', role: 'caller', troubled: false });
});

test('whoever accepts takes the call and then makes the offer', () => {
  const { deeds } = run('acceptor', of('microphone', 'engine-ready', 'connected'));
  expect(deeds).toEqual([
    'accept-at-engine',
    'open-peer-offering',
    'take-signals',
    'tell-connected',
  ]);
});

test('whoever called and answers the other’s call instead makes the offer', () => {
  const { state, deeds } = run('caller', of('microphone', 'turned', 'connected'));
  expect(deeds).toContain('open-peer-offering');
  expect(state).toMatchObject({ role: 'acceptor' });
});

test('without a microphone nothing is said to anybody', () => {
  for (const role of ['caller', 'acceptor'] as const)
    expect(run(role, of('no-microphone')).deeds).toEqual(['let-go']);
});

test('a hitch is repaired and is not the end', () => {
  const { state, deeds } = run(
    'caller',
    of('microphone', 'offer', 'connected', 'stalled', 'stalled', 'flowing'),
  );
  expect(deeds.filter((deed) => deed === 'restart')).toHaveLength(2);
  expect(state).toEqual({ at: 'talking', role: 'caller', troubled: false });
});

test('whatever happens in whatever order, a call that is over lets go of everything once and does nothing more', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('caller' as const, 'acceptor' as const),
      fc.array(fc.constantFrom(...happenings), { maxLength: 30 }),
      (role, types) => {
        const { state, deeds } = run(role, types);
        const releases = deeds.filter((deed) => deed === 'let-go');
        expect(releases).toHaveLength(state.at === 'over' ? 1 : 0);
        if (state.at === 'over') expect(deeds.at(-1)).toBe('let-go');
        // One connection at most, and none before the microphone is there.
        const opened = deeds.filter((deed) => deed.startsWith('open-peer'));
        expect(opened.length).toBeLessThanOrEqual(1);
        if (!types.some(({ type }) => type === 'microphone')) expect(opened).toEqual([]);
        // Hung up in the end: whatever state it was in, it is over.
        expect(nextStep(state, { type: 'hangup' }).state.at).toBe('over');
      },
    ),
    { numRuns: 2_000 },
  );
});
