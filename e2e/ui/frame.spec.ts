/** The frame around the chat: first run, invites, the list, the keyboard, Settings, what stands still. By role and name. */
import { type Page } from '@playwright/test';
import { type ViteDevServer } from 'vite';
import { expect, receive, test } from './demo.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

async function begin(page: Page, server: ViteDevServer, wish = ''): Promise<void> {
  await page.goto(`${server.resolvedUrls?.local[0]}src/ui/testing/demo.html${wish}`);
  await expect(page.locator('main, [role="main"]').first()).toBeVisible();
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const chatHeading = (page: Page, name: string) =>
  page.getByRole('main').getByRole('heading', { name, exact: true });

/** The name of whatever has the keyboard, through shadow roots. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
  });
}

test.describe('arriving', () => {
  test('a name is all that is asked, and the keyboard goes on to New chat', async ({
    page,
    server,
  }) => {
    await begin(page, server, '?start=none');
    await page.getByRole('textbox', { name: 'Your name', exact: true }).fill('Ben');
    await button(page, 'Create account').click();
    await expect(page.getByRole('navigation', { name: 'Chats', exact: true })).toBeVisible();
    await expect.poll(() => focused(page)).toBe('New chat');
  });

  test('an invite says who wants to talk, leaves the address bar, and leads into the chat', async ({
    page,
    server,
  }) => {
    await begin(page, server, '?start=none#i1Anab2c3d4e5');
    await expect(page.getByText('Ana wants to talk with you.')).toBeVisible();
    expect(page.url()).not.toContain('#');
    await page.getByRole('textbox', { name: 'Your name', exact: true }).fill('Ben');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: 'Ana wants to talk with you' })).toBeVisible();
    await button(page, 'Start chat').click();
    await expect(chatHeading(page, 'Ana')).toBeVisible();
  });

  test('an expired invite says so and starts nothing', async ({ page, server }) => {
    await begin(page, server, '#i1expiredAna');
    const dialog = page.getByRole('dialog', { name: 'Invite link' });
    await expect(dialog.getByRole('alert')).toContainText('has expired');
    await expect(button(page, 'Start chat')).toHaveCount(0);
  });

  test('an insecure address is explained', async ({ page, server }) => {
    await begin(page, server, '?insecure');
    await expect(page.getByRole('heading', { name: 'Sotto needs a secure address' })).toBeVisible();
  });
});

test.describe('the list', () => {
  test('search forgets accents, Enter opens the first, and the box is empty again', async ({
    page,
    server,
  }) => {
    await begin(page, server);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('lucia');
    const results = page.getByRole('listbox', { name: 'Search results', exact: true });
    await expect(results.getByRole('option')).toHaveCount(1);
    await page.keyboard.press('Enter');
    await expect(chatHeading(page, 'Lucía')).toBeVisible();
    await expect(page.getByRole('searchbox', { name: 'Search', exact: true })).toHaveValue('');
  });

  test('Alt with the arrows walks through the chats', async ({ page, server }) => {
    await begin(page, server);
    await expect(page.getByRole('link', { name: /^Ana Quetzal/ })).toBeVisible();
    await page.keyboard.press('Alt+ArrowDown');
    await expect(chatHeading(page, 'Ana Quetzal')).toBeVisible();
    await page.keyboard.press('Alt+ArrowDown');
    await expect(chatHeading(page, 'Notes')).toBeVisible();
    await page.keyboard.press('Alt+ArrowUp');
    await expect(chatHeading(page, 'Ana Quetzal')).toBeVisible();
  });

  test('a line that moves in the list keeps the keyboard', async ({ page, server }) => {
    await begin(page, server, '?start=demo&lang=en');
    const chats = page.getByRole('navigation', { name: 'Chats', exact: true }).getByRole('link');
    const names = ['Ben Ocelot', 'Archivo de Tomás', 'Dr. Ferrer'];
    for (const name of names) {
      await chats.filter({ hasText: name }).focus();
      await receive(page, name, 'to the top');
      await expect(chats.first()).toHaveAccessibleName(new RegExp(`^${name}, to the top`));
      await expect(chats.first()).toBeFocused();
    }
  });

  test('the title counts what is unread and never names anybody', async ({ page, server }) => {
    await begin(page, server);
    await expect(page).toHaveTitle('(254) Sotto');
  });

  test('narrow: Back leads to the list and the keyboard to the line it left', async ({
    page,
    server,
  }) => {
    await page.setViewportSize({ width: 380, height: 700 });
    await begin(page, server);
    await page.getByRole('link', { name: /^Ben Ocelot/ }).click();
    await expect(chatHeading(page, 'Ben Ocelot')).toBeVisible();
    await page.goBack();
    await expect(page.getByRole('searchbox', { name: 'Search', exact: true })).toBeVisible();
    await expect.poll(() => focused(page)).toMatch(/^Ben Ocelot/);
  });

  test('a reload comes back to the same chat', async ({ page, server }) => {
    await begin(page, server);
    await page.getByRole('link', { name: /^Ben Ocelot/ }).click();
    await page.reload();
    await expect(chatHeading(page, 'Ben Ocelot')).toBeVisible();
  });

  test('Back and Forward lead out of a chat and into it again', async ({ page, server }) => {
    await begin(page, server);
    await page.getByRole('link', { name: /^Ben Ocelot/ }).click();
    await expect(chatHeading(page, 'Ben Ocelot')).toBeVisible();
    await page.goBack();
    await expect(page.getByRole('heading', { name: 'Said quietly' })).toBeVisible();
    await page.goForward();
    await expect(chatHeading(page, 'Ben Ocelot')).toBeVisible();
  });

  test('what the browser keeps of a place names nobody', async ({ page, server }) => {
    await begin(page, server);
    await page.getByRole('link', { name: /^Ben Ocelot/ }).click();
    await expect(chatHeading(page, 'Ben Ocelot')).toBeVisible();
    const kept = await page.evaluate(() => location.href + JSON.stringify(history.state));
    expect(kept).toContain('chat');
    expect(kept).not.toContain('Ben');
    const ids = await page.evaluate(() => globalThis.fake.conversations);
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) expect(kept).not.toContain(id);
  });

  test('a place whose chat is gone is the list', async ({ page, server }) => {
    await begin(page, server);
    await page.evaluate(() => {
      const sotto = { page: 'chat', handle: 'nobody' };
      history.replaceState({ sotto, inside: false }, '');
    });
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Said quietly' })).toBeVisible();
  });

  test('a chat that is deleted elsewhere leaves the page where it is, in the list', async ({
    page,
    server,
  }) => {
    await begin(page, server);
    await page.getByRole('link', { name: /^Marta/ }).click();
    await expect(chatHeading(page, 'Marta')).toBeVisible();
    await page.evaluate(() => {
      const conversation = globalThis.fake.conversations[6];
      if (conversation) void globalThis.fake.call('deleteChat', { conversation });
    });
    await expect(page.getByRole('heading', { name: 'Said quietly' })).toBeVisible();
  });
});

test.describe('the dialog New chat', () => {
  test('gives the link, copies it, makes another with an end, and shows its code', async ({
    page,
    server,
  }) => {
    await begin(page, server);
    await button(page, 'New chat').click();
    const own = page.getByRole('textbox', { name: 'Your invite link', exact: true });
    await expect(own).toHaveValue(/#i1/);
    const before = await own.inputValue();
    await button(page, 'Copy link').click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(before);
    await page.getByRole('combobox', { name: 'A new link is for' }).selectOption('one-time');
    await button(page, 'Make a new link').click();
    await expect(own).not.toHaveValue(before);
    await expect(page.getByText('It works for one person only.')).toBeVisible();
    await expect(page.getByRole('img', { name: 'Your QR code', exact: true })).toBeVisible();
  });

  test('tells what is wrong with a link, and starts a chat with a good one', async ({
    page,
    server,
  }) => {
    await begin(page, server);
    await button(page, 'New chat').click();
    const box = page.getByRole('textbox', { name: 'Paste an invite link', exact: true });
    const alert = page.getByRole('alert');
    await box.fill('good morning');
    await expect(alert).toContainText('not an invite link');
    await box.fill('https://sotto.example/#i1otherAna');
    await expect(alert).toContainText('another relay');
    await expect(button(page, 'Start chat')).toBeDisabled();
    await box.fill('https://sotto.example/#i1Ireneb3');
    await expect(page.getByText('Irene wants to talk with you')).toBeVisible();
    await button(page, 'Start chat').click();
    await expect(chatHeading(page, 'Irene')).toBeVisible();
  });

  test('takes the keyboard and gives it back', async ({ page, server }) => {
    await begin(page, server);
    await button(page, 'New chat').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('New chat');
    await expect(page.getByRole('dialog', { name: 'New chat', exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect.poll(() => focused(page)).toBe('New chat');
  });
});

test.describe('Settings', () => {
  test('keeps each change at once: switch, theme, text size, name, language', async ({
    page,
    server,
  }) => {
    await begin(page, server);
    await button(page, 'Settings').click();
    const typing = page.getByRole('switch', { name: 'Typing', exact: true });
    await typing.click();
    await expect(typing).not.toBeChecked();
    await page.getByText('Dark', { exact: true }).click();
    await expect(page.locator('html')).toHaveAttribute('data-appearance', 'dark');
    await page.getByText('Largest', { exact: true }).click();
    await expect(page.locator('html')).toHaveAttribute('data-text-size', 'largest');
    await page.getByRole('textbox', { name: 'Your name', exact: true }).fill('Sol R.');
    await button(page, 'Save name').click();
    await expect(page.getByText(/^Saved\./)).toBeVisible();
    await page.getByRole('combobox', { name: 'Language of Sotto' }).selectOption('es');
    await expect(page.getByRole('heading', { name: 'Ajustes', exact: true })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  });

  test('shows every row of the relay, also of a table it does not know', async ({
    page,
    server,
  }) => {
    await begin(page, server);
    await button(page, 'What the relay knows').click();
    const section = page.getByRole('region', { name: 'What the relay knows', exact: true });
    await expect(section.getByText('98 rows')).toBeVisible();
    await expect(section.getByText('The table is called “parrots”.')).toBeVisible();
    await section.getByText('Show the rows').last().click();
    await expect(section.getByText('green')).toBeVisible();
  });

  test('erasing without the relay is offered for here only', async ({ page, server }) => {
    await begin(page, server);
    await button(page, 'Settings').click();
    await page.evaluate(() => globalThis.fake.setOnline(false));
    await button(page, 'Erase account').click();
    const dialog = page.getByRole('dialog', { name: 'Erase this account?' });
    await dialog.getByRole('button', { name: 'Erase account', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText('cannot be reached');
    await dialog.getByRole('button', { name: 'Erase here only', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'The account was erased' })).toBeVisible();
  });
});

test.describe('what concerns the whole app', () => {
  test('offline is said with the number that waits, and goes with the return', async ({
    page,
    server,
  }) => {
    await begin(page, server);
    await page.getByRole('link', { name: /^Marta/ }).click();
    await page.evaluate(() => globalThis.fake.setOnline(false));
    await expect(page.getByRole('status').filter({ hasText: 'Offline' })).toBeVisible();
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('later');
    await page.keyboard.press('Enter');
    await expect(page.getByText('1 message waiting to be sent', { exact: true })).toBeVisible();
    await button(page, 'Try again').click();
    await expect(page.getByText('Offline', { exact: true })).toHaveCount(0);
  });

  test('a tab without the engine can take it', async ({ page, server }) => {
    await begin(page, server, '?elsewhere');
    await expect(page.getByRole('heading', { name: 'Sotto is open in another tab' })).toBeVisible();
    await button(page, 'Use here').click();
    await expect(page.getByRole('navigation', { name: 'Chats', exact: true })).toBeVisible();
  });

  test('a new version waits for a click', async ({ page, server }) => {
    await begin(page, server, '?update');
    await expect(page.getByRole('status').filter({ hasText: 'New version' })).toBeVisible();
    await expect(button(page, 'Reload')).toBeVisible();
  });

  test('a trouble of the engine is told and can be put away', async ({ page, server }) => {
    await begin(page, server);
    await expect(page.getByRole('link', { name: /^Ben Ocelot/ })).toBeVisible();
    await page.evaluate(() => globalThis.fake.emit({ type: 'trouble', code: 'storage-full' }));
    await expect(page.getByRole('alert')).toContainText('no room left');
    await button(page, 'Dismiss').click();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

  test('nothing is wider than a page of 320 px, in words 40 % longer', async ({ page, server }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    for (const wish of ['?lang=pseudo', '?lang=pseudo&start=none', '?lang=pseudo&offline']) {
      await begin(page, server, wish);
      const excess = await page.evaluate(
        () => (document.scrollingElement?.scrollWidth ?? 0) - innerWidth,
      );
      expect(excess, wish).toBeLessThanOrEqual(0);
    }
  });
});
