import { expect, test } from './support/journey.ts';
import {
  acceptRequest,
  button,
  chatLine,
  composer,
  expectMessage,
  expectOpenChat,
  introduce,
  inviteLink,
  log,
  message,
  openChat,
  openNewChat,
  send,
  startChat,
} from './support/people.ts';

test('a link leads to a request, a request to a chat, and every tick to the next', async ({
  newPerson,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await startChat(ana.page, await inviteLink(ben.page), 'Ben');
  await send(ana.page, 'may I?');
  await expectMessage(ana.page, { from: 'You', text: 'may I?', state: 'Sent' });

  await openChat(ben.page, 'Ana');
  const request = ben.page.getByRole('region', { name: 'Message request', exact: true });
  for (const name of ['Accept', 'Block', 'Delete'])
    await expect(button(request, name)).toBeVisible();
  await expectMessage(ben.page, { from: 'Ana', text: 'may I?' });
  // Nothing goes back before `Accept`, however long it is read.
  await expectMessage(ana.page, { from: 'You', text: 'may I?', state: 'Sent' });

  await acceptRequest(ben.page);
  await expectMessage(ana.page, { from: 'You', text: 'may I?', state: ['Delivered', 'Read'] });
  await expectMessage(ana.page, { from: 'You', text: 'may I?', state: 'Read' });

  await send(ben.page, 'of course');
  await expectMessage(ana.page, { from: 'Ben', text: 'of course' });
  await expectMessage(ben.page, { from: 'You', text: 'of course', state: 'Read' });

  // Ben looks elsewhere: delivered, and not read until he comes back.
  await openChat(ben.page, 'Notes');
  await send(ana.page, 'still there?');
  await expectMessage(ana.page, { from: 'You', text: 'still there?', state: 'Delivered' });
  await expect(chatLine(ben.page, 'Ana')).toHaveAccessibleName(/still there\?.*, 1 unread$/);
  await expect(ben.page).toHaveTitle('(1) Sotto');
  await openChat(ben.page, 'Ana');
  await expectMessage(ana.page, { from: 'You', text: 'still there?', state: 'Read' });
  await expect(ben.page).toHaveTitle('Sotto');
});

test('each sees that the other is online, and writing', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  await expect(ana.page.getByRole('main').getByText('online', { exact: true })).toBeVisible();
  await composer(ben.page).pressSequentially('thinking');
  await expect(ana.page.getByRole('main').getByText(/typing…/)).toBeVisible();
  await ben.context.close();
  await expect(ana.page.getByRole('main').getByText('online', { exact: true })).toBeHidden({
    timeout: 20_000,
  });
});

test('any Unicode arrives as it was written', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  const texts = ['¿Qué tal? 👩‍👩‍👧‍👦🏳️‍🌈', 'שלום عليكم', 'e\u0301 ≠ é', '<b>&amp;</b>'];
  for (const text of texts) await send(ana.page, text);
  for (const text of texts) await expectMessage(ben.page, { from: 'Ana', text });

  await composer(ben.page).fill('first line');
  await composer(ben.page).press('Shift+Enter');
  await composer(ben.page).pressSequentially('see https://example.org/x?y=1 there');
  await composer(ben.page).press('Enter');
  const link = log(ana.page).getByRole('link', { name: 'https://example.org/x?y=1' });
  await expect(link).toHaveAttribute('rel', /noopener/);
  await expect(link).toHaveAttribute('rel', /noreferrer/);
});

test('a link opened from elsewhere says who wants to talk', async ({ newPerson, address }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  const link = await inviteLink(ben.page);
  await ana.page.goto(`${address}${new URL(link).hash}`);
  await expect(ana.page.getByText('Ben wants to talk with you')).toBeVisible();
  await button(ana.page, 'Start chat').click();
  await expectOpenChat(ana.page, 'Ben');
  expect(ana.page.url()).not.toContain('#i1');
});

test('someone new opens a link: first a name, then the chat', async ({ newPerson, address }) => {
  const ben = await newPerson({ name: 'Ben' });
  const link = await inviteLink(ben.page);
  const ana = await newPerson();
  await ana.page.goto('about:blank');
  await ana.page.goto(`${address}${new URL(link).hash}`);
  await ana.page.getByRole('textbox', { name: 'Your name', exact: true }).fill('Ana');
  await button(ana.page, 'Create account').click();
  await expect(ana.page.getByText('Ben wants to talk with you')).toBeVisible();
  await button(ana.page, 'Start chat').click();
  await expectOpenChat(ana.page, 'Ben');
});

test('garbage and the own link are refused in words', async ({ newPerson }) => {
  const { page } = await newPerson({ name: 'Ana' });
  const own = await inviteLink(page);
  const dialog = await openNewChat(page);
  const box = dialog.getByRole('textbox', { name: 'Paste an invite link', exact: true });
  const complaint = dialog.getByRole('alert');
  for (const text of ['what is this', 'https://example.org/#i1AAAA', own]) {
    await box.fill(text);
    await expect(complaint).toBeVisible();
    await expect(button(dialog, 'Start chat')).toBeDisabled();
    await box.fill('');
    await expect(complaint).toBeHidden();
  }
});

test('a blocked person cannot tell', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await startChat(ana.page, await inviteLink(ben.page), 'Ben');
  await send(ana.page, 'buy this');
  await openChat(ben.page, 'Ana');
  await button(ben.page, 'Block').click();
  const sure = ben.page.getByRole('dialog').getByRole('button', { name: 'Block', exact: true });
  if (await sure.isVisible()) await sure.click();
  await send(ana.page, 'and that');
  await expectMessage(ana.page, {
    from: 'You',
    text: 'and that',
    state: ['Sent', 'Sending'],
  });
  await expect(ana.page.getByRole('main').getByText(/block/i)).toHaveCount(0);
  await expect(message(ben.page, { from: 'Ana', text: 'and that' })).toHaveCount(0);
});

test('a deleted request leaves nothing, and a new message makes a new one', async ({
  newPerson,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await startChat(ana.page, await inviteLink(ben.page), 'Ben');
  await send(ana.page, 'one');
  await openChat(ben.page, 'Ana');
  await button(
    ben.page.getByRole('region', { name: 'Message request', exact: true }),
    'Delete',
  ).click();
  await expect(chatLine(ben.page, 'Ana')).toHaveCount(0);
  await send(ana.page, 'two');
  await openChat(ben.page, 'Ana');
  await expectMessage(ben.page, { from: 'Ana', text: 'two' });
  await expect(message(ben.page, { from: 'Ana', text: 'one' })).toHaveCount(0);
});
