/**
 * Makes a module of a package that comes as a script for all loaders (UMD). Left to the bundler, what it takes to load
 * such a script would stand in the first download, whichever part of the app uses it.
 */
import { type Plugin } from 'vite';

const SCRIPT = /\/simplepeer\.min\.js$/;

/** The plugin, for the packages that it names. */
export function umdAsModule(): Plugin {
  return {
    name: 'sotto:umd-as-module',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: SCRIPT },
      handler: (code) => ({
        code: `const module = { exports: {} }, exports = module.exports, require = undefined;\n${code}\nexport default module.exports;`,
        map: null,
      }),
    },
  };
}
