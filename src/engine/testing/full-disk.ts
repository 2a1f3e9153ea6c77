/** A disk that is full while told so: every commit is refused, and everything can still be read. */
import { Fault } from '../../lib/fault.ts';
import { type MemoryDisk, createMemoryDisk } from '../../storage/testing/memory-store.ts';

export interface FullDisk extends MemoryDisk {
  full: boolean;
  /** Commits that were refused. */
  refused: number;
}

/** A disk with room, until `full` is set. */
export function createFullDisk(): FullDisk {
  const inner = createMemoryDisk();
  const disk: FullDisk = {
    full: false,
    refused: 0,
    failNext: (code) => inner.failNext(code),
    losePower: () => inner.losePower(),
    get commits() {
      return inner.commits;
    },
    open(crashPoints) {
      const store = inner.open(crashPoints);
      return {
        ...store,
        async commit(writes, durability) {
          if (disk.full) {
            disk.refused++;
            throw new Fault('storage-full', 'now');
          }
          await store.commit(writes, durability);
        },
      };
    },
  };
  return disk;
}
