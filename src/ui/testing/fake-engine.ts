/**
 * An engine that lives in memory and talks to nobody: people, chats and a peer that answers, for developing the
 * interface and for screenshots. It keeps the contract of engine/api.ts and none of its promises: nothing is
 * stored or encrypted. Never part of the built app.
 */
import {
  type DownloadRules,
  type EngineEvent,
  type InviteReading,
  type MessageBody,
  type MessageState,
  type MessageView,
  type Settings,
} from '../../engine/api.ts';
import { createEmitter } from '../../lib/emitter.ts';
import { Fault } from '../../lib/fault.ts';
import { type ConversationId, type MessageId } from '../../lib/ids.ts';
import { type EngineClient } from '../contexts/engine-client.ts';
import { demoChats, type DemoChat } from './demo-chats.ts';
import { demoLedger } from './demo-ledger.ts';
import { type BackupControls, createFakeBackup } from './fake-backup.ts';
import { type CallControls, createFakeCalls } from './fake-calls.ts';
import { createFakeCollection } from './fake-collection.ts';
import { createFakeDraftFiles } from './fake-draft-files.ts';
import { type AnswerControls, createAnswers, type Methods } from './fake-answers.ts';
import {
  chatFrom,
  details,
  type FakeChat,
  fakeId,
  host,
  ownId,
  page,
  storageOf,
  stored,
  summary,
} from './fake-chats.ts';

export interface FakeOptions {
  /** `none` begins at the first run; `new` has an account and Notes only. */
  readonly start: 'none' | 'new' | 'demo';
  readonly language?: Settings['language'];
  readonly appearance?: Settings['appearance'];
  /** Waits this long before each answer, ms. */
  readonly slowness?: number;
}

/** What a developer or a test may do to the other side of the world. */
export interface FakeEngine extends EngineClient, AnswerControls, CallControls, BackupControls {
  /** A message arrives. */
  receive(conversation: ConversationId, text: string): void;
  setOnline(online: boolean): void;
  setTyping(conversation: ConversationId, typing: boolean): void;
  emit(event: EngineEvent): void;
  readonly conversations: readonly ConversationId[];
}

/** Makes one. Time and chance are the platform's: this is a toy. */
export function createFakeEngine(options: FakeOptions): FakeEngine {
  const events = createEmitter<EngineEvent>();
  const chats = new Map<ConversationId, FakeChat>();
  const open = new Set<ConversationId>();
  let serial = 1_000_000;
  let link = { link: `https://${host}/#i1${'Zm9vYmFyYmF6'.repeat(16)}Qx`, oneTime: false } as {
    link: string;
    oneTime: boolean;
    expires?: number;
  };
  let hasAccount = options.start !== 'none';
  let online = true;
  let settings: Settings = {
    name: hasAccount ? 'Sol Rivera' : '',
    readReceipts: true,
    typing: true,
    lastSeen: true,
    language: options.language ?? 'auto',
    appearance: options.appearance ?? 'auto',
    notifications: 'name',
    calls: 'relay',
  };

  let downloads: DownloadRules = {
    photos: { upTo: 16_000_000, metered: false },
    voice: { upTo: 16_000_000, metered: true },
    videos: { upTo: 0, metered: false },
    files: { upTo: 0, metered: false },
  };

  function begin(demos: readonly DemoChat[]): void {
    for (const demo of demos) {
      const chat = chatFrom(demo, Date.now());
      chats.set(chat.id, chat);
    }
  }
  const notesOnly = (): readonly DemoChat[] =>
    demoChats
      .filter(({ standing }) => standing === 'notes')
      .map((each) => ({ ...each, messages: () => [] }));
  if (options.start === 'demo') begin(demoChats);
  if (options.start === 'new') begin(notesOnly());

  function chatOf(id: ConversationId): FakeChat {
    const chat = chats.get(id);
    if (!chat) throw new Fault('no-such-chat');
    return chat;
  }
  const account = () =>
    hasAccount
      ? ({
          standing: 'ready',
          id: ownId,
          name: settings.name,
          address: `${ownId}@${host}`,
          registered: true,
        } as const)
      : ({ standing: 'none' } as const);
  const waiting = (): number =>
    [...chats.values()].flatMap((chat) => chat.messages).filter(({ state }) => state === 'sending')
      .length;
  const connection = () => ({ status: online ? 'online' : 'offline', waiting: waiting() }) as const;

  function tellChat(chat: FakeChat): void {
    events.emit({ type: 'chats', changed: [summary(chat)], removed: [] });
    if (open.has(chat.id)) events.emit({ type: 'chat', chat: details(chat, settings.lastSeen) });
  }
  function put(chat: FakeChat, message: MessageView): void {
    const index = chat.messages.findIndex(({ order }) => order === message.order);
    if (index < 0) chat.messages.push(message);
    else chat.messages[index] = message;
    events.emit({ type: 'messages', conversation: chat.id, changed: [message], removed: [] });
    tellChat(chat);
  }
  function add(chat: FakeChat, own: boolean, body: MessageBody, state?: MessageState): MessageView {
    const message: MessageView = {
      conversation: chat.id,
      order: (chat.messages.at(-1)?.order ?? 0) + 1,
      id: String(serial++).padStart(32, '0') as MessageId,
      own,
      time: Date.now(),
      body,
      ...(state ? { state } : {}),
    };
    put(chat, message);
    return message;
  }
  function advance(chat: FakeChat, order: number, states: readonly MessageState[]): void {
    const [state, ...rest] = states;
    if (!state) return;
    setTimeout(() => {
      const message = chat.messages.find((each) => each.order === order);
      if (!message || !online) return;
      put(chat, { ...message, state });
      events.emit({ type: 'connection', connection: connection() });
      advance(chat, order, rest);
    }, 350);
  }
  function receive(id: ConversationId, text: string): void {
    const chat = chatOf(id);
    chat.typing = false;
    chat.unread++;
    add(chat, false, { kind: 'text', text });
    const body = { kind: 'text', text } as const;
    if (!chat.muted) events.emit({ type: 'notify', conversation: id, name: chat.name, body });
  }
  function answer(chat: FakeChat): void {
    if (!chat.answers) return;
    setTimeout(() => {
      chat.typing = true;
      tellChat(chat);
    }, 1400);
    setTimeout(() => online && receive(chat.id, 'Claro que sí.'), 3200);
  }
  function remove(chat: FakeChat): void {
    chats.delete(chat.id);
    events.emit({ type: 'chats', changed: [], removed: [chat.id] });
  }
  function readInvite(text: string): InviteReading {
    const payload = /#i1([\w-]+)/.exec(text)?.[1];
    if (!payload) throw new Fault('bad-invite');
    const name = /^[\w-]*?(Ana|Irene|Zoe)/.exec(payload)?.[1] ?? 'Zoe Tapir';
    const base = { name, id: fakeId(payload), host };
    if (text.trim() === link.link) return { ...base, name: settings.name, verdict: 'own' };
    if (payload.startsWith('expired')) return { ...base, verdict: 'expired' };
    if (payload.startsWith('other'))
      return { ...base, host: 'relay.otherplace.example', verdict: 'other-relay' };
    if (chats.has(base.id as string as ConversationId)) return { ...base, verdict: 'known' };
    return { ...base, verdict: 'usable' };
  }

  const drafts = createFakeDraftFiles(
    (event) => events.emit(event),
    (conversation) => {
      const chat = chatOf(conversation);
      chat.files = drafts.count(conversation);
      tellChat(chat);
    },
  );
  const calls = createFakeCalls({
    nameOf: (id) => chatOf(id).name,
    write: (id, own, body) => void add(chatOf(id), own, body),
    emit: (event) => events.emit(event),
  });

  function create(name: string): void {
    hasAccount = true;
    settings = { ...settings, name };
    begin(notesOnly());
    events.emit({ type: 'settings', settings });
    events.emit({ type: 'account', account: account() });
    events.emit({ type: 'chats', changed: [...chats.values()].map(summary), removed: [] });
  }
  const backups = createFakeBackup({
    emit: (event) => events.emit(event),
    account: { id: ownId, host },
    hasAccount: () => hasAccount,
    begin: create,
  });

  const methods: Methods = {
    snapshot: () => ({
      account: account(),
      connection: connection(),
      settings,
      chats: [...chats.values()].map(summary),
    }),
    createAccount: ({ name }) => {
      if (!name.trim() || [...name].length > 64) throw new Fault('bad-name');
      create(name.trim());
      return null;
    },
    eraseAccount: ({ localOnly }) => {
      if (!online && !localOnly) throw new Fault('offline', 'on-reconnect');
      events.emit({ type: 'stopped', reason: 'erased' });
      return null;
    },
    claimAccount: () => {
      events.emit({ type: 'account', account: account() });
      return null;
    },
    ownInvite: () => link,
    makeNewInvite: ({ oneTime, expiresInMs }) => {
      link = {
        link: `https://${host}/#i1${`bmV3${serial++}`.repeat(18)}Qx`,
        oneTime,
        ...(expiresInMs ? { expires: Date.now() + expiresInMs } : {}),
      };
      return link;
    },
    readInvite: ({ text }) => readInvite(text),
    startChat: ({ text }) => {
      const reading = readInvite(text);
      if (reading.verdict === 'own') throw new Fault('own-invite');
      if (reading.verdict === 'expired') throw new Fault('invite-expired');
      if (reading.verdict === 'other-relay') throw new Fault('other-relay');
      const id = reading.id as string as ConversationId;
      if (!chats.has(id)) {
        const chat = chatFrom(
          { name: reading.name, standing: 'asked', messages: () => [] },
          Date.now(),
        );
        chats.set(id, { ...chat, id });
        tellChat(chatOf(id));
      }
      return id;
    },
    openChat: ({ conversation, limit }) => {
      const chat = chatOf(conversation);
      open.add(conversation);
      const unread = chat.messages.filter(({ own }) => !own).slice(-chat.unread)[0];
      return {
        chat: details(chat, settings.lastSeen),
        // The first unread message is among them, as the contract says.
        page: page(
          chat,
          Math.max(
            limit,
            unread && chat.unread ? chat.messages.length - chat.messages.indexOf(unread) + 20 : 0,
          ),
        ),
        unread: chat.unread,
        ...(chat.unread && unread ? { firstUnread: unread.order } : {}),
        draft: chat.draft,
      };
    },
    messages: ({ conversation, before, after, limit }) =>
      page(chatOf(conversation), limit, before, after),
    attach: ({ conversation, source, hints, caption, draft }) => {
      if (!draft) throw new Fault('no-tab', 'on-reconnect');
      const attachment = { ...hints, size: source.size, stage: 'uploading' } as const;
      const chat = chatOf(conversation);
      const { order, id } = add(chat, true, { kind: 'media', attachment, caption }, 'sending');
      drafts.sent(conversation, draft);
      return { order, id };
    },
    ...drafts.methods,
    transfer: () => null,
    pauseTransfer: () => null,
    openAttachment: () => {
      throw new Fault('blob-gone');
    },
    readAttachment: () => {
      throw new Fault('blob-gone');
    },
    gallery: () => ({ messages: [] }),
    askForMedia: ({ conversation, order }) => {
      const chat = chatOf(conversation);
      const message = chat.messages.find((each) => each.order === order);
      if (message?.body.kind !== 'media') throw new Fault('no-such-message');
      const attachment = { ...message.body.attachment, stage: 'gone', asked: Date.now() } as const;
      put(chat, { ...message, body: { ...message.body, attachment } });
      return null;
    },
    removeAttachment: ({ conversation, order }) => {
      const chat = chatOf(conversation);
      const message = chat.messages.find((each) => each.order === order);
      if (message?.body.kind !== 'media') throw new Fault('no-such-message');
      const attachment = { ...message.body.attachment, stage: 'removed' } as const;
      put(chat, { ...message, body: { ...message.body, attachment } });
      return null;
    },
    markPlayed: () => null,
    messageDetails: ({ conversation, order }) => {
      const message = chatOf(conversation).messages.find((each) => each.order === order);
      if (!message) throw new Fault('no-such-message');
      const { own, state, time } = message;
      const sent = own && /sent|delivered|read/.test(state ?? '');
      return {
        message,
        written: time,
        ...(own ? {} : { arrived: time + 1_200 }),
        ...(sent ? { sent: time + 900 } : {}),
        ...(sent && state !== 'sent' ? { delivered: time + 4_000 } : {}),
        ...(state === 'read' ? { read: time + 60_000 } : {}),
      };
    },
    send: ({ conversation, text }) => {
      const chat = chatOf(conversation);
      if (!text.trim()) throw new Fault('empty-message');
      if (text.length > 65_536) throw new Fault('message-too-large');
      chat.draft = '';
      const notes = chat.standing === 'notes';
      const { order, id } = add(chat, true, { kind: 'text', text }, notes ? undefined : 'sending');
      events.emit({ type: 'draft', conversation, text: '' });
      if (!notes && online) {
        advance(chat, order, chat.answers ? ['sent', 'delivered', 'read'] : ['sent']);
        answer(chat);
      } else if (!online) events.emit({ type: 'connection', connection: connection() });
      return { order, id };
    },
    retry: ({ conversation, order }) => {
      const chat = chatOf(conversation);
      const message = chat.messages.find((each) => each.order === order);
      if (!message) throw new Fault('no-such-message');
      const { failure: _, ...rest } = message;
      put(chat, { ...rest, state: 'sending' });
      advance(chat, order, ['sent']);
      return null;
    },
    askToResend: ({ conversation, order }) => {
      const chat = chatOf(conversation);
      const message = chat.messages.find((each) => each.order === order);
      if (message?.body.kind !== 'undecryptable') throw new Fault('no-such-message');
      put(chat, { ...message, body: { ...message.body, resend: 'asked' } });
      return null;
    },
    deleteMessage: ({ conversation, order }) => {
      const chat = chatOf(conversation);
      chat.messages = chat.messages.filter((each) => each.order !== order);
      events.emit({ type: 'messages', conversation, changed: [], removed: [order] });
      tellChat(chat);
      return null;
    },
    markRead: ({ conversation, order: read }) => {
      const chat = chatOf(conversation);
      const after = chat.messages.filter(({ own, order }) => !own && order > read).length;
      if (chat.unread <= after) return null;
      chat.unread = after;
      tellChat(chat);
      return null;
    },
    setDraft: ({ conversation, text }) => {
      const chat = chatOf(conversation);
      chat.draft = text;
      events.emit({ type: 'draft', conversation, text });
      tellChat(chat);
      return null;
    },
    setTyping: () => null,
    acceptRequest: ({ conversation }) => {
      const chat = chatOf(conversation);
      chat.standing = 'accepted';
      tellChat(chat);
      return null;
    },
    deleteRequest: ({ conversation }) => {
      remove(chatOf(conversation));
      return null;
    },
    block: ({ conversation }) => {
      const chat = chatOf(conversation);
      chat.standing = 'blocked';
      tellChat(chat);
      return null;
    },
    unblock: ({ conversation }) => {
      const chat = chatOf(conversation);
      chat.standing = 'accepted';
      tellChat(chat);
      return null;
    },
    setMuted: ({ conversation, muted }) => {
      const chat = chatOf(conversation);
      chat.muted = muted;
      tellChat(chat);
      return null;
    },
    deleteChat: ({ conversation }) => {
      remove(chatOf(conversation));
      return null;
    },
    changeSettings: (change) => {
      if (change.name !== undefined && !change.name.trim()) throw new Fault('bad-name');
      settings = { ...settings, ...change };
      events.emit({ type: 'settings', settings });
      if (change.name !== undefined) events.emit({ type: 'account', account: account() });
      return settings;
    },
    downloadRules: (change) => (downloads = { ...downloads, ...change }),
    ...createFakeCollection(),
    ...calls.answers,
    ...backups.answers,
    storageUse: () => ({
      used: 48_300_000,
      quota: 62_000_000_000,
      persisted: true,
      kept: 1_900_000,
      chats: [...chats.values()].map(storageOf),
    }),
    storedMedia: ({ conversation }) =>
      [...chats.values()]
        .filter(({ id }) => conversation === undefined || id === conversation)
        .flatMap(stored)
        .sort((a, b) => b.bytes - a.bytes),
    ledger: () => {
      if (!online) throw new Fault('offline', 'on-reconnect');
      return demoLedger(ownId);
    },
    setTab: () => null,
    reconnect: () => {
      setOnline(true);
      return null;
    },
  };

  function setOnline(next: boolean): void {
    online = next;
    if (online) {
      for (const chat of chats.values()) {
        for (const { order, state } of chat.messages) {
          if (state === 'sending') advance(chat, order, ['sent']);
        }
      }
    }
    events.emit({ type: 'connection', connection: connection() });
  }

  return {
    ...createAnswers(methods, options.slowness),
    ...calls.controls,
    ...backups.controls,
    listen: (listener) => events.listen(listener),
    receive,
    setOnline,
    setTyping(id, typing) {
      const chat = chatOf(id);
      chat.typing = typing;
      tellChat(chat);
    },
    emit: (event) => events.emit(event),
    get conversations() {
      return [...chats.keys()];
    },
  };
}
