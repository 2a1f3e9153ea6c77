import { defineConfig } from '@playwright/test';
import { chromiumFlags, findChromium } from './support/chromium.mjs';
import { type HostOptions } from './support/journey.ts';

const executablePath = findChromium();
if (!executablePath) throw new Error('No Chromium here; `npm run test:setup` says how to get it.');

/** The journeys run against the built app, each with a relay of its own. */
export default defineConfig<HostOptions>({
  testDir: '.',
  testIgnore: ['interop/**', 'ui/**'],
  outputDir: '../test-results',
  forbidOnly: true,
  retries: 0,
  workers: 2,
  fullyParallel: true,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./support/reporter.ts']],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    timezoneId: 'Europe/Madrid',
    actionTimeout: 10_000,
    // A trace makes every journey a quarter longer; `SOTTO_TRACE=1` keeps one of what fails.
    trace: process.env['SOTTO_TRACE'] ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath, args: chromiumFlags },
  },
  projects: [
    {
      name: 'shared-worker',
      use: { hostMode: 'shared-worker' },
      testIgnore: ['interop/**', 'ui/**', 'use-here.spec.ts', 'screenshots.spec.ts'],
    },
    {
      name: 'page-host',
      use: { hostMode: 'page' },
      // One tab works there by design; what does not depend on the host is not run twice.
      testIgnore: [
        'interop/**',
        'ui/**',
        'tabs.spec.ts',
        'voice.spec.ts',
        'calls.spec.ts',
        'csp.spec.ts',
        'pwa.spec.ts',
        'a11y.spec.ts',
        'calls-network.spec.ts',
        'media-large.spec.ts',
        'media.spec.ts',
        'backup.spec.ts',
        'backup-automatic.spec.ts',
        'backup-archive.spec.ts',
        'drafts.spec.ts',
        'media-playing.spec.ts',
        'emoji.spec.ts',
        'privacy.spec.ts',
        'profile.spec.ts',
        'settings.spec.ts',
        'spanish.spec.ts',
        'trouble.spec.ts',
        'weight.spec.ts',
        'screenshots.spec.ts',
      ],
    },
    // Pictures to look at, not a test: `SOTTO_SCREENSHOTS=1 npx playwright test -c e2e --project screenshots`.
    ...(process.env['SOTTO_SCREENSHOTS']
      ? [
          {
            name: 'screenshots',
            use: { hostMode: 'shared-worker' as const },
            testMatch: 'screenshots.spec.ts',
          },
        ]
      : []),
  ],
});
