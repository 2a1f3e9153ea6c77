import { defineConfig } from '@playwright/test';
import { chromiumFlags, findChromium } from '../support/chromium.mjs';

const executablePath = findChromium();
if (!executablePath) throw new Error('No Chromium here; `npm run test:setup` says how to get it.');

/** Parts of the interface over the engine in memory: `npx playwright test -c e2e/ui`. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/ui',
  forbidOnly: true,
  retries: 0,
  workers: 2,
  fullyParallel: true,
  timeout: 90_000,
  reporter: [['list'], ['../support/reporter.ts']],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Madrid',
    actionTimeout: 10_000,
    launchOptions: { executablePath, args: [...chromiumFlags] },
  },
});
