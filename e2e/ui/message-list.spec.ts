/** The list of messages stays still, stays small and stays at the bottom: product.md, "How it behaves". */
import { type Page } from '@playwright/test';
import {
  call,
  distanceFromEnd,
  drift,
  expect,
  idOf,
  log,
  pageAsked,
  receive,
  settled,
  test,
  topMessage,
  topOf,
  wheel,
} from './demo.ts';

const long = 'Archivo de Tomás';
const rows = (page: Page) => log(page).locator('article');
/** Lets the pages come that were asked for. */
const answer = (page: Page) => page.evaluate(() => fake.release('messages'));
const unreadOf = async (page: Page, chat: string): Promise<number> =>
  (await call(page, 'snapshot', null)).chats.find(({ name }) => name === chat)?.unread ?? -1;

test.describe('at the bottom', () => {
  test('a chat opens at its newest message, and stays there when more arrive', async ({
    page,
    demo,
  }) => {
    await demo.open('Marta');
    expect(await distanceFromEnd(page)).toBeLessThanOrEqual(1);
    for (let round = 0; round < 30; round++)
      await receive(page, 'Marta', `line ${round}\nand more`);
    await settled(page);
    expect(await distanceFromEnd(page)).toBeLessThanOrEqual(1);
    await expect(rows(page).last()).toHaveAccessibleName(/^Marta: line 29 and more, \d\d:\d\d$/);
    await expect(page.getByRole('button', { name: 'Jump to latest', exact: true })).toHaveCount(0);
  });

  test('it stays there when the window and the composer change their size', async ({
    page,
    demo,
  }) => {
    await demo.open('Marta');
    await receive(page, 'Marta', ...Array.from({ length: 40 }, (_, index) => `line ${index}`));
    await settled(page);
    await page.setViewportSize({ width: 900, height: 500 });
    await settled(page);
    expect(await distanceFromEnd(page)).toBeLessThanOrEqual(1);
    await page.getByRole('textbox', { name: 'Message' }).fill('a\nb\nc\nd\ne\nf');
    await settled(page);
    expect(await distanceFromEnd(page)).toBeLessThanOrEqual(1);
    await page.setViewportSize({ width: 390, height: 800 });
    await settled(page);
    expect(await distanceFromEnd(page)).toBeLessThanOrEqual(1);
  });

  test('two thousand messages at once appear in order, each once', async ({ page, demo }) => {
    await demo.open('Marta');
    await receive(page, 'Marta', ...Array.from({ length: 2_000 }, (_, index) => `burst ${index}`));
    await expect(rows(page).last()).toHaveAccessibleName(/burst 1999/);
    await settled(page);
    expect(await distanceFromEnd(page)).toBeLessThanOrEqual(1);
    const orders = await rows(page).evaluateAll((all) =>
      all.map((row) => Number((row as HTMLElement).dataset['order'])),
    );
    expect(orders).toEqual([...orders].sort((a, b) => a - b));
    expect(new Set(orders).size).toBe(orders.length);
    expect(await rows(page).count()).toBeLessThan(80);
  });

  test('sending from above leads down to the own message', async ({ page, demo }) => {
    await demo.open(long);
    await wheel(page, -3_000, 3);
    await page.getByRole('textbox', { name: 'Message' }).fill('here I am');
    await page.keyboard.press('Enter');
    await expect(rows(page).last()).toHaveAccessibleName(/^You: here I am, /);
    await settled(page);
    expect(await distanceFromEnd(page)).toBeLessThanOrEqual(1);
  });
});

test.describe('scrolled up', () => {
  test('what arrives below moves nothing, and is counted on the way down', async ({
    page,
    demo,
  }) => {
    await demo.open('Marta');
    await receive(page, 'Marta', ...Array.from({ length: 60 }, (_, index) => `line ${index}`));
    await settled(page);
    await wheel(page, -900);
    const { order } = await topMessage(page);
    expect(
      await drift(page, order, () => receive(page, 'Marta', 'one', 'two', 'three')),
    ).toBeLessThanOrEqual(1);
    const jump = page.getByRole('button', { name: 'Jump to latest', exact: true });
    await expect(jump).toHaveAccessibleDescription('3 new messages below');
    await jump.click();
    await settled(page);
    expect(await distanceFromEnd(page)).toBeLessThanOrEqual(1);
    await expect(jump).toHaveCount(0);
  });

  test('older pages move nothing when they come', async ({ page, demo }) => {
    await demo.open(long);
    const oldest = (): Promise<number> =>
      rows(page)
        .first()
        .evaluate((row) => Number((row as HTMLElement).dataset['order']));
    for (let pages = 0; pages < 4; pages++) {
      await page.evaluate(() => fake.hold('messages'));
      while ((await page.evaluate(() => fake.held('messages'))) === 0) await wheel(page, -2_500);
      const { order } = await topMessage(page);
      expect(await drift(page, order, () => answer(page))).toBeLessThanOrEqual(1);
    }
    expect(await oldest()).toBeLessThan(9_600);
  });

  test('older messages of the same day move nothing, even at the very top of what is loaded', async ({
    page,
    demo,
  }) => {
    await demo.open(long);
    for (let round = 0; round < 5; round++) {
      await page.evaluate(() => fake.hold('messages'));
      await log(page).evaluate((scroller) => (scroller.scrollTop = 0));
      await pageAsked(page);
      await settled(page);
      const { order } = await topMessage(page);
      expect(await drift(page, order, () => answer(page))).toBeLessThanOrEqual(1);
      // The page came above it: the topmost message is another one now.
      await log(page).evaluate((scroller) => (scroller.scrollTop -= 200));
      await settled(page);
      expect((await topMessage(page)).order).toBeLessThan(order);
    }
  });

  test('messages deleted above, at the edge and below move nothing that stays', async ({
    page,
    demo,
  }) => {
    await demo.open(long);
    await wheel(page, -4_000);
    const conversation = await idOf(page, long);
    const { order } = await topMessage(page);
    for (const gone of [order - 1, order - 2, order - 6, order - 30, order + 3, order + 40]) {
      const moved = await drift(page, order, () =>
        call(page, 'deleteMessage', { conversation, order: gone }),
      );
      expect(moved, `deleting ${gone - order} from the top`).toBeLessThanOrEqual(1);
    }
    // The first visible message itself: its successor takes over.
    const next = order + 1;
    expect(
      await drift(page, next, () => call(page, 'deleteMessage', { conversation, order })),
    ).toBeLessThanOrEqual(1);
  });

  test('a message that heals or grows above the view moves nothing', async ({ page, demo }) => {
    await demo.open(long);
    await wheel(page, -4_000);
    const conversation = await idOf(page, long);
    const { order } = await topMessage(page);
    for (const other of [order - 1, order - 3, order - 8, order - 40]) {
      const moved = await drift(page, order, () =>
        page.evaluate(
          async ([chat, at]) => {
            const { message } = await fake.call('messageDetails', {
              conversation: chat,
              order: at,
            });
            fake.emit({
              type: 'messages',
              conversation: chat,
              removed: [],
              changed: [{ ...message, body: { kind: 'text', text: 'healed '.repeat(200) } }],
            });
          },
          [conversation, other] as const,
        ),
      );
      expect(moved, `healing ${other - order} from the top`).toBeLessThanOrEqual(1);
    }
  });

  test('scrolling up through rows of all heights is even: a row moves as far as the wheel turns', async ({
    page,
    demo,
  }) => {
    await demo.open(long);
    await wheel(page, -1_000);
    let worst = 0;
    for (let step = 0; step < 40; step++) {
      const { order, top } = await topMessage(page);
      await wheel(page, -200);
      const now = await topOf(page, order);
      if (now !== undefined) worst = Math.max(worst, Math.abs(now - top - 200));
    }
    expect(worst).toBeLessThanOrEqual(1);
  });
});

test.describe('ten thousand messages', () => {
  test('keep fewer than 80 rows in the document, wherever one scrolls', async ({ page, demo }) => {
    await demo.open(long);
    let most = 0;
    for (let round = 0; round < 20; round++) {
      await wheel(page, -5_000);
      most = Math.max(most, await rows(page).count());
    }
    expect(most).toBeLessThan(80);
    expect(most).toBeGreaterThan(10);
  });

  test('can be read to the very first and back again by the way down', async ({ page, demo }) => {
    await demo.open(long);
    const scroller = log(page);
    for (let round = 0; round < 80; round++) {
      await scroller.evaluate((element) => (element.scrollTop = 0));
      await settled(page);
      if (await scroller.locator('article[data-order="1"]').count()) break;
    }
    await scroller.evaluate((element) => (element.scrollTop = 0));
    await settled(page);
    await expect(rows(page).first()).toHaveAccessibleName(/: 1\. /);
    await page.getByRole('button', { name: 'Jump to latest', exact: true }).click();
    await settled(page);
    await expect(rows(page).last()).toHaveAccessibleName(/: 10000\. /);
    expect(await distanceFromEnd(page)).toBeLessThanOrEqual(1);
  });

  test('page down to the newest message without skipping any', async ({ page, demo }) => {
    await demo.open(long);
    const scroller = log(page);
    for (let round = 0; round < 12; round++) {
      await scroller.evaluate((element) => (element.scrollTop = 0));
      await settled(page);
    }
    for (let round = 0; round < 400; round++) {
      const before = await topMessage(page);
      await wheel(page, 600);
      const seen = await rows(page).evaluateAll((all) =>
        all.map((row) => Number((row as HTMLElement).dataset['order'])),
      );
      for (const [index, order] of seen.entries()) {
        if (index > 0) expect(order - (seen[index - 1] ?? 0)).toBe(1);
      }
      if ((await topMessage(page)).order === before.order) break;
      if (round > 20) {
        await scroller.evaluate((element) => (element.scrollTop += 20_000));
        await settled(page);
      }
    }
    await expect(rows(page).last()).toHaveAccessibleName(/: 10000\. /);
  });
});

test.describe('unread messages', () => {
  test('a chat with many opens with the divider in the upper third', async ({ page, demo }) => {
    await demo.open(long);
    const divider = page.getByRole('separator', { name: '250 unread messages', exact: true });
    await expect(divider).toBeVisible();
    const [line, list] = await Promise.all([divider.boundingBox(), log(page).boundingBox()]);
    const share = ((line?.y ?? 0) - (list?.y ?? 0)) / (list?.height ?? 1);
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThan(1 / 3);
  });

  test('are read as far as they were seen', async ({ page, demo }) => {
    await demo.open(long);
    const unread = () => unreadOf(page, long);
    await expect.poll(unread).toBeLessThan(250);
    const before = await unread();
    expect(before).toBeGreaterThan(200);
    await wheel(page, 2_000);
    await expect.poll(unread).toBeLessThan(before);
    expect(await unread()).toBeGreaterThan(100);
  });

  test('are not read before the page is looked at', async ({ page, demo }) => {
    await page.clock.install();
    await demo.open('Marta');
    await page.evaluate(() => (document.hasFocus = () => false));
    await receive(page, 'Marta', 'while away');
    await expect(rows(page).last()).toHaveAccessibleName(/^Marta: while away/);
    await settled(page);
    // Whatever was to be done after a while has been done then, and answered.
    await page.clock.runFor(2_000);
    await settled(page);
    expect(await unreadOf(page, 'Marta')).toBe(1);
    await page.evaluate(() => {
      document.hasFocus = () => true;
      dispatchEvent(new Event('focus'));
    });
    await expect.poll(() => unreadOf(page, 'Marta')).toBe(0);
  });
});

test('the way down hides what is under it, with the pointer over it or not', async ({
  page,
  demo,
}) => {
  await demo.open(long);
  const jump = page.getByRole('button', { name: 'Jump to latest', exact: true });
  const opaque = () =>
    jump.evaluate((button) => {
      const paint = document.createElement('canvas').getContext('2d');
      if (!paint) throw new Error('no canvas');
      paint.fillStyle = getComputedStyle(button).backgroundColor;
      paint.fillRect(0, 0, 1, 1);
      return paint.getImageData(0, 0, 1, 1).data[3] === 255;
    });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await opaque()).toBe(true);
  await jump.hover();
  expect(await opaque()).toBe(true);
});

test('what arrives while nobody looks is set apart', async ({ page, demo }) => {
  await demo.open('Marta');
  await page.evaluate(() => (document.hasFocus = () => false));
  await receive(page, 'Marta', 'one');
  await receive(page, 'Marta', 'two');
  await expect(
    page.getByRole('separator', { name: '2 unread messages', exact: true }),
  ).toBeVisible();
  await page.evaluate(() => {
    document.hasFocus = () => true;
    dispatchEvent(new Event('focus'));
  });
  await expect.poll(() => unreadOf(page, 'Marta')).toBe(0);
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('answered');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('separator', { name: /unread/ })).toHaveCount(0);
});

test('a chat that cannot be opened says why and is tried again', async ({ page, demo }) => {
  await demo.open('Notes');
  await page.evaluate(() => fake.failNext('openChat', 'storage-failed'));
  await page.getByRole('link', { name: 'Marta' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'storage failed' })).toBeVisible();
  await page.getByRole('button', { name: 'Try again', exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByRole('alert').filter({ hasText: 'storage failed' })).toHaveCount(0);
});

test('a new engine is asked anew, and what is shown stays', async ({ page, demo }) => {
  await demo.open('Ben Ocelot');
  const count = await rows(page).count();
  await page.evaluate(() => fake.emit({ type: 'restarted' }));
  await settled(page);
  await expect(rows(page)).toHaveCount(count);
});

test('each message says where it stands among all, as soon as that is known', async ({
  page,
  demo,
}) => {
  await demo.open('Ben Ocelot');
  const count = await rows(page).count();
  await expect(rows(page).first()).toHaveAttribute('aria-setsize', String(count));
  await expect(rows(page).first()).toHaveAttribute('aria-posinset', '1');
  await demo.open(long);
  await expect(rows(page).first()).toHaveAttribute('aria-setsize', '-1');
});
