import { defineConfig } from '@playwright/test';
import { chromiumFlags, findChromium } from '../e2e/support/chromium.mjs';

const executablePath = findChromium();
if (!executablePath) throw new Error('No Chromium here; `npm run test:setup` says how to get it.');

/** Measurements of the built app in a real browser; nothing here passes or fails on time. */
export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/bench',
  workers: 1,
  timeout: 900_000,
  reporter: 'line',
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    launchOptions: { executablePath, args: [...chromiumFlags] },
  },
});
