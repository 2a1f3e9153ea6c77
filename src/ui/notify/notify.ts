/**
 * Notifications, the unread count in the title and on the app's badge. The engine decides whether and with how
 * much text; this file shows it, and a click leads back into this tab and to the chat. Asks for permission only
 * on a person's click.
 */
import { appState, watchState, type AppState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { recall, remember } from '../contexts/preferences.ts';
import { t } from '../i18n/index.ts';
import { type MessageBody } from '../../engine/api.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { bodyText } from '../parts/body-words.ts';
import { openConversation } from '../routes.ts';

/** Unread messages of all chats that are neither muted nor blocked. */
export function unreadTotal(chats: AppState['chats']): number {
  let total = 0;
  for (const { unread, muted, standing } of chats.values()) {
    if (!muted && standing !== 'blocked') total += unread;
  }
  return total;
}

function showUnread(total: number): void {
  // Never a name: browsers keep titles in their history.
  document.title = total > 0 ? `(${total}) Sotto` : 'Sotto';
  if (!('setAppBadge' in navigator)) return;
  const done = total > 0 ? navigator.setAppBadge(total) : navigator.clearAppBadge();
  done.catch(() => undefined);
}

function show(
  conversation: ConversationId,
  name: string | undefined,
  body: MessageBody | undefined,
): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const options: NotificationOptions = {
    body: name === undefined ? '' : body ? bodyText(body) : t('notify.new-message'),
    tag: conversation,
    icon: '/icons/icon-192.png',
    data: { conversation },
  };
  const title = name ?? t('notify.new-message');
  try {
    const notification = new Notification(title, options);
    notification.onclick = () => {
      window.focus();
      openConversation(conversation);
      notification.close();
    };
  } catch {
    // Chrome for Android shows them through the service worker only.
    void navigator.serviceWorker
      ?.getRegistration()
      .then((registration) => registration?.showNotification(title, options));
  }
}

/** Starts to show what the engine asks for. */
export function followNotifications(): void {
  engine().listen((event) => {
    if (event.type === 'notify') show(event.conversation, event.name, event.body);
  });
  // A click on one that the service worker showed.
  navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || !('conversation' in data)) return;
    const { conversation } = data;
    if (typeof conversation === 'string' && appState().chats.has(conversation as ConversationId)) {
      openConversation(conversation as ConversationId);
    }
  });
  let shown = -1;
  const follow = ({ chats }: AppState): void => {
    const total = unreadTotal(chats);
    if (total === shown) return;
    shown = total;
    showUnread(total);
  };
  watchState(follow);
  follow(appState());
}

/** Whether to offer notifications now: something was sent, and the person was never asked. */
export function offersNotifications({ hasSent, settings }: AppState): boolean {
  return (
    hasSent &&
    settings.notifications !== 'off' &&
    'Notification' in window &&
    Notification.permission === 'default' &&
    recall('notify-offer') === undefined
  );
}

/** Asks the browser; the answer is final for the offer. Only from a click. */
export async function askForNotifications(): Promise<NotificationPermission> {
  remember('notify-offer', 'answered');
  return Notification.requestPermission();
}

/** Not now: Settings keeps the switch. */
export function declineNotifications(): void {
  remember('notify-offer', 'answered');
}
