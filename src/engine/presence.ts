/**
 * Online, last seen and typing. The pulse runs only while some tab is visible and the switch is on; only the chat on
 * screen is followed, one at a time, because following everybody would upload the contact list. Each switch is
 * reciprocal. docs/relay.md, "Presence".
 */
import { isFault } from '../lib/fault.ts';
import {
  type AccountId,
  type ConversationId,
  FIRST_DEVICE,
  conversationWith,
  peerOf,
} from '../lib/ids.ts';
import { decodeTyping, encodeTyping } from '../protocol/content.ts';
import { type AgreementCache, openEnvelope, sealEnvelope } from '../protocol/envelope.ts';
import { type DropReply } from '../wire/frames.ts';
import { PULSE_MS } from '../wire/limits.ts';
import { identityOf } from './account.ts';
import { type TabState } from './api.ts';
import { beginChanges } from './changes.ts';
import { type Line } from './connection.ts';
import { type Core } from './core.ts';
import { type Contact } from './records/contact.ts';

/** A typing notice is over after this long without another. */
const TYPING_MS = 6_000;

export interface PresenceView {
  readonly online: boolean;
  readonly lastSeen?: number;
}

export interface Presence {
  /** What the tabs show has changed. */
  setTabs(tabs: readonly TabState[]): void;
  up(line: Line): void;
  down(): void;
  /** A switch or a contact's token changed. */
  refresh(): void;
  onDropFrame(frame: DropReply): void;
  /** An envelope of class `ephemeral`. */
  onEphemeral(envelope: Uint8Array<ArrayBuffer>): Promise<void>;
  sendTyping(conversation: ConversationId, active: boolean): Promise<void>;
  /** A message of theirs came: they are not typing it any more. */
  stopTyping(peer: AccountId): void;
  isTyping(conversation: ConversationId): boolean;
  of(conversation: ConversationId): PresenceView | undefined;
}

/** @param onChange presence or typing of a chat changed */
export function createPresence(
  core: Core,
  agreements: AgreementCache,
  onChange: (conversation: ConversationId) => void,
): Presence {
  const { state, clock, random } = core;
  const typing = new Map<AccountId, { number: number; cancel: () => void; active: boolean }>();
  let line: Line | undefined;
  let tabs: readonly TabState[] = [];
  let followed: { peer: AccountId; token: string } | undefined;
  let view: PresenceView | undefined;
  let cancelPulse: () => void = () => undefined;
  let pulsing = false;
  let lastNumber = 0;

  function pulse(): void {
    cancelPulse();
    pulsing = line !== undefined && state.settings.lastSeen && tabs.some(({ visible }) => visible);
    if (!pulsing) return;
    line?.mailbox.pulse();
    cancelPulse = clock.after(PULSE_MS, pulse);
  }

  function onScreen(): Contact | undefined {
    const tab =
      tabs.find(({ focused, conversation }) => focused && conversation) ??
      tabs.find(({ visible, conversation }) => visible && conversation);
    const contact = tab?.conversation && state.contacts.get(peerOf(tab.conversation));
    return contact && contact.standing === 'accepted' && state.settings.lastSeen
      ? contact
      : undefined;
  }

  function follow(): void {
    const contact = onScreen();
    const token = contact?.presenceToken;
    if (!line || !contact || !token) {
      if (followed) line?.drop.send({ type: 'unfollow' });
      const before = followed?.peer;
      followed = undefined;
      view = undefined;
      if (before) onChange(conversationWith(before));
      return;
    }
    const key = token.join();
    if (followed?.peer === contact.id && followed.token === key) return;
    followed = { peer: contact.id, token: key };
    view = undefined;
    const mine = followed;
    line.dropRequests.request({ type: 'follow', mailbox: contact.id, token }).then(
      (reply) => {
        if (followed === mine) heard(reply);
      },
      () => {
        // Refused or cut: they are shown as they were last known; the next change on screen asks again.
        if (followed === mine) followed = undefined;
      },
    );
  }

  function heard({ mailbox, online, lastSeen }: Extract<DropReply, { type: 'presence' }>): void {
    if (followed?.peer !== mailbox) return;
    // By the relay's clock or its word it may lie ahead; nobody was seen later than now.
    const seen = lastSeen === undefined ? undefined : Math.min(lastSeen, clock.now());
    view = { online, ...(seen !== undefined && { lastSeen: seen }) };
    onChange(conversationWith(mailbox));
    if (seen !== undefined) void remember(mailbox, seen);
  }

  async function remember(peer: AccountId, lastSeen: number): Promise<void> {
    await core.mutex
      .hold([peer], async () => {
        const changes = beginChanges(core);
        const contact = changes.contact(peer);
        const known = contact?.lastSeen ?? 0;
        // Once a minute is exact enough to be shown, and spares the disk. A time ahead is from a clock set right since.
        if (!contact || (lastSeen < known + 60_000 && known <= clock.now())) return;
        changes.putContact({ ...contact, lastSeen });
        await changes.commit('relaxed');
      })
      .catch(() => undefined);
  }

  function endTyping(peer: AccountId): void {
    const known = typing.get(peer);
    known?.cancel();
    if (!known?.active) return;
    typing.set(peer, { ...known, active: false });
    onChange(conversationWith(peer));
  }

  return {
    setTabs(next) {
      const wasVisible = tabs.some(({ visible }) => visible);
      tabs = next;
      if (wasVisible !== next.some(({ visible }) => visible) || !pulsing) pulse();
      follow();
    },
    up(next) {
      line = next;
      followed = undefined;
      pulse();
      follow();
    },
    down() {
      line = undefined;
      followed = undefined;
      view = undefined;
      pulse();
    },
    refresh() {
      pulse();
      follow();
    },
    onDropFrame(frame) {
      if (frame.type === 'presence') heard(frame);
    },
    async onEphemeral(envelope) {
      try {
        const opened = await openEnvelope(envelope, {
          identity: identityOf(core),
          device: FIRST_DEVICE,
          outerClass: 'ephemeral',
          agreements,
        });
        const contact = state.contacts.get(opened.sender);
        if (opened.type !== 'plain' || contact?.standing !== 'accepted' || !state.settings.typing)
          return;
        const notice = decodeTyping(opened.body);
        const known = typing.get(contact.id);
        // Lower numbers are stale or replayed; a number from far ahead would silence the real ones.
        if (
          (known && notice.number <= known.number) ||
          notice.number > clock.now() + 24 * 3600 * 1000
        )
          return;
        known?.cancel();
        const cancel = notice.active
          ? clock.after(TYPING_MS, () => endTyping(contact.id))
          : () => undefined;
        typing.set(contact.id, { number: notice.number, cancel, active: notice.active });
        if (notice.active !== (known?.active ?? false)) onChange(conversationWith(contact.id));
      } catch (error) {
        if (!isFault(error)) throw error;
      }
    },
    async sendTyping(conversation, active) {
      const contact = state.contacts.get(peerOf(conversation));
      const { account } = state;
      if (
        !line ||
        !account ||
        contact?.standing !== 'accepted' ||
        !contact.token ||
        !contact.identityKey
      )
        return;
      if (!state.settings.typing || !contact.typing) return;
      if (followed?.peer === contact.id && view?.online === false) return;
      // The clock rises across restarts, so no counter need be kept; within one run it may be set back.
      const number = (lastNumber = Math.max(lastNumber + 1, clock.now()));
      const envelope = await sealEnvelope({
        recipientIdentityKey: contact.identityKey,
        recipientDevice: FIRST_DEVICE,
        identity: identityOf(core),
        inner: {
          host: account.host,
          relayKey: account.relayKey,
          senderDevice: FIRST_DEVICE,
          type: 'plain',
          class: 'ephemeral',
          body: encodeTyping({ number, active }),
        },
        random,
        agreements,
      });
      line?.drop.send({
        type: 'ephemeral',
        mailbox: contact.id,
        device: FIRST_DEVICE,
        token: contact.token,
        envelope,
      });
    },
    stopTyping: endTyping,
    isTyping(conversation) {
      const peer = peerOf(conversation);
      return (
        (typing.get(peer)?.active ?? false) && state.contacts.get(peer)?.standing === 'accepted'
      );
    },
    of(conversation) {
      const contact = state.contacts.get(peerOf(conversation));
      if (!contact?.presenceToken || contact.standing !== 'accepted' || !state.settings.lastSeen)
        return undefined;
      if (view && followed?.peer === contact.id) {
        const lastSeen = view.lastSeen ?? contact.lastSeen;
        return { online: view.online, ...(lastSeen !== undefined && { lastSeen }) };
      }
      return contact.lastSeen === undefined
        ? undefined
        : { online: false, lastSeen: contact.lastSeen };
    },
  };
}
