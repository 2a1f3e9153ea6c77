/** What was begun and not sent: files in the tray outlive the page, and are nowhere else when they are sent. */
import { type Page } from '@playwright/test';
import { choose, picture, sendTray, tray } from './support/files.ts';
import { expect, type NewPerson, test } from './support/journey.ts';
import {
  button,
  chatLine,
  composer,
  introduce,
  message,
  openChat,
  type Person,
} from './support/people.ts';

async function pair(newPerson: (how: NewPerson) => Promise<Person>) {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ben, ana);
  return { ana, ben };
}

async function photos(page: Page, ...names: string[]) {
  const files = [];
  for (const [index, name] of names.entries())
    files.push({ name, mimeType: 'image/png', buffer: await picture(page, { hue: index * 100 }) });
  return files;
}

const caption = (page: Page) => tray(page).getByRole('textbox', { name: 'Caption', exact: true });

/** Files of attachments in this browser, sealed. */
const filesHere = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('attachments', { create: true });
    let count = 0;
    for await (const _ of folder.keys()) count++;
    return count;
  });

test('photos in the tray are there again after a reload, in order and with their captions', async ({
  newPerson,
}) => {
  const {
    ana: { page: ana },
    ben: { page: ben },
  } = await pair(newPerson);
  await composer(ben).fill('and these words');
  await choose(ben, ...(await photos(ben, 'one.png', 'two.png')));
  await button(tray(ben), 'two.png').click();
  await caption(ben).fill('the hill');
  await button(tray(ben), 'Move earlier').click();
  await button(tray(ben), 'one.png').click();
  await tray(ben).getByRole('checkbox', { name: 'Original', exact: true }).check();
  // Behind the tray the composer says how many are kept.
  await expect(ben.locator('draft-files')).toHaveText('2 attachments in the draft');
  await caption(ben).fill('the sea');
  await ben.goBack();
  await expect(tray(ben)).toBeHidden();
  await expect(chatLine(ben, 'Ana')).toHaveAccessibleName(/, Draft: and these words, /);
  await openChat(ben, 'Ana');
  await button(ben, '2 attachments in the draft').click();
  await button(tray(ben), 'one.png').click();
  await expect(caption(ben)).toHaveValue('the sea');
  await ben.reload();

  await expect(composer(ben)).toHaveValue('and these words');
  await button(ben, '2 attachments in the draft').click();
  await expect(caption(ben)).toHaveValue('the hill');
  await expect(tray(ben).getByRole('img', { name: 'two.png' }).first()).toBeVisible();
  await expect(button(tray(ben), 'Move earlier')).toBeDisabled();
  await button(tray(ben), 'one.png').click();
  await expect(caption(ben)).toHaveValue('the sea');
  await expect(tray(ben).getByRole('checkbox', { name: 'Original', exact: true })).toBeChecked();
  await sendTray(ben);
  await expect(ben.locator('draft-files')).toHaveCount(0);
  await expect(composer(ben)).toBeFocused();
  await expect(composer(ben)).toHaveValue('and these words');

  const articles = ana.getByRole('article', { name: /^Ben: Photo, the / });
  await expect(articles).toHaveCount(2);
  await expect(articles.first()).toHaveAccessibleName(/the hill/);
  await expect(articles.last()).toHaveAccessibleName(/the sea/);
  for (const words of ['the hill', 'the sea'])
    await expect(
      message(ben, { from: 'You', text: `Photo, ${words}`, state: 'Read' }),
    ).toBeVisible();
  await expect.poll(() => filesHere(ben)).toBe(2);
  await ben.reload();
  await expect(composer(ben)).toHaveValue('and these words');
  await expect(ben.locator('draft-files')).toHaveCount(0);
});

test('a draft of files only is in the list, in the other tab, and gone from both when it is sent or discarded', async ({
  newPerson,
}) => {
  const {
    ana: { page: ana },
    ben,
  } = await pair(newPerson);
  const first = ben.page;
  await choose(first, ...(await photos(first, 'one.png', 'two.png')));
  const second = await ben.newTab();
  await expect(chatLine(second, 'Ana')).toHaveAccessibleName(/, Draft: 2 attachments, /);
  await openChat(second, 'Ana');
  await button(second, '2 attachments in the draft').click();
  await expect(button(tray(second), 'two.png')).toBeVisible();
  // What one of them takes out is gone in the other, and what one of them writes stands there.
  await button(tray(second), 'Remove attachment').click();
  await caption(second).fill('from the second tab');
  await first.bringToFront();
  await expect(caption(first)).toHaveValue('from the second tab');
  await sendTray(first);
  await expect(tray(second)).toBeHidden();
  await expect(second.locator('draft-files')).toHaveCount(0);
  await expect(message(ana, { from: 'Ben', text: 'Photo, from the second tab' })).toBeVisible();

  await choose(first, ...(await photos(first, 'three.png')));
  await expect(first.locator('draft-files')).toHaveText('1 attachment in the draft');
  await first.keyboard.press('Escape');
  await expect(first.locator('draft-files')).toHaveCount(0);
  await expect(second.locator('draft-files')).toHaveCount(0);
  await expect.poll(() => filesHere(first)).toBe(1);
});

test('leaving the chat keeps what is in the tray, and what is attached later comes behind it', async ({
  newPerson,
}) => {
  const {
    ben: { page: ben },
  } = await pair(newPerson);
  await openChat(ben, 'Notes');
  await ben.goBack();
  await openChat(ben, 'Notes');
  await choose(ben, ...(await photos(ben, 'one.png')));
  await caption(ben).fill('first');
  await ben.goBack();
  await expect(tray(ben)).toBeHidden();
  await openChat(ben, 'Notes');
  await expect(button(ben, '1 attachment in the draft')).toBeVisible();
  await choose(ben, { name: 'two.txt', mimeType: 'text/plain', buffer: Buffer.from('two') });
  await expect(button(tray(ben), 'two.txt')).toHaveAttribute('aria-current', 'true');
  await button(tray(ben), 'one.png').click();
  await expect(caption(ben)).toHaveValue('first');
  await sendTray(ben);
  await expect(ben.getByRole('article', { name: /^You: (Photo|File)/ })).toHaveCount(2);
  await expect.poll(() => filesHere(ben)).toBe(2);
});
