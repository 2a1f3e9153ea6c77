/** Notifications for what came while no tab has the focus, with as much in them as the person allows. */
import { peerOf } from '../lib/ids.ts';
import { bodyView, preview } from './conversations.ts';
import { type Core } from './core.ts';
import { type Message } from './records/message.ts';
import { type Tabs } from './tabs.ts';

/** Tells one tab of the newest of these messages in each chat, unless some tab has the focus. */
export function notify(core: Core, tabs: Tabs, shown: readonly Message[]): void {
  const { state } = core;
  const level = state.settings.notifications;
  if (level === 'off' || tabs.focused()) return;
  const latest = new Map(shown.map((message) => [message.conversation, message]));
  for (const [conversation, message] of latest) {
    const contact = state.contacts.get(peerOf(conversation));
    if (!contact || contact.muted || contact.standing === 'blocked') continue;
    const { body } = message;
    tabs.emitToOne({
      type: 'notify',
      conversation,
      ...(level !== 'nothing' && { name: contact.name }),
      ...(level === 'name-and-text' &&
        contact.standing === 'accepted' &&
        (body.kind === 'text' || body.kind === 'media') && {
          body: preview(bodyView(core, message)),
        }),
      // That somebody calls is nothing that was said.
      ...(level !== 'nothing' && body.kind === 'call' && { body: bodyView(core, message) }),
    });
  }
}
