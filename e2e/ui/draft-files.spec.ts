/** Files that wait in a draft: where that is said, what is said of those that cannot be kept, and what takes them away. */
import { type Page } from '@playwright/test';
import { axeFindings } from '../support/axe.ts';
import { give, tray } from '../support/files.ts';
import { call, expect, idOf, test } from './demo.ts';

const waiting = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const box = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const caption = (page: Page) => tray(page).getByRole('textbox', { name: 'Caption', exact: true });

/** Two files wait, as another tab left them. */
async function leave(page: Page, chat: string): Promise<void> {
  const conversation = await idOf(page, chat);
  const file = (id: string, words: string) => ({
    id,
    name: `${id}.txt`,
    type: 'text/plain',
    caption: words,
    original: false,
  });
  const files = [file('first', 'the plan'), file('second', '')];
  await call(page, 'draftFiles', { conversation, files });
  await page.evaluate(
    async ([id, names]) => {
      for (const name of names)
        await fake.call('draftFile', { conversation: id, id: name, source: new Blob([name]) });
    },
    [conversation, files.map(({ id }) => id)] as const,
  );
}

/** A picture where they are wished, to be looked at. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (!folder) return;
  for (const [width, height] of [
    [1280, 800],
    [380, 700],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png` });
    }
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function expectNoViolations(page: Page): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
}

test('files that wait are told in the list and in the composer, and open in their order', async ({
  page,
  demo,
}) => {
  await demo.open('Notes');
  await leave(page, 'Marta');
  const line = page.getByRole('link', { name: 'Marta' });
  await expect(line).toHaveAccessibleName(/, Draft: 2 attachments, /);
  await line.click();
  const open = waiting(page, '2 attachments in the draft');
  await expect(open).toBeVisible();
  await expectNoViolations(page);
  await shot(page, 'draft-line');
  await open.press('Enter');
  await expect(caption(page)).toHaveValue('the plan');
  await expect(caption(page)).toBeFocused();
  await expect(tray(page).getByRole('button', { name: 'first.txt' })).toHaveAttribute(
    'aria-current',
    'true',
  );
  await expectNoViolations(page);
  await shot(page, 'draft-tray');
  await tray(page).getByRole('button', { name: 'Remove attachment', exact: true }).click();
  await expect(page.locator('draft-files')).toHaveText('1 attachment in the draft');
  await tray(page).getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.locator('draft-files')).toHaveCount(0);
  await expect(box(page)).toBeFocused();
});

test('what is too large for the draft says that it stays only while the tab is open', async ({
  page,
  demo,
}) => {
  await demo.open('Marta');
  await box(page).evaluate((element) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(64 * 2 ** 20 + 1)], 'film.bin'));
    data.items.add(new File(['small'], 'small.txt', { type: 'text/plain' }));
    const init = { bubbles: true, cancelable: true, composed: true, clipboardData: data };
    element.dispatchEvent(new ClipboardEvent('paste', init));
  });
  const alert = tray(page).getByRole('alert');
  await expect(alert).toHaveText(
    'Too large for the draft: it stays here only while this tab is open. Send it before you close it.',
  );
  await expectNoViolations(page);
  await shot(page, 'draft-too-large');
  await tray(page).getByRole('button', { name: 'small.txt' }).click();
  await expect(alert).toHaveCount(0);
  await expect(page.locator('draft-files')).toHaveText('1 attachment in the draft');
});

test('what another tab sends is gone from the tray, and with the last of it the tray closes', async ({
  page,
  demo,
}) => {
  await demo.open('Marta');
  await leave(page, 'Marta');
  const conversation = await idOf(page, 'Marta');
  await waiting(page, '2 attachments in the draft').click();
  await expect(caption(page)).toHaveValue('the plan');
  const send = (id: string) =>
    page.evaluate(
      ([chat, draft]) =>
        fake.call('attach', {
          conversation: chat,
          source: new Blob([draft]),
          hints: { form: 'file', name: `${draft}.txt`, type: 'text/plain' },
          caption: '',
          draft,
        }),
      [conversation, id] as const,
    );
  await send('first');
  await expect(caption(page)).toHaveValue('');
  await expect(tray(page)).toContainText('second.txt');
  await send('second');
  await expect(tray(page)).toBeHidden();
  await give(box(page), 'paste', {
    name: 'third.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('third'),
  });
  await expect(tray(page)).toContainText('third.txt');
});
