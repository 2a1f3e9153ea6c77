/** Nothing is ever lost: a backup is made, the browser is wiped or killed, and everything comes back, once. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { writeLargeBackup } from './support/backup-file.ts';
import { killBrowserOf } from './support/browser-process.ts';
import {
  backupSection,
  chooseBackup,
  goOn,
  makeBackup,
  openBackup,
  restore,
  withoutSaveWindow,
} from './support/backups.ts';
import { choose, picture, sendTray } from './support/files.ts';
import { expect, test } from './support/journey.ts';
import {
  button,
  chatLine,
  expectMessage,
  introduce,
  message,
  openChat,
  readWholeChat,
  send,
} from './support/people.ts';

/** What a person reads in a chat, from its first message to its last, without times. */
async function wholeChat(page: Page, contact: string): Promise<string[]> {
  await openChat(page, contact);
  return readWholeChat(page);
}

test('after the browser was wiped everything is back, and the talk goes on', async ({
  newPerson,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ben, ana);
  await openChat(ana.page, 'Ben');
  await openChat(ben.page, 'Ana');
  for (let i = 1; i <= 12; i++)
    await send(i % 3 === 0 ? ben.page : ana.page, `line ${i} of the story`);
  await choose(ana.page, {
    name: 'sea.png',
    mimeType: 'image/png',
    buffer: await picture(ana.page),
  });
  await sendTray(ana.page);
  await expect(
    message(ana.page, { from: 'You', text: 'Photo', state: ['Delivered', 'Read'] }),
  ).toBeVisible();
  await expectMessage(ben.page, { from: 'Ana', text: 'line 11 of the story' });
  await openChat(ana.page, 'Notes');
  await send(ana.page, 'milk and bread');
  const before = [await wholeChat(ana.page, 'Ben'), await wholeChat(ana.page, 'Notes')];

  await withoutSaveWindow(ana.page);
  const { digits, file } = await makeBackup(ana.page);
  await expect(backupSection(ana.page)).toContainText('Last backup:');
  // Nothing of what was said stands in it.
  for (const words of ['of the story', 'milk', 'Ben', 'sea.png'])
    expect(file.includes(words)).toBe(false);
  await ana.context.close();

  const again = await newPerson();
  await restore(again.page, file, digits);
  await expect(chatLine(again.page, 'Ben')).toBeVisible();
  expect([await wholeChat(again.page, 'Ben'), await wholeChat(again.page, 'Notes')]).toEqual(
    before,
  );
  await openChat(again.page, 'Ben');
  await message(again.page, { from: 'You', text: 'Photo' })
    .getByRole('button', { name: /Photo|sea/ })
    .first()
    .click();
  const viewer = again.page.getByRole('dialog', { name: 'Media', exact: true });
  await expect
    .poll(() =>
      viewer
        .locator('img')
        .first()
        .evaluate((img) => (img as HTMLImageElement).naturalWidth),
    )
    .toBeGreaterThan(0);
  await again.page.keyboard.press('Escape');

  await send(again.page, 'I am back');
  await expectMessage(ben.page, { from: 'Ana', text: 'I am back' });
  await send(ben.page, 'so you are');
  await expectMessage(again.page, { from: 'Ben', text: 'so you are' });
  await expectMessage(again.page, { from: 'You', text: 'I am back', state: ['Delivered', 'Read'] });
  // To Ben nothing has happened.
  await expect(ben.page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);
  await expect(ben.page.getByRole('log')).not.toContainText('could not be decrypted');
  await again.page.reload();
  await openChat(again.page, 'Ben');
  await expectMessage(again.page, { from: 'Ben', text: 'so you are' });
});

test('a slip in the digits is mended, another key and another file are refused in words', async ({
  newPerson,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  await openChat(ana.page, 'Notes');
  await send(ana.page, 'remember me');
  await withoutSaveWindow(ana.page);
  const { digits, file } = await makeBackup(ana.page);
  const other = await newPerson({ name: 'Ben' });
  await openChat(other.page, 'Notes');
  await send(other.page, 'mine');
  await withoutSaveWindow(other.page);
  const theirs = await makeBackup(other.page);

  const again = await newPerson();
  const { page } = again;
  const dialog = page.getByRole('dialog');
  await button(page, 'Restore from a backup').click();
  await chooseBackup(page, file);
  const box = page.getByRole('textbox', { name: 'Recovery key', exact: true });
  await box.fill(theirs.digits);
  await button(dialog, 'Open backup').click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  const slip = digits.slice(0, 21) + String((Number(digits[21]) + 1) % 10) + digits.slice(22);
  await box.fill(slip);
  await expect(dialog).toContainText('Row 2 has a slip.');
  await button(dialog, 'Open backup').click();
  await expect(dialog).toContainText('A slip was mended in row 2');
  await button(dialog, 'Restore').click();
  await expect(dialog).toContainText('1 message was restored.');
  await button(dialog, 'Done').click();
  await openChat(page, 'Notes');
  await expectMessage(page, { from: 'You', text: 'remember me' });

  // Another account's file is not for this one.
  await button(page, 'Settings').click();
  await button(page, 'Import backup').click();
  await openBackup(page, theirs.file, theirs.digits);
  await button(dialog, 'Import').click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await page.keyboard.press('Escape');
});

test('a backup is tested, damage is named, and what it left is salvaged', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  await openChat(ana.page, 'Notes');
  for (let i = 0; i < 5; i++) await send(ana.page, `note ${i}`);
  await choose(ana.page, {
    name: 'large.bin',
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(600_000, 7),
  });
  await sendTray(ana.page);
  await expect(message(ana.page, { from: 'You', text: 'File large.bin' })).toBeVisible();
  await withoutSaveWindow(ana.page);
  const { digits, file } = await makeBackup(ana.page);
  await button(ana.page, 'Test my backup').click();
  await chooseBackup(ana.page, file);
  await expect(ana.page.getByRole('dialog')).toContainText('This backup works: 6 messages');
  await button(ana.page.getByRole('dialog'), 'Done').click();
  await expect(backupSection(ana.page)).toContainText('Last proven:');
  await ana.context.close();

  file[96 + 262_160 + 5_000]! ^= 1;
  const again = await newPerson();
  const dialog = again.page.getByRole('dialog');
  await button(again.page, 'Restore from a backup').click();
  await openBackup(again.page, file, digits);
  await button(dialog, 'Restore').click();
  await button(dialog, 'Salvage what is left').click();
  await expect(dialog).toContainText('The file is damaged at 1 place (part 2)');
  await button(dialog, 'Done').click();
  await openChat(again.page, 'Notes');
  await expectMessage(again.page, { from: 'You', text: 'note 4' });
});

test('a browser that cleared everything says so at the start, and leads back in two steps', async ({
  newPerson,
  relay,
}) => {
  const { page, context } = await newPerson({ name: 'Ana' });
  await openChat(page, 'Notes');
  await send(page, 'not gone for good');
  await withoutSaveWindow(page);
  const { digits, file } = await makeBackup(page);
  // That there is an account is marked a moment after the page stands.
  await expect.poll(() => page.evaluate(() => document.cookie)).toContain('sotto');
  const devtools = await context.newCDPSession(page);
  await page.goto('about:blank');
  // As a browser does that needs room: all that a site keeps goes, and its cookies stay.
  await devtools.send('Storage.clearDataForOrigin', {
    origin: relay.url,
    storageTypes: 'indexeddb,file_systems,cache_storage,service_workers,local_storage',
  });
  await page.goto(`${relay.url}/`);
  await expect(page.getByRole('alert')).toContainText('Sotto’s data is gone from this browser');
  await restore(page, file, digits);
  await openChat(page, 'Notes');
  await expectMessage(page, { from: 'You', text: 'not gone for good' });

  // Whoever erases the account is not told that it is gone.
  await button(page, 'Settings').click();
  await button(page, 'Erase account').click();
  await button(page.getByRole('dialog'), 'Erase account').click();
  await button(page, 'Begin again').click();
  await expect(button(page, 'Create account')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

/** How much the account holds, as Settings counts it. */
async function heldBy(page: Page): Promise<{ messages: number; media: number }> {
  await withoutSaveWindow(page);
  await button(page, 'Settings').click();
  await button(page, 'Export backup').click();
  const said = backupSection(page)
    .getByRole('status')
    .filter({ hasText: 'The backup is complete' });
  await expect(said).toBeVisible({ timeout: 60_000 });
  const messages = Number(
    /([\d,]+) messages/.exec((await said.textContent()) ?? '')?.[1]?.replaceAll(',', ''),
  );
  const bytes = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('attachments');
    let files = 0;
    for await (const name of folder.keys()) files += name ? 1 : 0;
    return files;
  });
  return { messages, media: bytes };
}

/** So often the browser is killed in the middle of a restore; 20 times in `npm run soak`. */
const KILLS = Number(process.env['SOTTO_BACKUP_KILLS'] ?? 3);

test('a browser that is killed in the middle of a restore goes on, and has everything once', async ({
  address,
  launchOptions,
  newPerson,
  relay,
}) => {
  test.setTimeout(90_000 + KILLS * 40_000);
  const folder = await mkdtemp(join(tmpdir(), 'sotto-large-backup-'));
  const file = join(folder, 'large.sotto');
  const out = await open(file, 'w');
  const size = { messages: 6_000, files: 12, fileBytes: 4_000_000 };
  const host = new URL(relay.url).host;
  const digits = await writeLargeBackup({ host, ...size }, async (bytes) => {
    await out.write(bytes);
  });
  await out.close();

  const whole = await newPerson();
  await button(whole.page, 'Restore from a backup').click();
  await openBackup(whole.page, file, digits);
  const begun = Date.now();
  await button(whole.page.getByRole('dialog'), 'Restore').click();
  await expect(whole.page.getByRole('dialog')).toContainText('6,012 messages were restored.', {
    timeout: 60_000,
  });
  const takes = Date.now() - begun;
  await whole.context.close();

  let interrupted = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const profile = await mkdtemp(join(tmpdir(), 'sotto-restore-'));
    const launch = async (): Promise<Page> => {
      const context = await chromium.launchPersistentContext(profile, {
        ...launchOptions,
        locale: 'en-US',
      });
      const page = context.pages()[0] ?? (await context.newPage());
      await page.goto(address);
      return page;
    };
    try {
      let page = await launch();
      await button(page, 'Restore from a backup').click();
      await openBackup(page, file, digits);
      const gone = new Promise((resolve) => page.context().on('close', resolve));
      await button(page.getByRole('dialog'), 'Restore').click();
      // Spread over the time that a whole one takes: what is killed is a moment, not a state.
      setTimeout(() => killBrowserOf(profile), (takes * (kill + 0.5)) / KILLS);
      await gone;
      page = await launch();
      await expect(
        button(page, 'Restore from a backup').or(button(page, 'Settings')),
      ).toBeVisible();
      if (await button(page, 'Settings').isVisible()) {
        await button(page, 'Settings').click();
        await expect(button(page, 'Export backup')).toBeVisible();
        if (await button(backupSection(page), 'Go on').isVisible()) {
          interrupted++;
          await goOn(page, file);
        }
      } else await restore(page, file, digits);
      await openChat(page, 'Notes');
      await expect(message(page, { from: 'You', text: 'File file-11.bin' })).toBeVisible();
      expect(await heldBy(page)).toEqual({ messages: 6_012, media: 12 });
      await page.context().close();
    } finally {
      killBrowserOf(profile);
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
  }
  await rm(folder, { recursive: true, force: true });
  console.log(`restore: killed ${KILLS} times, ${interrupted} of them in the middle`);
  expect(interrupted).toBeGreaterThan(0);
});
