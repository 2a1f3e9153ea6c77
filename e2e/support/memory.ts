/** The memory that a browser takes while something is done (Linux only). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What `/proc` tells of a process; undefined for one that has just ended. */
function read(id: string, what: string): string | undefined {
  try {
    return readFileSync(`/proc/${id}/${what}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** Bytes of memory that each process with pages or workers of a profile has of its own now, by its id (Linux only). */
function memoryOf(profile: string): Map<string, number> {
  const parents = new Map<string, string>();
  const commands = new Map<string, string>();
  for (const id of existsSync('/proc') ? readdirSync('/proc').filter((name) => +name > 0) : []) {
    const [, parent] = /^PPid:\s+(\d+)/m.exec(read(id, 'status') ?? '') ?? [];
    if (parent) parents.set(id, parent);
    commands.set(id, read(id, 'cmdline') ?? '');
  }
  const isOfProfile = (id: string | undefined): boolean =>
    id !== undefined &&
    (commands.get(id)?.includes(profile) === true || isOfProfile(parents.get(id)));
  const found = new Map<string, number>();
  for (const [id, command] of commands) {
    if (!command.includes('--type=renderer') || !isOfProfile(id)) continue;
    const [, kib] = /^RssAnon:\s+(\d+) kB/m.exec(read(id, 'status') ?? '') ?? [];
    if (kib) found.set(id, Number(kib) * 1024);
  }
  return found;
}

/** Watches the memory until it is stopped; gives the most by which one process of these profiles grew. */
export function watchMemory(profiles: readonly string[]): () => number {
  const now = () => new Map(profiles.flatMap((profile) => [...memoryOf(profile)]));
  const before = now();
  let most = 0;
  const watching = setInterval(() => {
    for (const [id, bytes] of now()) most = Math.max(most, bytes - (before.get(id) ?? 0));
  }, 100);
  return () => {
    clearInterval(watching);
    return most;
  };
}
