/** The folder of attachments in memory, with a disk that can be full. */
import { type Bytes } from '../../../lib/bytes.ts';
import { Fault } from '../../../lib/fault.ts';
import { type SyncFolder } from '../media-file.ts';

export interface MemoryFolder extends SyncFolder {
  dump(): ReadonlyMap<string, Bytes>;
  put(name: string, bytes: Bytes): void;
  remove(name: string): void;
  /** Writing fails once so many bytes lie here. */
  fillAfter(bytes: number): void;
  readonly openFiles: number;
}

export function memoryFolder(): MemoryFolder {
  const files = new Map<string, Bytes>();
  const open = new Set<string>();
  let room = Infinity;

  return {
    async open(name) {
      if (open.has(name)) throw new Fault('storage-failed');
      open.add(name);
      if (!files.has(name)) files.set(name, new Uint8Array());
      const bytes = (): Bytes => files.get(name) ?? new Uint8Array();
      return {
        read(into, at) {
          const part = bytes().subarray(at, at + into.length);
          into.set(part);
          return part.length;
        },
        write(part, at) {
          const end = at + part.length;
          const used = [...files.values()].reduce((sum, one) => sum + one.length, 0);
          const over = used - bytes().length + Math.max(end, bytes().length) - room;
          // As the real one: of what does not fit, some is written and stays.
          const fitting = over > 0 ? Math.max(0, part.length - over) : part.length;
          const next = new Uint8Array(Math.max(at + fitting, bytes().length));
          next.set(bytes());
          next.set(part.subarray(0, fitting), at);
          files.set(name, next);
          if (over > 0) throw new Fault('storage-full', 'now');
        },
        truncate(length) {
          const next = new Uint8Array(length);
          next.set(bytes().subarray(0, length));
          files.set(name, next);
        },
        length: () => bytes().length,
        flush: () => undefined,
        close: () => void open.delete(name),
      };
    },
    dump: () => files,
    put: (name, bytes) => void files.set(name, bytes),
    remove(name) {
      // As the real one: what is open cannot be removed.
      if (open.has(name)) throw new Fault('storage-failed');
      files.delete(name);
    },
    fillAfter: (bytes) => void (room = bytes),
    get openFiles() {
      return open.size;
    },
  };
}
