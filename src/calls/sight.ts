/**
 * How a connection does, read from its statistics: what comes, what is lost, how loud both sides are, and what that
 * is in one word. Pure. W3C "Identifiers for WebRTC's Statistics API".
 */

/** One reading. */
export interface Sample {
  /** ms, of whatever clock. */
  readonly at: number;
  /** Packets of sound so far. */
  readonly received: number;
  readonly lost: number;
  /** Part of what was sent that the other side missed, by its last report (RFC 3550, 6.4.1), 0 to 1. */
  readonly lostThere: number;
  /** ms. */
  readonly jitter: number;
  readonly roundTrip: number;
  /** 0 to 1. */
  readonly ownLevel: number;
  readonly otherLevel: number;
}

export type Quality = 'good' | 'weak' | 'bad';

type Entry = Readonly<Record<string, unknown>>;

const numberIn = (entry: Entry | undefined, name: string): number => {
  const value = entry?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
};

/** Whether the way in use runs over a TURN relay at both of its ends. */
export function isRelayed(report: RTCStatsReport): boolean {
  const entries = new Map<unknown, Entry>();
  report.forEach((entry: Entry) => entries.set(entry['id'], entry));
  const ways = [...entries.values()];
  const transport = ways.find((entry) => entry['type'] === 'transport');
  const pair = transport
    ? entries.get(transport['selectedCandidatePairId'])
    : ways.find((entry) => entry['type'] === 'candidate-pair' && entry['nominated'] === true);
  const typeOf = (end: string): unknown => entries.get(pair?.[end])?.['candidateType'];
  return typeOf('localCandidateId') === 'relay' && typeOf('remoteCandidateId') === 'relay';
}

/** What matters of a report. */
export function readSample(report: RTCStatsReport, at: number): Sample {
  const entries: Entry[] = [];
  report.forEach((entry: Entry) => entries.push(entry));
  const find = (type: string, test: (entry: Entry) => boolean = () => true) =>
    entries.find((entry) => entry['type'] === type && test(entry));
  const isSound = (entry: Entry): boolean => entry['kind'] === 'audio';
  const incoming = find('inbound-rtp', isSound);
  const transport = find('transport');
  const pair = find('candidate-pair', (entry) =>
    transport
      ? entry['id'] === transport['selectedCandidatePairId']
      : entry['nominated'] === true && entry['state'] === 'succeeded',
  );
  return {
    at,
    received: numberIn(incoming, 'packetsReceived'),
    lost: Math.max(0, numberIn(incoming, 'packetsLost')),
    lostThere: numberIn(find('remote-inbound-rtp', isSound), 'fractionLost'),
    jitter: numberIn(incoming, 'jitter') * 1000,
    roundTrip: numberIn(pair, 'currentRoundTripTime') * 1000,
    ownLevel: numberIn(find('media-source', isSound), 'audioLevel'),
    otherLevel: numberIn(incoming, 'audioLevel'),
  };
}

/** The part of what was sent between two readings that did not come, 0 to 1. */
export function lossBetween(earlier: Sample, later: Sample): number {
  const lost = Math.max(0, later.lost - earlier.lost);
  const received = Math.max(0, later.received - earlier.received);
  return lost + received === 0 ? 0 : lost / (lost + received);
}

/** Bounds above which speech is hard to follow (ITU-T G.114 for the delay, a third of it each way by relay). */
export function qualityOf(earlier: Sample, later: Sample): Quality {
  const loss = lossBetween(earlier, later);
  if (loss > 0.15 || later.roundTrip > 800 || later.jitter > 120) return 'bad';
  if (loss > 0.04 || later.roundTrip > 400 || later.jitter > 50) return 'weak';
  return 'good';
}

/** ms since sound last came, by readings in order; 0 while there are too few. */
export function silenceOf(samples: readonly Sample[]): number {
  const last = samples.at(-1);
  if (!last) return 0;
  const since = samples.find(({ received }) => received === last.received);
  return since ? last.at - since.at : 0;
}
