/**
 * An engine that lives in memory and talks to nobody: people, chats and a peer that answers, for developing the
 * interface and for screenshots. It keeps the contract of engine/api.ts and none of its promises: nothing is
 * stored or encrypted. Never part of the built app.
 */
import {
  type ChatDetails,
  type ChatSummary,
  type EngineApi,
  type EngineEvent,
  type InviteReading,
  type MessageBody,
  type MessageState,
  type MessageView,
  type Settings,
  type Standing,
  type Waiting,
} from '../../engine/api.ts';
import { createEmitter } from '../../lib/emitter.ts';
import { Fault, type FaultCode } from '../../lib/fault.ts';
import { type AccountId, type ConversationId, type MessageId } from '../../lib/ids.ts';
import { type EngineClient } from '../contexts/engine-client.ts';
import { demoChats, type DemoChat } from './demo-chats.ts';

interface FakeChat {
  readonly id: ConversationId;
  standing: Standing;
  name: string;
  unread: number;
  muted: boolean;
  draft: string;
  typing: boolean;
  online: boolean;
  lastSeen?: number;
  waiting?: Waiting;
  messages: MessageView[];
  /** The peer answers what is sent. */
  answers: boolean;
}

export interface FakeOptions {
  /** `none` begins at the first run; `new` has an account and Notes only. */
  readonly start: 'none' | 'new' | 'demo';
  readonly language?: Settings['language'];
  readonly appearance?: Settings['appearance'];
  /** Waits this long before each answer, ms. */
  readonly slowness?: number;
}

/** What a developer or a test may do to the other side of the world. */
export interface FakeEngine extends EngineClient {
  /** A message arrives. */
  receive(conversation: ConversationId, text: string): void;
  setOnline(online: boolean): void;
  setTyping(conversation: ConversationId, typing: boolean): void;
  emit(event: EngineEvent): void;
  /** The next call of this method rejects. */
  failNext(method: keyof EngineApi, code: FaultCode): void;
  /** Calls of this method get no answer until `release`. */
  hold(method: keyof EngineApi): void;
  /** Answers what was held, and holds no more. */
  release(method: keyof EngineApi): void;
  /** How many calls of this method are held. */
  held(method: keyof EngineApi): number;
  /** How many calls will be answered by themselves, soon. */
  readonly answering: number;
  readonly conversations: readonly ConversationId[];
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** A made-up id that is always the same for the same text. */
export function fakeId(text: string): AccountId {
  let value = 7;
  let id = '';
  for (let index = 0; index < 32; index++) {
    value =
      (Math.imul(value, 31) + (text.charCodeAt(index % text.length) || 1) * (index + 3)) >>> 0;
    id += letters[(value >>> 5) % 32] ?? 'a';
  }
  return id as AccountId;
}

const ownId = fakeId('me');
const host = 'sotto.example';

function chatFrom(demo: DemoChat, now: number): FakeChat {
  const id = fakeId(demo.standing === 'notes' ? 'me' : demo.name) as string as ConversationId;
  const messages = demo.messages(now).map((line, index): MessageView => ({
    conversation: id,
    order: index + 1,
    id: `${id.slice(0, 8)}${String(index).padStart(24, '0')}` as MessageId,
    own: line.own ?? false,
    time: line.time,
    body: line.body ?? { kind: 'text', text: line.text ?? '' },
    ...(line.own && demo.standing !== 'notes' ? { state: line.state ?? 'read' } : {}),
    ...(line.failure ? { failure: line.failure } : {}),
  }));
  return {
    id,
    standing: demo.standing ?? 'accepted',
    name: demo.standing === 'notes' ? '' : demo.name,
    unread: demo.unread ?? 0,
    muted: demo.muted ?? false,
    draft: demo.draft ?? '',
    typing: false,
    online: demo.online ?? false,
    ...(demo.lastSeen ? { lastSeen: now - demo.lastSeen } : {}),
    ...(demo.waiting ? { waiting: demo.waiting(now) } : {}),
    messages,
    answers: demo.answers ?? false,
  };
}

/** Makes one. Time and chance are the platform's: this is a toy. */
export function createFakeEngine(options: FakeOptions): FakeEngine {
  const events = createEmitter<EngineEvent>();
  const failures = new Map<keyof EngineApi, FaultCode>();
  const holds = new Map<keyof EngineApi, (() => void)[]>();
  let answering = 0;
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
  function summary(chat: FakeChat): ChatSummary {
    const last = chat.messages.at(-1);
    return {
      id: chat.id,
      standing: chat.standing,
      name: chat.name,
      unread: chat.unread,
      muted: chat.muted,
      time: last?.time ?? Date.now() - 60_000,
      ...(last
        ? { last: { body: last.body, own: last.own, ...(last.state ? { state: last.state } : {}) } }
        : {}),
      draft: chat.draft,
      typing: chat.typing,
    };
  }
  function details(chat: FakeChat): ChatDetails {
    const shared = chat.standing === 'accepted' && settings.lastSeen;
    return {
      id: chat.id,
      standing: chat.standing,
      name: chat.name,
      address: `${chat.id}@${host}`,
      muted: chat.muted,
      typing: chat.typing,
      ...(shared
        ? {
            presence: {
              online: chat.online,
              ...(chat.lastSeen ? { lastSeen: chat.lastSeen } : {}),
            },
          }
        : {}),
      ...(chat.waiting ? { waiting: chat.waiting } : {}),
    };
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
    if (open.has(chat.id)) events.emit({ type: 'chat', chat: details(chat) });
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
    if (!chat.muted) events.emit({ type: 'notify', conversation: id, name: chat.name, text });
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
  function page(chat: FakeChat, limit: number, before = Infinity, after = -Infinity) {
    const inside = chat.messages.filter(({ order }) => order < before && order > after);
    const messages = after > -Infinity ? inside.slice(0, limit) : inside.slice(-limit);
    const first = messages[0]?.order ?? 0;
    const last = messages.at(-1)?.order ?? 0;
    return {
      messages,
      older: chat.messages.some(({ order }) => order < first),
      newer: chat.messages.some(({ order }) => order > last),
    };
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

  const methods: {
    [Name in keyof EngineApi]: (
      argument: Parameters<EngineApi[Name]>[0],
    ) => ReturnType<EngineApi[Name]>;
  } = {
    snapshot: () => ({
      account: account(),
      connection: connection(),
      settings,
      chats: [...chats.values()].map(summary),
    }),
    createAccount: ({ name }) => {
      if (!name.trim() || [...name].length > 64) throw new Fault('bad-name');
      hasAccount = true;
      settings = { ...settings, name: name.trim() };
      begin(notesOnly());
      events.emit({ type: 'settings', settings });
      events.emit({ type: 'account', account: account() });
      events.emit({ type: 'chats', changed: [...chats.values()].map(summary), removed: [] });
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
        chat: details(chat),
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
    messageDetails: ({ conversation, order }) => {
      const message = chatOf(conversation).messages.find((each) => each.order === order);
      if (!message) throw new Fault('no-such-message');
      return {
        message,
        written: message.time,
        ...(message.own
          ? {
              sent: message.time + 900,
              delivered: message.time + 4_000,
              read: message.time + 60_000,
            }
          : { arrived: message.time + 1_200 }),
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
    storageUse: () => ({
      used: 48_300_000,
      quota: 62_000_000_000,
      persisted: true,
      chats: [...chats.values()].map((chat) => ({
        id: chat.id,
        name: chat.name,
        standing: chat.standing,
        messages: chat.messages.length,
        bytes: chat.messages.reduce(
          (sum, { body }) => sum + 180 + (body.kind === 'text' ? body.text.length : 0),
          0,
        ),
      })),
    }),
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
    async call(method, argument) {
      const held = holds.get(method);
      if (held) await new Promise<void>((resolve) => held.push(resolve));
      answering++;
      await new Promise((resolve) => setTimeout(resolve, options.slowness ?? 0));
      answering--;
      const failure = failures.get(method);
      if (failure) {
        failures.delete(method);
        throw new Fault(failure);
      }
      return methods[method](argument);
    },
    listen: (listener) => events.listen(listener),
    receive,
    setOnline,
    setTyping(id, typing) {
      const chat = chatOf(id);
      chat.typing = typing;
      tellChat(chat);
    },
    emit: (event) => events.emit(event),
    failNext: (method, code) => void failures.set(method, code),
    hold: (method) => void holds.set(method, []),
    release(method) {
      const held = holds.get(method) ?? [];
      holds.delete(method);
      for (const answer of held) answer();
    },
    held: (method) => holds.get(method)?.length ?? 0,
    get answering() {
      return answering;
    },
    get conversations() {
      return [...chats.keys()];
    },
  };
}

function demoLedger(id: string) {
  const row = (table: string, columns: Record<string, string>) => ({
    table,
    columns: Object.entries(columns).map(([name, value]) => ({ name, value })),
  });
  const prekey = (number: number) => ({
    mailbox: id,
    device: '1',
    id: String(number),
    key: number % 7 === 0 ? '' : `05${String(number * 7919).padStart(64, 'a')}`,
  });
  const token = {
    mailbox: id,
    state: 'live',
    expires: '',
    gone: '',
    used_envelopes: '0',
    used_bytes: '0',
  };
  return [
    row('mailboxes', {
      mailbox: id,
      identity_key: `05${'9f3c71ab'.repeat(8)}`,
      installation: '5d20e6f15d20e6f15d20e6f15d20e6f1',
      since: '1781442000000',
    }),
    row('signed_prekeys', { ...prekey(1), kind: 'signed', signature: '8c1e1d09'.repeat(16) }),
    row('signed_prekeys', {
      ...prekey(2),
      kind: 'last-resort',
      key: '1569 bytes',
      signature: '03fe1b77'.repeat(16),
    }),
    ...Array.from({ length: 98 }, (_, number) => row('one_time_prekeys', prekey(number + 3))),
    ...Array.from({ length: 20 }, (_, number) =>
      row('kyber_prekeys', {
        ...prekey(number + 3),
        key: '1569 bytes',
        signature: '90aa8c1e'.repeat(16),
      }),
    ),
    row('tokens', { ...token, hash: '1b7790aa'.repeat(8), purpose: 'contacts' }),
    row('tokens', { ...token, hash: 'c2d403fe'.repeat(8), purpose: 'invite' }),
    row('queue', {
      mailbox: id,
      device: '1',
      sequence: '411',
      class: 'normal',
      token: '1b7790aa'.repeat(8),
      arrived: '1782950400000',
      expires: '1785542400000',
      envelope: '1024 bytes',
    }),
    row('parrots', { mailbox: id, colour: 'green' }),
  ];
}
