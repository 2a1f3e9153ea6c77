/**
 * One unit of work: what a command or a batch of envelopes wants to change, gathered in memory, sealed, written
 * in one transaction, and only then visible in the state and told to the tabs. Until `commit` nothing has
 * happened; if it fails nothing has. Reads through it see what it will write.
 */
import { type Bytes, toHex, utf8 } from '../lib/bytes.ts';
import {
  type AccountId,
  type ConversationId,
  type DeviceId,
  FIRST_DEVICE,
  type MessageId,
  type TokenHash,
} from '../lib/ids.ts';
import { toFault } from '../lib/fault.ts';
import { type PeerSessions, serializeSessions } from '../protocol/session.ts';
import { type PrekeyKind, type Rows } from '../storage/schema.ts';
import { type Write } from '../storage/store.ts';
import { type Announcement, emptyAnnouncement } from './announcement.ts';
import { type Core } from './core.ts';
import { type Account, encodeAccount } from './records/account.ts';
import { type Contact, encodeContact } from './records/contact.ts';
import { type Conversation, encodeConversation } from './records/conversation.ts';
import { type Message, encodeMessage } from './records/message.ts';
import { type OutboxItem, encodeOutboxItem } from './records/outbox-item.ts';
import { type StoredSettings, encodeSettings } from './records/settings.ts';
import { type Token, encodeToken } from './records/token.ts';
import { type ClearColumns, type SealedTable } from './seal.ts';
import { counterRows } from './state.ts';

const MAX_CACHED_SESSIONS = 64;
/** Enough that no two chats of an account share a handle. */
const HANDLE_BYTES = 8;

export interface Changes {
  /** The contact as it will be. */
  contact(id: AccountId): Contact | undefined;
  conversation(id: ConversationId): Conversation | undefined;
  token(hash: TokenHash): Token | undefined;
  account(): Account;
  /** The next place in a chat. */
  nextOrder(): number;
  putAccount(account: Account): void;
  putSettings(settings: StoredSettings): void;
  putContact(contact: Contact): void;
  removeContact(id: AccountId): void;
  putConversation(conversation: Conversation): void;
  removeConversation(id: ConversationId): void;
  putToken(token: Token): void;
  removeToken(hash: TokenHash): void;
  putMessage(message: Message): void;
  /** A stored message as this unit of work leaves it; undefined when it removes it. */
  current(stored: Message): Message | undefined;
  /** The pending message of a sender with this id. */
  pendingById(conversation: ConversationId, sender: AccountId, id: MessageId): Message | undefined;
  removeMessage(conversation: ConversationId, order: number): void;
  /** Queues an item; its sequence is given here. */
  enqueue(item: Omit<OutboxItem, 'sequence' | 'device' | 'stage' | 'created'>): OutboxItem;
  putOutbox(item: OutboxItem): void;
  removeOutbox(sequence: number): void;
  putDraft(conversation: ConversationId, text: string): void;
  putSessions(account: AccountId, device: DeviceId, sessions: PeerSessions): void;
  removeSessions(account: AccountId): void;
  putPrekey(kind: PrekeyKind, id: number, created: number, plain: Bytes): void;
  removePrekey(kind: PrekeyKind, id: number): void;
  /** How often messages are sent again once this is written; see healing.ts. */
  readonly resends: Map<string, number>;
  /** Peers to whom receipts are sent anew once this is written. */
  readonly repeated: Set<AccountId>;
  /** Any clear write, and what memory does once it is on the disk. */
  write(write: Write, applied?: () => void): void;
  readonly empty: boolean;
  /**
   * Writes everything in one transaction, then updates the state and announces.
   * Throws what Store.commit throws, having changed nothing.
   */
  commit(durability: 'strict' | 'relaxed'): Promise<void>;
}

/** Begins a unit of work. The caller holds the mutex of every peer that it touches. */
export function beginChanges(core: Core): Changes {
  const { state, store, seal, clock } = core;
  const sealing = new Map<string, () => Promise<Write>>();
  const clear: Write[] = [];
  const apply: (() => void)[] = [];
  const contacts = new Map<AccountId, Contact | undefined>();
  const conversations = new Map<ConversationId, Conversation | undefined>();
  const tokens = new Map<TokenHash, Token | undefined>();
  let account = state.account;
  let counted = false;
  const announcement: Announcement = emptyAnnouncement();

  // The last write to a row wins; a row is sealed once, at commit.
  function put<Table extends SealedTable>(
    table: Table,
    key: string,
    columns: ClearColumns<Table>,
    plain: () => Bytes,
  ): void {
    sealing.set(`${table}/${key}`, async () => {
      const row = await seal.seal(table, columns, plain());
      return { table, put: row } as unknown as Write;
    });
  }
  function remove(table: SealedTable, key: readonly (string | number)[]): void {
    sealing.set(`${table}/${key.join('/')}`, async () => ({ table, remove: key }) as Write);
  }
  function messagesOf(conversation: ConversationId): Map<number, Message | undefined> {
    let map = announcement.messages.get(conversation);
    if (!map)
      announcement.messages.set(conversation, (map = new Map<number, Message | undefined>()));
    return map;
  }

  const changes: Changes = {
    contact: (id) => (contacts.has(id) ? contacts.get(id) : state.contacts.get(id)),
    conversation: (id) =>
      conversations.has(id) ? conversations.get(id) : state.conversations.get(id),
    account() {
      if (!account) throw new Error('There is no account yet.');
      return account;
    },
    nextOrder() {
      counted = true;
      return ++state.order;
    },
    putAccount(value) {
      account = value;
      announcement.account = true;
      put('records', 'account', { name: 'account' }, () => encodeAccount(value));
      apply.push(() => (state.account = value));
    },
    putSettings(value) {
      announcement.settings = true;
      put('records', 'settings', { name: 'settings' }, () => encodeSettings(value));
      apply.push(() => (state.settings = value));
    },
    putContact(contact) {
      contacts.set(contact.id, contact);
      put('contacts', contact.id, { id: contact.id }, () => encodeContact(contact));
      announcement.conversations.add(contact.id as string as ConversationId);
      apply.push(() => state.contacts.set(contact.id, contact));
    },
    removeContact(id) {
      contacts.set(id, undefined);
      remove('contacts', [id]);
      apply.push(() => state.contacts.delete(id));
    },
    putConversation(line) {
      const conversation = { ...line, handle: line.handle ?? toHex(core.random(HANDLE_BYTES)) };
      const { id, time, unread } = conversation;
      conversations.set(id, conversation);
      put('conversations', id, { id, time, unread }, () => encodeConversation(conversation));
      announcement.conversations.add(id);
      apply.push(() => state.conversations.set(id, conversation));
    },
    removeConversation(id) {
      conversations.set(id, undefined);
      remove('conversations', [id]);
      announcement.removedConversations.add(id);
      apply.push(() => state.conversations.delete(id));
    },
    token: (hash) => (tokens.has(hash) ? tokens.get(hash) : state.tokens.get(hash)),
    putToken(token) {
      tokens.set(token.hash, token);
      const { hash, purpose, state: standing, created } = token;
      put('tokens', hash, { hash, purpose, state: standing, created }, () => encodeToken(token));
      apply.push(() => state.tokens.set(hash, token));
    },
    removeToken(hash) {
      tokens.set(hash, undefined);
      remove('tokens', [hash]);
      apply.push(() => state.tokens.delete(hash));
    },
    putMessage(message) {
      const { conversation, order, id, sender, device, state: step } = message;
      put(
        'messages',
        `${conversation}/${order}`,
        { conversation, order, id, sender, device, state: step },
        () => encodeMessage(message),
      );
      messagesOf(conversation).set(order, message);
      if (message.body.kind === 'media') {
        const { stage, bytes, file = '' } = message.body;
        clear.push({ table: 'attachments', put: { conversation, order, stage, bytes, file } });
      }
    },
    current(stored) {
      const pending = announcement.messages.get(stored.conversation);
      return pending?.has(stored.order) ? pending.get(stored.order) : stored;
    },
    pendingById(conversation, sender, id) {
      for (const message of announcement.messages.get(conversation)?.values() ?? [])
        if (message?.id === id && message.sender === sender) return message;
      return undefined;
    },
    removeMessage(conversation, order) {
      remove('messages', [conversation, order]);
      clear.push({ table: 'attachments', remove: [conversation, order] });
      messagesOf(conversation).set(order, undefined);
    },
    enqueue(item) {
      counted = true;
      const queued: OutboxItem = {
        ...item,
        sequence: ++state.sequence,
        device: FIRST_DEVICE,
        stage: 'written',
        created: clock.now(),
      };
      changes.putOutbox(queued);
      return queued;
    },
    putOutbox(item) {
      const { sequence, peer, device, stage, created } = item;
      put('outbox', String(sequence), { sequence, peer, device, stage, created }, () =>
        encodeOutboxItem(item),
      );
      const { bytes: _, ...head } = item;
      announcement.waiting = true;
      apply.push(() => state.outbox.set(sequence, head));
    },
    removeOutbox(sequence) {
      remove('outbox', [sequence]);
      announcement.waiting = true;
      apply.push(() => state.outbox.delete(sequence));
    },
    putDraft(conversation, text) {
      announcement.drafts.add(conversation);
      if (text === '') {
        remove('drafts', [conversation]);
        apply.push(() => state.drafts.delete(conversation));
      } else {
        put('drafts', conversation, { conversation }, () => utf8(text));
        apply.push(() => state.drafts.set(conversation, text));
      }
    },
    putSessions(id, device, sessions) {
      put('sessions', `${id}/${device}`, { account: id, device }, () =>
        serializeSessions(sessions),
      );
      apply.push(() => {
        state.sessions.delete(id);
        state.sessions.set(id, sessions);
        const [oldest] = state.sessions.keys();
        if (state.sessions.size > MAX_CACHED_SESSIONS && oldest) state.sessions.delete(oldest);
      });
    },
    removeSessions(id) {
      remove('sessions', [id, FIRST_DEVICE]);
      apply.push(() => state.sessions.delete(id));
    },
    putPrekey(kind, id, created, plain) {
      put('prekeys', `${kind}/${id}`, { kind, id, created }, () => plain);
    },
    removePrekey(kind, id) {
      remove('prekeys', [kind, id]);
    },
    resends: new Map(),
    repeated: new Set(),
    write(write, applied = () => undefined) {
      clear.push(write);
      apply.push(applied);
    },
    get empty() {
      return sealing.size === 0 && clear.length === 0;
    },
    async commit(durability) {
      const sealed = await Promise.all([...sealing.values()].map((make) => make()));
      if (counted)
        for (const row of counterRows(state.order, state.sequence))
          clear.push({ table: 'meta', put: row } satisfies { table: 'meta'; put: Rows['meta'] });
      await store.commit([...clear, ...sealed], durability);
      for (const step of apply) step();
      for (const peer of changes.repeated) state.repeated.set(peer, clock.now());
      try {
        core.announce(announcement);
      } catch (error) {
        // It is on the disk: whoever asked for it must not hear that it failed.
        core.trouble(toFault(error).code);
      }
    },
  };
  return changes;
}
