/** Folders on a disk in memory, which a person may choose: their handles can be copied, as those of browsers can. */
import { type Bytes } from '../../../lib/bytes.ts';
import { Fault } from '../../../lib/fault.ts';

export interface MemoryDirectory {
  readonly handle: FileSystemDirectoryHandle;
  readonly files: Map<string, Bytes>;
  access: 'granted' | 'prompt' | 'denied' | 'gone';
  /** Nothing more can be written there. */
  full: boolean;
  /** It answers nothing, as a disk across a network that is gone. */
  isSilent: boolean;
  /** What is read of a file there. */
  open: (bytes: Bytes) => Blob;
  /** Names that cannot be removed now. */
  readonly stuck: Set<string>;
}

export interface MemoryDirectories {
  /** Makes one. */
  make(name: string): MemoryDirectory;
  /** The one that a handle stands for. */
  of(handle: FileSystemDirectoryHandle): MemoryDirectory;
}

export function memoryDirectories(): MemoryDirectories {
  const all = new Map<string, MemoryDirectory>();
  return {
    make(name) {
      const id = `${all.size}`;
      const handle = { kind: 'directory', name, id } as unknown as FileSystemDirectoryHandle;
      const made: MemoryDirectory = {
        handle,
        files: new Map(),
        access: 'granted',
        full: false,
        isSilent: false,
        open: (bytes) => new Blob([bytes]),
        stuck: new Set(),
      };
      all.set(id, made);
      return made;
    },
    of(handle) {
      const found = all.get((handle as unknown as { id: string }).id);
      if (!found) throw new Fault('folder-gone');
      return found;
    },
  };
}
