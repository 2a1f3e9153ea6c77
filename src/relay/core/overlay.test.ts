import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createOverlay } from './overlay.ts';
import { type OneTimePrekeyRow } from './tables.ts';
import { createMemoryStorage } from './testing/memory-storage.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
console.log(`overlay seed ${seed}`);

const row = (id: number, mark: number): OneTimePrekeyRow => ({
  mailbox: 'a',
  device: 1,
  id,
  key: Uint8Array.of(mark),
});
const id = fc.nat({ max: 12 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('put' as const), id, mark: fc.nat(255) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wipe' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end turn' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('commit' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('scan' as const),
      after: fc.option(id, { nil: undefined }),
      limit: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

it('shows what was written, whatever is durable, under way or open', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const turns: (() => void)[] = [];
      const commits: (() => void)[] = [];
      const storage = createMemoryStorage((write) => commits.push(() => write()));
      const overlay = createOverlay(
        storage,
        (run) => turns.push(run),
        () => undefined,
      );
      const model = new Map<number, OneTimePrekeyRow>();
      let written = 0;
      let settled = 0;
      for (const one of steps) {
        switch (one.do) {
          case 'put': {
            const made = row(one.id, one.mark);
            overlay.put('one_time_prekeys', made, !model.has(one.id));
            model.set(one.id, made);
            break;
          }
          case 'remove':
            overlay.remove('one_time_prekeys', ['a', 1, one.id]);
            model.delete(one.id);
            break;
          case 'wipe':
            overlay.wipe('one_time_prekeys', ['a', 1]);
            model.clear();
            break;
          case 'end turn':
            turns.shift()?.();
            break;
          case 'commit':
            commits.shift()?.();
            break;
          case 'scan': {
            const { after, limit } = one;
            const expected = [...model.values()]
              .filter((known) => after === undefined || known.id > after)
              .sort((a, b) => a.id - b.id)
              .slice(0, limit);
            expect(overlay.scan('one_time_prekeys', ['a', 1], after, limit)).toEqual(expected);
            for (let at = 0; at <= 12; at++)
              expect(overlay.get('one_time_prekeys', ['a', 1, at])).toEqual(model.get(at));
            break;
          }
        }
        const mark = ++written;
        const before = settled;
        overlay.after(() => {
          // In the order they were asked for, and each once.
          expect(mark).toBe(settled + 1);
          settled = mark;
        });
        if (one.do === 'put') expect(settled).toBe(before);
      }
      while (turns.length > 0 || commits.length > 0) {
        turns.shift()?.();
        commits.shift()?.();
      }
      expect(settled).toBe(written);
      const durable = storage.scan('one_time_prekeys', ['a', 1], undefined, 99);
      expect(durable).toEqual([...model.values()].sort((a, b) => a.id - b.id));
    }),
    { seed, numRuns: process.env['SOAK'] ? 20_000 : 1_000 },
  );
});
