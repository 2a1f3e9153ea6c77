/**
 * The engine: one account, one writer. Puts the parts together, answers the tabs, and tells them what changed.
 * It does not know whether it runs in a SharedWorker, a page or a test. docs: ARCHITECTURE.md, "The engine".
 */
import { type Clock } from '../lib/clock.ts';
import { createEmitter } from '../lib/emitter.ts';
import { Fault, type FaultCode, isFault, toFault } from '../lib/fault.ts';
import { type AccountId, type ConversationId, conversationWith, peerOf } from '../lib/ids.ts';
import { keyedMutex } from '../lib/mutex.ts';
import { type PortLike, servePort } from '../lib/port.ts';
import { type RandomBytes } from '../lib/random.ts';
import { type Link } from '../net/link.ts';
import { createAgreementCache } from '../protocol/envelope.ts';
import { type IdentityKeyPair } from '../protocol/identity.ts';
import { type TableName, primaryKeys } from '../storage/schema.ts';
import { type Store, type Write } from '../storage/store.ts';
import { accountIdOf } from '../wire/address.ts';
import { type PrekeySupply, createAccount, fullSupply } from './account.ts';
import { type Announcement } from './announcement.ts';
import {
  type AccountView,
  type ChatDetails,
  type ConnectionView,
  type EngineApi,
  type EngineEvent,
  type StorageUse,
  type Waiting,
} from './api.ts';
import { deleteMessage, retryMessage, sendText, setDraft } from './composing.ts';
import { type Connection, createConnection } from './connection.ts';
import {
  acceptRequest,
  block,
  deleteChat,
  deleteRequest,
  makeNewInvite,
  ownInvite,
  readInvite,
  setMuted,
  startChat,
  unblock,
} from './contacts.ts';
import {
  addressOf,
  chatSummary,
  isNotes,
  listMessages,
  messageDetails,
  messageView,
  standingOf,
} from './conversations.ts';
import { type Core } from './core.ts';
import { askToResend } from './healing.ts';
import { createInbox } from './inbox.ts';
import { startMaintenance } from './maintenance.ts';
import { createOutbox } from './outbox.ts';
import { changeSettings, settingsView } from './preferences.ts';
import { createPresence } from './presence.ts';
import { markRead } from './receipts.ts';
import { type Message, decodeMessage } from './records/message.ts';
import { emptyState, openState } from './state.ts';
import { type Tab, createTabs } from './tabs.ts';

const ENVELOPE_LIFE_MS = 30 * 24 * 3600 * 1000;
const MIN_SKEW_MS = 3600 * 1000;

/** Everything the engine is made of, handed in by its host. */
export interface EngineParts {
  readonly link: Link;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** host[:port] of the relay that serves this page. */
  readonly host: string;
  /** How many one-time prekeys to keep at the relay. */
  readonly supply?: PrekeySupply;
  /** What the browser says of its storage; absent where it says nothing. */
  readonly estimateStorage?: () => Promise<{ used?: number; quota?: number; persisted?: boolean }>;
}

export type StopReason = Extract<EngineEvent, { type: 'stopped' }>['reason'];

export interface Engine {
  /** Serves a tab; the result ends that. */
  connect(port: PortLike): () => void;
  /** Finishes what is being written, tells the tabs why, and is dead. Does not close the store. */
  stop(reason: StopReason): Promise<void>;
  /** Hears when the engine stops of its own accord. */
  onStopped(listener: (reason: StopReason) => void): () => void;
  /** The network came or went, as the platform says. */
  networkChanged(online: boolean): void;
  /** Test entrance: makes this a second installation of an account that exists. */
  adoptIdentity(name: string, identity: IdentityKeyPair): Promise<void>;
  /** Resolves when inbox and outbox have nothing under way. */
  settled(): Promise<void>;
}

/** Opens the state and starts to connect. Throws Fault when the store cannot be read. */
export async function startEngine(parts: EngineParts): Promise<Engine> {
  const { store, clock, random } = parts;
  const tabs = createTabs();
  const stopped = createEmitter<StopReason>();
  let dead = false;
  let skew: number | undefined;

  const opened = await openState(store, random, ({ code }) => trouble(code));
  let ownId: AccountId | undefined;
  const core: Core = {
    state: opened.state,
    seal: opened.seal,
    store: { ...guarded(store) },
    clock,
    random,
    host: parts.host,
    mutex: keyedMutex(),
    get ownId() {
      const { account } = opened.state;
      if (!account) return (ownId = undefined);
      return (ownId ??= accountIdOf(account.identityPublic));
    },
    announce,
    emit: (event) => tabs.emit(event),
    trouble,
    get stopped() {
      return dead;
    },
  };
  const { state } = core;
  const agreements = createAgreementCache();

  /** The store, such that the engine dies when another owner took it. */
  function guarded(inner: Store): Store {
    return {
      get: inner.get.bind(inner),
      getMany: inner.getMany.bind(inner),
      list: inner.list.bind(inner),
      count: inner.count.bind(inner),
      close: inner.close.bind(inner),
      async commit(writes, durability) {
        if (dead) throw new Fault('stopped');
        try {
          await inner.commit(writes, durability);
        } catch (error) {
          if (isFault(error, 'fenced')) die('other-tab');
          else if (isFault(error, 'storage-closed')) die('failed');
          throw error;
        }
      },
    };
  }

  function die(reason: StopReason): void {
    if (dead) return;
    dead = true;
    shutDown(reason);
    stopped.emit(reason);
  }

  function shutDown(reason: StopReason): void {
    stopMaintenance();
    connection.stop();
    outbox.stop();
    inbox.reset();
    presence.down();
    tabs.emit({ type: 'stopped', reason });
  }

  function trouble(code: FaultCode): void {
    if (dead || code === 'fenced' || code === 'storage-closed' || code === 'stopped') return;
    tabs.emit({ type: 'trouble', code });
  }

  const outbox = createOutbox(core, agreements, (peer) => refreshChat(conversationWith(peer)));
  const presence = createPresence(core, agreements, (conversation) => {
    refreshChat(conversation);
    emitChats([conversation]);
  });
  const inbox = createInbox(core, agreements, {
    confirm(sequences) {
      if (sequences.length > 0) connection.line?.mailbox.send({ type: 'confirm', sequences });
    },
    drained() {
      const { line } = connection;
      if (line) outbox.start(line.dropRequests);
    },
    committed(shown, peers, usedPrekeys) {
      for (const message of shown) presence.stopTyping(peerOf(message.conversation));
      for (const peer of peers) outbox.wake(peer);
      if (usedPrekeys > 0) connection.sync(true);
      presence.refresh();
      notify(shown);
    },
    failed({ code }) {
      trouble(code);
      connection.restart();
    },
  });
  const connection: Connection = createConnection(core, parts.link, parts.supply ?? fullSupply, {
    onMailboxFrame(frame) {
      if (frame.type === 'deliver') inbox.deliver(frame);
      else if (frame.type === 'drained') inbox.endBacklog();
      else if (frame.type === 'ephemeral')
        void presence
          .onEphemeral(frame.envelope)
          .catch((error: unknown) => trouble(toFault(error).code));
    },
    onDropFrame: (frame) => presence.onDropFrame(frame),
    onUp(line) {
      presence.up(line);
    },
    onDown() {
      outbox.stop();
      inbox.reset();
      presence.down();
    },
    onStatus() {
      emitConnection();
      for (const { conversation } of tabs.states()) if (conversation) refreshChat(conversation);
    },
  });
  // Prekeys are due weekly, also for an engine that is never asked for one.
  const stopMaintenance = startMaintenance(core, () => connection.sync(true));

  // What tabs see.

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
    return { status: connection.status, waiting, ...(skew !== undefined && { clockSkew: skew }) };
  }

  function emitConnection(): void {
    tabs.emit({ type: 'connection', connection: connectionView() });
  }

  function summary(id: ConversationId) {
    return chatSummary(core, id, presence.isTyping(id));
  }

  function emitChats(ids: Iterable<ConversationId>): void {
    const changed = [...ids].map(summary).filter((one) => one !== undefined);
    if (changed.length > 0) tabs.emit({ type: 'chats', changed, removed: [] });
  }

  async function waitingFor(id: ConversationId): Promise<Waiting | undefined> {
    const last = state.conversations.get(id)?.last;
    if (!last?.own || isNotes(core, id)) return undefined;
    if (last.state === 'sending') {
      const refusal = outbox.refusalOf(peerOf(id));
      if (connection.status !== 'online' || !refusal)
        return connection.status === 'online' ? undefined : { reason: 'offline' };
      switch (refusal.code) {
        case 'invite-expired':
        case 'invite-revoked':
        case 'untrusted-identity':
          return { reason: refusal.code };
        case 'mailbox-full':
        case 'rate-limited':
          return { reason: refusal.code, until: refusal.since + ENVELOPE_LIFE_MS };
        default:
          return { reason: 'not-accepted-now', until: refusal.since + ENVELOPE_LIFE_MS };
      }
    }
    if (last.state !== 'sent') return undefined;
    const row = await store.get('messages', [id, last.order]);
    const message = row && decodeMessage(row, await core.seal.open('messages', row));
    const seen = presence.of(id);
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
    const seen = presence.of(id);
    return {
      id,
      standing,
      name: contact?.name ?? '',
      address: addressOf(core, id),
      muted: contact?.muted ?? false,
      typing: presence.isTyping(id),
      ...(seen && { presence: seen }),
      ...(waiting && { waiting }),
    };
  }

  // Details need a read; in a row, so that an older answer never overtakes a newer one.
  let chatEvents: Promise<void> = Promise.resolve();
  const stale = new Set<ConversationId>();
  function refreshChat(id: ConversationId): void {
    if (stale.has(id) || !tabs.shows(id)) return;
    stale.add(id);
    chatEvents = chatEvents
      .then(async () => {
        stale.delete(id);
        if (!dead) tabs.emitTo(id, { type: 'chat', chat: await chatDetails(id) });
      })
      // A chat that was deleted meanwhile has no details any more.
      .catch(() => undefined);
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
    for (const id of chats) refreshChat(id);
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

  function notify(shown: readonly Message[]): void {
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
          body.kind === 'text' && { text: body.text.slice(0, 240) }),
      });
    }
  }

  async function eraseAccount(localOnly: boolean): Promise<null> {
    if (!state.account) throw new Fault('no-account');
    if (!localOnly) {
      if (!connection.line) throw new Fault('offline', 'on-reconnect');
      await connection.line.mailboxRequests.request({ type: 'erase' });
    }
    connection.stop();
    await Promise.all([inbox.settled(), outbox.settled()]);
    const clear = (Object.keys(primaryKeys) as TableName[])
      .filter((table) => table !== 'meta')
      .map((table) => ({ table, removeRange: {} }) as Write);
    await core.store.commit(clear, 'strict');
    // A new account starts on a new database key: this engine ends here, the next one begins empty.
    Object.assign(state, emptyState());
    die('erased');
    return null;
  }

  async function storageUse(): Promise<StorageUse> {
    const estimate = (await parts.estimateStorage?.()) ?? {};
    const chats = [];
    for (const id of state.conversations.keys()) {
      const line = summary(id);
      if (!line) continue;
      const rows = await store.list('messages', { equals: [id] });
      const bytes = rows.reduce((sum, { sealed }) => sum + sealed.length, 0);
      chats.push({ id, name: line.name, standing: line.standing, messages: rows.length, bytes });
    }
    return { ...estimate, chats: chats.sort((a, b) => b.bytes - a.bytes) };
  }

  /** Runs a command and then the steps that follow from any change of contacts, tokens or queue. */
  async function then<Result>(work: Promise<Result>, peer?: ConversationId): Promise<Result> {
    const result = await work;
    connection.sync(false);
    presence.refresh();
    if (peer) outbox.wake(peerOf(peer));
    return result;
  }

  function methodsFor(tab: Tab): {
    [Name in keyof EngineApi]: (
      argument: Parameters<EngineApi[Name]>[0],
    ) => Promise<ReturnType<EngineApi[Name]>>;
  } {
    const nothing = (work: Promise<unknown>): Promise<null> => work.then(() => null);
    return {
      async snapshot() {
        tab.listening = true;
        const chats = [...state.conversations.keys()]
          .map(summary)
          .filter((one) => one !== undefined);
        return {
          account: accountView(),
          connection: connectionView(),
          settings: settingsView(core),
          chats,
        };
      },
      async createAccount({ name, language }) {
        await createAccount(core, name);
        if (language) await changeSettings(core, { language });
        connection.start();
        return null;
      },
      eraseAccount: ({ localOnly }) => eraseAccount(localOnly),
      claimAccount: () => nothing(connection.claim()),
      ownInvite: () => then(ownInvite(core)),
      makeNewInvite: (how) => then(makeNewInvite(core, how)),
      readInvite: async ({ text }) => readInvite(core, text),
      startChat: async ({ text }) => {
        const conversation = await startChat(core, text);
        return then(Promise.resolve(conversation), conversation);
      },
      async openChat({ conversation, limit }) {
        const chat = await chatDetails(conversation);
        const line = state.conversations.get(conversation);
        if (!line) throw new Fault('no-such-chat');
        const page = await openingPage(conversation, line, limit);
        return { chat, draft: state.drafts.get(conversation) ?? '', unread: line.unread, ...page };
      },
      messages: ({ conversation, ...page }) => listMessages(core, conversation, page),
      messageDetails: ({ conversation, order }) => messageDetails(core, conversation, order),
      send: ({ conversation, text }) => then(sendText(core, conversation, text), conversation),
      retry: ({ conversation, order }) =>
        nothing(then(retryMessage(core, conversation, order), conversation)),
      askToResend: ({ conversation, order }) =>
        nothing(then(askToResend(core, conversation, order), conversation)),
      deleteMessage: ({ conversation, order }) => nothing(deleteMessage(core, conversation, order)),
      async markRead({ conversation, order }) {
        if (await markRead(core, conversation, order)) outbox.wake(peerOf(conversation));
        return null;
      },
      setDraft: ({ conversation, text }) => nothing(setDraft(core, conversation, text)),
      setTyping: ({ conversation, active }) => nothing(presence.sendTyping(conversation, active)),
      acceptRequest: ({ conversation }) =>
        nothing(then(acceptRequest(core, conversation), conversation)),
      deleteRequest: ({ conversation }) => nothing(then(deleteRequest(core, conversation))),
      async block({ conversation }) {
        await then(block(core, conversation));
        outbox.wakeAll();
        return null;
      },
      unblock: ({ conversation }) => nothing(then(unblock(core, conversation), conversation)),
      setMuted: ({ conversation, muted }) => nothing(setMuted(core, conversation, muted)),
      deleteChat: ({ conversation }) => nothing(deleteChat(core, conversation)),
      async changeSettings(change) {
        const settings = await then(changeSettings(core, change));
        outbox.wakeAll();
        return settings;
      },
      storageUse: () => storageUse(),
      async ledger() {
        if (!connection.line) throw new Fault('offline', 'on-reconnect');
        const { rows } = await connection.line.mailboxRequests.request({ type: 'ledger' });
        return rows;
      },
      async setTab(next) {
        tabs.setState(tab, next);
        presence.setTabs(tabs.states());
        return null;
      },
      async reconnect() {
        connection.reconnect();
        return null;
      },
    };
  }

  /** The newest messages, reaching back to the first unread one where that fits in a window. */
  async function openingPage(
    id: ConversationId,
    line: { unread: number; readUpTo: number },
    limit: number,
  ) {
    const page = await listMessages(core, id, {
      limit: Math.max(limit, Math.min(line.unread + 20, 1_000)),
    });
    const firstUnread =
      line.unread > 0
        ? page.messages.find((message) => !message.own && message.order > line.readUpTo)?.order
        : undefined;
    return { page, ...(firstUnread !== undefined && { firstUnread }) };
  }

  connection.start();

  return {
    connect(port) {
      let gone = false;
      const leave = (): void => {
        if (gone) return;
        gone = true;
        tabs.remove(tab);
        if (!dead) presence.setTabs(tabs.states());
      };
      // The server needs the tab's methods, and the tab needs the server to be told things.
      const tab = tabs.add({ emit: (event) => server.emit(event), close: () => server.close() });
      const server = servePort<EngineApi, EngineEvent>(port, methodsFor(tab), leave);
      return leave;
    },
    async stop(reason) {
      if (dead) return;
      dead = true;
      shutDown(reason);
      await Promise.all([inbox.settled(), outbox.settled()]);
    },
    onStopped: (listener) => stopped.listen(listener),
    networkChanged(online) {
      if (online) connection.reconnect();
      else connection.restart();
    },
    async adoptIdentity(name, identity) {
      await createAccount(core, name, identity);
      connection.start();
    },
    async settled() {
      await Promise.all([inbox.settled(), outbox.settled()]);
    },
  };
}
