import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from './support/journey.ts';
import { expectMessage, openChat, send } from './support/people.ts';

const LIMIT_KB = 90;
const dist = resolve(import.meta.dirname, '../dist');

test(`the first download up to an open chat is at most ${LIMIT_KB} KB of script`, async ({
  newPerson,
  hostMode,
}) => {
  test.skip(hostMode === 'page', 'the default host is what is measured');
  const { page } = await newPerson({ name: 'Ana' });
  await openChat(page, 'Notes');
  await send(page, 'hello');
  // From here on as .ci/size.mjs counts: the page with an account, from nothing to the open chat.
  await page.reload();
  await expectMessage(page, { from: 'You', text: 'hello' });
  const loaded = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => path.startsWith('/assets/') && path.endsWith('.js'))
      .map((path) => path.slice('/assets/'.length))
      // The words for faults are fetched ahead, seconds after the first screen.
      .filter((name) => !name.includes('-faults-')),
  );
  const [build] = JSON.parse(await readFile(resolve(dist, 'builds.json'), 'utf8')) as {
    assets: string[];
  }[];
  const worker = build!.assets.find((name) => name.startsWith('shared-worker-'))!;
  const sizes: Record<string, number> = {};
  for (const name of new Set([...loaded, worker])) {
    sizes[name] = gzipSync(await readFile(resolve(dist, 'client/assets', name)), {
      level: 9,
    }).length;
  }
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0) / 1024;
  console.log(`first download up to an open chat: ${total.toFixed(1)} KB gzip of script`, sizes);
  expect(total).toBeLessThanOrEqual(LIMIT_KB);
});
