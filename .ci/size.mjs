// The weight of the first download, as gzip sends it: every script that stands between an empty cache and an open
// chat. That is what the page asks for at once, the chat's own part and the SharedWorker, each with its static
// imports. e2e/weight.spec.ts measures the same in a browser, against the same limit.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT = 90 * 1024;
const assets = 'dist/client/assets';
const built = JSON.parse(readFileSync('dist/builds.json', 'utf8'))[0].assets.filter((name) =>
  name.endsWith('.js'),
);
const html = readFileSync('dist/client/index.html', 'utf8');
const read = (name) => readFileSync(join(assets, name));
const weight = (name) => gzipSync(read(name), { level: 9 }).length;

/** Scripts that `text` loads at once: tags and static imports. */
function staticImports(text) {
  const patterns = [
    /<(?:script|link)\b[^>]*?(?:src|href)="\/assets\/([\w.-]+\.js)"/g,
    /(?:^|[;}\s])(?:import|export)\s*(?:[\w*{$][^;"'`()]*?from\s*)?["'`]\.\/([\w.-]+\.js)["'`]/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]));
}

/** Scripts that `text` loads when it comes to need them. */
const lazyImports = (text) =>
  [...text.matchAll(/\bimport\(["'`]\.\/([\w.-]+\.js)["'`]\)/g)].map((match) => match[1]);

/** `names` and all that they import statically, without what `known` has. */
function closure(names, known = new Set()) {
  const found = new Set();
  const queue = [...names];
  while (queue.length > 0) {
    const name = queue.pop();
    if (found.has(name) || known.has(name)) continue;
    found.add(name);
    queue.push(...staticImports(read(name).toString('utf8')));
  }
  return found;
}

/** The one file of this build that is called so; measuring without it would prove nothing. */
function only(prefix, among = built) {
  const names = among.filter((name) => name.startsWith(`${prefix}-`));
  if (names.length !== 1) {
    console.log(`The build has ${names.length} files ${prefix}-*.js instead of one.`);
    process.exit(1);
  }
  return names[0];
}

function print(title, names) {
  let total = 0;
  console.log(title);
  for (const name of names) {
    total += weight(name);
    console.log(`${String(weight(name)).padStart(8)}  ${name}`);
  }
  return total;
}

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const worker = only('shared-worker');
const page = closure(staticImports(html));
const chat = closure([only('chat-page')], page);
const total =
  print('The page:', page) + print('An open chat:', chat) + print('The engine:', closure([worker]));

const first = closure([only('first-run-page'), only('en-start')], new Set([...page, ...chat]));
const firstRun = print('Not counted, what the very first visit asks for a name with:', first);
const lazy = lazyImports(read(worker).toString('utf8'));
const connecting = closure([only('xeddsa-script', lazy), only('kyber', lazy)], closure([worker]));
const later = print('Not counted, loaded before the first connection to the relay:', connecting);
console.log(
  `${String(gzipSync(readFileSync('dist/client/service-worker.js')).length).padStart(8)}  service worker`,
);
console.log(
  `(${readdirSync(assets).length} files in assets; the first run adds ${kilobytes(firstRun)}, connecting ${kilobytes(later)})`,
);
console.log(
  `first download up to an open chat: ${kilobytes(total)} gzip of script (goal and limit ${kilobytes(LIMIT)})`,
);
process.exit(total > LIMIT ? 1 : 0);
