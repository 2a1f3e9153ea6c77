/** Photos and files, from the choice of one to the other side's screen. */
import { readFile } from 'node:fs/promises';
import { type Page } from '@playwright/test';
import { expect, test } from './support/journey.ts';
import { button, introduce, message } from './support/people.ts';

/** A PNG that the page itself draws: stripes, so that it does not shrink to nothing. */
async function picture(page: Page, width = 800, height = 600): Promise<Buffer> {
  const bytes = await page.evaluate(
    async ([w, h]) => {
      const canvas = new OffscreenCanvas(w, h);
      const context = canvas.getContext('2d')!;
      for (let x = 0; x < w; x += 8) {
        context.fillStyle = `hsl(${x % 360} 70% ${30 + (x % 40)}%)`;
        context.fillRect(x, 0, 8, h);
      }
      const blob = await canvas.convertToBlob({ type: 'image/png' });
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [width, height] as const,
  );
  return Buffer.from(bytes);
}

async function choose(
  page: Page,
  ...files: { name: string; mimeType: string; buffer: Buffer }[]
): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Attach').click();
  await (await chooser).setFiles(files);
  await expect(page.getByRole('dialog', { name: 'Send files', exact: true })).toBeVisible();
}

const tray = (page: Page) => page.getByRole('dialog', { name: 'Send files', exact: true });

async function pair(newPerson: Parameters<Parameters<typeof test>[2]>[0]['newPerson']) {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ben, ana);
  return { ana: ana.page, ben: ben.page };
}

test('a photo is seen on both sides, and gone from the relay', async ({ newPerson }) => {
  const { ana, ben } = await pair(newPerson);
  await choose(ben, {
    name: 'IMG_2041.png',
    mimeType: 'image/png',
    buffer: await picture(ben),
  });
  await expect(tray(ben)).toContainText('Location and camera data removed');
  await tray(ben).getByRole('textbox', { name: 'Caption', exact: true }).fill('the sea');
  await tray(ben).getByRole('button', { name: 'Send', exact: true }).click();
  await expect(tray(ben)).toBeHidden();
  const mine = message(ben, { from: 'You', text: 'Photo, the sea' });
  await expect(mine).toBeVisible();
  const theirs = message(ana, { from: 'Ben', text: 'Photo, the sea' });
  const seen = theirs.getByRole('img', { name: 'Photo', exact: true });
  await expect(seen).toBeVisible();
  await expect
    .poll(() =>
      seen.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]),
    )
    .toEqual([800, 600]);
  await expect(message(ben, { from: 'You', text: 'Photo, the sea', state: 'Read' })).toBeVisible();
});

test('a file is fetched when asked for, and saved as it was', async ({ newPerson }) => {
  const { ana, ben } = await pair(newPerson);
  const buffer = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 31) % 251));
  await choose(ben, { name: 'plan.pdf', mimeType: 'application/pdf', buffer });
  await tray(ben).getByRole('button', { name: 'Send', exact: true }).click();
  const theirs = message(ana, { from: 'Ben', text: 'File plan.pdf' });
  await theirs.getByRole('button', { name: /^Download 700/ }).click();
  const save = theirs.getByRole('button', { name: 'Save', exact: true });
  await expect(save).toBeVisible();
  const downloading = ana.waitForEvent('download');
  await save.click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('plan.pdf');
  expect((await readFile(await download.path())).equals(buffer)).toBe(true);
});
