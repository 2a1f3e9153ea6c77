/**
 * What the tabs see and hear: the engine's state as api.ts words it, and an event for whatever a commit changed.
 * Reads only. Does not know what commands there are, nor how anything came to change.
 */
import { Fault, isFault } from '../lib/fault.ts';
import { type ConversationId, conversationWith, peerOf } from '../lib/ids.ts';
import { ENVELOPE_TTL_SECONDS } from '../wire/limits.ts';
import { type Announcement } from './announcement.ts';
import {
  type AccountView,
  type ChatDetails,
  type ChatSummary,
  type ConnectionView,
  type OpenedChat,
  type Snapshot,
  type Waiting,
} from './api.ts';
import {
  addressOf,
  chatSummary,
  isNotes,
  listMessages,
  messageView,
  openMessage,
  standingOf,
} from './conversations.ts';
import { type Core } from './core.ts';
import { type Refusal } from './outbox.ts';
import { settingsView } from './settings-view.ts';
import { type PresenceView } from './presence.ts';
import { type Message } from './records/message.ts';
import { type Tabs } from './tabs.ts';

const ENVELOPE_LIFE_MS = ENVELOPE_TTL_SECONDS * 1000;
const MIN_SKEW_MS = 3600 * 1000;
/** Most messages that opening a chat gives, however many are unread. */
const MAX_OPENING = 1_000;

/** What the views show and only other parts know. */
export interface Sights {
  status(): ConnectionView['status'];
  refusalOf(conversation: ConversationId): Refusal | undefined;
  presenceOf(conversation: ConversationId): PresenceView | undefined;
  isTyping(conversation: ConversationId): boolean;
}

export interface Views {
  snapshot(): Snapshot;
  /** Details, draft and the newest messages of a chat. Fault `no-such-chat`. The caller holds the chat's lock. */
  openChat(id: ConversationId, limit: number): Promise<OpenedChat>;
  /** Tells the tabs what a commit changed. */
  announce(changed: Announcement): void;
  /** Status and details that follow from the connection have changed. */
  emitConnection(): void;
  /** What is said about a chat, outside its messages, has changed. */
  refresh(id: ConversationId): void;
  /** Presence or typing of a chat has changed: its details and its line in the list. */
  refreshLine(id: ConversationId): void;
}

/** The views of one engine. */
export function createViews(core: Core, tabs: Tabs, sights: Sights): Views {
  const { state, store } = core;
  let skew: number | undefined;

  function accountView(): AccountView {
    const { account } = state;
    if (!account || !core.ownId) return { standing: 'none' };
    return {
      standing: account.heldElsewhere ? 'held-elsewhere' : 'ready',
      id: core.ownId,
      name: account.name,
      address: addressOf(core, conversationWith(core.ownId)),
      registered: account.registered,
    };
  }

  function connectionView(): ConnectionView {
    let waiting = 0;
    for (const { kind } of state.outbox.values()) if (kind === 'message') waiting++;
    return { status: sights.status(), waiting, ...(skew !== undefined && { clockSkew: skew }) };
  }

  function emitConnection(): void {
    tabs.emit({ type: 'connection', connection: connectionView() });
  }

  function summary(id: ConversationId): ChatSummary | undefined {
    return chatSummary(core, id, sights.isTyping(id));
  }

  function emitChats(ids: Iterable<ConversationId>): void {
    const changed = [...ids].map(summary).filter((one) => one !== undefined);
    if (changed.length > 0) tabs.emit({ type: 'chats', changed, removed: [] });
  }

  /** When the queue gives up on a message: it counts from when it was queued. */
  function endOfWait(id: ConversationId, order: number, since: number): number {
    for (const { message, created } of state.outbox.values())
      if (message?.conversation === id && message.order === order)
        return created + ENVELOPE_LIFE_MS;
    return since + ENVELOPE_LIFE_MS;
  }

  function waitingToLeave(id: ConversationId, order: number): Waiting | undefined {
    if (sights.status() !== 'online') return { reason: 'offline' };
    const refusal = sights.refusalOf(id);
    if (!refusal) return undefined;
    const { code, since } = refusal;
    switch (code) {
      case 'invite-expired':
      case 'invite-revoked':
      case 'untrusted-identity':
        return { reason: code };
      case 'timeout':
      case 'relay-failed':
        return { reason: 'offline' };
      case 'mailbox-full':
      case 'rate-limited':
      case 'not-accepted-now':
        return { reason: code, until: endOfWait(id, order, since) };
      default:
        // Trouble of our own, told by an event of its own.
        return undefined;
    }
  }

  async function waitingFor(id: ConversationId): Promise<Waiting | undefined> {
    const last = state.conversations.get(id)?.last;
    if (!last?.own || isNotes(core, id)) return undefined;
    if (last.state === 'sending') return waitingToLeave(id, last.order);
    if (last.state !== 'sent') return undefined;
    const row = await store.get('messages', [id, last.order]);
    const message = row && (await openMessage(core, row));
    const seen = sights.presenceOf(id);
    return {
      reason: 'at-relay',
      ...(message?.keptUntil !== undefined && { until: message.keptUntil }),
      ...(seen?.lastSeen !== undefined && !seen.online && { lastSeen: seen.lastSeen }),
    };
  }

  async function chatDetails(id: ConversationId): Promise<ChatDetails> {
    const waiting = await waitingFor(id);
    const standing = standingOf(core, id);
    const contact = state.contacts.get(peerOf(id));
    const seen = sights.presenceOf(id);
    return {
      id,
      standing,
      name: contact?.name ?? '',
      address: addressOf(core, id),
      muted: contact?.muted ?? false,
      typing: sights.isTyping(id),
      ...(seen && { presence: seen }),
      ...(waiting && { waiting }),
    };
  }

  // Details need a read; in a row, so that an older answer never overtakes a newer one.
  let chatEvents: Promise<void> = Promise.resolve();
  const stale = new Set<ConversationId>();
  function refresh(id: ConversationId): void {
    if (stale.has(id) || !tabs.shows(id)) return;
    stale.add(id);
    chatEvents = chatEvents
      .then(async () => {
        stale.delete(id);
        if (!core.stopped) tabs.emitTo(id, { type: 'chat', chat: await chatDetails(id) });
      })
      .catch((error: unknown) => {
        // A chat that was deleted meanwhile has no details any more.
        if (!isFault(error)) core.trouble('internal');
      });
  }

  function refreshShown(): void {
    for (const { conversation } of tabs.states()) if (conversation) refresh(conversation);
  }

  function announce(changed: Announcement): void {
    if (changed.account) tabs.emit({ type: 'account', account: accountView() });
    if (changed.settings || changed.account)
      tabs.emit({ type: 'settings', settings: settingsView(core) });
    for (const [conversation, messages] of changed.messages) {
      const removed = [...messages].flatMap(([order, message]) => (message ? [] : [order]));
      const views = [...messages.values()].flatMap((message) =>
        message ? [messageView(core, message)] : [],
      );
      tabs.emit({ type: 'messages', conversation, changed: views, removed });
      if (messages.size > 0) noteRelayTime([...messages.values()]);
    }
    for (const conversation of changed.drafts)
      tabs.emit({ type: 'draft', conversation, text: state.drafts.get(conversation) ?? '' });
    const chats = new Set([...changed.conversations, ...changed.drafts]);
    const removed = [...changed.removedConversations];
    if (removed.length > 0) tabs.emit({ type: 'chats', changed: [], removed });
    emitChats(chats);
    for (const id of chats) refresh(id);
    // Switches are reciprocal: what is shown of the other side follows our own.
    if (changed.settings) refreshShown();
    if (changed.waiting) emitConnection();
  }

  /** The relay's promise tells its clock; a clock here that is far off deserves a word. */
  function noteRelayTime(messages: readonly (Message | undefined)[]): void {
    const kept = messages.find(
      (message) => message?.storedAt !== undefined && message.keptUntil !== undefined,
    );
    if (kept?.storedAt === undefined || kept.keptUntil === undefined) return;
    const off = kept.keptUntil - ENVELOPE_LIFE_MS - kept.storedAt;
    const next = Math.abs(off) >= MIN_SKEW_MS ? off : undefined;
    if (
      next === skew ||
      (next !== undefined && skew !== undefined && Math.abs(next - skew) < MIN_SKEW_MS / 2)
    )
      return;
    skew = next;
    emitConnection();
  }

  /** The newest messages, reaching back to the first unread one where that fits in a window. */
  async function openChat(id: ConversationId, limit: number): Promise<OpenedChat> {
    const chat = await chatDetails(id);
    const line = state.conversations.get(id);
    if (!line) throw new Fault('no-such-chat');
    const { unread, readUpTo } = line;
    const page = await listMessages(core, id, {
      limit: Math.max(limit, Math.min(unread + 20, MAX_OPENING)),
    });
    const firstUnread =
      unread > 0
        ? page.messages.find((message) => !message.own && message.order > readUpTo)?.order
        : undefined;
    return {
      chat,
      page,
      unread,
      ...(firstUnread !== undefined && { firstUnread }),
      draft: state.drafts.get(id) ?? '',
    };
  }

  return {
    snapshot: () => ({
      account: accountView(),
      connection: connectionView(),
      settings: settingsView(core),
      chats: [...state.conversations.keys()].map(summary).filter((one) => one !== undefined),
    }),
    openChat,
    announce,
    emitConnection() {
      emitConnection();
      refreshShown();
    },
    refresh,
    refreshLine(id) {
      refresh(id);
      emitChats([id]);
    },
  };
}
