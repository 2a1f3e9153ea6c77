/**
 * What of a day's typing can be found in the browser's own folder: database, caches, history, what it keeps to
 * restore a session. Everything is searched raw, while the browser runs and after it was closed.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { accountIdBytes } from '../src/lib/ids.ts';
import { parseInvite } from '../src/protocol/invite.ts';
import { choose, picture, tray } from './support/files.ts';
import { expect, test } from './support/journey.ts';
import {
  bytesNeedle,
  type File,
  find,
  readFolder,
  textNeedle,
  wordNeedles,
} from './support/needles.ts';
import {
  acceptRequest,
  button,
  chatLine,
  composer,
  expectMessage,
  expectOpenChat,
  inviteLink,
  nameBox,
  openChat,
  openNewChat,
  send,
} from './support/people.ts';

let profile: string;
let open: BrowserContext | undefined;

test.beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'sotto-profile-'));
});
test.afterEach(async () => {
  await open?.close();
  await rm(profile, { recursive: true, force: true });
});

/** The folder as it is now. */
async function keep(when: string): Promise<File[]> {
  const files = await readFolder(profile);
  return files.map(({ path, bytes }) => ({ path: `${path} ${when}`, bytes }));
}

test('nothing that was typed, read or opened stands in clear in the browser’s folder', async ({
  address,
  launchOptions,
  newPerson,
}) => {
  test.setTimeout(180_000);
  const own = 'Zwetschgenknödel Vuvuzela';
  const theirs = 'Quokkabändiger Ballyhoo';
  const typed = [own, theirs];
  const say = async (...[page, text]: Parameters<typeof send>): Promise<void> => {
    typed.push(text);
    await send(page, text);
  };
  const ben = await newPerson({ name: theirs });
  const link = await inviteLink(ben.page);
  const invite = parseInvite(link);

  open = await chromium.launchPersistentContext(profile, { ...launchOptions, locale: 'en-US' });
  const page = open.pages()[0] ?? (await open.newPage());
  // The link is what the person comes with.
  await page.goto(`${address}${new URL(link).hash}`);
  await nameBox(page).pressSequentially(own);
  await button(page, 'Create account').click();
  await expect(page.getByText(`${theirs} wants to talk with you`)).toBeVisible();
  await button(page, 'Start chat').click();
  await expectOpenChat(page, theirs);
  await say(page, 'the marzipan armadillo has landed');
  await openChat(ben.page, own);
  await acceptRequest(ben.page);
  await say(ben.page, 'see https://example.org/pumpernickel?crocus=vermilion');
  await expectMessage(page, { from: theirs, text: typed.at(-1)! });
  typed.push('hesitant gooseberry serenades');
  await composer(page).pressSequentially(typed.at(-1)!);
  // A file that was chosen and not sent; the reload below finds it in the tray.
  typed.push('ukulele of the wombat', 'whirligig-balalaika');
  const photo = await picture(page, { width: 96, height: 64, type: 'image/jpeg' });
  await choose(
    page,
    {
      name: 'whirligig-balalaika.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('ukulele of the wombat '.repeat(50)),
    },
    { name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer: photo },
  );
  typed.push('bougainvillea at dusk');
  await tray(page)
    .getByRole('textbox', { name: 'Caption', exact: true })
    .pressSequentially(typed.at(-1)!);
  await expect(page.locator('draft-files')).toHaveText('2 attachments in the draft');
  await page.goBack();
  await openChat(page, 'Notes');
  await say(page, 'passphrase under the bandersnatch');
  // A search and two pasted lines that lead nowhere.
  typed.push('xylophonist', 'no link but thistledown', 'flibbertigibbet');
  const search = page.getByRole('searchbox');
  await search.pressSequentially('xylophonist');
  const dialog = await openNewChat(page);
  await dialog
    .getByRole('textbox', { name: 'Paste an invite link', exact: true })
    .fill('no link but thistledown');
  await expect(dialog.getByRole('alert')).toBeVisible();
  await page.reload();
  await page.getByRole('searchbox').fill('');
  await button(page, 'Settings').click();
  await nameBox(page).fill('flibbertigibbet');
  await button(page, 'Save name').click();
  await button(page, 'Back').click();
  await openChat(page, theirs);
  await expect(composer(page)).toHaveValue('hesitant gooseberry serenades');
  await button(page, '2 attachments in the draft').click();
  await expect(tray(page).getByRole('textbox', { name: 'Caption', exact: true })).toHaveValue(
    'bougainvillea at dusk',
  );
  await page.goBack();
  await openChat(page, theirs);
  await say(ben.page, 'one chrysalis more');
  await expectMessage(page, { from: theirs, text: 'one chrysalis more' });

  // A page that hides nothing, in the same browser: the search must find each of its words.
  const careless = {
    address: 'ornithopter-in-the-address',
    title: 'rutabaga in the title',
    localStorage: 'kumquat in the storage',
    database: 'mangosteen in the database',
  };
  const server = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(`<!doctype html><title>${careless.title}</title>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const other = await open.newPage();
  await other.goto(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/${careless.address}`,
  );
  await other.evaluate(async ({ localStorage: kept, database }) => {
    localStorage.setItem('kept', kept);
    await new Promise<void>((resolve, reject) => {
      const asked = indexedDB.open('careless');
      asked.onerror = () => reject(asked.error ?? new Error());
      asked.onupgradeneeded = () => asked.result.createObjectStore('texts').add(database, 1);
      asked.onsuccess = () => {
        asked.result.close();
        resolve();
      };
    });
  }, careless);

  const files = await keep('while it runs');
  await open.close();
  open = undefined;
  server.close();
  const left = await keep('after it was closed');
  files.push(...left);
  await test.info().attach('files', {
    body: left.map(({ path, bytes }) => `${bytes.length} ${path}`).join('\n'),
    contentType: 'text/plain',
  });

  await test.step('the search sees what a careless page leaves', () => {
    expect(files.some(({ path }) => path.includes('IndexedDB'))).toBe(true);
    for (const text of Object.values(careless))
      expect(find(left, [textNeedle(text)]), text).not.toEqual([]);
  });

  await test.step('no name, message, draft, search or pasted line is there', () => {
    expect(find(files, wordNeedles(typed))).toEqual([]);
    // From the middle of its pixels, which are of no other picture.
    const pixels = new Uint8Array(photo.subarray(photo.length - 64, photo.length - 16));
    expect(find(files, [bytesNeedle('the photo', pixels)])).toEqual([]);
    expect(files.some(({ path }) => path.includes('File System'))).toBe(true);
  });

  // Ids are the clear keys of sealed rows.
  await test.step('nor the token that the opened link carried, nor the id but where it belongs', () => {
    expect(find(files, [bytesNeedle('the token', invite.token)])).toEqual([]);
    const elsewhere = files.filter(({ path }) => !path.includes('IndexedDB'));
    const id = [textNeedle(invite.id), bytesNeedle('the id', accountIdBytes(invite.id))];
    expect(find(elsewhere, id)).toEqual([]);
  });
  await expect(chatLine(ben.page, 'flibbertigibbet')).toBeVisible();
});
