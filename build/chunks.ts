/**
 * What the page's entry imports statically is one file, not one for each set of parts that happen to share it: every
 * file is a request before the first screen. What is loaded on demand stays a file of its own.
 */

/** As much of Rolldown's chunking context as is asked here. */
interface Modules {
  getModuleInfo(id: string): { readonly isEntry: boolean; readonly importers: string[] } | null;
}

/** Names the group `start` for every module that an entry reaches by static imports alone. */
export function startGroup(): (id: string, modules: Modules) => string | null {
  const known = new Map<string, boolean>();
  const reached = (id: string, modules: Modules): boolean => {
    const before = known.get(id);
    if (before !== undefined) return before;
    // A module on its own way up is no way to the entry.
    known.set(id, false);
    const info = modules.getModuleInfo(id);
    const found =
      info !== null && (info.isEntry || info.importers.some((from) => reached(from, modules)));
    known.set(id, found);
    return found;
  };
  return (id, modules) => (reached(id, modules) ? 'start' : null);
}
