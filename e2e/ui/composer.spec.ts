/** Writing: what sends and what does not, drafts that nobody loses or overwrites, and limits in words. */
import { type Page } from '@playwright/test';
import { call, distanceFromEnd, expect, idOf, log, settled, test } from './demo.ts';

const box = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const last = (page: Page) => log(page).locator('article').last();
const height = async (page: Page): Promise<number> => (await box(page).boundingBox())?.height ?? 0;

test('Enter sends, Shift+Enter breaks the line, and the box is empty and focused again', async ({
  page,
  demo,
}) => {
  await demo.open('Marta');
  await box(page).pressSequentially('one');
  await page.keyboard.press('Shift+Enter');
  await box(page).pressSequentially('two');
  await expect(box(page)).toHaveValue('one\ntwo');
  await page.keyboard.press('Enter');
  await expect(last(page)).toHaveAccessibleName(/^You: one two, \d\d:\d\d, (Sending|Sent)$/);
  await expect(last(page).locator('.text')).toHaveText('one\ntwo', { useInnerText: true });
  await expect(box(page)).toHaveValue('');
  await expect(box(page)).toBeFocused();
});

test('the button sends too, and blanks are never sent', async ({ page, demo }) => {
  await demo.open('Marta');
  const send = page.getByRole('button', { name: 'Send', exact: true });
  const before = await log(page).locator('article').count();
  await box(page).fill('  \n ');
  await expect(send).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Enter');
  await box(page).fill('hello');
  await send.click();
  await expect(last(page)).toHaveAccessibleName(/^You: hello, /);
  expect(await log(page).locator('article').count()).toBe(before + 1);
});

test('Enter belongs to the input method while it composes', async ({ page, demo }) => {
  await demo.open('Marta');
  const before = await log(page).locator('article').count();
  const devtools = await page.context().newCDPSession(page);
  await box(page).focus();
  await devtools.send('Input.imeSetComposition', {
    text: 'にほん',
    selectionStart: 3,
    selectionEnd: 3,
  });
  await page.keyboard.press('Enter');
  await devtools.send('Input.insertText', { text: '日本' });
  // Older WebKit ends the composition first and then says only 229.
  await box(page).evaluate((element) =>
    element.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }),
    ),
  );
  await expect(box(page)).toHaveValue(/日本/);
  expect(await log(page).locator('article').count()).toBe(before);
  await page.keyboard.press('Enter');
  await expect(last(page)).toHaveAccessibleName(/^You: .*日本/);
});

test('the box grows with its text and then scrolls', async ({ page, demo }) => {
  await demo.open('Marta');
  const one = await height(page);
  await box(page).fill('a\nb\nc');
  const three = await height(page);
  expect(three).toBeGreaterThan(one + 30);
  await box(page).fill('line\n'.repeat(200));
  const most = await height(page);
  expect(most).toBeLessThanOrEqual(202);
  expect(await box(page).evaluate((element) => element.scrollHeight > element.clientHeight)).toBe(
    true,
  );
  await box(page).fill('');
  expect(await height(page)).toBe(one);
});

test('a draft survives looking at another chat, and is stored by chat', async ({ page, demo }) => {
  await demo.open('Marta');
  await box(page).pressSequentially('half a thought');
  await page.getByRole('link', { name: 'Notes' }).click();
  await expect(box(page)).toHaveValue('');
  await page.getByRole('link', { name: 'Marta' }).click();
  await expect(box(page)).toHaveValue('half a thought');
  await page.keyboard.press('Enter');
  await expect(last(page)).toHaveAccessibleName(/^You: half a thought, /);
  await page.getByRole('link', { name: 'Notes' }).click();
  await page.getByRole('link', { name: 'Marta' }).click();
  await expect(box(page)).toHaveValue('');
});

test('a draft from another tab shows here, but never replaces what is being typed', async ({
  page,
  demo,
}) => {
  await demo.open('Marta');
  const conversation = await idOf(page, 'Marta');
  await call(page, 'setDraft', { conversation, text: 'from there' });
  await expect(box(page)).toHaveValue('from there');
  await box(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.type('!');
  await call(page, 'setDraft', { conversation, text: 'something else' });
  await expect(box(page)).toHaveValue('from there!');
});

test('undo works after a paste', async ({ page, demo, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await demo.open('Marta');
  await page.evaluate(() => navigator.clipboard.writeText('pasted'));
  await box(page).pressSequentially('before ');
  await page.keyboard.press('Control+v');
  await expect(box(page)).toHaveValue('before pasted');
  await page.keyboard.press('Control+z');
  await expect(box(page)).toHaveValue('before ');
});

test('more than 64 KiB is told before it is sent, in bytes and not in letters', async ({
  page,
  demo,
}) => {
  await demo.open('Marta');
  const before = await log(page).locator('article').count();
  await box(page).fill('ñ'.repeat(32 * 1024 + 1));
  await expect(page.getByRole('alert').filter({ hasText: 'Too long' })).toContainText(
    'Too long: 65 KiB of at most 64 KiB.',
  );
  await page.keyboard.press('Enter');
  expect(await log(page).locator('article').count()).toBe(before);
  await box(page).fill('ñ'.repeat(32 * 1024));
  await expect(page.getByText('Too long')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(log(page).locator('article')).toHaveCount(before + 1);
  await settled(page);
  expect(await distanceFromEnd(page)).toBeLessThanOrEqual(1);
});

test('what the engine refuses comes back into the box, with the reason', async ({ page, demo }) => {
  await demo.open('Marta');
  await page.evaluate(() => fake.failNext('send', 'storage-full'));
  await box(page).fill('precious');
  await page.keyboard.press('Enter');
  await expect(box(page)).toHaveValue('precious');
  await expect(page.getByRole('alert').filter({ hasText: 'not sent' })).toContainText(
    'no room left',
  );
});
