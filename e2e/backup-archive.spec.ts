/** Nobody is locked in: a chat leaves as a file that any browser opens from the disk, and nothing in it runs. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readZip } from '../src/backup/testing/read-zip.ts';
import { withoutSaveWindow } from './support/backups.ts';
import { choose, picture, sendTray } from './support/files.ts';
import { expect, test } from './support/journey.ts';
import { button, expectMessage, message, openChat, send } from './support/people.ts';

const HOSTILE = `<img src=x onerror="document.title='ran'">`;

test('a chat is exported, unpacked, opened from the disk and searched, and nothing in it runs', async ({
  newPerson,
}) => {
  const { page, context } = await newPerson({ name: 'Ana' });
  await withoutSaveWindow(page);
  await openChat(page, 'Notes');
  await send(page, 'the ferry leaves at eight');
  await send(page, HOSTILE);
  await choose(page, { name: 'sea.png', mimeType: 'image/png', buffer: await picture(page) });
  await sendTray(page);
  await expect(message(page, { from: 'You', text: 'Photo' })).toBeVisible();
  await expectMessage(page, { from: 'You', text: HOSTILE });

  await button(page, 'Chat details').click();
  await button(page.getByRole('dialog'), 'Export chat').click();
  const dialog = page.getByRole('dialog', { name: 'Export as a readable archive' });
  await expect(dialog.getByRole('combobox').locator('option:checked')).toHaveText('Notes');
  const downloading = page.waitForEvent('download');
  await button(dialog, 'Export').click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^Sotto archive \d{4}-\d\d-\d\d\.zip$/);
  await expect(dialog.getByRole('status')).toContainText('The archive is complete: 3 messages');
  // What waits in this browser to be saved cannot be read.
  const lying = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('backups');
    let text = '';
    for await (const file of folder.values())
      if (file instanceof FileSystemFileHandle) text += await (await file.getFile()).text();
    return text;
  });
  expect(lying.length).toBeGreaterThan(1_000);
  expect(lying).not.toContain('ferry');
  expect(lying).not.toContain('messages.html');

  const files = readZip(await readFile(await download.path()));
  expect([...files.keys()]).toEqual(['media/1-photo.webp', 'messages.json', 'messages.html']);
  expect(new TextDecoder().decode(files.get('messages.json'))).toContain(
    '"kind":"text","text":"the ferry leaves at eight"',
  );
  const folder = await mkdtemp(join(tmpdir(), 'sotto-unpacked-'));
  try {
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    const reader = await context.newPage();
    const asked: string[] = [];
    const said: string[] = [];
    reader.on('request', (request) => asked.push(new URL(request.url()).protocol));
    reader.on('console', (line) => said.push(line.text()));
    reader.on('pageerror', (error) => said.push(String(error)));
    await reader.goto(pathToFileURL(join(folder, 'messages.html')).href);
    await expect(reader.getByRole('article')).toHaveCount(3);
    await expect(reader.getByRole('article').nth(1)).toContainText(HOSTILE);
    const photo = reader.getByRole('img', { name: /^Photo/ });
    await photo.scrollIntoViewIfNeeded();
    await expect
      .poll(() => photo.evaluate((img: HTMLImageElement) => img.naturalWidth))
      .toBeGreaterThan(0);
    await reader.getByRole('searchbox', { name: 'Search messages' }).fill('FERRY');
    await expect(reader.getByRole('status')).toHaveText('Found: 1');
    await reader.getByRole('link', { name: /the ferry leaves at eight/ }).click();
    await expect(reader.getByRole('article').first()).toBeFocused();
    await expect(reader).toHaveTitle('Messages of Ana');
    expect(said).toEqual([]);
    expect(new Set(asked)).toEqual(new Set(['file:']));
  } finally {
    await rm(folder, { recursive: true });
  }
});
