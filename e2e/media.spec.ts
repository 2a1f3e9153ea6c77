/** Photos, films and files, from the choice of one to the other side's screen. */
import { readFile } from 'node:fs/promises';
import { type Locator, type Page } from '@playwright/test';
import { choose, film, give, photoWithPlace, picture, sendTray, tray } from './support/files.ts';
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
  return { ana: ana.page, ben: ben.page };
}

const viewer = (page: Page) => page.getByRole('dialog', { name: 'Media', exact: true });

/** Presses a button that saves, and reads what was saved. */
async function saved(page: Page, press: () => Promise<void>): Promise<[string, Buffer]> {
  const downloading = page.waitForEvent('download');
  await press();
  const download = await downloading;
  return [download.suggestedFilename(), await readFile(await download.path())];
}

/** The picture of a message is copied from its menu; where the browser refuses, that is said. */
async function copies(page: Page, shown: Locator): Promise<void> {
  const copy = page.getByRole('menuitem', { name: 'Copy', exact: true });
  const said = page.getByRole('main').getByRole('status');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await button(shown, 'Message actions').click();
  await copy.click();
  await expect(said).toHaveText('Copied');
  const size = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const picture = await createImageBitmap(await item!.getType('image/png'));
    return [item!.types, picture.width, picture.height];
  });
  expect(size).toEqual([['image/png'], 800, 600]);
  await page.evaluate(() => {
    navigator.clipboard.write = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await shown.focus();
  await page.keyboard.press('c');
  const alert = page.getByRole('main').getByRole('alert').filter({ hasText: 'clipboard' });
  await expect(alert).toContainText('The browser did not let this be copied.');
  await button(alert, 'Dismiss').click();
}

test('a photo is seen on both sides, without what the camera wrote', async ({ newPerson }) => {
  const { ana, ben } = await pair(newPerson);
  const place = 'N 40.4168 W 3.7038';
  const buffer = await photoWithPlace(ben, place);
  expect(buffer.includes(place)).toBe(true);
  await choose(ben, { name: 'IMG_2041.jpg', mimeType: 'image/jpeg', buffer });
  await expect(tray(ben)).toContainText('Location and camera data removed');
  await tray(ben).getByRole('textbox', { name: 'Caption', exact: true }).fill('the sea');
  await sendTray(ben);
  await expect(message(ben, { from: 'You', text: 'Photo, the sea' })).toBeVisible();
  const theirs = message(ana, { from: 'Ben', text: 'Photo, the sea' });
  const seen = theirs.getByRole('img', { name: 'Photo', exact: true });
  await expect(seen).toBeVisible();
  await expect
    .poll(() =>
      seen.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]),
    )
    .toEqual([800, 600]);
  await expect(message(ben, { from: 'You', text: 'Photo, the sea', state: 'Read' })).toBeVisible();

  await copies(ana, theirs);
  await button(theirs, 'Open Photo').click();
  const [name, bytes] = await saved(ana, () => button(viewer(ana), 'Download').click());
  expect(name).toBe('photo.webp');
  expect(bytes.includes('Exif') || bytes.includes(place)).toBe(false);
  await ana.keyboard.press('Escape');

  await choose(ben, { name: 'IMG_2042.jpg', mimeType: 'image/jpeg', buffer });
  await tray(ben).getByRole('checkbox', { name: 'Original', exact: true }).check();
  await expect(tray(ben)).toContainText('with what the camera wrote into it');
  await tray(ben).getByRole('textbox', { name: 'Caption', exact: true }).fill('as it is');
  await sendTray(ben);
  const original = message(ana, { from: 'Ben', text: 'Photo, as it is' });
  await button(original, 'Open Photo').click();
  const [, all] = await saved(ana, () => button(viewer(ana), 'Download').click());
  expect(all.equals(buffer)).toBe(true);
});

test('photos are looked at closely, one after the other, and all together', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  const files = await Promise.all(
    ['one', 'two', 'three'].map(async (name, index) => ({
      name: `${name}.png`,
      mimeType: 'image/png',
      buffer: await picture(ben, { hue: index * 100 }),
    })),
  );
  await choose(ben, ...files);
  // The last one goes first.
  await button(tray(ben), 'three.png').click();
  await button(tray(ben), 'Move earlier').click();
  await button(tray(ben), 'Move earlier').click();
  await expect(button(tray(ben), 'Move earlier')).toBeDisabled();
  await tray(ben).getByRole('textbox', { name: 'Caption', exact: true }).fill('first');
  await sendTray(ben);

  const first = message(ana, { from: 'Ben', text: 'Photo, first' });
  const open = button(first, 'Open Photo');
  await open.click();
  const shown = viewer(ana);
  await expect(shown).toContainText('first');
  await expect(shown.getByRole('img', { name: 'Photo', exact: true })).toBeVisible();
  await expect(button(shown, 'Previous')).toBeDisabled();
  await expect(button(shown, 'Next')).toBeEnabled();
  await ana.keyboard.press('ArrowRight');
  await expect(shown).not.toContainText('first');
  await expect(button(shown, 'Previous')).toBeEnabled();
  await button(shown, 'Next').click();
  await expect(button(shown, 'Next')).toBeDisabled();
  const image = shown.getByRole('img', { name: 'Photo', exact: true });
  await expect(image).toBeVisible();
  const width = async (): Promise<number> => (await image.boundingBox())?.width ?? 0;
  const whole = await width();
  await ana.keyboard.press('+');
  await expect(button(shown, 'Zoom')).toHaveAttribute('aria-pressed', 'true');
  expect(await width()).toBeGreaterThan(whole * 1.4);
  await ana.keyboard.press('0');
  await expect(button(shown, 'Zoom')).toHaveAttribute('aria-pressed', 'false');
  await ana.keyboard.press('Escape');
  await expect(shown).toBeHidden();
  await expect(open).toBeFocused();

  await button(ana, 'Chat details').click();
  await button(ana, 'Media, files and links').click();
  const gallery = ana.getByRole('dialog', { name: 'Media, files and links', exact: true });
  await expect(gallery.getByRole('button', { name: /^Open Photo, / })).toHaveCount(3);
  await gallery.getByRole('tab', { name: 'Links', exact: true }).click();
  await expect(gallery).toContainText('No links yet');
  await ana.keyboard.press('ArrowRight');
  await expect(gallery.getByRole('button', { name: /^Open Photo, / })).toHaveCount(3);
  await gallery
    .getByRole('button', { name: /^Open Photo, / })
    .last()
    .click();
  await expect(viewer(ana)).toContainText('first');
  for (const dialog of [viewer(ana), gallery]) {
    await ana.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  }
  await ana.keyboard.press('Escape');
  await expect(button(ana, 'Chat details')).toBeFocused();

  await first.focus();
  await ana.keyboard.press('Delete');
  await button(ana, 'Delete only the attachment').click();
  await expect(first).toContainText('Deleted here');
  await expect(first).toContainText('first');
  await ana.reload();
  await expect(message(ana, { from: 'Ben', text: 'Photo, first' })).toContainText('Deleted here');
});

test('files are pasted, dropped on the chat, and dropped on a chat in the list', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  const file = (name: string) => ({
    name,
    mimeType: 'text/plain',
    buffer: Buffer.from(`this is ${name}`),
  });
  await give(composer(ben), 'paste', file('pasted.txt'), file('too.txt'));
  await expect(button(tray(ben), 'pasted.txt')).toBeVisible();
  await sendTray(ben);
  await give(ben.getByRole('main'), 'drop', file('dropped.txt'));
  await sendTray(ben);
  await openChat(ben, 'Notes');
  await give(chatLine(ben, 'Ana'), 'drop', file('list.txt'));
  await sendTray(ben);
  for (const name of ['pasted.txt', 'too.txt', 'dropped.txt', 'list.txt']) {
    await expect(message(ben, { from: 'You', text: `File ${name}` })).toBeVisible();
    await expect(message(ana, { from: 'Ben', text: `File ${name}` })).toBeVisible();
  }
});

test('a film without sound is played on the other side', async ({ newPerson }) => {
  const { ana, ben } = await pair(newPerson);
  const buffer = await film(ben);
  await choose(ben, { name: 'clip.webm', mimeType: 'video/webm', buffer });
  await expect(tray(ben)).toContainText('with what the camera wrote into it');
  await sendTray(ben);
  const theirs = message(ana, { from: 'Ben', text: 'Video' });
  await theirs.getByRole('button', { name: /^Download / }).click();
  await button(theirs, 'Open Video').click();
  const video = viewer(ana).locator('video');
  await expect(video).toBeVisible();
  await video.evaluate((element: HTMLVideoElement) => element.play());
  await expect
    .poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime))
    .toBeGreaterThan(0);
});

test('media is deleted in Settings with its message kept, and asked for again by one click', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  await choose(ben, { name: 'sea.png', mimeType: 'image/png', buffer: await picture(ben) });
  await tray(ben).getByRole('textbox', { name: 'Caption', exact: true }).fill('the sea');
  await sendTray(ben);
  const theirs = message(ana, { from: 'Ben', text: 'Photo, the sea' });
  const seen = theirs.getByRole('img', { name: 'Photo', exact: true });
  await expect(seen).toBeVisible();
  await expect(message(ben, { from: 'You', text: 'Photo, the sea', state: 'Read' })).toBeVisible();

  await button(ana, 'Settings').click();
  await button(ana, 'Delete media of Ben').click();
  const dialog = ana.getByRole('dialog', { name: 'Delete media of Ben', exact: true });
  await dialog.getByRole('checkbox', { name: 'Select all', exact: true }).check();
  await button(dialog, 'Delete…').click();
  await button(dialog, 'Delete media').click();
  await expect(dialog).toBeHidden();
  await expect(button(ana, 'Delete media of Ben')).toHaveCount(0);

  await openChat(ana, 'Ben');
  await expect(theirs).toContainText('Deleted here');
  await button(theirs, 'Ask Ben to send it again').click();
  await expect(seen).toBeVisible();
  await expect.poll(() => seen.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(800);
  await expect(message(ben, { from: 'You', text: 'Photo, the sea', state: 'Read' })).toBeVisible();
});
