// Lighthouse's mobile scores of the built app (`npm run build` first), from a relay and a Chromium of its own. Prints
// what it found wanting; nothing here passes or fails.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumFlags, findChromium } from '../../e2e/support/chromium.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const goals = { performance: 95, accessibility: 100, 'best-practices': 100 };

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const wanted = readJson(join(here, 'package.json')).dependencies.lighthouse;
const installed = join(here, 'node_modules', 'lighthouse', 'package.json');
if (!existsSync(installed) || readJson(installed).version !== wanted) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const install = spawnSync(npm, ['ci', '--ignore-scripts'], { cwd: here, stdio: 'inherit' });
  if (install.status !== 0) {
    console.error('Lighthouse is not here. Install it with: npm ci --prefix bench/lighthouse');
    process.exit(1);
  }
}
const { default: lighthouse } = await import('lighthouse');
const { launch } = await import('chrome-launcher');

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, 'localhost', () => {
    const { port: free } = server.address();
    server.close(() => resolve(free));
  });
});
const data = mkdtempSync(join(tmpdir(), 'sotto-lighthouse-'));
const relay = spawn(process.execPath, ['dist/relay/main.js'], {
  cwd: root,
  env: { ...process.env, PORT: String(port), SOTTO_DATA: data, TURN_URLS: 'off' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let chrome;
try {
  // The first line it prints says where it is.
  await new Promise((resolve, reject) => {
    relay.stdout.once('data', resolve);
    relay.once('exit', () => reject(new Error('The relay did not start; is there a build?')));
  });
  chrome = await launch({
    chromePath: findChromium(),
    chromeFlags: ['--headless', ...chromiumFlags],
  });
  const { lhr } = await lighthouse(`http://localhost:${port}/`, {
    port: chrome.port,
    onlyCategories: Object.keys(goals),
  });
  for (const [name, goal] of Object.entries(goals)) {
    const reached = Math.round(lhr.categories[name].score * 100);
    console.log(`Lighthouse, mobile, ${name.padEnd(15)}  goal ≥ ${goal}  reached ${reached}`);
  }
  for (const { title, score, displayValue = '' } of Object.values(lhr.audits))
    if (score !== null && score < 0.9) console.log(`  wanting: ${title} ${displayValue}`);
} finally {
  chrome?.kill();
  relay.kill();
  rmSync(data, { recursive: true, force: true });
}
