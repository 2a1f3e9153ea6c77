/**
 * The number of a build, and the files of the builds before it. A tab opened before an update may still load a
 * lazy chunk of its own build, so the two previous builds' assets stay on disk beside the new ones.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Builds whose assets are served: this one and two before it. */
const KEPT_BUILDS = 3;

function git(...words: string[]): string {
  return execFileSync('git', words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/**
 * A number that rises from build to build and is the same for the same source: SOURCE_DATE_EPOCH, else the time
 * of the commit in a clean checkout, else now. Seconds since 1970.
 */
export function buildNumber(): number {
  const given = Number(process.env['SOURCE_DATE_EPOCH']);
  if (Number.isSafeInteger(given) && given > 0) return given;
  try {
    if (git('status', '--porcelain') === '') return Number(git('log', '-1', '--format=%ct'));
  } catch {
    // Not a git checkout: an unpacked archive.
  }
  return Math.floor(Date.now() / 1000);
}

interface Build {
  readonly build: number;
  /** Paths under `assets/`, with `/`. */
  readonly assets: readonly string[];
}

/** Files under `folder`, as paths with `/`, sorted. */
export async function filesIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/**
 * Puts the last build's assets aside. The result, called after the new build, brings back what may still be
 * asked for and notes the new build's files in `ledger`.
 */
export async function keepPreviousBuilds(
  folder: string,
  ledger: string,
  build: number,
): Promise<() => Promise<void>> {
  const aside = `${folder}-previous`;
  await rm(aside, { recursive: true, force: true });
  let builds: Build[] = [];
  if (existsSync(join(folder, 'assets')) && existsSync(ledger)) {
    builds = JSON.parse(await readFile(ledger, 'utf8')) as Build[];
    await rename(join(folder, 'assets'), aside);
  }
  return async () => {
    const assets = await filesIn(join(folder, 'assets'));
    const previous = builds.filter((each) => each.build !== build).slice(0, KEPT_BUILDS - 1);
    for (const path of new Set(previous.flatMap((each) => each.assets))) {
      const from = join(aside, path);
      const to = join(folder, 'assets', path);
      if (existsSync(to) || !existsSync(from)) continue;
      await mkdir(dirname(to), { recursive: true });
      await cp(from, to);
    }
    await writeFile(ledger, JSON.stringify([{ build, assets }, ...previous], undefined, 1));
    await rm(aside, { recursive: true, force: true });
  };
}
