/** Emoji: chosen from the panel, completed by name, remembered, and told to everybody. */
import { type Page } from '@playwright/test';
import { axeFindings } from '../support/axe.ts';
import { type MessageView } from '../../src/engine/api.ts';
import { movingPng } from '../support/gif.ts';
import { call, expect, idOf, log, test } from './demo.ts';

const box = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const last = (page: Page) => log(page).locator('article').last();
const panel = (page: Page) => page.getByRole('dialog', { name: 'Emoji, GIFs and stickers' });
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search emoji', exact: true });
const cell = (page: Page, name: string) =>
  panel(page).getByRole('option', { name, exact: true }).first();
const names = (page: Page) => page.getByRole('listbox', { name: 'Emoji by name', exact: true });

async function openPanel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Emoji', exact: true }).click();
  await expect(cell(page, 'grinning face')).toBeVisible();
}

test('emoji are put where one writes, and undo takes them away', async ({ page, demo }) => {
  await demo.open('Marta');
  await box(page).pressSequentially('Hi !');
  await page.keyboard.press('ArrowLeft');
  await openPanel(page);
  await expect(search(page)).toBeFocused();
  await cell(page, 'grinning face').click();
  await cell(page, 'grinning face').click();
  await expect(box(page)).toHaveValue('Hi 😀😀!');
  await expect(panel(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel(page)).toBeHidden();
  await expect(box(page)).toBeFocused();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(box(page)).toHaveValue('Hi !');
});

test('the keyboard finds, walks and chooses; a click elsewhere closes', async ({ page, demo }) => {
  await demo.open('Marta');
  await openPanel(page);
  await search(page).fill('birthday');
  await expect(panel(page).getByRole('option')).not.toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(box(page)).toHaveValue('🎂');
  await search(page).fill('');
  await page.keyboard.press('ArrowDown');
  await expect(cell(page, 'grinning face')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(cell(page, 'grinning face with big eyes')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(box(page)).toHaveValue('🎂😃');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowDown');
  await expect(cell(page, 'waving hand')).not.toBeFocused();
  await expect(
    panel(page).getByRole('group', { name: 'People and hands' }).locator(':focus'),
  ).toHaveCount(1);
  await search(page).fill('zzzz');
  await expect(panel(page).getByRole('status')).toHaveText('No emoji is called that');
  await log(page).click({ position: { x: 30, y: 60 } });
  await expect(panel(page)).toBeHidden();
});

test('what was used last comes first, and hands keep their tone', async ({ page, demo }) => {
  await demo.open('Marta');
  await openPanel(page);
  await panel(page).getByRole('radio', { name: 'Dark', exact: true }).check({ force: true });
  await search(page).fill('waving hand');
  await page.keyboard.press('Enter');
  await expect(box(page)).toHaveValue('👋🏿');
  await page.keyboard.press('Escape');
  await expect.poll(() => call(page, 'habits', {})).toMatchObject({ emoji: ['👋'], tone: 5 });
  await openPanel(page);
  const recent = panel(page).getByRole('group', { name: 'Recently used', exact: true });
  await expect(recent.getByRole('option')).toHaveText(['👋🏿']);
});

test('a name after a colon is completed by keyboard, in the language of the page', async ({
  page,
  demo,
}) => {
  await demo.open('Marta');
  await box(page).pressSequentially('cake :birth');
  await expect(names(page)).toBeVisible();
  const first = names(page).getByRole('option').first();
  await expect(first).toHaveAttribute('aria-selected', 'true');
  await expect(box(page)).toHaveAttribute(
    'aria-activedescendant',
    (await first.getAttribute('id'))!,
  );
  await page.keyboard.press('ArrowDown');
  await expect(first).toHaveAttribute('aria-selected', 'false');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(box(page)).toHaveValue('cake 🎂');
  await expect(names(page)).toBeHidden();
  await box(page).pressSequentially(' and :wav');
  await expect(names(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(names(page)).toBeHidden();
  await box(page).pressSequentially('i');
  await expect(names(page)).toBeHidden();
  await expect(box(page)).toHaveValue('cake 🎂 and :wavi');
  await page.keyboard.press('Enter');
  await expect(last(page)).toHaveAccessibleName(/^You: cake 🎂 and :wavi, /);
  await box(page).pressSequentially(':wave:!');
  await expect(box(page)).toHaveValue('👋!');

  await demo.open('Marta', { lang: 'es' });
  const spanish = page.getByRole('textbox', { name: 'Mensaje', exact: true });
  await spanish.pressSequentially(':corazón_ro');
  await expect(page.getByRole('option', { name: 'corazón rojo', exact: true })).toBeVisible();
});

test('times, addresses and input methods are left alone', async ({ page, demo }) => {
  await demo.open('Marta');
  await box(page).pressSequentially(':wa');
  await expect(names(page)).toBeVisible();
  await box(page).fill('');
  await expect(names(page)).toBeHidden();
  await box(page).pressSequentially('at 10:30am http://example.org:smile x:smile');
  await expect(names(page)).toBeHidden();
  await box(page).fill('');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Input.imeSetComposition', {
    text: ':smi',
    selectionStart: 4,
    selectionEnd: 4,
  });
  await expect(box(page)).toHaveValue(':smi');
  await expect(names(page)).toBeHidden();
});

test('the panel and the list of names stand up to axe', async ({ page, demo }) => {
  await demo.open('Marta');
  await openPanel(page);
  // All of the two thousand emoji would take axe minutes; they are alike.
  const toolbar = await axeFindings(page, {
    within: ['sotto-app', 'chat-page', 'message-composer', 'picker-panel', 'emoji-pane', '.groups'],
  });
  expect(toolbar).toEqual([]);
  await search(page).fill('hand');
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await box(page).pressSequentially(':sm');
  await expect(names(page)).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
});

test('a photo that moves, whatever its sender called it, stands still for whoever wants less motion', async ({
  page,
  demo,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await demo.open('Marta');
  const conversation = await idOf(page, 'Marta');
  await page.evaluate(
    ([chat, bytes]) => {
      const picture = new Blob([new Uint8Array(bytes)], { type: 'image/png' });
      fake.answer('openAttachment', picture);
      const body = {
        kind: 'media',
        caption: '',
        attachment: {
          form: 'image',
          name: 'sea.png',
          type: 'image/png',
          size: picture.size,
          width: 64,
          height: 64,
          stage: 'here',
        },
      } as const;
      const message = { conversation: chat, order: 9_999, own: false, time: Date.now(), body };
      const id = '0'.repeat(32) as MessageView['id'];
      fake.emit({
        type: 'messages',
        conversation: chat,
        changed: [{ ...message, id }],
        removed: [],
      });
    },
    [conversation, [...movingPng()]] as const,
  );
  const photo = last(page).getByRole('img', { name: 'Photo', exact: true });
  await expect(photo).toBeVisible();
  expect(await photo.evaluate(({ tagName }) => tagName)).toBe('CANVAS');
  await last(page).getByRole('button', { name: 'Play GIF', exact: true }).click();
  await expect.poll(() => photo.evaluate(({ tagName }) => tagName)).toBe('IMG');
});
