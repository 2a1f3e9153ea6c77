/**
 * The speed lines of the product, measured on the built app (`npm run build` first): loading, sending, a chat of
 * 10,000 messages, a burst of 2,000. Prints the goal beside each figure. The peer who writes is an engine in Node
 * over a real socket; relay and browsers share the machine, so everything here is slower on a busy one.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Page, expect, test } from '@playwright/test';
import { WebSocket as NodeWebSocket } from 'ws';
import {
  chatLine,
  composer,
  createAccount,
  inviteLink,
  log,
  message,
  startChat,
} from '../e2e/support/people.ts';
import { systemRandom } from '../src/crypto/random.ts';
import { type Person, startPerson } from '../src/engine/testing/person.ts';
import { systemClock } from '../src/lib/clock.ts';
import { webSocketLink } from '../src/net/link.ts';
import { openCommitterInPlace } from '../src/relay/hosts/node/committer.ts';
import { type RunningRelay, startRelay } from '../src/relay/hosts/node/start.ts';
import { startRelay as startBuiltRelay, type TestRelay } from '../e2e/support/relay.ts';

const dist = resolve(import.meta.dirname, '../dist');
const LONG_CHAT = 10_000;
const BURST = 2_000;
const ROUNDS = 60;

const rows: { what: string; goal: string; reached: string }[] = [];
const report = (what: string, goal: string, reached: string): void => {
  rows.push({ what, goal, reached });
};

let relay: RunningRelay;
let data: string;

test.beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const plenty = { burst: 1_000_000, perSecond: 1_000_000 };
  relay = await startRelay({
    port: 0,
    dataDir: data,
    clientDir: resolve(import.meta.dirname, '../dist/client'),
    openCommitter: openCommitterInPlace,
    limits: { submits: plenty, introductions: plenty },
    addressLimits: { framesPerSecond: 1_000_000 },
  });
});

test.afterAll(async () => {
  await relay.close();
  rmSync(data, { recursive: true, force: true });
  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const { what, goal, reached } of rows)
    console.log(`${what.padEnd(width)}  goal ${goal.padEnd(14)} reached ${reached}`);
});

const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ??
  NaN;
const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** Notes the page's long tasks from its first line on. */
async function watchTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { longTasks: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.push(entry.duration);
    }).observe({ type: 'longtask', buffered: true });
  });
}
const longestTask = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, ...(globalThis as unknown as { longTasks: number[] }).longTasks));
const forgetTasks = (page: Page): Promise<void> =>
  page.evaluate(
    () => void ((globalThis as unknown as { longTasks: number[] }).longTasks.length = 0),
  );
const now = (page: Page): Promise<number> => page.evaluate(() => performance.now());

/** The writer: the real engine in Node. */
function nodePerson(name: string): Promise<Person> {
  const clock = systemClock(globalThis);
  const link = webSocketLink(
    `http://${relay.host}`,
    clock,
    (url) => new NodeWebSocket(url) as unknown as WebSocket,
  );
  return startPerson({ name, link, clock, random: systemRandom, host: relay.host });
}

/** A relay that has made its compressed copies, which it does in the background after its start. */
async function startSettledRelay(): Promise<TestRelay> {
  const built = await startBuiltRelay();
  const names = (await readdir(join(dist, 'client/assets'))).filter((name) => name.endsWith('.js'));
  const compressed = async (): Promise<boolean[]> =>
    Promise.all(
      names.map(async (name) => {
        const answer = await fetch(`${built.url}/assets/${name}`);
        const { length } = await answer.text();
        // Small files stay as they are.
        return length < 2_000 || answer.headers.has('content-encoding');
      }),
    );
  await expect.poll(compressed).not.toContain(false);
  return built;
}

test('loading', async ({ browser }) => {
  const built = await startSettledRelay();
  const context = await browser.newContext();
  const page = await context.newPage();
  await watchTasks(page);
  let requests = 0;
  let bytes = 0;
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  session.on('Network.responseReceived', () => requests++);
  session.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
  await page.goto(built.url);
  await page.getByRole('textbox', { name: 'Your name' }).waitFor();
  const cold = await now(page);
  // The page's tools do not see what a SharedWorker asks for: its script is one request more.
  const [build] = JSON.parse(readFileSync(join(dist, 'builds.json'), 'utf8')) as {
    assets: string[];
  }[];
  const worker = build?.assets.find((name) => name.startsWith('shared-worker-'));
  if (!worker) throw new Error('no build');
  bytes += gzipSync(readFileSync(join(dist, 'client/assets', worker)), { level: 9 }).length;
  requests++;
  report(
    'first screen: transferred, with the worker',
    '≤ 130 KB',
    `${(bytes / 1024).toFixed(0)} KB`,
  );
  report('first screen: requests, with the worker', '≤ 15', String(requests));
  report('usable, cold', '≤ 400 ms', ms(cold));
  report('longest task while loading', '≤ 50 ms', ms(await longestTask(page)));
  await createAccount(page, 'Ana');
  const reloads: number[] = [];
  for (let i = 0; i < 7; i++) {
    await page.reload();
    await chatLine(page, 'Notes').waitFor();
    reloads.push(await now(page));
  }
  report('reload to the list, median of 7', '≤ 200 ms', ms(quantile(reloads, 0.5)));
  const warm: number[] = [];
  for (let i = 0; i < 7; i++) {
    const tab = await context.newPage();
    await tab.goto(built.url);
    await chatLine(tab, 'Notes').waitFor();
    warm.push(await now(tab));
    await tab.close();
  }
  report('usable, warm: one more tab, median of 7', '≤ 120 ms', ms(quantile(warm, 0.5)));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await built.stop();
  const offline: number[] = [];
  for (let i = 0; i < 7; i++) {
    await page.reload();
    await chatLine(page, 'Notes').waitFor();
    offline.push(await now(page));
  }
  report('reload with the relay stopped, median of 7', '≤ 200 ms', ms(quantile(offline, 0.5)));
  await context.close();
  await built.remove();
});

test('sending', async ({ browser }) => {
  // A process of its own, as people run it: the other shares its thread with this script.
  const built = await startSettledRelay();
  const people = await Promise.all(
    ['Ana', 'Ben'].map(async (name) => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(built.url);
      await createAccount(page, name);
      return page;
    }),
  );
  const [ana, ben] = people;
  if (!ana || !ben) throw new Error('two people');
  await startChat(ben, await inviteLink(ana), 'Ana');
  await composer(ben).fill('hello');
  await composer(ben).press('Enter');
  await chatLine(ana, 'Ben').click();
  await ana.getByRole('button', { name: 'Accept', exact: true }).click();
  await message(ben, { from: 'You', text: 'hello', state: ['Delivered', 'Read'] }).waitFor();

  // Both pages stamp with the machine's clock: the key press here, the article there.
  const watch = (page: Page, own: boolean): Promise<void> =>
    page.evaluate((mine) => {
      const stamps: Record<string, number> = {};
      Object.assign(globalThis, { stamps });
      const look = (root: Document | ShadowRoot): void => {
        new MutationObserver(() => {
          for (const article of root.querySelectorAll('[role=article], article')) {
            const name = article.getAttribute('aria-label') ?? article.textContent;
            const text = /round \d+/.exec(name)?.[0];
            if (text && (mine || !name.startsWith('You')))
              stamps[text] ??= performance.timeOrigin + performance.now();
          }
        }).observe(root, { childList: true, subtree: true, attributes: true });
        for (const element of root.querySelectorAll('*'))
          if (element.shadowRoot) look(element.shadowRoot);
      };
      look(document);
      document.addEventListener(
        'keydown',
        ({ key }) => {
          const pressed = globalThis as unknown as { presses?: number[] };
          if (key === 'Enter')
            (pressed.presses ??= []).push(performance.timeOrigin + performance.now());
        },
        true,
      );
    }, own);
  await watch(ana, false);
  await watch(ben, true);
  for (let i = 0; i < ROUNDS; i++) {
    await composer(ben).fill(`round ${i}`);
    await composer(ben).press('Enter');
    await message(ana, { from: 'Ben', text: `round ${i}` }).waitFor();
  }
  type Stamped = { stamps: Record<string, number>; presses?: number[] };
  const read = (page: Page): Promise<Stamped> =>
    page.evaluate(() => {
      const { stamps, presses = [] } = globalThis as unknown as Stamped;
      return { stamps, presses };
    });
  const there = await read(ana);
  const here = await read(ben);
  const across: number[] = [];
  const own: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const pressed = here.presses?.[i];
    const shown = there.stamps[`round ${i}`];
    const mine = here.stamps[`round ${i}`];
    if (pressed !== undefined && shown !== undefined) across.push(shown - pressed);
    if (pressed !== undefined && mine !== undefined) own.push(mine - pressed);
  }
  expect(across).toHaveLength(ROUNDS);
  report('send to visible there, p50', '≤ 30 ms', ms(quantile(across, 0.5)));
  report('send to visible there, p95', '≤ 50 ms', ms(quantile(across, 0.95)));
  report('own bubble, p50', 'one frame', ms(quantile(own, 0.5)));
  for (const page of people) await page.context().close();
  await built.remove();
});

test('a long chat and a burst', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await watchTasks(page);
  await page.goto(relay.url);
  await createAccount(page, 'Ana');
  const ben = await nodePerson('Ben');
  const withAna = await ben.call('startChat', { text: await inviteLink(page) });
  await ben.call('send', { conversation: withAna, text: 'message 0' });
  await chatLine(page, 'Ben').click();
  await page.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect
    .poll(
      async () => (await ben.call('openChat', { conversation: withAna, limit: 1 })).chat.standing,
    )
    .toBe('accepted');
  await chatLine(page, 'Notes').click();

  const write = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i += 50)
      await Promise.all(
        Array.from({ length: Math.min(50, to - i) }, (_, k) =>
          ben.call('send', { conversation: withAna, text: `message ${i + k}` }),
        ),
      );
  };
  await write(1, LONG_CHAT);
  await expect(chatLine(page, 'Ben')).toHaveAccessibleName(
    new RegExp(`message ${LONG_CHAT - 1},`),
    { timeout: 600_000 },
  );
  // Read it all once, then measure opening what has nothing unread: the chat opens at its unread divider.
  await chatLine(page, 'Ben').click();
  await page.getByRole('button', { name: /^Jump to latest/ }).click();
  const last = message(page, { from: 'Ben', text: `message ${LONG_CHAT - 1}` });
  await last.waitFor();
  const opens: number[] = [];
  await forgetTasks(page);
  for (let i = 0; i < 7; i++) {
    await chatLine(page, 'Notes').click();
    await expect(log(page).getByRole('article')).toHaveCount(0);
    const before = await now(page);
    await chatLine(page, 'Ben').click();
    await last.waitFor();
    opens.push((await now(page)) - before);
  }
  report(`chat of ${LONG_CHAT}: opening, median of 7`, '≤ 100 ms', ms(quantile(opens, 0.5)));
  report(`chat of ${LONG_CHAT}: longest task`, '≤ 50 ms', ms(await longestTask(page)));
  const across: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const text = `answer ${i}`;
    const shown = page.evaluate(
      (wanted) =>
        new Promise<number>((resolve) => {
          const list = document
            .querySelector('sotto-app')
            ?.shadowRoot?.querySelector('chat-page')
            ?.shadowRoot?.querySelector('message-list')?.shadowRoot;
          if (!list) throw new Error('no list');
          const check = (): void => {
            if (!list.querySelector(`[aria-label^="Ben: ${wanted},"]`)) return;
            look.disconnect();
            resolve(performance.timeOrigin + performance.now());
          };
          const look = new MutationObserver(check);
          look.observe(list, { childList: true, subtree: true, attributes: true });
          check();
        }),
      text,
    );
    const before = performance.timeOrigin + performance.now();
    await ben.call('send', { conversation: withAna, text });
    across.push((await shown) - before);
  }
  report(`chat of ${LONG_CHAT}: send to visible, p50`, '≤ 30 ms', ms(quantile(across, 0.5)));
  report(`chat of ${LONG_CHAT}: send to visible, p95`, '≤ 50 ms', ms(quantile(across, 0.95)));
  const nodes = await page.evaluate(() => {
    const count = (root: Document | ShadowRoot): number => {
      let sum = 0;
      for (const element of root.querySelectorAll('*'))
        sum += 1 + (element.shadowRoot ? count(element.shadowRoot) : 0);
      return sum;
    };
    return count(document);
  });
  report(`chat of ${LONG_CHAT}: elements`, '≤ 1,200', String(nodes));
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  report(`chat of ${LONG_CHAT}: heap of the page`, '≤ 15 MB', `${(usedSize / 1e6).toFixed(1)} MB`);
  const box = await log(page).boundingBox();
  if (!box) throw new Error('no log');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(globalThis, { frames });
    let before = performance.now();
    const tick = (time: number): void => {
      frames.push(time - before);
      before = time;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  for (let i = 0; i < 120; i++) await page.mouse.wheel(0, -400);
  const frames = await page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames);
  report('scrolling: frame, p95', '≤ 20 ms', ms(quantile(frames, 0.95)));

  await page.close();
  await write(LONG_CHAT, LONG_CHAT + BURST);
  await expect
    .poll(async () => (await ben.call('snapshot', null)).connection.waiting, { timeout: 120_000 })
    .toBe(0);
  const again = await context.newPage();
  await again.goto(relay.url);
  await expect(chatLine(again, 'Ben')).toHaveAccessibleName(
    new RegExp(`message ${LONG_CHAT + BURST - 1},`),
    { timeout: 60_000 },
  );
  report(`${BURST} waiting messages in the list`, '≤ 3,000 ms', ms(await now(again)));
  await ben.stop();
  await context.close();
});
