import { expect, test } from './support/journey.ts';
import { button, composer, expectMessage, inviteLink, openChat, send } from './support/people.ts';

const elsewhere = 'Sotto is open in another tab';

test('in one page at a time: the second tab waits, and takes over with the draft at a click', async ({
  newPerson,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  await openChat(ana.page, 'Notes');
  await send(ana.page, 'written in the first tab');
  await composer(ana.page).fill('a draft');

  const second = await ana.newTab();
  await expect(second.getByText(elsewhere)).toBeVisible();
  await button(second, 'Use here').click();
  await openChat(second, 'Notes');
  await expectMessage(second, { from: 'You', text: 'written in the first tab' });
  await expect(composer(second)).toHaveValue('a draft');
  await send(second, 'written in the second tab');

  await expect(ana.page.getByText(elsewhere)).toBeVisible();
  await button(ana.page, 'Use here').click();
  await openChat(ana.page, 'Notes');
  await expectMessage(ana.page, { from: 'You', text: 'written in the second tab' });
  await expect(second.getByText(elsewhere)).toBeVisible();
});

test('the tab that waits goes on by itself when the other is closed', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const second = await ana.newTab();
  await expect(second.getByText(elsewhere)).toBeVisible();
  await ana.page.close();
  await expect(second.getByText(elsewhere)).toBeHidden();
  await openChat(second, 'Notes');
  await send(second, 'at work');
  await expectMessage(second, { from: 'You', text: 'at work' });
});

test('what a waiting tab wanted of the engine is done once it has it', async ({ newPerson }) => {
  const ben = await newPerson({ name: 'Ben' });
  const { hash } = new URL(await inviteLink(ben.page));
  const ana = await newPerson({ name: 'Ana' });
  const second = await ana.newTab(hash);
  await expect(second.getByText(elsewhere)).toBeVisible();
  await button(second, 'Use here').click();
  await expect(second.getByText('Ben wants to talk with you')).toBeVisible();
});
