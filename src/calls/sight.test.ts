import { expect, test } from 'vitest';
import { type Sample, isRelayed, lossBetween, qualityOf, readSample, silenceOf } from './sight.ts';

const sample = (change: Partial<Sample> = {}): Sample => ({
  at: 0,
  received: 100,
  lost: 0,
  lostThere: 0,
  jitter: 5,
  roundTrip: 60,
  ownLevel: 0.1,
  otherLevel: 0.1,
  ...change,
});

test('a report is read by what it says of sound, whatever else is in it', () => {
  const report = new Map(
    [
      { id: 'v', type: 'inbound-rtp', kind: 'video', packetsReceived: 9 },
      {
        id: 'a',
        type: 'inbound-rtp',
        kind: 'audio',
        packetsReceived: 50,
        packetsLost: 2,
        jitter: 0.01,
        audioLevel: 0.3,
      },
      { id: 'r', type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.15 },
      { id: 's', type: 'media-source', kind: 'audio', audioLevel: 0.2 },
      { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
      { id: 'o', type: 'candidate-pair', currentRoundTripTime: 9 },
      { id: 'p', type: 'candidate-pair', currentRoundTripTime: 0.08 },
    ].map((entry) => [entry.id, entry]),
  ) as unknown as RTCStatsReport;
  expect(readSample(report, 5)).toEqual({
    at: 5,
    received: 50,
    lost: 2,
    lostThere: 0.15,
    jitter: 10,
    roundTrip: 80,
    ownLevel: 0.2,
    otherLevel: 0.3,
  });
  // A connection that has nothing to say yet.
  expect(readSample(new Map() as unknown as RTCStatsReport, 0).received).toBe(0);
});

test('loss is of what was sent meanwhile, and never more than all or less than none', () => {
  expect(lossBetween(sample(), sample({ received: 180, lost: 20 }))).toBeCloseTo(0.2);
  expect(lossBetween(sample(), sample())).toBe(0);
  // Packets that were counted as lost and came after all.
  expect(lossBetween(sample({ lost: 5 }), sample({ received: 150, lost: 0 }))).toBe(0);
});

test('a connection is clear, weak or bad by loss, delay or unrest', () => {
  const after = (change: Partial<Sample>) =>
    qualityOf(sample(), sample({ received: 200, ...change }));
  expect(after({})).toBe('good');
  expect(after({ lost: 6 })).toBe('weak');
  expect(after({ lost: 30 })).toBe('bad');
  expect(after({ roundTrip: 500 })).toBe('weak');
  expect(after({ jitter: 200 })).toBe('bad');
});

test('silence is counted from when sound last came', () => {
  expect(silenceOf([])).toBe(0);
  const samples = [
    sample({ at: 0, received: 10 }),
    sample({ at: 200, received: 20 }),
    sample({ at: 400, received: 20 }),
    sample({ at: 600, received: 20 }),
  ];
  expect(silenceOf(samples)).toBe(400);
  expect(silenceOf([...samples, sample({ at: 800, received: 21 })])).toBe(0);
});

test('an address counts as hidden when both ends of the way in use are a relay’s', () => {
  const reportOf = (local: string, remote: string): RTCStatsReport =>
    new Map(
      [
        { id: 't', type: 'transport', selectedCandidatePairId: 'used' },
        { id: 'other', type: 'candidate-pair', localCandidateId: 'r', remoteCandidateId: 'r' },
        { id: 'used', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'm' },
        { id: 'l', type: 'local-candidate', candidateType: local },
        { id: 'm', type: 'remote-candidate', candidateType: remote },
        { id: 'r', type: 'local-candidate', candidateType: 'relay' },
      ].map((entry) => [entry.id, entry]),
    );
  expect(isRelayed(reportOf('relay', 'relay'))).toBe(true);
  expect(isRelayed(reportOf('relay', 'host'))).toBe(false);
  expect(isRelayed(reportOf('srflx', 'relay'))).toBe(false);
  expect(isRelayed(new Map() as unknown as RTCStatsReport)).toBe(false);
});
