/**
 * In development: builds the relay, runs it beside the dev server, hands `/v1` on to it, and does so again when
 * one of its sources changes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createBuilder, type Plugin } from 'vite';

const RELAY_PORT = 8788;
const SOURCES = /\/src\/(relay|wire|crypto|lib)\/.*(?<!\.test)\.ts$/;

export function relayBehindVite(): Plugin {
  return {
    name: 'sotto-dev-relay',
    apply: 'serve',
    config: () => ({
      server: { proxy: { '/v1': { target: `http://localhost:${RELAY_PORT}`, ws: true } } },
    }),
    configureServer(server) {
      let relay: ChildProcess | undefined;
      let wanted = 0;

      async function restart(): Promise<void> {
        const mine = ++wanted;
        const builder = await createBuilder({ configFile: server.config.configFile ?? false });
        const environment = builder.environments['relay'];
        if (environment) await builder.build(environment);
        if (mine !== wanted) return;
        relay?.kill();
        relay = spawn(process.execPath, ['dist/relay/main.js'], {
          stdio: 'inherit',
          env: {
            SOTTO_DATA: 'data/dev',
            ...process.env,
            PORT: String(RELAY_PORT),
            SOTTO_HOST: `localhost:${server.config.server.port}`,
          },
        });
      }

      const run = (): void =>
        void restart().catch((error: unknown) => server.config.logger.error(String(error)));
      server.watcher.on('change', (path) => {
        if (SOURCES.test(path.replaceAll('\\', '/'))) run();
      });
      server.httpServer?.once('close', () => relay?.kill());
      process.once('exit', () => relay?.kill());
      run();
    },
  };
}
