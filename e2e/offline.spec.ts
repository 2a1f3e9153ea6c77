import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { expect, test } from './support/journey.ts';
import {
  createAccount,
  expectMessage,
  introduce,
  openChat,
  type Person,
  readWholeChat,
  send,
  status,
  waitingStatus,
} from './support/people.ts';

test('the relay is killed in mid-conversation, and what was written goes out in order', async ({
  newPerson,
  relay,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  await relay.kill();
  await expect(status(ana.page, 'Offline')).toBeVisible();
  await expect(status(ben.page, 'Offline')).toBeVisible();

  for (const text of ['one', 'two', 'three']) await send(ana.page, text);
  for (const text of ['uno', 'dos']) await send(ben.page, text);
  await expect(waitingStatus(ana.page, 3)).toBeVisible();
  await expect(waitingStatus(ben.page, 2)).toBeVisible();
  await expectMessage(ana.page, { from: 'You', text: 'three', state: 'Sending' });

  await relay.start();
  await expect(status(ana.page, 'Offline')).toBeHidden({ timeout: 20_000 });
  for (const text of ['one', 'two', 'three']) {
    await expectMessage(ben.page, { from: 'Ana', text });
    await expectMessage(ana.page, { from: 'You', text, state: ['Delivered', 'Read'] });
  }
  for (const text of ['uno', 'dos']) await expectMessage(ana.page, { from: 'Ben', text });
  const heard = await readWholeChat(ben.page);
  const fromAna = heard.filter((name) => name.startsWith('Ana: '));
  expect(fromAna.map((name) => name.split(/[:,] /)[1])).toEqual(['Hello', 'one', 'two', 'three']);
  await expect(waitingStatus(ana.page, 3)).toBeHidden();
});

test('what the relay took before it was killed is delivered after', async ({
  newPerson,
  relay,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  await ben.page.goto('about:blank');
  for (let n = 1; n <= 5; n++) await send(ana.page, `kept ${n}`);
  for (let n = 1; n <= 5; n++) {
    await expectMessage(ana.page, { from: 'You', text: `kept ${n}`, state: 'Sent' });
  }
  await relay.kill();
  await relay.start();
  await ben.page.goBack();
  await openChat(ben.page, 'Ana');
  for (let n = 1; n <= 5; n++) await expectMessage(ben.page, { from: 'Ana', text: `kept ${n}` });
});

test('a message for somebody who is away waits at the relay and says so', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  await ben.page.goto('about:blank');
  await send(ana.page, 'when you are back');
  await expectMessage(ana.page, { from: 'You', text: 'when you are back', state: 'Sent' });
  await expect(ana.page.getByRole('main').getByText(/Waiting for Ben/)).toBeVisible();
  await ben.page.goBack();
  await expectMessage(ana.page, {
    from: 'You',
    text: 'when you are back',
    state: ['Delivered', 'Read'],
  });
  await expect(ana.page.getByRole('main').getByText(/Waiting for Ben/)).toBeHidden();
});

test.describe('with a profile on disk', () => {
  let profile: string;
  let open: BrowserContext | undefined;

  test.beforeEach(async () => {
    profile = await mkdtemp(join(tmpdir(), 'sotto-profile-'));
  });
  test.afterEach(async () => {
    await open?.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  test('the browser is closed with messages queued, and they go out when it opens again', async ({
    address,
    launchOptions,
    newPerson,
    relay,
  }) => {
    /** Starts the same browser again. */
    async function launch(): Promise<Page> {
      open = await chromium.launchPersistentContext(profile, { ...launchOptions, locale: 'en-US' });
      const page = open.pages()[0] ?? (await open.newPage());
      await page.goto(address);
      return page;
    }

    const ben = await newPerson({ name: 'Ben' });
    let page = await launch();
    await createAccount(page, 'Ana');
    const context = page.context();
    const ana: Person = { context, page, name: 'Ana', newTab: () => context.newPage() };
    await introduce(ana, ben);

    await relay.stop();
    await expect(status(page, 'Offline')).toBeVisible();
    for (const text of ['first', 'second', 'third']) await send(page, text);
    await expect(waitingStatus(page, 3)).toBeVisible();
    await page.context().close();

    await relay.start();
    page = await launch();
    for (const text of ['first', 'second', 'third']) {
      await expectMessage(ben.page, { from: 'Ana', text });
    }
    const heard = await readWholeChat(ben.page);
    expect(heard.map((name) => name.split(/[:,] /)[1])).toEqual([
      'Hello',
      'first',
      'second',
      'third',
    ]);
    await openChat(page, 'Ben');
    await expectMessage(page, { from: 'You', text: 'third', state: ['Delivered', 'Read'] });
  });
});
