/**
 * Gives the service worker the list of the client's files, read from the disk after the client is built: the
 * bundler's own manifest leaves out what workers load. Used as `import { files } from 'virtual:precache'`.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Plugin } from 'vite';
import { filesIn } from './numbers.ts';

const NAME = 'virtual:precache';
/** Files nobody needs offline. */
const LEFT_OUT = /(^|\/)(service-worker\.js|\.vite\/.*|.*\.map|.*\.md)$/;

/** @param folder of the built client */
export function precacheList(folder: string, build: number): Plugin {
  return {
    name: 'sotto-precache',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    async load(id) {
      if (id !== `\0${NAME}`) return undefined;
      const files: Record<string, string> = {};
      for (const path of await filesIn(folder)) {
        if (LEFT_OUT.test(path)) continue;
        const bytes = await readFile(join(folder, path));
        const address = path === 'index.html' ? '/' : `/${path}`;
        files[address] = createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
      }
      return `export const build = ${build}; export const files = ${JSON.stringify(files)};`;
    },
  };
}
