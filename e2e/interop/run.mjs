// Installs the reference implementation (100 MB, so not part of the root install) and runs Sotto against it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const name = '@signalapp/libsignal-client';

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const wanted = readJson(join(here, 'package.json')).dependencies[name];
const installed = join(here, 'node_modules', name, 'package.json');

if (!existsSync(installed) || readJson(installed).version !== wanted) {
  // Its install script only prints a hint; the native library lies in the package.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const install = spawnSync(npm, ['ci', '--ignore-scripts'], { cwd: here, stdio: 'inherit' });
  if (install.status !== 0) {
    console.error(
      `The interop test needs ${name} ${wanted}. Install it with: npm ci --prefix e2e/interop`,
    );
    process.exit(1);
  }
}
const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--config',
    'e2e/interop/vitest.config.ts',
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(run.status ?? 1);
