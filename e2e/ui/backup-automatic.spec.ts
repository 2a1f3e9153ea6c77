/** Backups that are written by themselves: the folder, the schedule, and the loud line that says what a person should do. */
import { type Page } from '@playwright/test';
import { type AutomaticBackup } from '../../src/engine/api.ts';
import { axeFindings } from '../support/axe.ts';
import { call, distanceFromEnd, expect, test } from './demo.ts';

const DAY = 86_400_000;

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const section = (page: Page) => page.getByRole('region', { name: 'Backup', exact: true });
const notice = (page: Page) => page.getByRole('region', { name: 'Your backups', exact: true });
const dialog = (page: Page) => page.getByRole('dialog');

/** A picture where they are wished, to be looked at. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
}

/** A browser that lets a page write into folders, or one that does not. */
async function withFolders(page: Page, has = true): Promise<void> {
  await page.addInitScript((can) => {
    const asked: unknown[] = [];
    const handle = {
      kind: 'directory',
      name: 'Backups of Sotto',
      requestPermission: (wish: unknown) => {
        asked.push({ wish, isActive: navigator.userActivation.isActive });
        fake.setBackup({
          automatic: [{ ...globalThis.one, access: 'granted' }],
        });
        return Promise.resolve('granted');
      },
    };
    const picker = (wish: unknown): Promise<unknown> => {
      asked.push({ wish, isActive: navigator.userActivation.isActive });
      return Promise.resolve(handle);
    };
    Object.assign(globalThis, { asked, showDirectoryPicker: can ? picker : undefined });
  }, has);
}

declare global {
  /** How the folder stood when it was last set. */
  var one: AutomaticBackup;
}

const asked = (page: Page): Promise<unknown[]> =>
  page.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked);

/** How the one folder stands. */
async function setFolder(page: Page, change: Partial<AutomaticBackup> = {}): Promise<void> {
  await page.evaluate((given) => {
    const now = Date.now();
    const day = 86_400_000;
    const one: AutomaticBackup = {
      target: 'folder',
      name: 'Backups of Sotto',
      schedule: 'week',
      access: 'granted',
      since: now - 40 * day,
      next: now + 5 * day,
      last: { made: now - 2 * day, messages: 12_408, bytes: 1_200_000_000 },
      ...given,
    };
    Object.assign(globalThis, { one });
    fake.setBackup({ key: 'confirmed', automatic: [one] });
  }, change);
}

test('a folder is chosen in the click that confirms the key', async ({ page, demo }) => {
  await withFolders(page);
  await demo.open('Lucía');
  await button(page, 'Settings').click();
  await expect(section(page).getByRole('heading', { name: 'Automatic backups' })).toBeVisible();
  await button(page, 'Choose folder').click();
  await expect(dialog(page)).toHaveAccessibleName('Recovery key');
  expect(await asked(page)).toEqual([]);
  const key = await call(page, 'recoveryKey', null);
  await button(page, 'Continue').click();
  for (const box of await dialog(page).getByRole('textbox').all()) {
    const group = Number(((await box.getAttribute('id')) ?? '').replace('group-', ''));
    await box.fill(key.slice(group * 4, group * 4 + 4));
  }
  await button(page, 'Confirm and choose folder').click();
  await expect(dialog(page)).toHaveCount(0);
  expect(await asked(page)).toEqual([
    { wish: { id: 'sotto-backups', mode: 'readwrite', startIn: 'documents' }, isActive: true },
  ]);
  await expect(section(page)).toContainText('Backups of Sotto');
  await expect(section(page)).toContainText('None yet');
  await expect(button(page, 'Choose folder')).toHaveCount(0);

  await button(page, 'Back up now').click();
  await page.waitForFunction(() => fake.runsBackup());
  await expect(button(page, 'Back up now')).toHaveAttribute('aria-disabled', 'true');
  await page.evaluate(() => fake.endBackup());
  await expect(section(page).getByRole('status')).toContainText('The backup is complete');
  await expect(section(page).getByRole('definition')).toContainText([
    'Backups of Sotto',
    '20 May 2026, 12,408 messages',
    '27 May 2026',
  ]);
  const often = section(page).getByRole('combobox', { name: 'How often' });
  await expect(often).toHaveValue('week');
  await often.selectOption('Every day');
  expect((await call(page, 'backup', null)).automatic).toMatchObject([{ schedule: 'day' }]);
  expect(await axeFindings(page)).toEqual([]);
  await shot(page, 'automatic');
  await button(page, 'Stop automatic backups').click();
  await expect(button(page, 'Choose folder')).toBeVisible();
});

test('what fails is said in words: no leave, and a disk that is full', async ({ page, demo }) => {
  await withFolders(page);
  await demo.open('Lucía');
  await setFolder(page);
  await button(page, 'Settings').click();
  await button(page, 'Back up now').click();
  await page.waitForFunction(() => fake.runsBackup());
  await page.evaluate(() => fake.failBackup('folder-full'));
  await expect(section(page).getByRole('alert')).toContainText('There is no room left');
  await setFolder(page, { failed: { at: 1, code: 'folder-full' } });
  await expect(section(page)).toContainText('The last automatic backup failed.');
  expect(await axeFindings(page)).toEqual([]);
});

test('where a page cannot write into folders, it says so and offers none', async ({
  page,
  demo,
}) => {
  await withFolders(page, false);
  await demo.open('Lucía');
  await button(page, 'Settings').click();
  await expect(section(page)).toContainText('This browser cannot write into folders by itself.');
  await expect(button(page, 'Choose folder')).toHaveCount(0);
  await expect(button(page, 'Back up now')).toHaveCount(0);
});

test('a loud line leads back to a folder that may not be written to', async ({ page, demo }) => {
  await withFolders(page);
  await demo.open('Lucía');
  await page.evaluate(() => fake.setBackup({ key: 'confirmed' }));
  await button(page, 'Settings').click();
  await button(page, 'Choose folder').click();
  await button(page, 'Back').click();
  await expect(notice(page)).toHaveCount(0);
  await setFolder(page, { access: 'prompt' });
  await expect(notice(page).getByRole('alert')).toContainText(
    'The browser asks whether Sotto may still write into “Backups of Sotto”.',
  );
  expect(await axeFindings(page)).toEqual([]);
  await shot(page, 'notice-prompt');
  await button(page, 'Allow again').click();
  await expect(notice(page)).toHaveCount(0);
  expect((await asked(page)).at(-1)).toEqual({ wish: { mode: 'readwrite' }, isActive: true });

  await setFolder(page, { access: 'gone' });
  await expect(notice(page)).toContainText('The folder “Backups of Sotto” cannot be found.');
  await button(page, 'Choose folder').click();
  await expect(notice(page)).toHaveCount(0);
});

test('a loud line says that a backup could not be read, and Settings say it themselves', async ({
  page,
  demo,
}) => {
  await demo.open('Lucía');
  const made = Date.parse('2026-05-03T12:00:00Z');
  await setFolder(page, {
    unread: { made, at: made, code: 'backup-damaged', damage: [2, 16] },
  });
  await expect(notice(page).getByRole('alert')).toContainText(
    'Your backup of 3 May 2026 could not be read. The file is damaged at 2 places (parts 3 and 17).',
  );
  // The list of messages has less room, and stays where it was.
  await expect.poll(() => distanceFromEnd(page)).toBe(0);
  await shot(page, 'notice-unread');
  await button(page, 'Back up now').click();
  await expect(section(page)).toBeVisible();
  await expect(notice(page)).toHaveCount(0);
  await expect(section(page)).toContainText('Your backup of 3 May 2026 could not be read.');
  await page.waitForFunction(() => fake.runsBackup());
  await page.evaluate(() => fake.endBackup());
  await expect(section(page)).not.toContainText('could not be read');
});

test('a loud line says that the last one failed or is late, with the way to Settings', async ({
  page,
  demo,
}) => {
  await demo.open('Lucía');
  await setFolder(page, { failed: { at: 1, code: 'folder-failed' } });
  await expect(notice(page)).toContainText('The last automatic backup failed.');
  const last = { made: Date.parse('2026-05-04T09:00:00Z'), messages: 1, bytes: 1 };
  await setFolder(page, { last });
  await expect(notice(page)).toContainText('No automatic backup has been written for 16 days.');
  await button(page, 'Open backup settings').click();
  await expect(page.getByRole('heading', { name: 'Backup', exact: true })).toBeFocused();
  await expect(notice(page)).toHaveCount(0);
});

test('who makes backups by hand is reminded after 30 days, and not again for a week', async ({
  page,
  demo,
}) => {
  await demo.open('Lucía');
  const old = (days: number): Promise<void> =>
    page.evaluate((age) => {
      const made = Date.now() - age * 86_400_000;
      fake.setBackup({ key: 'confirmed', last: { made, messages: 5, media: 0, bytes: 9_000 } });
    }, days);
  await old(34);
  await expect(notice(page).getByRole('status')).toContainText('Your last backup is 34 days old.');
  expect(await axeFindings(page)).toEqual([]);
  await shot(page, 'notice-old');
  await notice(page).getByRole('button', { name: 'Dismiss', exact: true }).click();
  await expect(notice(page)).toHaveCount(0);
  await old(35);
  await expect(notice(page)).toHaveCount(0);
  // A week later it is said again.
  await page.evaluate(
    (week) => localStorage.setItem('sotto.backup-reminder', String(Date.now() - week)),
    7 * DAY + 1,
  );
  await old(41);
  await expect(notice(page)).toContainText('Your last backup is 41 days old.');
});
