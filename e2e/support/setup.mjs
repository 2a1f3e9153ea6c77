// Makes sure that the journeys have a Chromium. Installs Debian's where it may; otherwise says which command does it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.mjs';

const onDebian = existsSync('/etc/debian_version');
const isRoot = process.getuid?.() === 0;

/** Runs a command in sight of the person. @returns whether it worked */
function run(command, ...words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, words, { stdio: 'inherit', env }).status === 0;
}

if (!findChromium() && onDebian && isRoot) {
  console.log('No Chromium here: installing the package `chromium`.');
  if (!run('apt-get', 'install', '-y', '--no-install-recommends', 'chromium')) {
    run('apt-get', 'update');
    run('apt-get', 'install', '-y', '--no-install-recommends', 'chromium');
  }
}

const found = findChromium();
if (!found) {
  console.error(
    `The journeys need Chromium. Install it with:\n\n  ${
      onDebian ? 'sudo apt-get install -y chromium' : 'npx playwright install chromium'
    }\n\nor name one in SOTTO_CHROMIUM.`,
  );
  process.exit(1);
}
console.log(`Chromium: ${found}`);
