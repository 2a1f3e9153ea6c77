/**
 * Clicks on notifications that the browser shows through the service worker (Chrome for Android knows no other):
 * the open tab comes to the front and is told which chat is meant. Knows no chat itself.
 */
import { type PageMessage } from './message.ts';

const scope = self as unknown as ServiceWorkerGlobalScope;

async function lead(data: unknown): Promise<void> {
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const tab = windows.find(({ visibilityState }) => visibilityState === 'visible') ?? windows[0];
  if (!tab) return void (await scope.clients.openWindow('/'));
  const conversation =
    typeof data === 'object' && data !== null && 'conversation' in data && data.conversation;
  if (typeof conversation === 'string')
    tab.postMessage({ type: 'open-chat', conversation } satisfies PageMessage);
  // Refused where the click was none of a person's; the chat is open all the same.
  await tab.focus().catch(() => undefined);
}

/** Starts to answer clicks. */
export function followNotificationClicks(): void {
  scope.addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(lead(event.notification.data));
  });
}
