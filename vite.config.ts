/**
 * Three builds from one configuration: the client (what a browser downloads), the relay (one server bundle for
 * Node 20) and the service worker (one classic file that knows the client's files). `vite build --app` makes all,
 * in that order; `vite` serves the client with hot reload and runs the relay behind it.
 */
import { defineConfig } from 'vite';
import { startGroup } from './build/chunks.ts';
import { compactEmoji } from './build/emoji.ts';
import { buildNumber, keepPreviousBuilds } from './build/numbers.ts';
import { precacheList } from './build/precache.ts';
import { preloads } from './build/preloads.ts';
import { relayBehindVite } from './build/dev-relay.ts';
import { tightTemplates } from './build/templates.ts';
import { umdAsModule } from './build/umd.ts';

const build = buildNumber();
/** The notices of packages are in licenses.md. */
const output = { comments: false };

export default defineConfig({
  appType: 'spa',
  define: { __SOTTO_BUILD__: String(build) },
  plugins: [
    compactEmoji(),
    precacheList('dist/client', build),
    preloads(),
    tightTemplates(),
    umdAsModule(),
    relayBehindVite(),
  ],
  worker: {
    format: 'es',
    rolldownOptions: { output: { ...output, codeSplitting: { groups: [{ name: startGroup() }] } } },
  },
  server: { port: 5173, strictPort: true },
  environments: {
    client: {
      build: {
        outDir: 'dist/client',
        target: 'es2022',
        modulePreload: false,
        // There is one style sheet, which the page links; parts have no others to wait for.
        cssCodeSplit: false,
        // Small files stay files: a data: address would break the content security policy.
        assetsInlineLimit: 0,
        // Notices of the packages inside, as their licences ask.
        license: { fileName: 'licenses.md' },
        rolldownOptions: {
          output: { ...output, codeSplitting: { groups: [{ name: startGroup() }] } },
        },
      },
    },
    relay: {
      consumer: 'server',
      resolve: { noExternal: true, external: ['ws', 'libsql'] },
      build: {
        outDir: 'dist/relay',
        emptyOutDir: true,
        copyPublicDir: false,
        target: 'node20',
        minify: false,
        rolldownOptions: {
          input: {
            main: 'src/relay/hosts/node/main.ts',
            'commit-worker': 'src/relay/hosts/node/commit-worker.ts',
          },
          // Side by side, because each finds the others from where it stands.
          output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    },
    serviceWorker: {
      consumer: 'client',
      build: {
        outDir: 'dist/client',
        emptyOutDir: false,
        copyPublicDir: false,
        target: 'es2022',
        modulePreload: false,
        rolldownOptions: {
          input: { 'service-worker': 'src/service-worker/main.ts' },
          output: { format: 'iife', entryFileNames: '[name].js' },
        },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      const { client, serviceWorker, relay } = builder.environments;
      if (!client || !serviceWorker || !relay) throw new Error('An environment is missing.');
      const finish = await keepPreviousBuilds('dist/client', 'dist/builds.json', build);
      await builder.build(client);
      await builder.build(serviceWorker);
      await finish();
      await builder.build(relay);
    },
  },
});
