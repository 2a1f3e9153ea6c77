/** A disk in trouble when told so: full, when every commit is refused and all can be read, slow to answer, or going bad. */
import { Fault } from '../../lib/fault.ts';
import { type TableName } from '../../storage/schema.ts';
import { type Range, type Write } from '../../storage/store.ts';
import { type MemoryDisk, createMemoryDisk } from '../../storage/testing/memory-store.ts';

export interface FullDisk extends MemoryDisk {
  full: boolean;
  /** Rows of the outbox that read as damaged from now on, by sequence. */
  readonly damaged: Set<number>;
  /** What a commit waits for after it was written and before its writer hears of it. */
  answerAfter: ((writes: readonly Write[]) => Promise<void>) | undefined;
}

/** A row as a failing disk gives it back: one bit of what is sealed in it is another. */
export function harm<Row extends { readonly sealed: Uint8Array<ArrayBuffer> }>(row: Row): Row {
  return { ...row, sealed: row.sealed.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) };
}

/** A disk with room, until `full` is set. */
export function createFullDisk(): FullDisk {
  const inner = createMemoryDisk();
  const disk: FullDisk = {
    full: false,
    damaged: new Set(),
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
        async list<Name extends TableName>(table: Name, range?: Range<Name>) {
          const rows = await store.list(table, range);
          return rows.map((row) =>
            'sequence' in row && disk.damaged.has(row.sequence) ? harm(row as never) : row,
          );
        },
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
