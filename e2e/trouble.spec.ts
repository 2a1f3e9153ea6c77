/** What goes wrong around a person: another installation, a full disk, links that no longer serve. */
import { WebSocket as NodeWebSocket } from 'ws';
import { systemRandom } from '../src/crypto/random.ts';
import { type Account, decodeAccount } from '../src/engine/records/account.ts';
import { startPerson } from '../src/engine/testing/person.ts';
import { systemClock } from '../src/lib/clock.ts';
import { webSocketLink } from '../src/net/link.ts';
import { type Locator, type Page } from '@playwright/test';
import { expect, test } from './support/journey.ts';
import {
  acceptRequest,
  button,
  chatLine,
  composer,
  createAccount,
  expectMessage,
  expectOpenChat,
  introduce,
  inviteLink,
  log,
  openChat,
  openNewChat,
  type Person,
  send,
  startChat,
} from './support/people.ts';

/** The account as it lies in a browser, opened there because its key cannot leave. */
async function readAccount({ page }: Person): Promise<Account> {
  const bytes = await page.evaluate(async () => {
    const read = <Result>(request: IDBRequest<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('read'));
      });
    const database = await read(indexedDB.open('sotto'));
    const rows = database.transaction(['keys', 'records']);
    const { key } = (await read(rows.objectStore('keys').get(['database']))) as { key: CryptoKey };
    const { sealed } = (await read(rows.objectStore('records').get(['account']))) as {
      sealed: Uint8Array<ArrayBuffer>;
    };
    database.close();
    const plain = await crypto.subtle.decrypt(
      {
        name: 'AES-GCM',
        iv: sealed.slice(1, 13),
        additionalData: new TextEncoder().encode('records\0["account"]'),
      },
      key,
      sealed.slice(13),
    );
    return [...new Uint8Array(plain)];
  });
  return decodeAccount(Uint8Array.from(bytes));
}

test('another installation takes the account: this one says so, stays readable, and takes it back', async ({
  newPerson,
  relay,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  const { identityPublic, identityPrivate } = await readAccount(ana);

  const clock = systemClock(globalThis);
  const elsewhere = await startPerson({
    name: 'Ana elsewhere',
    host: new URL(relay.url).host,
    clock,
    random: systemRandom,
    link: webSocketLink(relay.url, clock, (url) => new NodeWebSocket(url) as unknown as WebSocket),
    identity: { publicKey: identityPublic, privateKey: identityPrivate },
  });
  try {
    // Nobody loses an account unasked: the second installation has to say that it wants it.
    await expect
      .poll(async () => (await elsewhere.call('snapshot', null)).connection.status)
      .toBe('paused');
    await elsewhere.call('claimAccount', null);

    await expect(ana.page.getByText('Your account is in use elsewhere')).toBeVisible();
    await expectMessage(ana.page, { from: 'You', text: 'Hello, Ben' });
    await composer(ana.page).fill('kept until I am back');
    await composer(ana.page).press('Enter');
    await expectMessage(ana.page, { from: 'You', text: 'kept until I am back', state: 'Sending' });

    await button(ana.page, 'Use here again').click();
    await expect(ana.page.getByText('Your account is in use elsewhere')).toBeHidden();
    await expectMessage(ben.page, { from: 'Ana', text: 'kept until I am back' });
    await send(ben.page, 'good to have you back');
    await expectMessage(ana.page, { from: 'Ben', text: 'good to have you back' });
    await expect
      .poll(async () => (await elsewhere.call('snapshot', null)).connection.status)
      .toBe('paused');
  } finally {
    await elsewhere.stop();
  }
});

test('a browser that is full says so, loses nothing, and goes on once there is room', async ({
  newPerson,
  relay,
  address,
}) => {
  test.setTimeout(180_000);
  const ben = await newPerson({ name: 'Ben' });
  const ana = await newPerson({ address: 'about:blank' });
  const { page } = ana;
  // From before the first write, because Chromium remembers for half a minute how much room there was.
  const devtools = await ana.context.newCDPSession(page);
  const quota = (quotaSize?: number): Promise<unknown> =>
    devtools.send('Storage.overrideQuotaForOrigin', {
      origin: relay.url,
      ...(quotaSize && { quotaSize }),
    });
  await quota(2_000_000);
  await page.goto(address);
  await createAccount(page, 'Ana');
  await introduce({ ...ana, name: 'Ana' }, ben);

  await openChat(page, 'Notes');
  const full = page.getByRole('alert').filter({ hasText: 'no room left for Sotto' });
  const long = (title: string): string => `${title} ${'x'.repeat(60_000)}`;
  const article = (at: Page, start: string): Locator =>
    log(at).getByRole('article', { name: new RegExp(`^${start} x`) });
  let written = 0;
  while ((await full.count()) === 0) {
    expect(written).toBeLessThan(60);
    await composer(page).fill(long(`note ${++written}`));
    await composer(page).press('Enter');
    await expect(article(page, `You: note ${written}`).or(full).first()).toBeVisible();
  }
  await expect(composer(page)).toHaveValue(long(`note ${written}`));
  await expect(article(page, `You: note ${written}`)).toHaveCount(0);

  // What cannot be kept is not confirmed: it waits at the relay.
  await composer(ben.page).fill(long('are you there?'));
  await composer(ben.page).press('Enter');
  const asked = article(ben.page, 'You: are you there\\?');
  await expect(asked).toHaveAccessibleName(/, Sent$/);
  await expect(chatLine(page, 'Ben')).not.toHaveAccessibleName(/are you there/);

  await quota();
  await expect(chatLine(page, 'Ben')).toHaveAccessibleName(/are you there/);
  await composer(page).press('Enter');
  await expect(article(page, `You: note ${written}`)).toHaveCount(1);
  // It stands until it was read.
  await button(full.first(), 'Dismiss').click();
  await expect(full).toHaveCount(0);
  await openChat(page, 'Ben');
  await expect(article(page, 'Ben: are you there\\?')).toHaveCount(1);
  await expect(asked).toHaveAccessibleName(/, Read$/);
});

test('a link that was replaced lets nobody in, and says so to whoever uses it', async ({
  newPerson,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  const old = await inviteLink(ana.page);
  const dialog = await openNewChat(ana.page);
  await button(dialog, 'Make a new link').click();
  const box = dialog.getByRole('textbox', { name: 'Your invite link', exact: true });
  await expect(box).not.toHaveValue(old);
  const fresh = await box.inputValue();
  await ana.page.keyboard.press('Escape');

  await startChat(ben.page, old, 'Ana');
  await send(ben.page, 'by the old link');
  await expect(ben.page.getByText('was withdrawn; ask for a new one')).toBeVisible();
  await expectMessage(ben.page, { from: 'You', text: 'by the old link', state: 'Sending' });
  await expect(chatLine(ana.page, 'Ben')).toHaveCount(0);

  // The same chat goes on with the new one, and what waited goes out.
  const paste = await openNewChat(ben.page);
  await paste.getByRole('textbox', { name: 'Paste an invite link', exact: true }).fill(fresh);
  await paste.getByRole('button', { name: 'Start chat', exact: true }).click();
  await expectOpenChat(ben.page, 'Ana');
  await openChat(ana.page, 'Ben');
  await expectMessage(ana.page, { from: 'Ben', text: 'by the old link' });
  await acceptRequest(ana.page);
  await expectMessage(ben.page, { from: 'You', text: 'by the old link', state: 'Read' });
});

test('a link for one person serves one person', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  const eva = await newPerson({ name: 'Eva' });
  const dialog = await openNewChat(ana.page);
  const box = dialog.getByRole('textbox', { name: 'Your invite link', exact: true });
  await expect(box).toHaveValue(/#i1/);
  const stable = await box.inputValue();
  await dialog.getByRole('combobox', { name: 'A new link is for' }).selectOption('one-time');
  await button(dialog, 'Make a new link').click();
  await expect(box).not.toHaveValue(stable);
  const once = await box.inputValue();
  await ana.page.keyboard.press('Escape');

  await startChat(ben.page, once, 'Ana');
  await send(ben.page, 'Ben was first');
  await openChat(ana.page, 'Ben');
  await acceptRequest(ana.page);
  await expectMessage(ben.page, { from: 'You', text: 'Ben was first', state: 'Read' });

  await startChat(eva.page, once, 'Ana');
  await send(eva.page, 'Eva was second');
  await expect(eva.page.getByText('was withdrawn; ask for a new one')).toBeVisible();
  await expect(chatLine(ana.page, 'Eva')).toHaveCount(0);
  await send(ben.page, 'still welcome');
  await expectMessage(ana.page, { from: 'Ben', text: 'still welcome' });
});
