/**
 * Two engines over a hostile link and a relay that crashes, thousands of times by seed: both sides end with the
 * same messages, each once, and per sender in the order written wherever the link did not reorder. Two test files
 * run half of the seeds each, at the same time.
 */
import { describe, expect, it } from 'vitest';
import { type ConversationId } from '../../lib/ids.ts';
import { hostileLink, roughFaults } from './hostile-link.ts';
import { type Person } from './person.ts';
import { createWorld, introduce } from './world.ts';

const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? (process.env['SOAK'] ? 20_000 : 1_000));
const FIRST = Number(process.env['SIMULATION_FIRST_SEED'] ?? 1);
const STEPS = 14;
/** A run of many seeds tells several that fail. */
const ENOUGH_FAILURES = 5;

class Crash extends Error {}

/** A sequence of numbers below 1 from a seed (mulberry32). */
function dice(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

async function simulate(seed: number): Promise<void> {
  const roll = dice(seed);
  const reorders = roll() < 0.3;
  const world = createWorld(seed);
  const links = [1, 2].map((side) =>
    hostileLink(world.relay.link(), {
      seed: seed * 2 + side,
      clock: world.clock,
      faults: { ...roughFaults, reorder: reorders ? 0.1 : 0, reorderWithinSender: reorders },
    }),
  );
  const [anaLink, benLink] = links;
  if (!anaLink || !benLink) throw new Error('two links');
  const ana = await world.person('Ana', { link: anaLink });
  const ben = await world.person('Ben', { link: benLink });
  const { withAna, withBen } = await introduce(world, ana, ben);
  const sides: [Person, ConversationId][] = [
    [ana, withBen],
    [ben, withAna],
  ];
  const crashPoints = {
    beforeCommit: () => {
      if (roll() < 0.01) throw new Crash();
    },
    afterCommit: () => {
      if (roll() < 0.01) throw new Crash();
    },
  };

  let serial = 0;
  const sent = new Map<Person, string[]>([
    [ana, []],
    [ben, ['hello']],
  ]);
  for (let step = 0; step < STEPS; step++) {
    const [person, chat] = sides[roll() < 0.5 ? 0 : 1] ?? [ana, withBen];
    const what = roll();
    if (what < 0.6) {
      for (let burst = Math.ceil(roll() * 3); burst > 0; burst--) {
        const text = `${person.name} ${serial++}`;
        // A crash under the commit of the message itself: it was either stored or not, and the person sees which.
        const stored = await person.call('send', { conversation: chat, text }).then(
          () => true,
          () => false,
        );
        if (!stored) {
          await person.restart();
          if (!(await person.texts(chat)).includes(text)) continue;
        }
        sent.get(person)?.push(text);
      }
    } else if (what < 0.75) {
      // The crash may come while the engine is only just starting.
      await person.restart(roll() < 0.5 ? crashPoints : undefined).catch(() => person.restart());
    } else if (what < 0.85) world.relay.crash();
    else if (what < 0.92) {
      const read = async (): Promise<void> => {
        const order = (await person.messages(chat)).at(-1)?.order ?? 0;
        await person.call('markRead', { conversation: chat, order });
      };
      await read().catch(() => person.restart());
    } else world.clock.advance(Math.floor(roll() * 20_000));
    await world.calm(Math.floor(roll() * 10));
  }

  for (const link of links) link.calm();
  for (const [person] of sides) await person.restart();
  const expected = [...(sent.get(ana) ?? []), ...(sent.get(ben) ?? [])].sort();
  const settled = async (): Promise<boolean> => {
    for (const [person, chat] of sides) {
      const messages = await person.messages(chat);
      if (messages.length < expected.length) return false;
      if (messages.some(({ own, state }) => own && state !== 'delivered' && state !== 'read'))
        return false;
    }
    return true;
  };
  await world.until(settled, `seed ${seed}: everything is delivered`, 12 * 3600_000);

  const known = await Promise.all(sides.map(([person, chat]) => person.messages(chat)));
  for (const messages of known) {
    expect(
      messages.map(({ body }) => (body.kind === 'text' ? body.text : body.kind)).sort(),
      `seed ${seed}`,
    ).toEqual(expected);
  }
  const [atAna = [], atBen = []] = known;
  expect(atAna.map(({ id }) => id).sort(), `seed ${seed}: ids`).toEqual(
    atBen.map(({ id }) => id).sort(),
  );
  if (!reorders)
    for (const [messages, other] of [
      [atAna, ben],
      [atBen, ana],
    ] as const) {
      const theirs = messages.flatMap(({ own, body }) =>
        !own && body.kind === 'text' ? [body.text] : [],
      );
      expect(theirs, `seed ${seed}: order of ${other.name}`).toEqual(sent.get(other));
    }
  for (const [person] of sides) await person.stop();
}

/** Declares the tests of one half: every second seed, from the first (0) or the second (1) on. */
export function simulateHalf(half: 0 | 1): void {
  const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST + i).filter(
    (seed) => (seed - FIRST) % 2 === half,
  );
  describe.skipIf(seeds.length === 0)('simulation', () => {
    it(
      `${seeds.length} seeds from ${seeds[0]}: nothing lost, nothing doubled, in order`,
      async () => {
        const failures: Error[] = [];
        for (const seed of seeds) {
          try {
            await simulate(seed);
          } catch (error) {
            const again = `SIMULATION_FIRST_SEED=${seed} SIMULATION_SEEDS=1`;
            process.stdout.write(`simulation: seed ${seed} fails (${again})\n`);
            failures.push(new Error(`Simulation seed ${seed} (${again})`, { cause: error }));
          }
          // The rest would say no more.
          if (failures.length === ENOUGH_FAILURES) break;
        }
        if (failures[0]) throw failures[0];
      },
      seeds.length * 5_000,
    );
  });
}
