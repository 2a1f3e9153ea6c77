/** Attachments that take room: having one sent again, rules for what is fetched by itself, and deleting many. */
import { type Page } from '@playwright/test';
import { axeFindings } from '../support/axe.ts';
import { expect, idOf, log, test } from './demo.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function expectNoViolations(page: Page): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
}

test('an attachment that is nowhere any more is asked for by a click, and that is said', async ({
  page,
  demo,
}) => {
  await demo.open('Lucía');
  const file = log(page).locator('article').filter({ hasText: 'plano de la casa.pdf' });
  const ask = file.getByRole('button', { name: 'Ask Lucía to send it again', exact: true });
  await expect(file).toContainText('No longer at the relay');
  if (process.env['SHOTS']) await page.screenshot({ path: `${process.env['SHOTS']}/ask.png` });
  await expectNoViolations(page);
  await ask.click();
  await expect(file).toContainText('Asked, waiting for Lucía');
  await expect(ask).toHaveCount(0);
  await expect(button(page, 'Ask Lucía to send it again')).toHaveCount(1);
});

test('a download for which room went short says so, and goes on by a click', async ({
  page,
  demo,
}) => {
  await demo.open('Lucía');
  const conversation = await idOf(page, 'Lucía');
  await page.evaluate(async (chat) => {
    const opened = await fake.call('openChat', { conversation: chat, limit: 100 });
    const changed = opened.page.messages.flatMap((message) => {
      if (message.body.kind !== 'media' || message.body.attachment.name !== 'contrato.pdf')
        return [];
      const { body } = message;
      const held = { stage: 'fetching', fault: 'not-enough-room' } as const;
      return [{ ...message, body: { ...body, attachment: { ...body.attachment, ...held } } }];
    });
    fake.hold('transfer');
    fake.emit({ type: 'messages', conversation: chat, changed, removed: [] });
  }, conversation);
  const file = log(page).locator('article').filter({ hasText: 'contrato.pdf' });
  await expect(file).toContainText('too little room left for this file');
  await expect(file.getByRole('progressbar')).toHaveCount(0);
  await expect(file.getByRole('button', { name: 'Pause', exact: true })).toHaveCount(0);
  await expect(file.getByRole('button', { name: 'Cancel download', exact: true })).toBeVisible();
  await shot(page, 'held');
  await file.getByRole('button', { name: 'Try again', exact: true }).click();
  await page.waitForFunction(() => fake.held('transfer') === 1);
});

const section = (page: Page) => page.getByRole('region', { name: 'Storage', exact: true });
const dialog = (page: Page) => page.getByRole('dialog');

async function openStorage(page: Page): Promise<void> {
  await button(page, 'Settings').click();
  await expect(section(page).getByRole('table', { name: 'Chats by size' })).toBeVisible();
}

/** A picture where they are wished, to be looked at. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

test('room is told by sort and by chat', async ({ page, demo }) => {
  await demo.open('Lucía');
  await openStorage(page);
  const sorts = section(page).getByRole('table', { name: 'By sort', exact: true });
  await expect(sorts.getByRole('row', { name: 'Videos 84 MB', exact: true })).toBeVisible();
  await expect(
    sorts.getByRole('row', { name: 'Files and audio 13 MB', exact: true }),
  ).toBeVisible();
  await expect(
    sorts.getByRole('row', { name: 'My stickers and saved GIFs 1.9 MB', exact: true }),
  ).toBeVisible();
  const chats = section(page).getByRole('table', { name: 'Chats by size', exact: true });
  await expect(chats.getByRole('row').nth(1)).toContainText('Lucía');
  await expect(chats.getByRole('row').nth(1)).toContainText('Videos 84 MB · Files and audio 13 MB');
  await expectNoViolations(page);
  await section(page).scrollIntoViewIfNeeded();
  await shot(page, 'storage');
});

test('media is deleted, largest first, with the messages kept', async ({ page, demo }) => {
  await demo.open('Lucía');
  await openStorage(page);
  await section(page).getByRole('button', { name: 'Delete media of Lucía', exact: true }).click();
  const boxes = dialog(page).getByRole('checkbox');
  await expect(boxes).toHaveCount(4);
  await expect(boxes.nth(1)).toHaveAccessibleName(/^boda de Irene\.mp4 84 MB/);
  await expect(boxes.nth(3)).toHaveAccessibleName(/^contrato\.pdf 640 kB/);
  await expect(button(page, 'Delete…')).toBeDisabled();
  await boxes.nth(1).check();
  await expect(dialog(page).getByRole('status')).toHaveText('1 selected, 84 MB');
  await dialog(page).getByRole('checkbox', { name: 'Select all', exact: true }).check();
  await expect(dialog(page).getByRole('status')).toHaveText('3 selected, 98 MB');
  await boxes.nth(3).uncheck();
  await expectNoViolations(page);
  await shot(page, 'delete-media');
  await button(page, 'Delete…').click();
  await expect(dialog(page)).toContainText('Delete 2 attachments, 97 MB, from this browser?');
  await shot(page, 'delete-media-sure');
  await dialog(page).getByRole('button', { name: 'Delete media', exact: true }).click();
  await expect(dialog(page)).toHaveCount(0);
  const chats = section(page).getByRole('table', { name: 'Chats by size', exact: true });
  await expect(chats).toContainText('Files and audio 640 kB');
  await expect(chats).not.toContainText('84 MB');
  await page.getByRole('link', { name: /^Lucía/ }).click();
  await expect(log(page).locator('article').filter({ hasText: 'boda de Irene.mp4' })).toContainText(
    'Deleted here',
  );
  await expect(log(page).locator('article').filter({ hasText: 'contrato.pdf' })).toContainText(
    'Save',
  );
});

test('deleting is ended after the one that is under way', async ({ page, demo }) => {
  await demo.open('Lucía');
  await openStorage(page);
  await section(page).getByRole('button', { name: 'Delete media…', exact: true }).click();
  await dialog(page).getByRole('checkbox', { name: 'Select all', exact: true }).check();
  await button(page, 'Delete…').click();
  await page.evaluate(() => fake.hold('removeAttachment'));
  await dialog(page).getByRole('button', { name: 'Delete media', exact: true }).click();
  await expect(dialog(page).getByRole('status')).toHaveText('0 of 3 deleted');
  await expect(dialog(page).getByRole('progressbar')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.evaluate(() => fake.release('removeAttachment'));
  await expect(dialog(page).getByRole('checkbox')).toHaveCount(3);
  await expect(dialog(page)).not.toContainText('boda de Irene.mp4');
});

test('a fault on the way is told, and what is left is listed', async ({ page, demo }) => {
  await demo.open('Lucía');
  await openStorage(page);
  await section(page).getByRole('button', { name: 'Delete media…', exact: true }).click();
  await dialog(page).getByRole('checkbox', { name: 'Select all', exact: true }).check();
  await button(page, 'Delete…').click();
  await page.evaluate(() => fake.failNext('removeAttachment', 'storage-failed'));
  await dialog(page).getByRole('button', { name: 'Delete media', exact: true }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('The browser’s storage failed.');
  await expect(dialog(page).getByRole('checkbox')).toHaveCount(4);
});

test('what is fetched by itself is chosen by sort, and kept', async ({ page, demo }) => {
  await demo.open('Lucía');
  await openStorage(page);
  const videos = section(page).getByRole('combobox', { name: 'Videos', exact: true });
  const metered = section(page).getByRole('checkbox', {
    name: 'Videos Also on metered connections',
    exact: true,
  });
  await expect(videos).toHaveValue('0');
  await expect(metered).toHaveCount(0);
  await videos.selectOption('Up to 100 MB');
  await expect(metered).not.toBeChecked();
  await metered.check();
  await expect(
    section(page).getByRole('checkbox', {
      name: 'Voice notes Also on metered connections',
      exact: true,
    }),
  ).toBeChecked();
  await section(page).getByRole('group', { name: 'Download by itself' }).scrollIntoViewIfNeeded();
  await shot(page, 'downloads');
  const kept = await page.evaluate(() => fake.call('downloadRules', {}));
  expect(kept.videos).toEqual({ upTo: 100_000_000, metered: true });
  expect(kept.files).toEqual({ upTo: 0, metered: false });
});

test('little room is told wherever one is, with the way to do something about it', async ({
  page,
  demo,
}) => {
  await demo.open('Lucía');
  await page.evaluate(() => fake.emit({ type: 'trouble', code: 'little-room' }));
  const alert = page.locator('status-strip').getByRole('alert');
  await expect(alert).toContainText('More than 80 % of the room');
  await shot(page, 'little-room');
  await expectNoViolations(page);
  await alert.getByRole('button', { name: 'Storage', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Storage', exact: true })).toBeFocused();
  await alert.getByRole('button', { name: 'Dismiss', exact: true }).click();
  await expect(alert).toHaveCount(0);
  await page.evaluate(() => fake.emit({ type: 'trouble', code: 'internal' }));
  await expect(alert).toBeVisible();
  await expect(alert.getByRole('button', { name: 'Storage', exact: true })).toHaveCount(0);
});

test('a notification says what came, in words', async ({ page, demo }) => {
  await page.addInitScript(() => {
    const shown: string[] = [];
    class Noted {
      static readonly permission = 'granted';
      constructor(title: string, { body = '' }: NotificationOptions = {}) {
        shown.push(`${title}: ${body}`);
      }
    }
    Object.assign(globalThis, { Notification: Noted, shown });
  });
  await demo.open('Lucía');
  const shown = await page.evaluate(() => {
    const [conversation] = fake.conversations;
    if (!conversation) throw new Error('no chat');
    const voice = {
      form: 'voice',
      name: '',
      type: 'audio/webm',
      size: 9_000,
      duration: 12_000,
      stage: 'remote',
    } as const;
    const photo = { ...voice, form: 'image', type: 'image/jpeg' } as const;
    const notify = { type: 'notify', conversation, name: 'Ana' } as const;
    fake.emit({ ...notify, body: { kind: 'media', attachment: voice, caption: '' } });
    fake.emit({ ...notify, body: { kind: 'media', attachment: photo, caption: 'the sea' } });
    fake.emit({ ...notify, body: { kind: 'text', text: 'hello' } });
    fake.emit(notify);
    return (globalThis as unknown as { shown: string[] }).shown;
  });
  expect(shown).toEqual([
    'Ana: Voice message 0:12',
    'Ana: Photo, the sea',
    'Ana: hello',
    'Ana: New message',
  ]);
});

test.describe('narrow and dark', () => {
  test.use({ viewport: { width: 380, height: 700 }, colorScheme: 'dark' });
  test('the storage page and its dialog have room', async ({ page, demo }) => {
    await demo.open('Lucía');
    await shot(page, 'narrow-chat');
    await button(page, 'Back').click();
    await openStorage(page);
    await section(page).getByRole('table', { name: 'Chats by size' }).scrollIntoViewIfNeeded();
    await shot(page, 'narrow-storage');
    await section(page).getByRole('group', { name: 'Download by itself' }).scrollIntoViewIfNeeded();
    await shot(page, 'narrow-downloads');
    await section(page).getByRole('button', { name: 'Delete media…', exact: true }).click();
    await dialog(page).getByRole('checkbox', { name: 'Select all', exact: true }).check();
    await expectNoViolations(page);
    await shot(page, 'narrow-delete-media');
    const across = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(across).toBeLessThanOrEqual(380);
  });
});
