import { defineConfig } from 'vitest/config';

/** Sotto's own sources against libsignal-client; run by run.mjs, which installs it first. */
export default defineConfig({
  test: {
    include: ['e2e/interop/*.test.ts'],
    environment: 'node',
    testTimeout: 300_000,
    maxWorkers: 2,
    pool: 'forks',
  },
});
