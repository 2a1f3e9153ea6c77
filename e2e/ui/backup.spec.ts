/** Backups: the recovery key, writing a file, bringing one back, going on with it, and proving that it works. */
import { type Page } from '@playwright/test';
import { axeFindings } from '../support/axe.ts';
import { call, expect, test } from './demo.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const section = (page: Page) => page.getByRole('region', { name: 'Backup', exact: true });
const dialog = (page: Page) => page.getByRole('dialog');
const inDialog = (page: Page, name: string) =>
  dialog(page).getByRole('button', { name, exact: true });
const groupOf = (key: string, group: number): string => key.slice(group * 4, group * 4 + 4);

async function expectNoViolations(page: Page): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
}

/** A picture where they are wished, to be looked at. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
}

async function openBackups(page: Page): Promise<void> {
  await button(page, 'Settings').click();
  await expect(button(page, 'Export backup')).toBeVisible();
}

/** Chooses a file of this name, which the engine in memory takes for a backup. */
async function chooseFile(page: Page, name = 'Sotto backup 2026-05-03.sotto'): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await inDialog(page, 'Choose file').click();
  await (
    await chooser
  ).setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(2_000) });
}

/** Waits until the engine in memory has begun what was asked of it, so that it can be moved or ended. */
async function workIsUnderWay(page: Page): Promise<void> {
  await page.waitForFunction(() => fake.runsBackup());
}

/** Types what stands in two groups of the key; they are named by the dialog. */
async function typeGroups(page: Page, key: string): Promise<void> {
  for (const box of await dialog(page).getByRole('textbox').all()) {
    const id = (await box.getAttribute('id')) ?? '';
    await box.fill(groupOf(key, Number(id.replace('group-', ''))));
  }
}

/** A browser that has no window to save in, or one that remembers what it was asked. */
async function withPicker(page: Page, picks: boolean): Promise<void> {
  await page.addInitScript((has) => {
    const asked: unknown[] = [];
    const picker = (wish: unknown): Promise<unknown> => {
      asked.push({ wish, isActive: navigator.userActivation.isActive });
      return Promise.resolve({ kind: 'file', name: 'chosen.sotto' });
    };
    Object.assign(globalThis, { asked, showSaveFilePicker: has ? picker : undefined });
  }, picks);
}

const askedOf = (page: Page): Promise<{ wish: { suggestedName: string }; isActive: boolean }[]> =>
  page.evaluate(() => (globalThis as unknown as { asked: never[] }).asked);

test('the first export shows the key, asks two groups back, and goes on in the same click', async ({
  page,
  demo,
}) => {
  await withPicker(page, true);
  await demo.open('Lucía');
  await openBackups(page);
  await expect(section(page)).toContainText('Your messages are only in this browser.');
  await expect(button(page, 'New recovery key')).toHaveCount(0);
  await button(page, 'Export backup').click();
  await expect(dialog(page)).toHaveAccessibleName('Recovery key');
  const rows = dialog(page).getByRole('list', { name: 'Recovery key', exact: true });
  await expect(rows.getByRole('listitem')).toHaveCount(4);
  const key = await call(page, 'recoveryKey', null);
  await expect(rows.locator('.group')).toHaveText(
    Array.from({ length: 16 }, (_, group) => groupOf(key, group)),
  );
  await expectNoViolations(page);
  await shot(page, 'key');
  await inDialog(page, 'Continue').click();
  const boxes = dialog(page).getByRole('textbox');
  await expect(boxes).toHaveCount(2);
  await expect(boxes.first()).toBeFocused();
  await expect(boxes.first()).toHaveAccessibleName(/^Group \d+$/);

  // A wrong one is named, and nothing is exported.
  await typeGroups(page, key);
  const named = await boxes.nth(1).getAttribute('id');
  const group = Number(named?.replace('group-', ''));
  await boxes.nth(1).fill(groupOf(key, group) === '0000' ? '1111' : '0000');
  await inDialog(page, 'Confirm and export').click();
  await expect(dialog(page).getByRole('alert')).toContainText(`Group ${group + 1} is another one.`);
  await expect(boxes.nth(1)).toBeFocused();
  expect(await askedOf(page)).toEqual([]);
  await expectNoViolations(page);
  await shot(page, 'key-wrong-group');

  await typeGroups(page, key);
  await inDialog(page, 'Confirm and export').click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(
    section(page).getByRole('progressbar', { name: 'Writing the backup' }),
  ).toBeVisible();
  expect(await askedOf(page)).toEqual([
    { wish: { suggestedName: 'Sotto backup 2026-05-20.sotto' }, isActive: true },
  ]);
  expect(await call(page, 'backup', null)).toMatchObject({ key: 'confirmed' });
  await expect(button(page, 'New recovery key')).toBeVisible();
});

test('an export tells how far it is, lets everything else go on, and what it made', async ({
  page,
  demo,
}) => {
  await withPicker(page, true);
  await demo.open('Lucía');
  await page.evaluate(() => fake.setBackup({ key: 'confirmed', keyMade: Date.now() }));
  await openBackups(page);
  await button(page, 'Export backup').click();
  const bar = section(page).getByRole('progressbar', { name: 'Writing the backup' });
  await workIsUnderWay(page);
  await page.evaluate(() => fake.moveBackup({ messages: 3_100, bytes: 400_000_000 }));
  await expect(section(page)).toContainText('3,100 of 12,408 messages, 400 MB of 1.2 GB of media');
  await expect(bar).toHaveJSProperty('position', (3_100_000 + 4e8) / (12_408_000 + 1.2e9));
  await expect(button(page, 'Import backup')).toHaveAttribute('aria-disabled', 'true');
  await button(page, 'Import backup').focus();
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
  await expectNoViolations(page);
  await shot(page, 'exporting');

  // Elsewhere in the app, and back.
  await page.getByRole('link', { name: /^Lucía/ }).click();
  await openBackups(page);
  await expect(bar).toBeVisible();
  await workIsUnderWay(page);
  await page.evaluate(() => fake.endBackup());
  await expect(section(page).getByRole('status')).toContainText(
    'The backup is complete: 12,408 messages, 1.2 GB.',
  );
  await expect(section(page)).toContainText('Last backup: 20 May 2026, 12,408 messages, 1.2 GB');
  await expect(section(page)).toContainText('Never proven.');
  await expectNoViolations(page);
  await shot(page, 'exported');
  await button(page, 'Done').click();
  await expect(section(page)).not.toContainText('The backup is complete');
});

test('an export is cancelled, and the keyboard is not lost', async ({ page, demo }) => {
  await withPicker(page, true);
  await demo.open('Lucía');
  await page.evaluate(() => fake.setBackup({ key: 'confirmed' }));
  await openBackups(page);
  await button(page, 'Export backup').click();
  const cancel = section(page).getByRole('button', { name: 'Cancel', exact: true });
  await cancel.focus();
  await page.keyboard.press('Enter');
  await expect(section(page)).toContainText('Cancelled. No backup was made.');
  await expect(button(page, 'Done')).toBeFocused();
});

test('where the browser has no window to save in, the backup is downloaded', async ({
  page,
  demo,
}) => {
  await withPicker(page, false);
  await demo.open('Lucía');
  await page.evaluate(() => fake.setBackup({ key: 'confirmed' }));
  await openBackups(page);
  await button(page, 'Export backup').click();
  await expect(section(page).getByRole('progressbar')).toBeVisible();
  const download = page.waitForEvent('download');
  await workIsUnderWay(page);
  await page.evaluate(() => fake.endBackup());
  expect((await download).suggestedFilename()).toBe('Sotto backup 2026-05-20.sotto');
  await expect(section(page)).toContainText('You find it where your browser puts downloads.');
});

test('a save window that is closed exports nothing and says nothing', async ({ page, demo }) => {
  await page.addInitScript(() => {
    const showSaveFilePicker = (): Promise<never> =>
      Promise.reject(new DOMException('not now', 'AbortError'));
    Object.assign(globalThis, { showSaveFilePicker });
  });
  await demo.open('Lucía');
  await page.evaluate(() => {
    fake.setBackup({ key: 'confirmed' });
    fake.hold('exportBackup');
  });
  await openBackups(page);
  await button(page, 'Export backup').click();
  await button(page, 'Show recovery key').click();
  await expect(dialog(page)).toBeVisible();
  expect(await page.evaluate(() => fake.held('exportBackup'))).toBe(0);
  await page.keyboard.press('Escape');
  await expect(section(page).getByRole('alert')).toHaveCount(0);
  await expect(section(page).getByRole('progressbar')).toHaveCount(0);
});

test('old backups and proofs are told in amber, and so is having none', async ({ page, demo }) => {
  await demo.open('Lucía');
  await openBackups(page);
  const line = (text: string) => section(page).getByRole('listitem').filter({ hasText: text });
  await expect(line('only in this browser')).toHaveClass('late');
  await page.evaluate(() => {
    const day = 86_400_000;
    const sort = { messages: 12_408, media: 310, bytes: 1_200_000_000 };
    fake.setBackup({
      key: 'confirmed',
      last: { made: Date.now() - 29 * day, ...sort },
      proven: { at: Date.now() - 31 * day, made: Date.now() - 40 * day, messages: 9_000 },
    });
  });
  await expect(line('Last backup: 21 April 2026, 12,408 messages, 1.2 GB')).not.toHaveClass('late');
  await expect(line('Last proven: 19 April 2026, 9,000 messages')).toHaveClass('late');
  await expectNoViolations(page);
});

test('another key is made, and confirmed before it is used', async ({ page, demo }) => {
  await demo.open('Lucía');
  await page.evaluate(() => fake.setBackup({ key: 'confirmed', keyMade: Date.UTC(2026, 1, 2) }));
  await openBackups(page);
  await button(page, 'Show recovery key').click();
  await expect(dialog(page)).toContainText('In use since 2 February 2026.');
  await expect(inDialog(page, 'Continue')).toHaveCount(0);
  await inDialog(page, 'Done').click();
  const before = await call(page, 'recoveryKey', null);
  await button(page, 'New recovery key').click();
  await expect(dialog(page)).toContainText('Files that you have keep the key of their time');
  await inDialog(page, 'Make a new key').click();
  await inDialog(page, 'Continue').click();
  const key = await call(page, 'recoveryKey', null);
  expect(key).not.toBe(before);
  await typeGroups(page, key);
  await inDialog(page, 'Confirm').click();
  await expect(dialog(page).getByRole('status')).toContainText('Confirmed.');
  expect(await call(page, 'backup', null)).toMatchObject({ key: 'confirmed' });
});

test('the key is copied for a minute, and printed alone', async ({ page, demo, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.addInitScript(() => {
    window.print = () => document.documentElement.setAttribute('data-printed', '');
  });
  await demo.open('Lucía');
  await openBackups(page);
  await button(page, 'Show recovery key').click();
  await inDialog(page, 'Copy').click();
  await expect(dialog(page).getByRole('status')).toContainText('empties the clipboard after 60');
  const key = await call(page, 'recoveryKey', null);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied.replace(/\D/g, '')).toBe(key);
  expect(copied.split('\n')).toHaveLength(4);

  await inDialog(page, 'Print').click();
  await expect(page.locator('html[data-printed]')).toHaveCount(1);
  await expect(page.locator('key-sheet')).toBeHidden();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('heading', { name: 'Recovery key of Sotto' })).toBeVisible();
  await expect(page.locator('key-sheet')).toContainText('Sol Rivera');
  await expect(page.locator('key-sheet').getByRole('img')).toBeVisible();
  await expect(page.locator('sotto-app')).toBeHidden();
  await expect(dialog(page)).toBeHidden();
  await shot(page, 'sheet');
  await page.emulateMedia({ media: 'screen' });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(page.locator('key-sheet')).toHaveCount(0);
  await expect(dialog(page)).toBeVisible();
});

test.describe('the first page', () => {
  test('restores a backup: rows are judged, a slip is mended and shown, the chats come', async ({
    page,
    server,
  }) => {
    await page.goto(
      `${server.resolvedUrls?.local[0] ?? ''}src/ui/testing/demo.html?start=none&lang=en`,
    );
    await button(page, 'Restore from a backup').click();
    await expect(inDialog(page, 'Choose file')).toBeFocused();
    await shot(page, 'restore-file');
    await chooseFile(page);
    const field = dialog(page).getByRole('textbox', { name: 'Recovery key', exact: true });
    await expect(field).toBeFocused();
    await expect(inDialog(page, 'Open backup')).toBeDisabled();

    // Typed with dashes and spaces, a row in other digits, with a slip in row 3.
    const key = await call(page, 'recoveryKey', null);
    const arabic = [...key.slice(16, 32)]
      .map((digit) => String.fromCodePoint(0x660 + Number(digit)))
      .join('');
    await field.pressSequentially(`${key.slice(0, 8)}-${key.slice(8, 16)}`);
    const rows = dialog(page).getByRole('list', { name: 'Recovery key' }).getByRole('listitem');
    await expect(rows.nth(0)).toContainText('Right');
    await expect(dialog(page).getByRole('status')).toHaveText('1 row is right.');
    await expect(dialog(page)).toContainText('16 of 64 digits');
    const slip = key[37] === '9' ? '1' : '9';
    const row3 = key.slice(32, 37) + slip + key.slice(38, 48);
    await field.fill(`${key.slice(0, 16)}\n${arabic}\n${row3}\n`);
    await expect(rows.nth(1)).toContainText('Right');
    await expect(rows.nth(2)).toContainText('Has a slip');
    await expect(dialog(page).getByRole('status')).toHaveText('Row 3 has a slip.');
    await expectNoViolations(page);
    await shot(page, 'restore-slip');
    await field.fill(`${key.slice(0, 32)} ${row3} ${key.slice(48)}`);
    await inDialog(page, 'Open backup').click();

    await expect(dialog(page).getByRole('alert')).toContainText(
      'A slip was mended in row 3, group 2.',
    );
    await expect(dialog(page).locator('[data-mended]')).toHaveText([groupOf(key, 9)]);
    await expect(dialog(page)).toContainText('Sol Rivera');
    await expect(dialog(page)).toContainText('Sunday');
    await expect(dialog(page)).toContainText('310, 1.2 GB');
    await expectNoViolations(page);
    await shot(page, 'restore-reading');

    await inDialog(page, 'Restore').click();
    // The account is there: the chats are shown behind, and the dialog stays.
    await expect(page.getByRole('link', { name: /^Notes/, includeHidden: true })).toBeVisible();
    await workIsUnderWay(page);
    await page.evaluate(() => fake.moveBackup({ messages: 3_100, bytes: 0 }));
    await expect(dialog(page).getByRole('progressbar', { name: 'Restoring' })).toBeVisible();
    await expect(dialog(page)).toContainText('3,100 of 12,408 messages');
    await shot(page, 'restoring');
    await workIsUnderWay(page);
    await page.evaluate(() => fake.endBackup({ known: 4, missing: 3 }));
    await expect(dialog(page).getByRole('status')).toContainText(
      '12,408 messages were restored.4 were here already.3 attachments are missing',
    );
    await shot(page, 'restored');
    await inDialog(page, 'Done').click();
    await expect(dialog(page)).toHaveCount(0);
    await expect(button(page, 'Settings')).toBeVisible();
  });
});

test('a digit that is missing is told as such, and wrong digits do not open a file', async ({
  page,
  demo,
}) => {
  await demo.open('Lucía');
  await openBackups(page);
  await button(page, 'Import backup').click();
  await chooseFile(page);
  const key = await call(page, 'recoveryKey', null);
  const field = dialog(page).getByRole('textbox', { name: 'Recovery key', exact: true });
  await field.fill(`x${key.slice(0, 18)}${key.slice(19)}`);
  await expect(dialog(page).getByRole('status')).toContainText('perhaps a digit is missing');
  await expect(dialog(page)).toContainText('63 of 64 digits');
  await expect(dialog(page)).toContainText('Letters and other signs are left out');
  await expect(inDialog(page, 'Open backup')).toBeEnabled();
  await field.fill('1'.repeat(64));
  await inDialog(page, 'Open backup').click();
  await expect(dialog(page).getByRole('alert')).toContainText('These digits are not');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  // A click beside the dialog does not take along what was typed.
  await page.mouse.click(5, 5);
  await expect(field).toHaveValue('1'.repeat(64));
});

test('what is no backup is told, and another file may be chosen', async ({ page, demo }) => {
  await demo.open('Lucía');
  await openBackups(page);
  await button(page, 'Import backup').click();
  await chooseFile(page, 'fault not-a-backup');
  const key = await call(page, 'recoveryKey', null);
  await dialog(page).getByRole('textbox').fill(key);
  await expect(dialog(page).getByRole('status')).toHaveText('All four rows are right.');
  await inDialog(page, 'Open backup').click();
  await expect(dialog(page).getByRole('alert')).toContainText('This file is no backup of Sotto');
  await inDialog(page, 'Choose another file').click();
  await expect(inDialog(page, 'Choose file')).toBeVisible();
  await expect(dialog(page).getByRole('alert')).toHaveCount(0);
  const dropped = await page.evaluateHandle(() => {
    const files = new DataTransfer();
    files.items.add(new File(['a backup'], 'dropped.sotto'));
    return files;
  });
  await inDialog(page, 'Choose file').dispatchEvent('drop', { dataTransfer: dropped });
  await expect(dialog(page)).toContainText('dropped.sotto');
  await dialog(page).getByRole('textbox').fill(key);
  await inDialog(page, 'Open backup').click();
  await expect(inDialog(page, 'Import')).toBeVisible();
});

test('damage ends an import, and what is left is salvaged', async ({ page, demo }) => {
  await demo.open('Lucía');
  await openBackups(page);
  await button(page, 'Import backup').click();
  await chooseFile(page);
  await dialog(page)
    .getByRole('textbox')
    .fill(await call(page, 'recoveryKey', null));
  await inDialog(page, 'Open backup').click();
  await expect(dialog(page).getByRole('alert')).toHaveCount(0);
  await page.evaluate(() => fake.damageBackup());
  await inDialog(page, 'Import').click();
  await expect(dialog(page).getByRole('alert')).toContainText('The backup file is damaged.');
  await expectNoViolations(page);
  await shot(page, 'damaged');
  await inDialog(page, 'Salvage what is left').click();
  await expect(dialog(page).getByRole('progressbar', { name: 'Importing' })).toBeVisible();
  await workIsUnderWay(page);
  await page.evaluate(() => fake.endBackup({ messages: 12_001, damage: [2, 16, 'end'] }));
  await expect(dialog(page).getByRole('status')).toContainText(
    'The file is damaged at 3 places (parts 3 and 17 and its end).',
  );
  await expectNoViolations(page);
  await shot(page, 'salvaged');
});

test('an import that was closed is told in Settings, and one that stopped goes on', async ({
  page,
  demo,
}) => {
  await demo.open('Lucía');
  await openBackups(page);
  await button(page, 'Import backup').click();
  await chooseFile(page);
  await dialog(page)
    .getByRole('textbox')
    .fill(await call(page, 'recoveryKey', null));
  await inDialog(page, 'Open backup').click();
  await inDialog(page, 'Import').click();
  await expect(dialog(page).getByRole('progressbar')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  await expect(section(page).getByRole('progressbar', { name: 'Importing' })).toBeVisible();
  await workIsUnderWay(page);
  await page.evaluate(() => {
    fake.moveBackup({ messages: 3_100 });
    fake.failBackup('no-tab');
  });
  await expect(section(page)).toContainText(
    'The import stopped at 3,100 of 12,408 messages. Choose the same file to go on.',
  );
  await expect(section(page).getByRole('alert')).toContainText('Sotto is stopped in this tab.');
  await button(page, 'Done').click();
  await expectNoViolations(page);
  await shot(page, 'stopped');
  await button(page, 'Go on').click();
  await expect(dialog(page)).toContainText('Choose the same file to go on.');
  await chooseFile(page);
  await expect(dialog(page).getByRole('progressbar', { name: 'Importing' })).toBeVisible();
  await workIsUnderWay(page);
  await page.evaluate(() => fake.endBackup({ messages: 9_308, known: 3_100 }));
  await expect(dialog(page).getByRole('status')).toContainText('9,308 messages were imported.');
  await inDialog(page, 'Done').click();
  await expect(section(page)).not.toContainText('stopped');
});

test('one that stopped can be left as it is', async ({ page, demo }) => {
  await demo.open('Lucía');
  await page.evaluate(() =>
    fake.setBackup({ interrupted: { kind: 'restore', messages: 1, ofMessages: 1, made: 1 } }),
  );
  await openBackups(page);
  await expect(section(page)).toContainText('The restore stopped at 1 of 1 message.');
  await button(page, 'Leave it').click();
  await expect(section(page)).not.toContainText('stopped');
});

test('a backup is proven, also one made with another key', async ({ page, demo }) => {
  await demo.open('Lucía');
  await page.evaluate(() => fake.setBackup({ key: 'confirmed' }));
  await openBackups(page);
  await button(page, 'Test my backup').click();
  await chooseFile(page);
  await expect(dialog(page).getByRole('progressbar', { name: 'Testing the backup' })).toBeVisible();
  await workIsUnderWay(page);
  await page.evaluate(() => fake.endBackup());
  await expect(dialog(page).getByRole('status')).toHaveText(
    /This backup works: 12,408 messages, 310 attachments, made 3 May 2026\./,
  );
  await inDialog(page, 'Done').click();
  await expect(section(page)).toContainText('Last proven: 20 May 2026, 12,408 messages');

  await button(page, 'Test my backup').click();
  await page.evaluate(() => fake.failNext('testBackup', 'wrong-recovery-key'));
  await chooseFile(page);
  const field = dialog(page).getByRole('textbox', { name: 'Recovery key', exact: true });
  await expect(field).toBeFocused();
  await expect(dialog(page)).toContainText('made with another key than the present one');
  await field.fill(await call(page, 'recoveryKey', null));
  await inDialog(page, 'Open backup').click();
  await inDialog(page, 'Test').click();
  await workIsUnderWay(page);
  await page.evaluate(() => fake.endBackup({ damage: [2, 16] }));
  await expect(dialog(page).getByRole('status')).toContainText('does not work as a whole');
  await expect(dialog(page).getByRole('status')).toContainText('2 places (parts 3 and 17)');
});

test('what goes on in another tab is shown, and can be ended', async ({ page, demo }) => {
  await demo.open('Lucía');
  await openBackups(page);
  await page.evaluate(() => {
    fake.hold('cancelBackup');
    const job = { kind: 'export', messages: 10, ofMessages: 20, bytes: 0, ofBytes: 0 } as const;
    fake.setBackup({ key: 'confirmed', job });
  });
  await expect(section(page)).toContainText('10 of 20 messages');
  await section(page).getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.waitForFunction(() => fake.held('cancelBackup') === 1);
  await expect(button(page, 'Cancelling…')).toBeVisible();
});

for (const [viewport, colorScheme, lang] of [
  [{ width: 380, height: 700 }, 'dark', 'es'],
  [{ width: 320, height: 640 }, 'light', 'pseudo'],
] as const) {
  test.describe(`${viewport.width} px, ${colorScheme}, ${lang}`, () => {
    test.use({ viewport, colorScheme });
    test('everything has room', async ({ page, server }) => {
      await page.goto(
        `${server.resolvedUrls?.local[0] ?? ''}src/ui/testing/demo.html?start=none&lang=${lang}`,
      );
      const fits = async (name: string): Promise<void> => {
        await shot(page, `${viewport.width}-${name}`);
        const across = await page.evaluate(() => {
          const boxes = [...document.querySelectorAll('restore-flow, recovery-key-dialog')]
            .flatMap((host) => [...(host.shadowRoot?.querySelectorAll('dialog') ?? [])])
            .map((each) => each.scrollWidth - each.clientWidth);
          return Math.max(document.documentElement.scrollWidth - innerWidth, ...boxes);
        });
        expect(across, name).toBeLessThanOrEqual(0);
        if (colorScheme === 'dark') await expectNoViolations(page);
      };
      await page.locator('first-run-page').getByRole('button').last().click();
      const chooser = page.waitForEvent('filechooser');
      await dialog(page).locator('.drop button').click();
      const long = 'una copia que tiene un nombre largo de verdad 2026-05-03.sotto';
      await (await chooser).setFiles({ name: long, mimeType: '', buffer: Buffer.alloc(9) });
      const key = await call(page, 'recoveryKey', null);
      await dialog(page)
        .getByRole('textbox')
        .fill(key.slice(0, 33) + (key[33] === '9' ? '1' : '9') + key.slice(34, 60));
      await fits('typing');
      await dialog(page)
        .getByRole('textbox')
        .fill(key.slice(0, 33) + (key[33] === '9' ? '1' : '9') + key.slice(34));
      await dialog(page).locator('button[type=submit]').click();
      await expect(dialog(page).locator('dl')).toBeVisible();
      await fits('reading');
      await dialog(page).locator('.actions .primary').click();
      await expect(dialog(page).getByRole('progressbar')).toBeVisible();
      await workIsUnderWay(page);
      await page.evaluate(() => fake.moveBackup({ messages: 3_100, bytes: 400_000_000 }));
      await fits('working');
      await workIsUnderWay(page);
      await page.evaluate(() => fake.endBackup({ missing: 3, damage: [2, 16] }));
      await expect(dialog(page).getByRole('status')).toBeVisible();
      await fits('ended');
      await page.keyboard.press('Escape');
      await page.evaluate(() => {
        fake.setBackup({ interrupted: { kind: 'import', messages: 1, ofMessages: 9, made: 1 } });
      });
      await page.getByRole('button', { name: /^(Settings|Ajustes|Séttíñgs.*)$/ }).click();
      await page.locator('backup-section').scrollIntoViewIfNeeded();
      await fits('section');
      await page.locator('backup-section .buttons').last().getByRole('button').nth(3).click();
      await expect(dialog(page).locator('.rows')).toBeVisible();
      await fits('key');
    });
  });
}
