/** Backups that go into a folder by themselves: it is remembered with its leave, written to, and missed when it is gone. */
import { type Page } from '@playwright/test';
import { backupSection, confirmKeyInDialog } from './support/backups.ts';
import { expect, test } from './support/journey.ts';
import { button } from './support/people.ts';

/** Nobody can work the browser's own window: a folder of the origin's private file system is chosen in it. */
async function withFolder(page: Page, name: string): Promise<void> {
  const stand = (folder: string): void => {
    const showDirectoryPicker = async (): Promise<FileSystemDirectoryHandle> =>
      (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true });
    Object.assign(globalThis, { showDirectoryPicker });
  };
  await page.addInitScript(stand, name);
  await page.evaluate(stand, name);
}

/** Names and sizes of the files that lie in it. */
const filesIn = (page: Page, name: string): Promise<[string, number][]> =>
  page.evaluate(async (folder) => {
    const root = await navigator.storage.getDirectory();
    const files: [string, number][] = [];
    for await (const [file, handle] of (await root.getDirectoryHandle(folder)).entries())
      if (handle instanceof FileSystemFileHandle) files.push([file, (await handle.getFile()).size]);
    return files;
  }, name);

test('a folder gets backups, is known after a reload, and is missed when it is gone', async ({
  newPerson,
}) => {
  const { page } = await newPerson({ name: 'Ana' });
  await withFolder(page, 'Mine');
  await button(page, 'Settings').click();
  await button(page, 'Choose folder').click();
  await confirmKeyInDialog(page, 'Confirm and choose folder');
  await expect(backupSection(page)).toContainText('None yet');
  expect(await filesIn(page, 'Mine')).toEqual([]);

  await button(page, 'Back up now').click();
  await expect(backupSection(page).getByRole('status')).toContainText('The backup is complete');
  await expect(backupSection(page)).not.toContainText('None yet');
  const files = await filesIn(page, 'Mine');
  expect(files).toEqual([
    [expect.stringMatching(/^Sotto \d{4}-\d\d-\d\d \d{4} [a-z2-7]{8}\.sotto$/), expect.any(Number)],
  ]);
  expect(files[0]?.[1]).toBeGreaterThan(500);

  await page.evaluate(async () =>
    (await navigator.storage.getDirectory()).removeEntry('Mine', { recursive: true }),
  );
  await page.reload();
  await expect(backupSection(page)).toContainText('The folder “Mine” cannot be found.');
  await button(page, 'Back').click();
  const notice = page.getByRole('region', { name: 'Your backups', exact: true });
  await expect(notice).toContainText('The folder “Mine” cannot be found.');
  await button(page, 'Choose folder').click();
  await expect(notice).toHaveCount(0);
});
