/**
 * People for the journeys: each is a browser with an account, driven only by what a person perceives, roles and
 * names (docs/controls.md). What a helper does is what the person would do on the screen.
 */
import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test';

export type MessageState = 'Sending' | 'Sent' | 'Delivered' | 'Read' | 'Failed';

/** What of a message is looked for. `from` is `You` or the contact's name. */
export interface MessageLook {
  readonly from: string;
  readonly text: string;
  /** One of these; own messages only. */
  readonly state?: MessageState | readonly MessageState[];
}

export interface Person {
  readonly context: BrowserContext;
  /** The tab in front. */
  readonly page: Page;
  /** The name given at `createAccount`. */
  readonly name: string;
  /** Opens one more tab of the same browser, with an invite after `#` if wished. */
  newTab(hash?: string): Promise<Page>;
}

/** Text as a pattern that matches itself. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export function nameBox(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Your name', exact: true });
}

export function button(page: Page | Locator, name: string): Locator {
  return page.getByRole('button', { name, exact: true });
}

export function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Message', exact: true });
}

/** The list of chats at the side. */
export function chats(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Chats', exact: true });
}

/** A chat's line; its name begins with the contact's. */
export function chatLine(page: Page, contact: string): Locator {
  return chats(page).getByRole('link', { name: new RegExp(`^${literally(contact)}(,|$)`) });
}

export function log(page: Page): Locator {
  return page.getByRole('log', { name: 'Messages', exact: true });
}

/** The article of a message. */
export function message(page: Page, { from, text, state }: MessageLook): Locator {
  const states = state === undefined ? [] : typeof state === 'string' ? [state] : state;
  const end = states.length > 0 ? `, (${states.join('|')})$` : '(,|$)';
  const middle = states.length > 0 ? ', .*' : '';
  const name = new RegExp(`^${literally(from)}: ${literally(text)}${middle}${end}`);
  return log(page).getByRole('article', { name });
}

/** The number of the own messages that wait, as the status tells. */
export function waitingStatus(page: Page, count: number): Locator {
  const text =
    count === 1 ? '1 message waiting to be sent' : `${count} messages waiting to be sent`;
  return page.getByRole('status').filter({ hasText: text });
}

/** A status line with exactly these words in it. */
export function status(page: Page, text: string | RegExp): Locator {
  return page.getByRole('status').filter({ hasText: text });
}

/** First run: types the name, creates the account, and sees the empty list. */
export async function createAccount(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Welcome to Sotto', exact: true })).toBeVisible();
  await nameBox(page).fill(name);
  await button(page, 'Create account').click();
  await expect(chats(page)).toBeVisible();
}

/** Opens `New chat` and gives its dialog. */
export async function openNewChat(page: Page): Promise<Locator> {
  await button(page, 'New chat').click();
  const dialog = page.getByRole('dialog', { name: 'New chat', exact: true });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** Reads the own invite link out of `New chat`. */
export async function inviteLink(page: Page): Promise<string> {
  const dialog = await openNewChat(page);
  const box = dialog.getByRole('textbox', { name: 'Your invite link', exact: true });
  await expect(box).toHaveValue(/#i1/);
  const link = await box.inputValue();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  return link;
}

/** Pastes another person's link and starts the chat. */
export async function startChat(page: Page, link: string, contact: string): Promise<void> {
  const dialog = await openNewChat(page);
  await dialog.getByRole('textbox', { name: 'Paste an invite link', exact: true }).fill(link);
  await expect(dialog.getByText(`${contact} wants to talk with you`)).toBeVisible();
  await button(dialog, 'Start chat').click();
  await expect(dialog).toBeHidden();
  await expectOpenChat(page, contact);
}

/** The chat on screen is the one with `contact`. */
export async function expectOpenChat(page: Page, contact: string): Promise<void> {
  await expect(
    page.getByRole('main').getByRole('heading', { name: contact, exact: true }),
  ).toBeVisible();
}

/** Opens a chat from the list. */
export async function openChat(page: Page, contact: string): Promise<void> {
  await chatLine(page, contact).click();
  await expectOpenChat(page, contact);
}

/** Types a message and presses Enter. */
export async function send(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
  await expect(composer(page)).toHaveValue('');
}

/** A message is on the screen, once, in one of the states. */
export async function expectMessage(page: Page, look: MessageLook): Promise<void> {
  await expect(message(page, look)).toHaveCount(1);
}

/** Accepts the stranger whose request is on the screen. */
export async function acceptRequest(page: Page): Promise<void> {
  const request = page.getByRole('region', { name: 'Message request', exact: true });
  await button(request, 'Accept').click();
  await expect(request).toBeHidden();
}

/**
 * Two people who know each other: `ana` used `ben`'s link, wrote "Hello, <name>", and was accepted. Both have the
 * chat open.
 */
export async function introduce(ana: Person, ben: Person): Promise<void> {
  await startChat(ana.page, await inviteLink(ben.page), ben.name);
  await send(ana.page, `Hello, ${ben.name}`);
  await openChat(ben.page, ana.name);
  await expectMessage(ben.page, { from: ana.name, text: `Hello, ${ben.name}` });
  await acceptRequest(ben.page);
  await expectMessage(ana.page, {
    from: 'You',
    text: `Hello, ${ben.name}`,
    state: ['Delivered', 'Read'],
  });
}

/**
 * Every message of the open chat in order, read by scrolling through the list from its top as a person would,
 * because only the rows near the screen are in the document.
 * @returns names of the articles
 */
export async function readWholeChat(page: Page): Promise<string[]> {
  return log(page).evaluate(async (list) => {
    const frame = (): Promise<unknown> =>
      new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const shown = (): { place: number; older: boolean; name: string }[] =>
      [...list.querySelectorAll('article, [role="article"]')].map((article) => ({
        place: Number(article.getAttribute('aria-posinset')),
        // The size of the set is unknown (-1) as long as something is not loaded.
        older: article.getAttribute('aria-setsize') === '-1',
        name: article.getAttribute('aria-label') ?? '',
      }));
    for (let still = 0; still < 5; still++) {
      list.scrollTo(0, 0);
      await frame();
      const rows = shown();
      if (rows.some(({ older }) => older) || !rows.some(({ place }) => place === 1)) still = 0;
    }
    const found = new Map<number, string>();
    for (let before = -1; before !== list.scrollTop;) {
      before = list.scrollTop;
      for (const { place, name } of shown()) found.set(place, name);
      list.scrollTo(0, before + list.clientHeight * 0.6);
      await frame();
    }
    for (const { place, name } of shown()) found.set(place, name);
    return [...found].sort(([one], [other]) => one - other).map(([, name]) => name);
  });
}
