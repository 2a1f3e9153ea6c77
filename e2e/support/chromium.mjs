// Finds the Chromium that the journeys run in: Playwright's own, else the system's.
import { chromium } from '@playwright/test';
import { existsSync } from 'node:fs';

const system = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of a Chromium to start, or undefined where there is none. SOTTO_CHROMIUM comes first. */
export function findChromium() {
  const wish = process.env.SOTTO_CHROMIUM;
  return [...(wish ? [wish] : []), chromium.executablePath(), ...system].find((path) =>
    existsSync(path),
  );
}

/** What every start of it needs: no sandbox inside containers, no talk with anybody, and a microphone that beeps. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
];
