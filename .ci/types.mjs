// Type-checks each runtime with the globals that exist there and no others.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const runtimes = readdirSync('.').filter((name) => /^tsconfig\.[a-z-]+\.json$/.test(name));
if (!existsSync('tsconfig.core.json'))
  throw new Error('No tsconfig.<runtime>.json found: run this from the project root.');
let failed = 0;
for (const project of runtimes) {
  const run = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', project, '--noEmit'],
    { encoding: 'utf8' },
  );
  const noInput = /error TS18003/.test(run.stdout);
  if (run.status !== 0 && !noInput) {
    failed++;
    console.log(`${project}\n${run.stdout}${run.stderr}`);
  } else console.log(`${project}: ${noInput ? 'no files yet' : 'ok'}`);
}
process.exit(failed ? 1 : 0);
