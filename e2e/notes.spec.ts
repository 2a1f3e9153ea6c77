import { expect, test } from './support/journey.ts';
import {
  button,
  chatLine,
  composer,
  expectMessage,
  message,
  openChat,
  send,
  status,
} from './support/people.ts';

test('Notes keeps what is written, with no network and after a reload, and shows no ticks', async ({
  newPerson,
  relay,
}) => {
  const { page } = await newPerson({ name: 'Ana' });
  await openChat(page, 'Notes');
  await send(page, 'milk');
  await relay.stop();
  await expect(status(page, 'Offline')).toBeVisible();
  await send(page, 'bread');
  for (const text of ['milk', 'bread']) {
    await expectMessage(page, { from: 'You', text });
    await expect(
      message(page, {
        from: 'You',
        text,
        state: ['Sending', 'Sent', 'Delivered', 'Read', 'Failed'],
      }),
    ).toHaveCount(0);
  }
  await expect(status(page, 'waiting to be sent')).toBeHidden();
  await relay.start();
  await page.reload();
  await openChat(page, 'Notes');
  await expectMessage(page, { from: 'You', text: 'bread' });
});

test('a draft survives leaving the chat and reloading', async ({ newPerson }) => {
  const { page } = await newPerson({ name: 'Ana' });
  await openChat(page, 'Notes');
  await composer(page).fill('half a thought');
  await button(page, 'Settings').click();
  await expect(chatLine(page, 'Notes')).toHaveAccessibleName(/half a thought/);
  await page.reload();
  await openChat(page, 'Notes');
  await expect(composer(page)).toHaveValue('half a thought');
});

test('a message can be deleted, and its details read', async ({ newPerson }) => {
  const { page } = await newPerson({ name: 'Ana' });
  await openChat(page, 'Notes');
  await send(page, 'a secret');
  const article = message(page, { from: 'You', text: 'a secret' });
  await article.focus();
  await page.keyboard.press('i');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await article.focus();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('dialog', { name: 'Delete message', exact: true });
  await button(dialog, 'Delete for me').click();
  await expect(article).toHaveCount(0);
  await page.reload();
  await openChat(page, 'Notes');
  await expect(composer(page)).toBeVisible();
  await expect(article).toHaveCount(0);
});
