// The weight of the first download: the scripts the page asks for at once and the SharedWorker, as gzip sends them.
// What an open chat loads on top is measured in the browser by e2e/weight.spec.ts, against the same limit.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT = 90 * 1024;
const client = 'dist/client';
const built = JSON.parse(readFileSync('dist/builds.json', 'utf8'))[0].assets.filter((name) =>
  name.endsWith('.js'),
);
const html = readFileSync(join(client, 'index.html'), 'utf8');

/** Scripts that `text` loads at once: tags and static imports. Lazy `import(…)` are left out. */
function staticImports(text) {
  const patterns = [
    /<(?:script|link)\b[^>]*?(?:src|href)="\/assets\/([\w.-]+\.js)"/g,
    /(?:^|[;}\s])(?:import|export)\s*(?:[\w*{][^;"'()]*?from\s*)?["']\.\/([\w.-]+\.js)["']/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]));
}

const first = new Map();
const queue = staticImports(html);
// The SharedWorker is named in the page's script; its file carries the worker's name.
queue.push(...built.filter((name) => name.startsWith('shared-worker-')));
while (queue.length > 0) {
  const name = queue.pop();
  if (first.has(name)) continue;
  const bytes = readFileSync(join(client, 'assets', name));
  first.set(name, gzipSync(bytes, { level: 9 }).length);
  queue.push(...staticImports(bytes.toString('utf8')));
}
if (![...first.keys()].some((name) => name.startsWith('shared-worker-'))) {
  console.log('The SharedWorker is missing from the build, so this measures nothing.');
  process.exit(1);
}

let total = 0;
for (const [name, size] of first) {
  total += size;
  console.log(`${String(size).padStart(8)}  ${name}`);
}
const worker = readFileSync(join(client, 'service-worker.js'));
console.log(`(${gzipSync(worker).length} bytes of service worker come after the first screen)`);
console.log(`(${readdirSync(join(client, 'assets')).length} files in assets)`);
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
console.log(`first download: ${kilobytes(total)} gzip of script (limit ${kilobytes(LIMIT)})`);
process.exit(total > LIMIT ? 1 : 0);
