/** What a person does with backups, for the journeys: by role and name, in the language of the page. */
import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';
import { button } from './people.ts';

export const backupSection = (page: Page): Locator =>
  page.getByRole('region', { name: 'Backup', exact: true });

const dialog = (page: Page): Locator => page.getByRole('dialog');

/** A browser without a window to save in: backups are downloaded, which a journey can hear. */
export async function withoutSaveWindow(page: Page): Promise<void> {
  const hide = (): void => void Object.assign(globalThis, { showSaveFilePicker: undefined });
  await page.addInitScript(hide);
  await page.evaluate(hide);
}

/** The 64 digits as they stand in the dialog. */
async function shownDigits(page: Page): Promise<string> {
  const rows = dialog(page).getByRole('list', { name: 'Recovery key', exact: true });
  await expect(rows.getByRole('listitem')).toHaveCount(4);
  return (await rows.locator('.group').allTextContents()).join('');
}

/** Reads the key in its dialog and gives two groups of it back, up to the button that confirms it. */
async function giveKeyBack(page: Page): Promise<string> {
  const digits = await shownDigits(page);
  await button(dialog(page), 'Continue').click();
  for (const box of await dialog(page).getByRole('textbox').all()) {
    const group = Number(/\d+/.exec((await box.getAttribute('id')) ?? '')?.[0]);
    await box.fill(digits.slice(4 * group, 4 * group + 4));
  }
  return digits;
}

/** Confirms the key in its dialog, which ends with this button. */
export async function confirmKeyInDialog(page: Page, last: string): Promise<void> {
  await giveKeyBack(page);
  await button(dialog(page), last).click();
  await expect(dialog(page)).toBeHidden();
}

/** Shows the key in Settings, confirms it by two groups, and exports. */
export async function makeBackup(page: Page): Promise<{ digits: string; file: Buffer }> {
  await button(page, 'Settings').click();
  await button(page, 'Export backup').click();
  const digits = await giveKeyBack(page);
  const file = await downloaded(page, () => button(dialog(page), 'Confirm and export').click());
  return { digits, file };
}

/** Exports with the key that is confirmed. */
export async function exportAgain(page: Page): Promise<Buffer> {
  return downloaded(page, () => button(page, 'Export backup').click());
}

async function downloaded(page: Page, press: () => Promise<void>): Promise<Buffer> {
  const downloading = page.waitForEvent('download');
  await press();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^Sotto backup \d{4}-\d\d-\d\d\.sotto$/);
  const file = await readFile(await download.path());
  await expect(backupSection(page).getByRole('status')).toContainText('The backup is complete');
  return file;
}

/** Chooses a file, by its bytes or its path, in the dialog that asks for one. */
export async function chooseBackup(page: Page, file: Buffer | string): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await button(dialog(page), 'Choose file').click();
  const name = 'Sotto backup.sotto';
  const mimeType = 'application/octet-stream';
  await (
    await choosing
  ).setFiles(typeof file === 'string' ? file : { name, mimeType, buffer: file });
}

/** Chooses the file, types the digits and opens it; the dialog then says what is in it. */
export async function openBackup(page: Page, file: Buffer | string, digits: string): Promise<void> {
  await chooseBackup(page, file);
  await page.getByRole('textbox', { name: 'Recovery key', exact: true }).fill(digits);
  await button(dialog(page), 'Open backup').click();
  await expect(dialog(page)).toContainText('Nothing was changed yet.');
}

/** From the first screen to the chats. */
export async function restore(page: Page, file: Buffer | string, digits: string): Promise<void> {
  await button(page, 'Restore from a backup').click();
  await openBackup(page, file, digits);
  await button(dialog(page), 'Restore').click();
  await expect(dialog(page)).toContainText(/(was|were) restored\./, { timeout: 60_000 });
  await button(dialog(page), 'Done').click();
  await expect(dialog(page)).toBeHidden();
}

/** Goes on with a restore that was interrupted; the digits are remembered. */
export async function goOn(page: Page, file: Buffer | string): Promise<void> {
  await button(backupSection(page), 'Go on').click();
  await chooseBackup(page, file);
  await expect(dialog(page)).toContainText(/(was|were) restored\./, { timeout: 60_000 });
  await button(dialog(page), 'Done').click();
  await expect(dialog(page)).toBeHidden();
}
