import { type Locator, type Page } from '@playwright/test';
import { expect, test } from './support/journey.ts';
import {
  button,
  chatLine,
  composer,
  expectMessage,
  expectOpenChat,
  introduce,
  nameBox,
  openChat,
  send,
} from './support/people.ts';

async function openSettings(page: Page): Promise<void> {
  await button(page, 'Settings').click();
  await expect(page.getByRole('heading', { name: 'Settings', exact: true })).toBeVisible();
}

const toggle = (page: Page, name: string): Locator =>
  page.getByRole('switch', { name, exact: true });

test('every section is there', async ({ newPerson }) => {
  const { page } = await newPerson({ name: 'Ana' });
  await openSettings(page);
  for (const name of [
    'Profile',
    'Privacy',
    'Notifications',
    'Storage',
    'Appearance',
    'Language',
    'What the relay knows',
    'About',
  ]) {
    await expect(page.getByRole('region', { name, exact: true })).toBeVisible();
  }
});

test('a new name reaches those one talks with', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  await openSettings(ana.page);
  await nameBox(ana.page).fill('Ana María');
  await button(ana.page, 'Save name').click();
  await openChat(ana.page, 'Ben');
  await send(ana.page, 'it is me');
  await expectOpenChat(ben.page, 'Ana María');
  await expectMessage(ben.page, { from: 'Ana María', text: 'it is me' });
});

test('whoever hides reading does not see it of others either', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  await expectMessage(ana.page, { from: 'You', text: 'Hello, Ben', state: 'Read' });
  await openSettings(ana.page);
  await toggle(ana.page, 'Read receipts').click();
  await expect(toggle(ana.page, 'Read receipts')).not.toBeChecked();
  await openChat(ana.page, 'Ben');

  await send(ben.page, 'did you see this?');
  await expectMessage(ana.page, { from: 'Ben', text: 'did you see this?' });
  await send(ana.page, 'perhaps');
  await expectMessage(ben.page, { from: 'Ana', text: 'perhaps' });
  // What came after proves that what came before had its time.
  await send(ben.page, 'well');
  await expectMessage(ana.page, { from: 'Ben', text: 'well' });
  await expectMessage(ben.page, { from: 'You', text: 'did you see this?', state: 'Delivered' });
  await expectMessage(ana.page, { from: 'You', text: 'perhaps', state: 'Delivered' });
});

test('whoever hides being online does not see it of others either', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  const online = (page: Page): Locator =>
    page.getByRole('main').getByText('online', { exact: true });
  await expect(online(ana.page)).toBeVisible();
  await expect(online(ben.page)).toBeVisible();
  await openSettings(ana.page);
  await toggle(ana.page, 'Online and last seen').click();
  await openChat(ana.page, 'Ben');
  await expect(composer(ana.page)).toBeVisible();
  await expect(online(ana.page)).toBeHidden();
  await expect(online(ben.page)).toBeHidden({ timeout: 20_000 });
});

test('language and theme change at once, in every tab, and stay', async ({
  newPerson,
  hostMode,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  // Where one tab works at a time, that one is every tab.
  const second = hostMode === 'page' ? ana.page : await ana.newTab();
  await openSettings(ana.page);
  await ana.page
    .getByRole('combobox', { name: 'Language of Sotto', exact: true })
    .selectOption('es');
  await expect(ana.page.getByRole('heading', { name: 'Ajustes', exact: true })).toBeVisible();
  await expect(ana.page.locator('html')).toHaveAttribute('lang', 'es');
  await expect(button(second, 'Ajustes')).toBeVisible();
  await ana.page.getByRole('radio', { name: 'Oscuro', exact: true }).check({ force: true });
  const dark = (page: Page): Promise<boolean> =>
    page.evaluate(() => getComputedStyle(document.documentElement).colorScheme === 'dark');
  await expect.poll(() => dark(ana.page)).toBe(true);
  await expect.poll(() => dark(second)).toBe(true);
  await ana.page.reload();
  await expect(ana.page.locator('html')).toHaveAttribute('lang', 'es');
  await expect.poll(() => dark(ana.page)).toBe(true);
});

test('what the relay knows is shown row by row, and no name is among it', async ({ newPerson }) => {
  const { page } = await newPerson({ name: 'Ana Nobody-Else' });
  await openSettings(page);
  const section = page.getByRole('region', { name: 'What the relay knows', exact: true });
  for (const name of [/^Your mailbox/, /^Signed prekeys/, /^Tokens/]) {
    await expect(section.getByRole('heading', { name })).toBeVisible();
  }
  expect(await section.innerText()).not.toContain('Nobody-Else');
});

test('an erased account is gone here and at the relay', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  await openSettings(ana.page);
  await button(ana.page, 'Erase account').click();
  const dialog = ana.page.getByRole('dialog');
  await button(dialog, 'Erase account').click();
  await ana.page
    .getByRole('button', { name: 'Begin again', exact: true })
    .click({ timeout: 15_000 });
  await expect(nameBox(ana.page)).toBeVisible();
  await ana.page.reload();
  await expect(nameBox(ana.page)).toBeVisible();
  await send(ben.page, 'are you there?');
  await expectMessage(ben.page, { from: 'You', text: 'are you there?', state: 'Sending' });
});

test('a chat can be muted and deleted', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  await button(ana.page, 'Chat details').click();
  const details = ana.page.getByRole('dialog');
  await details.getByRole('switch', { name: 'Mute notifications', exact: true }).click();
  await expect(
    details.getByRole('switch', { name: 'Mute notifications', exact: true }),
  ).toBeChecked();
  await button(details, 'Delete chat').click();
  await ana.page
    .getByRole('dialog')
    .last()
    .getByRole('button', { name: 'Delete chat', exact: true })
    .click();
  await expect(chatLine(ana.page, 'Ben')).toHaveCount(0);
  // The place changes through the history, and a reload in the middle of that would be cut off.
  await expect(composer(ana.page)).toHaveCount(0);
  await ana.page.reload();
  await expect(chatLine(ana.page, 'Notes')).toBeVisible();
  await expect(chatLine(ana.page, 'Ben')).toHaveCount(0);
});
