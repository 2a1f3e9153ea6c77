/** What a person who looks elsewhere is told, and how the click leads back. */
import { type Page } from '@playwright/test';
import { expect, test } from './support/journey.ts';
import {
  button,
  composer,
  expectMessage,
  expectOpenChat,
  introduce,
  openChat,
  send,
} from './support/people.ts';

interface Shown {
  readonly title: string;
  readonly body: string;
}

/** Notes what the page gives the browser to show, because no test can see the system's own notifications. */
async function noteNotifications(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shown: (Shown & { click: () => void })[] = [];
    class Noted extends Notification {
      constructor(title: string, options: NotificationOptions = {}) {
        super(title, options);
        shown.push({
          title,
          body: options.body ?? '',
          click: () => void this.onclick?.(new Event('click')),
        });
      }
    }
    Object.assign(globalThis, { Notification: Noted, shown });
  });
  await page.reload();
}

const shownOn = (page: Page): Promise<Shown[]> =>
  page.evaluate(() =>
    (globalThis as unknown as { shown: Shown[] }).shown.map(({ title, body }) => ({ title, body })),
  );

/** Another window comes to the front; Playwright would otherwise keep every page believe that it has the focus. */
async function lookElsewhere(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  const other = await page.context().newPage();
  await other.bringToFront();
  await expect.poll(() => page.evaluate(() => document.hasFocus())).toBe(false);
}

test('asked for at the right moment, a notification names who wrote and leads to the chat', async ({
  newPerson,
}) => {
  const ana = await newPerson({ name: 'Ana', permissions: ['notifications'] });
  const ben = await newPerson({ name: 'Ben' });
  await noteNotifications(ana.page);
  await expect(ana.page.getByRole('navigation', { name: 'Chats', exact: true })).toBeVisible();
  await introduce(ana, ben);

  // Whoever looks at the page needs no notification.
  await send(ben.page, 'seen as it comes');
  await expectMessage(ana.page, { from: 'Ben', text: 'seen as it comes' });
  // Whoever turns away in the same moment has not read it.
  await expectMessage(ben.page, { from: 'You', text: 'seen as it comes', state: 'Read' });
  await openChat(ana.page, 'Notes');
  await send(ben.page, 'seen in the list');
  await expect(ana.page).toHaveTitle('(1) Sotto');
  expect(await shownOn(ana.page)).toEqual([]);

  await lookElsewhere(ana.page);
  await send(ben.page, 'something for later');
  await expect.poll(() => shownOn(ana.page)).toEqual([{ title: 'Ben', body: 'New message' }]);
  await ana.page.evaluate(() =>
    (globalThis as unknown as { shown: { click: () => void }[] }).shown[0]?.click(),
  );
  await expectOpenChat(ana.page, 'Ben');
  await expectMessage(ana.page, { from: 'Ben', text: 'something for later' });
});

test('it is offered once something was sent, and not again after `Not now`', async ({
  newPerson,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  await openChat(ana.page, 'Notes');
  await expect(button(ana.page, 'Turn on notifications')).toHaveCount(0);
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  await expect(button(ana.page, 'Turn on notifications')).toBeVisible();
  await button(ana.page, 'Not now').click();
  await expect(button(ana.page, 'Turn on notifications')).toHaveCount(0);
  await ana.page.reload();
  await expect(composer(ana.page)).toBeVisible();
  await expect(button(ana.page, 'Turn on notifications')).toHaveCount(0);
});

test('where only the service worker may show them, a click on it leads to the chat too', async ({
  newPerson,
}) => {
  const ana = await newPerson({ name: 'Ana', permissions: ['notifications'] });
  const ben = await newPerson({ name: 'Ben' });
  await ana.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await ana.page.addInitScript(() => {
    // As in Chrome for Android.
    const Refused = new Proxy(Notification, {
      construct() {
        throw new TypeError(
          'Illegal constructor. Use ServiceWorkerRegistration.showNotification().',
        );
      },
    });
    Object.assign(globalThis, { Notification: Refused });
  });
  await ana.page.reload();
  await introduce(ana, ben);
  await openChat(ana.page, 'Notes');
  await lookElsewhere(ana.page);
  await send(ben.page, 'by way of the worker');

  const titles = (): Promise<string[]> =>
    ana.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title }) => title);
    });
  await expect.poll(titles).toEqual(['Ben']);
  const [worker] = ana.context.serviceWorkers();
  await worker?.evaluate(async () => {
    // These tests know the page's types only.
    const scope = self as unknown as {
      registration: ServiceWorkerRegistration;
      NotificationEvent: new (type: string, init: { notification: Notification }) => Event;
    };
    const [notification] = await scope.registration.getNotifications();
    if (notification)
      self.dispatchEvent(new scope.NotificationEvent('notificationclick', { notification }));
  });
  await expectOpenChat(ana.page, 'Ben');
  await expectMessage(ana.page, { from: 'Ben', text: 'by way of the worker' });
  await expect.poll(titles).toEqual([]);
});
