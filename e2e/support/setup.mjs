// Makes sure that the journeys have a Chromium, and a TURN server for calls. Installs Debian's where it may; otherwise
// says which command does it. Without a Chromium nothing can be tested; without a TURN server calls are not.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { findTurnServer } from './coturn.mjs';

const onDebian = existsSync('/etc/debian_version');
const isRoot = process.getuid?.() === 0;

/** Runs a command in sight of the person. @returns whether it worked */
function run(command, ...words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, words, { stdio: 'inherit', env }).status === 0;
}

/** Installs a Debian package, with fresh lists where the old ones do not have it. */
function install(name) {
  const words = ['install', '-y', '--no-install-recommends', name];
  if (!run('apt-get', ...words)) {
    run('apt-get', 'update');
    run('apt-get', ...words);
  }
}

if (!findChromium() && onDebian && isRoot) {
  console.log('No Chromium here: installing the package `chromium`.');
  install('chromium');
}
// Where systemd runs, the package would start a server that the whole network reaches: that is not for a test to do.
const startsServices = existsSync('/run/systemd/system');
if (!findTurnServer() && onDebian && isRoot && !startsServices) {
  console.log('No turnserver here: installing the package `coturn`.');
  install('coturn');
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
console.log(
  `turnserver: ${findTurnServer() ?? 'none, so calls are not tested; the package coturn has it'}`,
);
