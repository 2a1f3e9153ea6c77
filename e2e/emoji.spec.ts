/** Emoji, GIFs and stickers, from the panel to the other side's screen. */
import { type Locator, type Page } from '@playwright/test';
import { axeFindings } from './support/axe.ts';
import { give } from './support/files.ts';
import { movingGif, movingPng } from './support/gif.ts';
import { expect, test } from './support/journey.ts';
import { button, composer, expectMessage, introduce, message, openChat } from './support/people.ts';

const panel = (page: Page) => page.getByRole('dialog', { name: 'Emoji, GIFs and stickers' });
const tray = (page: Page) => page.getByRole('dialog', { name: 'Send files', exact: true });

async function pair(newPerson: Parameters<Parameters<typeof test>[2]>[0]['newPerson']) {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ben, ana);
  return { ana: ana.page, ben: ben.page };
}

async function openPanel(page: Page, at: 'Emoji' | 'Stickers'): Promise<Locator> {
  await button(page, at).click();
  await expect(panel(page)).toBeVisible();
  return panel(page);
}

const gif = { name: 'blink.gif', mimeType: 'image/gif', buffer: movingGif() };
const png = { name: 'blink.png', mimeType: 'image/png', buffer: movingPng() };

/** Pasted where one writes, or dropped on the chat. */
async function sendGif(page: Page, how: 'paste' | 'drop', file = gif, caption = ''): Promise<void> {
  await give(how === 'paste' ? composer(page) : page.getByRole('main'), how, file);
  await expect(tray(page)).toContainText('Sent as it is');
  await tray(page).getByRole('textbox', { name: 'Caption', exact: true }).fill(caption);
  await tray(page).getByRole('button', { name: 'Send', exact: true }).click();
  await expect(tray(page)).toBeHidden();
}

/** Whether a picture shows more than one frame within a while, as its pixels tell. */
function colours(picture: Locator): Promise<number> {
  return picture.evaluate(async (element: HTMLImageElement | HTMLCanvasElement) => {
    const seen = new Set<string>();
    for (let frame = 0; frame < 40; frame++) {
      await new Promise(requestAnimationFrame);
      const canvas = new OffscreenCanvas(1, 1);
      const context = canvas.getContext('2d')!;
      context.drawImage(element, 0, 0, 1, 1);
      seen.add(context.getImageData(0, 0, 1, 1).data.join());
    }
    return seen.size;
  });
}

test('an emoji that is chosen, and one that is named, are seen on the other side', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  const open = await openPanel(ben, 'Emoji');
  await open.getByRole('searchbox', { name: 'Search emoji', exact: true }).fill('birthday');
  await open.getByRole('option', { name: 'birthday cake', exact: true }).click();
  await ben.keyboard.press('Escape');
  await expect(composer(ben)).toBeFocused();
  await ben.keyboard.type(' for you :wav');
  const names = ben.getByRole('listbox', { name: 'Emoji by name', exact: true });
  await expect(names).toBeVisible();
  await ben.keyboard.press('Tab');
  await expect(names).toBeHidden();
  await ben.keyboard.press('Enter');
  await expectMessage(ana, { from: 'Ben', text: '🎂 for you 👋' });
});

test('a GIF moves, stands still for whoever wants less motion, and can be saved and sent again', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  await ana.emulateMedia({ reducedMotion: 'reduce' });
  await sendGif(ben, 'paste');
  const mine = message(ben, { from: 'You', text: 'GIF' });
  await expect(mine.getByRole('img', { name: 'GIF', exact: true })).toBeVisible();
  await expect(button(mine, 'Pause GIF')).toBeVisible();
  const moving = mine.getByRole('img', { name: 'GIF', exact: true });
  const first = await moving.screenshot();
  await expect.poll(async () => (await moving.screenshot()).equals(first)).toBe(false);

  await mine.focus();
  await ben.keyboard.press('Shift+F10');
  const menu = ben.getByRole('menu', { name: 'Message menu', exact: true });
  await expect(menu.getByRole('menuitem')).toHaveText([/Save GIF/, /Details/, /Delete/]);
  await menu.getByRole('menuitem', { name: 'Save GIF', exact: true }).click();
  await expect(button(mine, 'GIF saved')).toBeVisible();
  await expect(ben.getByRole('status').filter({ hasText: 'GIF saved' })).toHaveCount(1);

  const theirs = message(ana, { from: 'Ben', text: 'GIF' });
  const still = theirs.getByRole('img', { name: 'GIF', exact: true });
  await expect(still).toBeVisible();
  await expect.poll(() => still.evaluate(({ tagName }) => tagName)).toBe('CANVAS');
  await expect.poll(() => still.evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBe(64);
  expect(await colours(still)).toBe(1);
  await button(theirs, 'Play GIF').click();
  await expect.poll(() => still.evaluate(({ tagName }) => tagName)).toBe('IMG');
  await button(theirs, 'Pause GIF').click();
  await expect.poll(() => still.evaluate(({ tagName }) => tagName)).toBe('CANVAS');

  await button(theirs, 'Save GIF').click();
  await expect(button(theirs, 'GIF saved')).toBeVisible();
  await ana.reload();
  await expectMessage(ana, { from: 'Ben', text: 'GIF' });
  const open = await openPanel(ana, 'Emoji');
  await open.getByRole('tab', { name: 'GIFs', exact: true }).click();
  await button(open, 'Send GIF 1').click();
  await expect(open).toBeHidden();
  await expect(message(ben, { from: 'Ana', text: 'GIF' }).getByRole('img')).toBeVisible();
  const again = await openPanel(ana, 'Emoji');
  await again.getByRole('tab', { name: 'GIFs', exact: true }).click();
  const kept = again.locator('moving-picture').locator('canvas, img');
  const tag = () => kept.evaluate(({ tagName }) => tagName);
  await button(again, 'Play all').hover();
  await expect.poll(tag).toBe('CANVAS');
  await button(again, 'Send GIF 1').hover();
  await expect.poll(tag).toBe('IMG');
  await button(again, 'Play all').click();
  await expect.poll(tag).toBe('IMG');
  await button(again, 'Pause all').click();
  await expect.poll(tag).toBe('CANVAS');
  await button(again, 'Send GIF 1').focus();
  await expect.poll(tag).toBe('IMG');
  await button(again, 'Remove GIF 1').click();
  await expect(again.getByText('No saved GIFs yet')).toBeVisible();
});

test('a PNG that moves is a GIF to whoever wants less motion, also over the whole window', async ({
  newPerson,
}) => {
  const { page } = await newPerson({ name: 'Ana' });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openChat(page, 'Notes');
  await sendGif(page, 'drop', png, 'blink');
  const sent = message(page, { from: 'You', text: 'GIF, blink' });
  await expect(button(sent, 'Play GIF')).toBeVisible();
  await button(sent, 'Open GIF').click();
  const viewer = page.getByRole('dialog', { name: 'Media', exact: true });
  const shown = viewer.getByRole('img', { name: 'GIF', exact: true });
  await expect(shown).toBeVisible();
  const still = await shown.screenshot();
  for (let look = 0; look < 5; look++) expect((await shown.screenshot()).equals(still)).toBe(true);
  await button(viewer, 'Play GIF').click();
  await expect.poll(async () => (await shown.screenshot()).equals(still)).toBe(false);
  await button(viewer, 'Pause GIF').click();
  await expect.poll(async () => (await shown.screenshot()).equals(still)).toBe(true);
});

test('a sticker is sent with one click, and whoever receives it keeps it with one', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  const open = await openPanel(ben, 'Stickers');
  expect(await axeFindings(ben)).toEqual([]);
  await button(open, 'Thank you').click();
  await expect(open).toBeHidden();
  await expect(composer(ben)).toBeFocused();
  const theirs = message(ana, { from: 'Ben', text: 'Sticker' });
  const picture = theirs.getByRole('img', { name: 'Sticker', exact: true });
  await expect(picture).toBeVisible();
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBe(512);
  await theirs.hover();
  await button(theirs, 'Add to my stickers').click();
  await expect(button(theirs, 'Added to your stickers')).toBeVisible();
  await button(await openPanel(ana, 'Stickers'), 'My sticker 1').click();
  await expect(message(ben, { from: 'Ana', text: 'Sticker' }).getByRole('img')).toBeVisible();
  const recent = await openPanel(ben, 'Stickers');
  await expect(recent.getByRole('heading', { name: 'Recently used', exact: true })).toBeVisible();
  await expect(button(recent, 'Thank you')).toHaveCount(2);
});

test('a sticker made of any picture is shared in a pack, and added with one click', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  await button(await openPanel(ben, 'Stickers'), 'Make sticker').click();
  const dialog = ben.getByRole('dialog', { name: 'Make sticker', exact: true });
  const chooser = ben.waitForEvent('filechooser');
  await button(dialog, 'Choose picture').click();
  await (await chooser).setFiles([{ name: 'any.gif', mimeType: 'image/gif', buffer: movingGif() }]);
  await expect(dialog.getByRole('img', { name: 'Your sticker', exact: true })).toBeVisible();
  expect(await axeFindings(ben)).toEqual([]);
  await button(dialog, 'Add sticker').click();
  await expect(dialog).toBeHidden();
  await expect(button(panel(ben), 'My sticker 1')).toBeVisible();
  await button(panel(ben), 'Share my stickers').click();
  const question = panel(ben).getByRole('group', { name: 'Send 1 sticker to this chat?' });
  await expect(button(question, 'Send')).toBeFocused();
  expect(await axeFindings(ben)).toEqual([]);
  await ben.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(button(panel(ben), 'Share my stickers')).toBeFocused();
  await expect(message(ben, { from: 'You', text: 'File Stickers' })).toHaveCount(0);
  await ben.keyboard.press('Enter');
  await button(question, 'Send').dblclick();
  await expect(panel(ben)).toBeHidden();
  await expect(message(ben, { from: 'You', text: 'File Stickers' })).toHaveCount(1);

  const theirs = message(ana, { from: 'Ben', text: 'File Stickers' });
  await theirs.getByRole('button', { name: /^Download / }).click();
  await expect(theirs.getByText('1 sticker', { exact: true })).toBeVisible();
  await button(theirs, 'Add stickers').click();
  await expect(button(theirs, 'Stickers added')).toBeVisible();
  const open = await openPanel(ana, 'Stickers');
  await expect(button(open, 'My sticker 1')).toBeVisible();
  await button(open, 'Remove My sticker 1').click();
  await expect(button(open, 'My sticker 1')).toHaveCount(0);
});
