/** Two people over a queue that loses, repeats and reorders; and messages that were tampered with. */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { seededNumbers, seededRandom } from '../crypto/testing/seeded.ts';
import { type Bytes, concat, fromUtf8, toHex, utf8 } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { parsePrekeyMessage } from './ratchet-message.ts';
import { type PeerSessions, emptySessions, parseSessions, serializeSessions } from './session.ts';
import { type Person, type Sent, begin, createPerson, read, write } from './testing/people.ts';

const soak = process.env['SOAK'] !== undefined;
const RUNS = soak ? 5_000 : 150;
const MUTATIONS = soak ? 100_000 : 4_000;
const timeout = soak ? 1_800_000 : 60_000;
const seed = Number(process.env['SEED'] ?? 20_260);

const random = seededRandom('properties');
let ana: Person;
let ben: Person;

beforeAll(async () => {
  ana = await createPerson(random, 2);
  ben = await createPerson(random, 2);
  process.stdout.write(`session properties: SEED=${seed}, ${RUNS} runs, ${MUTATIONS} mutations\n`);
});

type Step =
  | { readonly do: 'write' | 'restore'; readonly who: 0 | 1 }
  | { readonly do: 'deliver' | 'repeat' | 'lose'; readonly who: 0 | 1; readonly which: number };

const who = fc.constantFrom<0 | 1>(0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), who }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), who, which: fc.nat(6) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('repeat' as const, 'lose' as const),
      who,
      which: fc.nat(6),
    }),
  },
);

interface Side {
  readonly person: Person;
  readonly peer: Person;
  sessions: PeerSessions;
  /** On their way to this side. */
  readonly queue: (Sent & { readonly text: string })[];
  readonly read: string[];
  mayWrite: boolean;
}

test(
  'whatever arrives, in whatever order, is read as written, each once',
  async () => {
    const steps = fc.array(step, { minLength: 5, maxLength: 40 });
    const conversation = async (bothBegin: boolean, script: readonly Step[]): Promise<void> => {
      // One-time prekeys are used up; what is under test does not depend on them.
      const side = (person: Person, peer: Person): Side => ({
        person,
        peer,
        sessions: emptySessions(),
        queue: [],
        read: [],
        mayWrite: false,
      });
      const sides = [side(ana, ben), side(ben, ana)] as const;
      for (const one of bothBegin ? sides : [sides[0]]) {
        one.sessions = await begin(emptySessions(), one.person, one.peer, random, false);
        one.mayWrite = true;
      }
      const lost = new Set<string>();
      const written: [string[], string[]] = [[], []];

      const receive = async (to: Side, sent: Sent): Promise<string> => {
        const opened = await read(
          to.sessions,
          { ...to.person, kyber: new Map() },
          to.peer,
          sent,
          random,
        );
        to.sessions = opened.sessions;
        to.mayWrite = true;
        return fromUtf8(opened.plaintext);
      };
      const deliver = async (to: Side, at: number): Promise<void> => {
        const [sent] = to.queue.splice(at % to.queue.length, 1);
        if (!sent) return;
        expect(await receive(to, sent)).toBe(sent.text);
        to.read.push(sent.text);
      };
      for (const next of script) {
        const me = sides[next.who];
        const other = sides[1 - next.who]!;
        switch (next.do) {
          case 'write': {
            if (!me.mayWrite) break;
            const text = `${next.who}/${written[next.who].length}`;
            const sent = await write(me.sessions, me.person, utf8(text));
            me.sessions = sent.sessions;
            other.queue.push({ type: sent.type, body: sent.body, text });
            written[next.who].push(text);
            break;
          }
          case 'restore':
            me.sessions = parseSessions(serializeSessions(me.sessions));
            break;
          case 'deliver':
            if (me.queue.length > 0) await deliver(me, next.which);
            break;
          case 'lose': {
            if (me.queue.length === 0) break;
            const [gone] = me.queue.splice(next.which % me.queue.length, 1);
            if (gone) lost.add(gone.text);
            break;
          }
          case 'repeat': {
            const sent = me.queue[next.which];
            if (!sent) break;
            await deliver(me, next.which);
            await expect(receive(me, sent)).rejects.toThrow('duplicate');
            break;
          }
        }
      }
      for (const one of sides) while (one.queue.length > 0) await deliver(one, 0);
      for (const i of [0, 1] as const)
        expect(sides[1 - i]!.read.sort()).toEqual(
          written[i].filter((text) => !lost.has(text)).sort(),
        );
    };
    await fc.assert(fc.asyncProperty(fc.boolean(), steps, conversation), { numRuns: RUNS, seed });
  },
  timeout,
);

/** Somewhere a change; one in ten is in a key that goes into a DH. */
function tamper(body: Bytes, keys: readonly number[], below: (limit: number) => number): Bytes {
  const changed = body.slice();
  if (below(10) === 0) {
    const at = keys[below(keys.length)]! + below(33);
    changed[at]! ^= 1 << below(8);
    return changed;
  }
  switch (below(5)) {
    case 0:
      return changed.slice(0, below(body.length));
    case 1:
      return concat(changed, random(1 + below(40)));
    case 2: {
      const at = below(body.length);
      return concat(changed.subarray(0, at), random(1 + below(4)), changed.subarray(at));
    }
    case 3:
      changed.set(random(1 + below(8)).subarray(0, body.length), below(body.length - 8));
      return changed;
    default:
      changed[below(body.length)]! ^= 1 << below(8);
      return changed;
  }
}

/** Where the bytes of `part` stand in `body`. */
function placeOf(body: Bytes, part: Bytes): number {
  return toHex(body).indexOf(toHex(part)) / 2;
}

test(
  'a tampered message is refused or says the same, and never changes a session',
  async () => {
    const below = seededNumbers(seed);
    const first = await write(
      await begin(emptySessions(), ana, ben, random, false),
      ana,
      utf8('one'),
    );
    const heard = await read(
      emptySessions(),
      { ...ben, kyber: new Map(ben.kyber) },
      ana,
      first,
      random,
    );
    const answer = await write(heard.sessions, ben, utf8('two'));
    const answered = await read(first.sessions, ana, ben, answer, random);
    const later = await write(answered.sessions, ana, utf8('three'));
    const begun = await begin(emptySessions(), ben, ana, random, false);
    const parsed = parsePrekeyMessage(first.body);
    const cases = [
      // A first message to one who knows nothing, or has begun a session himself; then messages with a DH step.
      { before: emptySessions(), sent: first, text: 'one', to: ben, from: ana },
      { before: begun, sent: first, text: 'one', to: ben, from: ana },
      { before: first.sessions, sent: answer, text: 'two', to: ana, from: ben },
      { before: answer.sessions, sent: later, text: 'three', to: ben, from: ana },
    ].map((each) => ({
      ...each,
      stored: serializeSessions(each.before),
      keys:
        each.sent === first
          ? [placeOf(first.body, parsed.baseKey), placeOf(first.body, parsed.identityKey)]
          : [3],
    }));
    let refused = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      const { before, sent, text, to, from, stored, keys } = cases[below(cases.length)]!;
      const body = tamper(sent.body, keys, below);
      const receiver = { ...to, oneTime: new Map(to.oneTime), kyber: new Map(to.kyber) };
      try {
        const opened = await read(before, receiver, from, { type: sent.type, body }, random);
        // The header of a first message is not under a MAC: what does not matter may differ.
        expect(fromUtf8(opened.plaintext)).toBe(text);
      } catch (error) {
        if (!(error instanceof Fault) || error.code === 'internal')
          throw new Error(`mutation ${i} of SEED=${seed}: ${toHex(body)}`, { cause: error });
        refused++;
      }
      // Sharing what did not change is allowed, changing what is shared is not.
      if (i % 50 === 0) expect(serializeFresh(before)).toEqual(stored);
    }
    expect(refused).toBeGreaterThan(MUTATIONS / 2);
    for (const { before, sent, text, to, from } of cases) {
      const opened = await read(
        before,
        { ...to, oneTime: new Map(), kyber: new Map(to.kyber) },
        from,
        sent,
        random,
      );
      expect(fromUtf8(opened.plaintext)).toBe(text);
    }
  },
  timeout,
);

/** The same sessions without the memory of bytes that a record keeps. */
function serializeFresh(sessions: PeerSessions): Bytes {
  return serializeSessions(structuredClone(sessions));
}
