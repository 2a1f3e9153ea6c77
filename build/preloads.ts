/**
 * Names the chunks that the page's script imports in the page itself, so that they are fetched beside it, and lets
 * lazy parts be plain `import()`: Vite would wrap each in a helper of almost a kilobyte that fetches styles, of which
 * there are none, and chunks, which the page has by then.
 */
import { type Plugin } from 'vite';

const HELPER = /^\0vite\/preload-helper\.js$/;

export function preloads(): Plugin {
  return {
    name: 'sotto-preloads',
    apply: 'build',
    enforce: 'pre',
    load: {
      filter: { id: HELPER },
      handler: () => 'export const __vitePreload = (load) => load();',
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { chunk }) =>
        (chunk?.imports ?? []).map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
          injectTo: 'head' as const,
        })),
    },
  };
}
