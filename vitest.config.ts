import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Seeded simulations print their seed; two workers fit the two cores of the smallest machine.
    maxWorkers: 2,
    pool: 'forks',
  },
});
