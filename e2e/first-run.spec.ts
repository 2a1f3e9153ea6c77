import { expect, test } from './support/journey.ts';
import {
  button,
  chatLine,
  composer,
  createAccount,
  expectMessage,
  inviteLink,
  nameBox,
  openChat,
  send,
  startChat,
  status,
} from './support/people.ts';

test('a name is all it takes, and Notes is there from the first second', async ({ newPerson }) => {
  const { page } = await newPerson();
  await expect(button(page, 'Restore from a backup')).toBeVisible();
  await createAccount(page, 'Ana');
  await expect(chatLine(page, 'Notes')).toBeVisible();
  await expect(page).toHaveTitle('Sotto');
  await page.reload();
  await expect(chatLine(page, 'Notes')).toBeVisible();
});

test('an empty name is refused in words, and Enter does what the button does', async ({
  newPerson,
}) => {
  const { page } = await newPerson();
  await nameBox(page).fill('   ');
  await nameBox(page).press('Enter');
  await expect(nameBox(page)).toBeVisible();
  await expect(nameBox(page)).toHaveAttribute('aria-invalid', 'true');
  await nameBox(page).fill('Ana');
  await nameBox(page).press('Enter');
  await expect(chatLine(page, 'Notes')).toBeVisible();
});

test('with the relay down the account is made all the same and registers later', async ({
  newPerson,
  relay,
}) => {
  const ana = await newPerson();
  await expect(nameBox(ana.page)).toBeVisible();
  await ana.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await relay.stop();
  await createAccount(ana.page, 'Ana');
  await expect(status(ana.page, 'Offline')).toBeVisible();
  await openChat(ana.page, 'Notes');
  await send(ana.page, 'written before the relay knew me');
  await relay.start();
  await expect(status(ana.page, 'Offline')).toBeHidden({ timeout: 20_000 });

  const ben = await newPerson({ name: 'Ben' });
  await startChat(ben.page, await inviteLink(ana.page), 'Ana');
  await send(ben.page, 'found you');
  await openChat(ana.page, 'Ben');
  await expectMessage(ana.page, { from: 'Ben', text: 'found you' });
});

test('two fresh browsers reach their first message within a minute and four screens', async ({
  newPerson,
}) => {
  const begin = Date.now();
  const [ana, ben] = await Promise.all([newPerson({ name: 'Ana' }), newPerson({ name: 'Ben' })]);
  await startChat(ana.page, await inviteLink(ben.page), 'Ben');
  await expect(composer(ana.page)).toBeFocused();
  await ana.page.keyboard.type('hello');
  await ana.page.keyboard.press('Enter');
  await openChat(ben.page, 'Ana');
  await expectMessage(ben.page, { from: 'Ana', text: 'hello' });
  expect(Date.now() - begin).toBeLessThan(60_000);
});
