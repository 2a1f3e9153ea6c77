/** Readable archives: the dialog that makes one, over the engine in memory. */
import { type Page } from '@playwright/test';
import { axeFindings } from '../support/axe.ts';
import { expect, test } from './demo.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const dialog = (page: Page) => page.getByRole('dialog');
const inDialog = (page: Page, name: string) =>
  dialog(page).getByRole('button', { name, exact: true });

/** A picture where they are wished, to be looked at. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
}

async function withPicker(page: Page, picks: boolean): Promise<void> {
  await page.addInitScript((has) => {
    const asked: unknown[] = [];
    const picker = (wish: unknown): Promise<unknown> => {
      asked.push(wish);
      return Promise.resolve({ kind: 'file', name: 'chosen.zip' });
    };
    Object.assign(globalThis, { asked, showSaveFilePicker: has ? picker : undefined });
  }, picks);
}

test('an archive is wished, warned of, written, and its end told', async ({ page, demo }) => {
  await withPicker(page, true);
  await demo.open('Lucía');
  await button(page, 'Settings').click();
  await button(page, 'Export as a readable archive').click();
  await expect(dialog(page)).toHaveAccessibleName('Export as a readable archive');
  const chats = dialog(page).getByRole('combobox', { name: 'Which chat', exact: true });
  await expect(chats).toBeFocused();
  await expect(chats.getByRole('option').first()).toHaveText('All chats');
  await expect(dialog(page).getByRole('checkbox', { name: 'With photos and files' })).toBeChecked();
  await expect(dialog(page)).toContainText('This file is not encrypted');
  expect(await axeFindings(page)).toEqual([]);
  await shot(page, 'archive-dialog');

  await inDialog(page, 'Export').click();
  await page.waitForFunction(() => fake.runsBackup());
  expect(await page.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked)).toEqual([
    { suggestedName: 'Sotto archive 2026-05-20.zip' },
  ]);
  await page.evaluate(() => fake.moveBackup({ messages: 3_100, bytes: 400_000_000 }));
  await expect(
    dialog(page).getByRole('progressbar', { name: 'Writing the archive' }),
  ).toBeVisible();
  await expect(dialog(page)).toContainText('3,100 of 12,408 messages');
  expect(await axeFindings(page)).toEqual([]);
  await shot(page, 'archive-progress');
  await page.evaluate(() => fake.endBackup({ messages: 12_408, missing: 2 }));
  await expect(dialog(page).getByRole('status')).toContainText(
    'The archive is complete: 12,408 messages, 1.2 GB.',
  );
  await expect(dialog(page).getByRole('status')).toContainText('2 attachments are missing');
  expect(await axeFindings(page)).toEqual([]);
  await shot(page, 'archive-done');
  await inDialog(page, 'Done').click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(button(page, 'Export as a readable archive')).toBeFocused();
});

test('one chat is exported from its details, goes on behind the dialog, and can be ended', async ({
  page,
  demo,
}) => {
  await withPicker(page, true);
  await demo.open('Lucía');
  await page.getByRole('button', { name: 'Chat details' }).click();
  await inDialog(page, 'Export chat').click();
  const archive = page.getByRole('dialog', { name: 'Export as a readable archive' });
  await expect(archive.getByRole('combobox').locator('option:checked')).toContainText('Lucía');
  await archive.getByRole('button', { name: 'Export', exact: true }).click();
  await page.waitForFunction(() => fake.runsBackup());
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  await button(page, 'Settings').click();
  const section = page.getByRole('region', { name: 'Backup', exact: true });
  await expect(section.getByRole('progressbar', { name: 'Writing the archive' })).toBeVisible();
  await expect(button(page, 'Export as a readable archive')).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await section.getByRole('button', { name: 'Cancel' }).click();
  await expect(section.getByRole('status')).toContainText('Cancelled. No archive was made.');
});

test('whoever closes the browser’s window has chosen nothing', async ({ page, demo }) => {
  await page.addInitScript(() => {
    const refuse = (): Promise<never> =>
      Promise.reject(new DOMException('The person closed it', 'AbortError'));
    Object.assign(globalThis, { showSaveFilePicker: refuse });
  });
  await demo.open('Lucía');
  await button(page, 'Settings').click();
  await button(page, 'Export as a readable archive').click();
  await inDialog(page, 'Export').click();
  await expect(inDialog(page, 'Export')).toBeFocused();
  expect(await page.evaluate(() => fake.runsBackup())).toBe(false);
});

test('without a window to save in the archive goes to the downloads', async ({ page, demo }) => {
  await withPicker(page, false);
  await demo.open('Lucía');
  await button(page, 'Settings').click();
  await button(page, 'Export as a readable archive').click();
  await inDialog(page, 'Export').click();
  await page.waitForFunction(() => fake.runsBackup());
  const downloading = page.waitForEvent('download');
  await page.evaluate(() => fake.endBackup());
  expect((await downloading).suggestedFilename()).toBe('Sotto archive 2026-05-20.zip');
  await expect(dialog(page).getByRole('status')).toContainText('where your browser puts downloads');
});

test('in Spanish and on a small screen the dialog fits', async ({ page, demo }) => {
  await withPicker(page, true);
  await page.setViewportSize({ width: 380, height: 700 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await demo.open('Lucía', { lang: 'es' });
  await button(page, 'Volver').click();
  await button(page, 'Ajustes').click();
  await button(page, 'Exportar como archivo legible').click();
  await expect(inDialog(page, 'Exportar')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(
    true,
  );
  expect(await axeFindings(page)).toEqual([]);
  await shot(page, 'archive-dialog-es-dark');
});
