import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyedMutex } from './mutex.ts';

/** A promise that is settled by hand. */
function gate() {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

it('lets one holder in at a time, in order of arrival', async () => {
  const mutex = keyedMutex();
  const { promise, resolve } = gate();
  const steps: string[] = [];
  const first = mutex.hold(['a'], async () => {
    steps.push('first in');
    await promise;
    steps.push('first out');
  });
  const second = mutex.hold(['a'], async () => void steps.push('second'));
  const third = mutex.hold(['a'], async () => void steps.push('third'));
  const other = mutex.hold(['b'], async () => void steps.push('other'));
  await other;
  resolve();
  await Promise.all([first, second, third]);
  expect(steps).toEqual(['first in', 'other', 'first out', 'second', 'third']);
});

it('gives back what the work gave, and frees the key when it fails', async () => {
  const mutex = keyedMutex();
  const broken = new Error('broken');
  await expect(mutex.hold(['a'], () => Promise.reject(broken))).rejects.toBe(broken);
  await expect(
    mutex.hold(['a'], () => {
      throw broken;
    }),
  ).rejects.toBe(broken);
  expect(await mutex.hold(['a'], async () => 7)).toBe(7);
});

it('needs no key to run, and takes a key named twice once', async () => {
  const mutex = keyedMutex();
  expect(await mutex.hold([], async () => 1)).toBe(1);
  expect(await mutex.hold(['a', 'a'], async () => 2)).toBe(2);
});

it('never lets two share a key, and never locks up, whatever sets of keys are asked for', async () => {
  const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(keys, { maxLength: 20 }), async (batches) => {
      const mutex = keyedMutex();
      const held = new Set<string>();
      await Promise.all(
        batches.map((batch, i) =>
          mutex.hold(batch, async () => {
            const own = new Set(batch);
            for (const key of own) {
              expect(held.has(key)).toBe(false);
              held.add(key);
            }
            for (let turn = 0; turn < i % 3; turn++) await Promise.resolve();
            for (const key of own) held.delete(key);
          }),
        ),
      );
      expect(held.size).toBe(0);
    }),
  );
});
