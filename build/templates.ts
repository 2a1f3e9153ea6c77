/**
 * Takes the indentation out of the interface's templates, and comments and most spaces out of its styles: the
 * bundler leaves what stands in a template literal alone. A line break stays one, so text reads the same.
 */
import { type Plugin } from 'vite';

const INTERFACE = /\/src\/ui\/.*\.ts$/;
const STYLES = /\bcss`[^`]*`/g;

function tighten(styles: string): string {
  return styles
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/([{;]) /g, '$1')
    .replace(/ ([{}])/g, '$1');
}

export function tightTemplates(): Plugin {
  return {
    name: 'sotto-templates',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!INTERFACE.test(id.replaceAll('\\', '/'))) return undefined;
      // Outside of literals the indentation means nothing.
      return { code: code.replace(STYLES, tighten).replace(/\n[ \t]+/g, '\n'), map: null };
    },
  };
}
