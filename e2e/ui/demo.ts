/**
 * The interface over the engine in memory, served by a development server of its own: what the list, the composer
 * and the dialogs do is looked at without a relay and without waiting for one. The journeys beside this folder
 * run the built app.
 */
import { test as base, type Locator, type Page } from '@playwright/test';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type ViteDevServer } from 'vite';
import { compactEmoji } from '../../build/emoji.ts';
import { type EngineApi, type MessageView } from '../../src/engine/api.ts';
import { type FakeEngine } from '../../src/ui/testing/fake-engine.ts';

declare global {
  var fake: FakeEngine;
}

/**
 * What the pages take for the present. The demonstration's messages lie around it, so that where days begin, and with
 * them every place in a long chat, is the same at every run; another moment is tried with `SOTTO_CLOCK=<ISO time>`.
 */
const present = Date.parse(process.env['SOTTO_CLOCK'] ?? '2026-05-20T09:30:00Z');

interface Demo {
  /** Opens the demonstration at a chat. */
  open(chat: string, wish?: Readonly<Record<string, string>>): Promise<void>;
}

export const test = base.extend<{ demo: Demo }, { server: ViteDevServer }>({
  server: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern.
    async ({}, use) => {
      const server = await createServer({
        configFile: false,
        plugins: [compactEmoji()],
        root: join(import.meta.dirname, '../..'),
        cacheDir: join(tmpdir(), `sotto-demo-${process.env['TEST_PARALLEL_INDEX'] ?? 0}`),
        logLevel: 'error',
        server: { port: 0, hmr: false, watch: null },
      });
      await server.listen();
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
  page: async ({ page }, use) => {
    await page.addInitScript((offset) => {
      const RealDate = Date;
      const now = (): number => RealDate.now() + offset;
      globalThis.Date = new Proxy(RealDate, {
        construct: (target, given: unknown[]) =>
          given.length ? (Reflect.construct(target, given) as Date) : new target(now()),
        get: (target, key): unknown => (key === 'now' ? now : Reflect.get(target, key)),
      });
    }, present - Date.now());
    await use(page);
  },
  demo: async ({ page, server }, use) => {
    await use({
      async open(chat, wish = {}) {
        const query = new URLSearchParams({ start: 'demo', lang: 'en', ...wish });
        const base = server.resolvedUrls?.local[0] ?? '';
        await page.goto(`${base}src/ui/testing/demo.html?${query}`);
        await page.getByRole('link', { name: chat }).click();
        await settled(page);
      },
    });
  },
});

export { expect } from '@playwright/test';

/** The list of messages, in any language. */
export function log(page: Page): Locator {
  return page.getByRole('log', { name: /^(Messages|Mensajes|Mésságés.*)$/ });
}

/**
 * Waits until the list has stood still for ten frames while the engine had nothing to answer: every page that was
 * asked for (and is not held) has come, and all rows are measured.
 */
export async function settled(page: Page): Promise<void> {
  await log(page).evaluate(async (scroller) => {
    let calm = 0;
    let before = '';
    while (calm < 10) {
      await new Promise(requestAnimationFrame);
      const now = `${scroller.scrollTop} ${scroller.scrollHeight} ${scroller.querySelectorAll('article').length}`;
      calm = now === before && fake.answering() === 0 ? calm + 1 : 0;
      before = now;
    }
  });
}

/** Waits until the list has asked for a page, and does not answer yet. `fake.hold('messages')` comes before. */
export async function pageAsked(page: Page): Promise<void> {
  await page.waitForFunction(() => fake.held('messages') > 0);
}

/** Px between the lower edge of the view and the end of the list. */
export function distanceFromEnd(page: Page): Promise<number> {
  return log(page).evaluate((scroller) =>
    Math.abs(scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop),
  );
}

/** The first message that is fully in view: its order, and where it stands. */
export function topMessage(page: Page): Promise<{ order: number; top: number }> {
  return log(page).evaluate((scroller) => {
    const edge = scroller.getBoundingClientRect().top;
    for (const row of scroller.querySelectorAll<HTMLElement>('article')) {
      const { top } = row.getBoundingClientRect();
      if (top >= edge) return { order: Number(row.dataset['order']), top: top - edge };
    }
    throw new Error('no message in view');
  });
}

/** Where a message stands now, px below the edge of the view; undefined when it is not in the document. */
export function topOf(page: Page, order: number): Promise<number | undefined> {
  return log(page).evaluate((scroller, wanted) => {
    const row = scroller.querySelector(`article[data-order="${wanted}"]`);
    return row ? row.getBoundingClientRect().top - scroller.getBoundingClientRect().top : undefined;
  }, order);
}

/**
 * Follows a message through every painted frame while `act` runs and the list settles.
 * @returns how far it moved at most, px; Infinity when it left the document
 */
export async function drift(
  page: Page,
  order: number,
  act: () => Promise<unknown>,
): Promise<number> {
  await log(page).evaluate((scroller, wanted) => {
    const place = (): number => {
      const row = scroller.querySelector(`article[data-order="${wanted}"]`);
      return row
        ? row.getBoundingClientRect().top - scroller.getBoundingClientRect().top
        : Infinity;
    };
    const start = place();
    const watch = { most: 0, going: true };
    Object.assign(globalThis, { watch });
    // After layout and resize observers, before the next frame: what was painted.
    const look = (): void => {
      if (!watch.going) return;
      requestAnimationFrame(look);
      const channel = new MessageChannel();
      channel.port1.onmessage = () =>
        (watch.most = Math.max(watch.most, Math.abs(place() - start)));
      channel.port2.postMessage(null);
    };
    look();
  }, order);
  await act();
  await settled(page);
  return page.evaluate(() => {
    const { watch } = globalThis as unknown as { watch: { most: number; going: boolean } };
    watch.going = false;
    return watch.most;
  });
}

/** Scrolls with the wheel, as a person does. */
export async function wheel(page: Page, by: number, times = 1): Promise<void> {
  await log(page).hover();
  for (let turn = 0; turn < times; turn++) {
    await page.mouse.wheel(0, by);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await settled(page);
}

/** Asks the engine of the page. */
export function call<Name extends keyof EngineApi>(
  page: Page,
  method: Name,
  argument: Parameters<EngineApi[Name]>[0],
): Promise<ReturnType<EngineApi[Name]>> {
  return page.evaluate(
    ([name, given]) => fake.call(name as Name, given as Parameters<EngineApi[Name]>[0]),
    [method, argument] as const,
  );
}

/** The id of the chat with this name. */
export async function idOf(page: Page, name: string): Promise<MessageView['conversation']> {
  const { chats } = await call(page, 'snapshot', null);
  const found = chats.find((chat) => chat.name === name);
  if (!found) throw new Error(`no chat ${name}`);
  return found.id;
}

/** Something arrives in a chat. */
export async function receive(page: Page, name: string, ...texts: string[]): Promise<void> {
  const id = await idOf(page, name);
  await page.evaluate(
    ([to, lines]) => {
      for (const text of lines) fake.receive(to, text);
    },
    [id, texts] as const,
  );
}
