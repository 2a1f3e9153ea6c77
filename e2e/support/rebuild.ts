/**
 * A second build without building: a copy of the built app in which every asset has another name and the build
 * number is higher, so that a browser finds everything new.
 */
import { cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface Deployment {
  /** The relay's program inside the copy. */
  readonly program: string;
  /** Replaces the client by a newer build; the older assets stay beside it. */
  upgrade(): Promise<void>;
  remove(): Promise<void>;
}

/** Copies the built app to a folder of its own. */
export async function deploy(): Promise<Deployment> {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-deployment-'));
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  const client = join(folder, 'dist/client');

  async function upgrade(): Promise<void> {
    const builds = JSON.parse(await readFile(join(folder, 'dist/builds.json'), 'utf8')) as {
      build: number;
      assets: string[];
    }[];
    const { build, assets } = builds[0]!;
    const newName = (name: string): string => name.replace(/\.(?=\w+$)/, 'x.');
    const replace = (text: string): string => {
      let result = text.replaceAll(String(build), String(build + 1));
      for (const name of assets) result = result.replaceAll(name, newName(name));
      return result;
    };
    for (const name of assets) {
      const from = join(client, 'assets', name);
      const to = join(client, 'assets', newName(name));
      if (/\.(js|css)$/.test(name)) await writeFile(to, replace(await readFile(from, 'utf8')));
      else await cp(from, to);
    }
    for (const name of await readdir(client)) {
      if (!/\.(js|html)$/.test(name)) continue;
      const path = join(client, name);
      await writeFile(`${path}.new`, replace(await readFile(path, 'utf8')));
      await rename(`${path}.new`, path);
    }
  }

  return {
    program: join(folder, 'dist/relay/main.js'),
    upgrade,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
