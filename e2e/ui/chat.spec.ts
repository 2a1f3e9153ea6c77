/** A chat by role and name: what a screen reader hears, what the keyboard does, and the dialogs. */
import { type Page } from '@playwright/test';
import { axeFindings } from '../support/axe.ts';
import { call, expect, idOf, log, receive, settled, test, topMessage, wheel } from './demo.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const rows = (page: Page) => log(page).locator('article');
const box = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });

async function expectNoViolations(page: Page): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
}

test('landmark, heading, log and articles have the names that the design gives them', async ({
  page,
  demo,
}) => {
  await demo.open('Dr. Ferrer');
  await expect(page.getByRole('main')).toHaveCount(1);
  await expect(page.getByRole('main').getByRole('heading', { name: 'Dr. Ferrer' })).toBeVisible();
  await expect(log(page)).toHaveAttribute('aria-live', 'off');
  const lines = rows(page);
  const count = await lines.count();
  await expect(lines.nth(count - 4)).toHaveAccessibleName(
    /^Dr\. Ferrer: Message could not be decrypted, \d\d:\d\d$/,
  );
  await expect(lines.nth(count - 3)).toHaveAccessibleName(
    /^You: ¡Gracias!.*, \d\d:\d\d, Delivered$/,
  );
  await expect(lines.nth(count - 2)).toHaveAccessibleName(
    /^You: ¿Y la dieta\?, \d\d:\d\d, Failed$/,
  );
  await expect(lines.last()).toHaveAccessibleName(/^You: .*, Sent$/);
  await expect(lines.last().getByRole('img', { name: 'Sent', exact: true })).toBeVisible();
  await expect(lines.last().locator('time')).toHaveAttribute('datetime', /^\d{4}-.*Z$/);
  await expect(log(page)).toContainText(
    /Waiting for Dr\. Ferrer: their browser was last here .*; the relay keeps it until \d+ \w+/,
  );
});

test('a failed message says why and is tried again; a stub asks to be sent again', async ({
  page,
  demo,
}) => {
  await demo.open('Dr. Ferrer');
  const failed = rows(page).filter({ hasText: '¿Y la dieta?' });
  const stub = rows(page).filter({ hasText: 'could not be decrypted' });
  await expect(failed).toContainText('The invite link has expired.');
  await button(page, 'Retry').click();
  await expect(failed).toHaveAccessibleName(/, (Sending|Sent)$/);
  await expect(button(page, 'Retry')).toHaveCount(0);
  await button(page, 'Ask to resend').click();
  await expect(stub).toContainText('Asked to send it again');
  await expect(button(page, 'Ask to resend')).toHaveCount(0);
});

test('arrivals in a focused chat are announced once, ticks never, failures always', async ({
  page,
  demo,
}) => {
  await demo.open('Marta');
  const status = page.getByRole('main').getByRole('status');
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    const find = (root: Document | ShadowRoot): Element | null => {
      for (const element of root.querySelectorAll('*')) {
        if (element.matches('main [role=status]')) return element;
        const found = element.shadowRoot && find(element.shadowRoot);
        if (found) return found;
      }
      return null;
    };
    const line = find(document);
    if (!line) throw new Error('no status');
    new MutationObserver(() => said.push(line.textContent.trim())).observe(line, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  await receive(page, 'Marta', 'ok');
  await expect(status).toHaveText('Marta: ok');
  await receive(page, 'Marta', 'ok');
  await box(page).fill('mine');
  await page.keyboard.press('Enter');
  await expect(rows(page).last()).toHaveAccessibleName(/mine.*, Sent$/);
  const conversation = await idOf(page, 'Marta');
  await page.evaluate(async (chat) => {
    const { page: opened } = await fake.call('openChat', { conversation: chat, limit: 1 });
    const message = opened.messages[0];
    if (!message) return;
    fake.emit({
      type: 'messages',
      conversation: chat,
      changed: [{ ...message, state: 'failed', failure: 'mailbox-full' }],
      removed: [],
    });
  }, conversation);
  await expect(status).toHaveText('Failed: mine');
  await page.evaluate(() => (document.hasFocus = () => false));
  await receive(page, 'Marta', 'unheard');
  await expect(rows(page).last()).toHaveAccessibleName(/unheard/);
  const said = await page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
  expect(said).toEqual(['Marta: ok', 'Marta: ok', 'Failed: mine']);
});

test('the menu works by mouse and by keyboard and gives the focus back', async ({ page, demo }) => {
  await demo.open('Ben Ocelot');
  const row = rows(page).last();
  await row.hover();
  await row.getByRole('button', { name: 'Message actions' }).click();
  const menu = page.getByRole('menu', { name: 'Message menu' });
  await expect(menu.getByRole('menuitem')).toHaveText([/^\s*Copy/, /^\s*Details/, /^\s*Delete/]);
  await expect(menu.getByRole('menuitem', { name: 'Copy', exact: true })).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(menu.getByRole('menuitem', { name: 'Delete', exact: true })).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('d');
  await expect(menu.getByRole('menuitem', { name: 'Details', exact: true })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await expect(row).toBeFocused();
  await page.keyboard.press('Shift+F10');
  await expect(menu).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(menu).toBeHidden();
  await row.click({ button: 'right' });
  await expect(menu).toBeVisible();
});

test('single keys act on the focused message: copy, details, delete', async ({
  page,
  demo,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await demo.open('Ben Ocelot');
  const count = await rows(page).count();
  const text = await rows(page).last().locator('.text').textContent();
  await box(page).focus();
  // From the box backwards one reaches the last message.
  await rows(page).last().focus();
  await page.keyboard.press('c');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  await expect(page.getByRole('main').getByRole('status')).toHaveText('Copied');
  await page.keyboard.press('i');
  const details = page.getByRole('dialog', { name: 'Message details', exact: true });
  await expect(details).toContainText('Written');
  await page.keyboard.press('Escape');
  await expect(details).toHaveCount(0);
  await expect(rows(page).last()).toBeFocused();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('dialog', { name: 'Delete message', exact: true });
  await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(rows(page)).toHaveCount(count);
  await page.keyboard.press('Delete');
  await dialog.getByRole('button', { name: 'Delete for me', exact: true }).click();
  await expect(rows(page)).toHaveCount(count - 1);
  await expect(rows(page).last()).toBeFocused();
});

test('arrow keys walk through messages, also those that were not in the document', async ({
  page,
  demo,
}) => {
  await demo.open('Archivo de Tomás');
  const { order } = await topMessage(page);
  await log(page).locator(`article[data-order="${order}"]`).focus();
  for (let step = 0; step < 60; step++) await page.keyboard.press('ArrowUp');
  await settled(page);
  const focused = log(page).locator('article:focus');
  await expect(focused).toHaveAttribute('data-order', String(order - 60));
  await expect(focused).toBeInViewport();
  await page.keyboard.press('End');
  await expect(rows(page).last()).toBeFocused();
  await expect(rows(page).last()).toBeInViewport();
  await settled(page);
  await log(page)
    .locator(`article[data-order="${order - 60}"]`)
    .waitFor({ state: 'detached' });
  await page.keyboard.press('Home');
  await expect(focused).not.toHaveAttribute('data-order', String(order - 60));
  await settled(page);
  await expect(focused).toBeInViewport();
  const first = Number(await focused.getAttribute('data-order'));
  // The focus is not lost when one scrolls away from it.
  await log(page).hover();
  await page.mouse.wheel(0, 6_000);
  await settled(page);
  await expect(focused).toHaveAttribute('data-order', String(first));
});

test('the focus stays on its message when one scrolls into the days after it', async ({
  page,
  demo,
}) => {
  await demo.open('Archivo de Tomás');
  const days = log(page).locator('.day');
  while ((await days.count()) < 2) await wheel(page, -200);
  const row = days.last().locator('article').first();
  const order = String(await row.getAttribute('data-order'));
  await row.focus();
  await wheel(page, 6_000);
  const focused = log(page).locator('article:focus');
  await expect(focused).toHaveAttribute('data-order', order);
  await expect(focused).not.toBeInViewport();
});

test('a stranger’s request has its three answers and no box to write in', async ({
  page,
  demo,
}) => {
  await demo.open('Irene Colibrí');
  const region = page.getByRole('region', { name: 'Message request', exact: true });
  for (const name of ['Accept', 'Block', 'Delete']) {
    await expect(region.getByRole('button', { name, exact: true })).toBeVisible();
  }
  await expect(box(page)).toHaveCount(0);
  await expectNoViolations(page);
  await region.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(box(page)).toBeFocused();
});

test('details mute, block and unblock, and delete after a question', async ({ page, demo }) => {
  await demo.open('Marta');
  await button(page, 'Chat details').click();
  const dialog = page.getByRole('dialog', { name: 'Chat details', exact: true });
  const mute = dialog.getByRole('switch', { name: 'Mute notifications', exact: true });
  await mute.click();
  await expect(mute).toBeChecked();
  await expectNoViolations(page);
  await dialog.getByRole('button', { name: 'Block', exact: true }).click();
  await dialog.getByRole('button', { name: 'Unblock', exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await expect(button(page, 'Chat details')).toBeFocused();
  await expect(box(page)).toHaveCount(0);
  await button(page, 'Unblock').click();
  await expect(box(page)).toBeVisible();
  await button(page, 'Chat details').click();
  await dialog.getByRole('button', { name: 'Delete chat', exact: true }).click();
  const question = page.getByRole('dialog', { name: 'Delete the chat with Marta?', exact: true });
  await question.getByRole('button', { name: 'Delete chat', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Marta' })).toHaveCount(0);
  await expect(log(page)).toHaveCount(0);
});

test('a file of sound is played where it stands, or says why not, and is saved as well', async ({
  page,
  demo,
}) => {
  await demo.open('Lucía');
  const sound = log(page).getByRole('article', { name: /: File entrevista\.mp3,/ });
  await expect(sound.getByRole('button', { name: 'Save', exact: true })).toBeVisible();
  // Nobody knows its length yet, and music goes at its own speed.
  await expect(sound.getByRole('slider')).toHaveCount(0);
  await expect(sound.getByRole('button', { name: 'Speed' })).toHaveCount(0);
  await expect(
    log(page)
      .getByRole('article', { name: /: File contrato\.pdf,/ })
      .getByRole('button', { name: 'Play', exact: true }),
  ).toHaveCount(0);
  await sound.getByRole('button', { name: 'Play', exact: true }).click();
  await expect(sound.getByRole('alert')).toContainText('does not have this file any more');
  await expect(sound.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  await expectNoViolations(page);
});

test('text is text: no markup, links only where they are, opened apart', async ({ page, demo }) => {
  await demo.open('Marta');
  await receive(page, 'Marta', '<img src=x onerror=alert(1)> https://example.org/a?b=1. <b>no</b>');
  const row = rows(page).last();
  await expect(row.locator('.text')).toHaveText(
    '<img src=x onerror=alert(1)> https://example.org/a?b=1. <b>no</b>',
  );
  await expect(row.locator('img, b')).toHaveCount(0);
  const link = row.getByRole('link');
  await expect(link).toHaveText('https://example.org/a?b=1');
  await expect(link).toHaveAttribute('rel', 'noopener noreferrer');
  await expect(link).toHaveAttribute('target', '_blank');
});

test('nothing in the chat sets a style attribute in its markup', async ({ page, demo }) => {
  await demo.open('Marta');
  // Attributes that scripts set through the CSSOM are allowed by the policy; those in templates are not.
  const sources = await Promise.all(
    ['message-list.ts', 'message-row.ts', 'composer.ts'].map(async (file) => {
      const answer = await page.request.get(new URL(`/src/ui/parts/${file}`, page.url()).href);
      return answer.text();
    }),
  );
  for (const source of sources) expect(source).not.toMatch(/\sstyle=/);
});

for (const appearance of ['light', 'dark'] as const) {
  for (const lang of ['en', 'es'] as const) {
    test(`axe finds nothing in a chat, ${appearance}, ${lang}`, async ({ page, demo }) => {
      for (const chat of ['Ana Quetzal', 'Dr. Ferrer', 'Archivo de Tomás', 'دانا']) {
        await demo.open(chat, { appearance, lang });
        await expectNoViolations(page);
      }
      await rows(page).last().focus();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menu').waitFor();
      await expectNoViolations(page);
      await page.keyboard.press('Escape');
      await page.keyboard.press('i');
      await page.getByRole('dialog').waitFor();
      await expectNoViolations(page);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Delete');
      await page.getByRole('dialog').waitFor();
      await expectNoViolations(page);
    });
  }
}

test('at 320 px and 200 % nothing is lost sideways', async ({ page, demo }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await demo.open('Ana Quetzal');
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await settled(page);
  for (const part of [log(page), page.getByRole('main')]) {
    const beyond = await part.evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(beyond).toBeLessThanOrEqual(0);
  }
  for (const name of ['Back', 'Chat details', 'Record voice note']) {
    await expect(button(page, name)).toBeInViewport({ ratio: 1 });
  }
});

test('the chat hears of a peer who types, comes and goes', async ({ page, demo }) => {
  await demo.open('Marta');
  const id = await idOf(page, 'Marta');
  await page.evaluate((chat) => fake.setTyping(chat, true), id);
  await expect(page.getByRole('main')).toContainText('typing…');
  await page.evaluate((chat) => fake.setTyping(chat, false), id);
  await expect(page.getByRole('main')).not.toContainText('typing…');
  await call(page, 'setMuted', { conversation: id, muted: true });
});

test('whoever moves on while a dialog closes is not called back', async ({ page, demo }) => {
  await demo.open('Lucía');
  await button(page, 'Chat details').click();
  const dialog = page.getByRole('dialog', { name: 'Chat details' });
  await expect(dialog).toBeVisible();
  const field = await box(page).elementHandle();
  await dialog.evaluate((element: HTMLDialogElement, next) => {
    element.close();
    (next as HTMLElement).focus();
  }, field);
  await expect(dialog).toHaveCount(0);
  await expect(box(page)).toBeFocused();
});
