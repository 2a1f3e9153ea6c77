/**
 * Seeded random conversations between Sotto and libsignal over a link that reorders, repeats and loses, with Sotto's
 * sessions stored and loaded between steps. What is delivered must be what was written, each once.
 * INTEROP_SCHEDULES sets how many, INTEROP_SEED the first seed.
 */
import { expect, test } from 'vitest';
import { seededNumbers, seededRandom } from '../../src/crypto/testing/seeded.ts';
import { fromUtf8, utf8 } from '../../src/lib/bytes.ts';
import { isFault } from '../../src/lib/fault.ts';
import { accountIdOf } from '../../src/wire/address.ts';
import { parsePrekeyMessage, parseRatchetMessage } from '../../src/protocol/ratchet-message.ts';
import {
  type PeerSessions,
  decryptMessage,
  emptySessions,
  encryptMessage,
  initiateSession,
  parseSessions,
  serializeSessions,
} from '../../src/protocol/session.ts';
import {
  type Person,
  START,
  type Sent,
  bundleOf,
  createPerson,
} from '../../src/protocol/testing/people.ts';
import { Oracle } from './oracle.ts';

const schedules = Number(process.env['INTEROP_SCHEDULES'] ?? 1000);
const firstSeed = Number(process.env['INTEROP_SEED'] ?? 1);
const STEPS = 40;
/** libsignal keeps the chains of the last five ratchet keys: nothing may come later than that. */
const MOST_TURNS_LATE = 3;

interface UnderWay extends Sent {
  readonly text: string;
  /** How many ratchet keys the sender had used before this one's. */
  readonly turn: number;
}

/** One direction of the link. */
class Link {
  private readonly underWay: UnderWay[] = [];
  private readonly turns: string[] = [];
  private newest = 0;

  send(sent: Sent, text: string): void {
    const message = sent.type === 'prekey' ? parsePrekeyMessage(sent.body).message : sent.body;
    const name = String(parseRatchetMessage(message).ratchetKey);
    if (this.turns.at(-1) !== name) this.turns.push(name);
    this.underWay.push({ ...sent, text, turn: this.turns.length - 1 });
  }

  /** Takes a message out: a random one, unless an older one would then come too late. */
  take(below: (limit: number) => number): UnderWay | undefined {
    const chosen = this.underWay[below(Math.min(12, this.underWay.length) || 1)];
    if (!chosen) return undefined;
    const oldest = this.underWay.reduce((a, b) => (b.turn < a.turn ? b : a));
    const next =
      Math.max(this.newest, chosen.turn) - oldest.turn > MOST_TURNS_LATE ? oldest : chosen;
    this.newest = Math.max(this.newest, next.turn);
    this.underWay.splice(this.underWay.indexOf(next), 1);
    return next;
  }

  get length(): number {
    return this.underWay.length;
  }
}

async function converse(seed: number, ana: Person, oracle: Oracle): Promise<number> {
  const below = seededNumbers(seed);
  const random = seededRandom(seed);
  const chance = (percent: number): boolean => below(100) < percent;
  oracle.forget();
  let sessions: PeerSessions = emptySessions();
  const toUs = new Link();
  const toThem = new Link();
  const { identity, registrationId } = ana;
  let serial = 0;
  let delivered = 0;
  let weMayWrite = false;
  let theyMayWrite = false;

  const weBegin = async (): Promise<void> => {
    const bundle = await oracle.bundle(chance(50));
    const peer = accountIdOf(bundle.identityKey);
    const options = { identity, registrationId, bundle, peer, now: START, random };
    sessions = await initiateSession(sessions, options);
    weMayWrite = true;
  };
  const theyBegin = async (): Promise<void> => {
    await oracle.begin(bundleOf(ana, chance(50)));
    theyMayWrite = true;
  };
  const weWrite = async (): Promise<void> => {
    const text = `${seed} us ${serial++}`;
    const sent = await encryptMessage(sessions, utf8(text), {
      identity,
      registrationId,
      now: START,
    });
    sessions = sent.sessions;
    toThem.send(sent, text);
  };
  const theyWrite = async (): Promise<void> => {
    const text = `${seed} them ${serial++}`;
    toUs.send(await oracle.write(utf8(text)), text);
  };
  const readOnce = async (sent: Sent): Promise<string> => {
    const opened = await decryptMessage(sessions, {
      type: sent.type,
      body: sent.body,
      senderIdentityKey: oracle.identityKey.serialize(),
      identity,
      registrationId,
      prekeys: ana.prekeys,
      now: START,
      random,
    });
    sessions = opened.sessions;
    return fromUtf8(opened.plaintext);
  };
  const weRead = async (): Promise<void> => {
    const sent = toUs.take(below);
    if (!sent) return;
    expect(await readOnce(sent)).toBe(sent.text);
    delivered++;
    weMayWrite = true;
    if (chance(15)) {
      const again = readOnce(sent).catch((error: unknown) => error);
      expect(isFault(await again, 'duplicate')).toBe(true);
    }
  };
  const theyRead = async (): Promise<void> => {
    const sent = toThem.take(below);
    if (!sent) return;
    expect(fromUtf8(await oracle.read(sent))).toBe(sent.text);
    delivered++;
    theyMayWrite = true;
    if (chance(15)) await expect(oracle.read(sent)).rejects.toThrow();
  };

  if (chance(50)) await weBegin();
  else await theyBegin();
  // Now and then both begin before either has heard of the other.
  if (chance(15)) await (weMayWrite ? theyBegin() : weBegin());
  for (let step = 0; step < STEPS; step++) {
    const dice = below(100);
    if (dice < 26 && weMayWrite) await weWrite();
    else if (dice < 52 && theyMayWrite) await theyWrite();
    else if (dice < 72) await weRead();
    else if (dice < 92) await theyRead();
    else if (dice < 96) (chance(50) ? toUs : toThem).take(below);
    if (chance(30)) sessions = parseSessions(serializeSessions(sessions));
  }
  while (toUs.length > 0) await weRead();
  while (toThem.length > 0) await theyRead();
  return delivered;
}

test(`${schedules} conversations from seed ${firstSeed} deliver what was written, once each`, async () => {
  const random = seededRandom('people');
  const people = await Promise.all(Array.from({ length: 8 }, () => createPerson(random, 10)));
  const oracles = Array.from({ length: 8 }, () => new Oracle());
  let delivered = 0;
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
    try {
      delivered += await converse(seed, people[seed % 8]!, oracles[(seed >> 3) % 8]!);
    } catch (error) {
      throw new Error(`schedule ${seed} failed: run with INTEROP_SEED=${seed}`, { cause: error });
    }
  }
  console.log(`interop: ${schedules} schedules, ${delivered} messages delivered`);
  expect(delivered).toBeGreaterThan(schedules);
});
