/** A disk in trouble when told so: full, when every commit is refused and all can be read, or slow to answer. */
import { Fault } from '../../lib/fault.ts';
import { type Write } from '../../storage/store.ts';
import { type MemoryDisk, createMemoryDisk } from '../../storage/testing/memory-store.ts';

export interface FullDisk extends MemoryDisk {
  full: boolean;
  /** What a commit waits for after it was written and before its writer hears of it. */
  answerAfter: ((writes: readonly Write[]) => Promise<void>) | undefined;
}

/** A disk with room, until `full` is set. */
export function createFullDisk(): FullDisk {
  const inner = createMemoryDisk();
  const disk: FullDisk = {
    full: false,
    answerAfter: undefined,
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
          if (disk.full) throw new Fault('storage-full', 'now');
          await store.commit(writes, durability);
          await disk.answerAfter?.(writes);
        },
      };
    },
  };
  return disk;
}
