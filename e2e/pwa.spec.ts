import { type Page } from '@playwright/test';
import { deploy, type Deployment } from './support/rebuild.ts';
import { expect, test } from './support/journey.ts';
import {
  button,
  chatLine,
  chats,
  composer,
  createAccount,
  expectMessage,
  openChat,
  send,
  status,
} from './support/people.ts';
import { startRelay, type TestRelay } from './support/relay.ts';
import { shellReady } from './support/shell.ts';

const shells = (page: Page): Promise<string[]> =>
  page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('sotto-')));

test('it can be installed', async ({ newPerson, relay }) => {
  const { page, context } = await newPerson({ name: 'Ana' });
  await shellReady(page);
  const session = await context.newCDPSession(page);
  const { errors } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // An incognito context cannot install anything, whatever the app.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);

  const manifest = (await (await fetch(`${relay.url}/manifest.webmanifest`)).json()) as {
    id: string;
    name: string;
    display: string;
    icons: { src: string; sizes: string; type: string; purpose?: string }[];
  };
  expect(manifest).toMatchObject({ id: '/', name: 'Sotto', display: 'standalone' });
  for (const { src, sizes, type } of manifest.icons) {
    const response = await fetch(`${relay.url}${src}`);
    expect(response.status, src).toBe(200);
    expect(response.headers.get('content-type'), src).toContain(type);
    if (type !== 'image/png') continue;
    const bytes = new DataView(await response.arrayBuffer());
    expect(`${bytes.getUint32(16)}x${bytes.getUint32(20)}`, src).toBe(sizes);
  }
});

/** The browser finds that the app could be installed; headless ones never say so by themselves. */
const offerInstallation = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const event = new Event('beforeinstallprompt', { cancelable: true });
    const asked = { count: 0 };
    Object.assign(globalThis, { asked });
    dispatchEvent(Object.assign(event, { prompt: async () => void asked.count++ }));
  });

test('Install Sotto is offered from the second visit on, and asks the browser', async ({
  newPerson,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  const install = (page: Page) => button(page, 'Install Sotto');
  await offerInstallation(ana.page);
  await openChat(ana.page, 'Notes');
  await expect(install(ana.page)).toHaveCount(0);

  const later = await ana.newTab();
  await expect(chats(later)).toBeVisible();
  await offerInstallation(later);
  await install(later).click();
  const asked = await later.evaluate(
    () => (globalThis as unknown as { asked: { count: number } }).asked.count,
  );
  expect(asked).toBe(1);
  await expect(install(later)).toHaveCount(0);
});

test('with the relay really stopped it opens, reads and writes', async ({ newPerson, relay }) => {
  const ana = await newPerson({ name: 'Ana' });
  await openChat(ana.page, 'Notes');
  await send(ana.page, 'kept for the plane');
  await shellReady(ana.page);
  await relay.stop();

  await ana.page.reload();
  await expect(status(ana.page, 'Offline')).toBeVisible();
  await openChat(ana.page, 'Notes');
  await expectMessage(ana.page, { from: 'You', text: 'kept for the plane' });

  const second = await ana.newTab();
  await openChat(second, 'Notes');
  await send(second, 'written in the air');
  await expectMessage(ana.page, { from: 'You', text: 'written in the air' });
});

test('nothing that goes to the relay is kept by the shell', async ({ newPerson }) => {
  const { page } = await newPerson({ name: 'Ana' });
  await shellReady(page);
  await page.evaluate(() => fetch('/health').then((answer) => answer.text()));
  const kept = await page.evaluate(async () => {
    const paths: string[] = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys())
        paths.push(new URL(url).pathname);
    }
    return paths;
  });
  expect(kept).toContain('/');
  expect(kept.filter((path) => path.startsWith('/v1') || path === '/health')).toEqual([]);
});

test.describe('a new version', () => {
  let deployment: Deployment;
  let relay: TestRelay;

  test.beforeEach(async () => {
    deployment = await deploy();
    relay = await startRelay({ program: deployment.program });
  });
  test.afterEach(async () => {
    await relay.remove();
    await deployment.remove();
  });

  test('offers itself, never reloads by itself, and keeps the draft and the other tab', async ({
    browser,
  }) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(relay.url);
    await createAccount(page, 'Ana');
    await openChat(page, 'Notes');
    await send(page, 'from the old version');
    await shellReady(page);
    const second = await context.newPage();
    await second.goto(relay.url);
    await expect(chatLine(second, 'Notes')).toBeVisible();
    await composer(page).fill('not finished');
    const [oldShell] = await shells(page);
    const mark = (each: Page): Promise<void> =>
      each.evaluate(() => void ((window as unknown as { mark: boolean }).mark = true));
    const marked = (each: Page): Promise<boolean> => each.evaluate(() => 'mark' in window);
    await mark(page);
    await mark(second);

    await deployment.upgrade();
    await relay.stop();
    await relay.start();
    await page.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration())?.update();
    });
    for (const each of [page, second]) {
      await expect(status(each, 'New version')).toBeVisible();
      expect(await marked(each)).toBe(true);
    }
    await expect(composer(page)).toHaveValue('not finished');

    await Promise.all([page.waitForEvent('load'), button(page, 'Reload').click()]);
    expect(await marked(page)).toBe(false);
    await openChat(page, 'Notes');
    await expectMessage(page, { from: 'You', text: 'from the old version' });
    await expect(composer(page)).toHaveValue('not finished');
    await send(page, 'from the new version');

    // The other tab was not touched, and its build's files are still there for it.
    expect(await marked(second)).toBe(true);
    expect(await shells(page)).toContain(oldShell);
    await Promise.all([second.waitForEvent('load'), button(second, 'Reload').click()]);
    expect(await marked(second)).toBe(false);
    await openChat(second, 'Notes');
    await expectMessage(second, { from: 'You', text: 'from the new version' });
    await second.reload();
    await expect(chatLine(second, 'Notes')).toBeVisible();
    await expect.poll(() => shells(second)).not.toContain(oldShell);
    await context.close();
  });
});
