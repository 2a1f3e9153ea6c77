/**
 * What the page's entry imports statically is one file, not one for each set of parts that happen to share it: every
 * file is a request before the first screen. Crumbs that several lazy parts share go with it, for each would be a
 * request after a request. What else is loaded on demand stays a file of its own.
 */

/** As much of Rolldown's chunking context as is asked here. */
interface Modules {
  getModuleInfo(id: string): {
    readonly isEntry: boolean;
    readonly code: string | null;
    readonly importers: string[];
    readonly dynamicImporters: string[];
  } | null;
}

/** Characters of source up to which a shared module is a crumb. */
const CRUMB = 2000;

/** Names the group `start` for every module that the first file should hold; for Rolldown's `codeSplitting`. */
export function startGroup(): (id: string, modules: Modules) => string | null {
  // By build: a module of several workers has other roots in each.
  const builds = new WeakMap<Modules, Map<string, ReadonlySet<string>>>();
  /** The entry, and the modules loaded by `import()`, from which static imports lead to this one. */
  function roots(id: string, modules: Modules): ReadonlySet<string> {
    const known = builds.get(modules) ?? new Map<string, ReadonlySet<string>>();
    builds.set(modules, known);
    const before = known.get(id);
    if (before) return before;
    const found = new Set<string>();
    // Set before the way up, so that a cycle ends.
    known.set(id, found);
    const info = modules.getModuleInfo(id);
    if (info?.isEntry) found.add('entry');
    if (info && info.dynamicImporters.length > 0) found.add(id);
    for (const from of info?.importers ?? [])
      for (const root of roots(from, modules)) found.add(root);
    return found;
  }
  return (id, modules) => {
    const from = roots(id, modules);
    const size = modules.getModuleInfo(id)?.code?.length ?? Infinity;
    // Of the engine's parts one loads another, which has what they share already; and what only dialogs and such
    // share is loaded long after the first screen.
    const isCrumb =
      id.includes('/src/ui/') &&
      from.size > 1 &&
      size < CRUMB &&
      [...from].some((root) => root.includes('/src/ui/pages/'));
    return from.has('entry') || isCrumb ? 'start' : null;
  };
}
