/** Films and files of sound are played by parts, by nobody but the page whose player it is, and one at a time. */
import { type Locator, type Page, type Response } from '@playwright/test';
import { choose, pasteNoisyFilm, sendTray, tone } from './support/files.ts';
import { expect, type NewPerson, test } from './support/journey.ts';
import { button, introduce, message, openChat, type Person } from './support/people.ts';
import { shellReady } from './support/shell.ts';

const MIB = 1024 * 1024;
const PART = 2 * MIB;

async function pair(newPerson: (how: NewPerson) => Promise<Person>) {
  const anaPerson = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ben, anaPerson);
  await shellReady(anaPerson.page);
  return { anaPerson, ana: anaPerson.page, ben: ben.page };
}

async function receiveFilm(ana: Page, ben: Page): Promise<void> {
  await pasteNoisyFilm(ben);
  await sendTray(ben);
  const theirs = message(ana, { from: 'Ben', text: 'Video' });
  await theirs.getByRole('button', { name: /^Download / }).click();
  await expect(button(theirs, 'Open Video')).toBeVisible();
}

const viewer = (page: Page): Locator => page.getByRole('dialog', { name: 'Media', exact: true });

async function openFilm(page: Page): Promise<Locator> {
  await button(message(page, { from: 'Ben', text: 'Video' }), 'Open Video').click();
  const film = viewer(page).locator('video');
  await expect(film).toBeVisible();
  await expect.poll(() => film.evaluate(({ readyState }: HTMLVideoElement) => readyState)).toBe(4);
  return film;
}

const timeOf = (film: Locator): Promise<number> =>
  film.evaluate(({ currentTime }: HTMLVideoElement) => currentTime);
const isSilent = (film: Locator): Promise<boolean> =>
  film.evaluate(({ paused }: HTMLVideoElement) => paused);
const play = (film: Locator): Promise<void> =>
  film.evaluate((element: HTMLVideoElement) => element.play());

/** Everything that the page is given under /media/. */
function followParts(page: Page): Response[] {
  const parts: Response[] = [];
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.startsWith('/media/')) parts.push(response);
  });
  return parts;
}

const statusOf = (page: Page, path: string, range = 'bytes=0-'): Promise<number> =>
  page.evaluate(
    async ([url, Range]) => (await fetch(url, Range ? { headers: { Range } } : {})).status,
    [path, range] as const,
  );

test('a film is played by parts from any place, for its own page and as long as it is open', async ({
  newPerson,
  relay,
}) => {
  const { anaPerson, ana, ben } = await pair(newPerson);
  await receiveFilm(ana, ben);
  const parts = followParts(ana);
  const film = await openFilm(ana);
  const path = new URL(await film.evaluate(({ currentSrc }: HTMLVideoElement) => currentSrc))
    .pathname;
  expect(path).toMatch(/^\/media\/[0-9a-f]{32}$/);
  await play(film);
  await expect.poll(() => timeOf(film)).toBeGreaterThan(0.3);
  await film.evaluate((element: HTMLVideoElement) => (element.currentTime = 3));
  await expect.poll(() => timeOf(film)).toBeGreaterThan(3.3);
  await film.evaluate((element: HTMLVideoElement) => (element.currentTime = 1));
  await expect.poll(() => timeOf(film)).toBeLessThan(3);

  expect(parts.length).toBeGreaterThan(3);
  for (const part of parts) {
    expect(part.status()).toBe(206);
    expect(part.fromServiceWorker()).toBe(true);
    const headers = part.headers();
    const [, from, to, size] =
      /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
    expect(Number(size)).toBeGreaterThan(2 * PART);
    expect(Number(to) - Number(from)).toBeLessThan(PART);
    expect(headers).toMatchObject({
      'content-type': 'video/webm',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  }

  const other = await anaPerson.newTab();
  await openChat(other, 'Ben');
  // It plays the same film, and so it hears what it is asked.
  await openFilm(other);
  expect(await statusOf(other, path)).toBe(404);
  expect(await statusOf(ana, path)).toBe(206);
  expect(await statusOf(ana, path, 'bytes=99999999999-')).toBe(416);
  expect(await statusOf(ana, path, '')).toBe(416);
  expect(await statusOf(ana, `/media/${'0'.repeat(32)}`)).toBe(404);
  // Opened instead of played it is nothing, for Ana's own tab neither.
  await expect(other.goto(new URL(path, relay.url).href)).rejects.toThrow('HTTP_RESPONSE_CODE');

  await button(viewer(ana), 'Close').click();
  await expect(viewer(ana)).toBeHidden();
  await expect.poll(() => statusOf(ana, path)).toBe(404);
});

test('a film whose file was damaged on the disk says so', async ({ newPerson }) => {
  const { ana, ben } = await pair(newPerson);
  await receiveFilm(ana, ben);
  // In the second half, so that the player has begun when it comes there.
  await ana.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('attachments');
    for await (const handle of folder.values()) {
      if (!(handle instanceof FileSystemFileHandle)) continue;
      const { size } = await handle.getFile();
      const stream = await handle.createWritable({ keepExistingData: true });
      await stream.write({ type: 'write', position: Math.floor(size * 0.6), data: 'damaged' });
      await stream.close();
    }
  });
  const parts = followParts(ana);
  await button(message(ana, { from: 'Ben', text: 'Video' }), 'Open Video').click();
  await expect(viewer(ana).getByRole('alert')).toContainText('is not what was sent');
  await expect(viewer(ana).locator('video')).toHaveCount(0);
  const statuses = parts.map((part) => part.status());
  expect(statuses.pop()).toBe(500);
  expect(statuses.length).toBeGreaterThan(1);
  for (const status of statuses) expect(status).toBe(206);
  await expect(button(viewer(ana), 'Download')).toBeVisible();
});

test('a page that no service worker serves opens the whole film', async ({ newPerson }) => {
  const { anaPerson, ana, ben } = await pair(newPerson);
  await receiveFilm(ana, ben);
  const session = await anaPerson.context.newCDPSession(ana);
  await session.send('Page.reload', { ignoreCache: true });
  await openChat(ana, 'Ben');
  expect(await ana.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
  const parts = followParts(ana);
  const film = await openFilm(ana);
  await play(film);
  await expect.poll(() => timeOf(film)).toBeGreaterThan(0.3);
  expect(await film.evaluate(({ currentSrc }: HTMLVideoElement) => currentSrc)).toMatch(/^blob:/);
  expect(parts).toEqual([]);
});

test('a file of sound is heard in the chat, one sound at a time with films in all tabs', async ({
  newPerson,
}) => {
  const { anaPerson, ana, ben } = await pair(newPerson);
  await receiveFilm(ana, ben);
  await choose(ben, { name: 'tone.wav', mimeType: 'audio/wav', buffer: tone(60) });
  await sendTray(ben);
  const theirs = message(ana, { from: 'Ben', text: 'File tone.wav' });
  await expect(theirs.getByRole('button', { name: 'Play' })).toHaveCount(0);
  await theirs.getByRole('button', { name: /^Download / }).click();
  await expect(theirs).toContainText('1:00');
  await expect(button(theirs, 'Save')).toBeVisible();
  const parts = followParts(ana);
  await button(theirs, 'Play').click();
  await expect(button(theirs, 'Pause')).toBeVisible();
  const slider = theirs.getByRole('slider', { name: 'Position', exact: true });
  const place = (): Promise<number> => slider.inputValue().then(Number);
  await expect.poll(place).toBeGreaterThan(200);
  await slider.focus();
  for (let tenth = 0; tenth < 8; tenth++) await ana.keyboard.press('PageUp');
  await expect.poll(place).toBeGreaterThan(48_200);
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) {
    expect(part.status()).toBe(206);
    expect(part.headers()['content-type']).toBe('audio/wav');
  }

  const film = await openFilm(ana);
  await play(film);
  await button(viewer(ana), 'Close').click();
  await expect(button(theirs, 'Play')).toBeVisible();

  const other = await anaPerson.newTab();
  await openChat(other, 'Ben');
  const there = message(other, { from: 'Ben', text: 'File tone.wav' });
  await button(there, 'Play').click();
  await expect(button(there, 'Pause')).toBeVisible();
  const again = await openFilm(ana);
  await play(again);
  await expect(button(there, 'Play')).toBeVisible();
  expect(await isSilent(again)).toBe(false);
  await button(there, 'Play').click();
  await expect.poll(() => isSilent(again)).toBe(true);
});
