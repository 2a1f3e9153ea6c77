/**
 * What the engine keeps in memory: the small tables (account, settings, contacts, chat list, tokens, drafts),
 * the heads of the outbox, and the counters. Only changes.ts writes to it, after a commit, so memory is never
 * ahead of the disk. Messages, sessions and prekeys stay on the disk.
 */
import { createDatabaseKey } from '../crypto/key.ts';
import { fromUtf8 } from '../lib/bytes.ts';
import { type Fault, isFault } from '../lib/fault.ts';
import { type AccountId, type ConversationId, type MessageId, type TokenHash } from '../lib/ids.ts';
import { type RandomBytes } from '../lib/random.ts';
import { type PeerSessions } from '../protocol/session.ts';
import { type Rows } from '../storage/schema.ts';
import { type Store } from '../storage/store.ts';
import { type Account, decodeAccount } from './records/account.ts';
import { type Contact, decodeContact } from './records/contact.ts';
import { type Conversation, decodeConversation } from './records/conversation.ts';
import { type OutboxItem, decodeOutboxItem } from './records/outbox-item.ts';
import { type StoredSettings, decodeSettings, defaultSettings } from './records/settings.ts';
import { type Token, decodeToken } from './records/token.ts';
import { type RowSeal, createRowSeal } from './seal.ts';

/** An outbox row without its bytes. */
export type OutboxHead = Omit<OutboxItem, 'bytes'>;

export interface State {
  account: Account | undefined;
  settings: StoredSettings;
  readonly contacts: Map<AccountId, Contact>;
  readonly conversations: Map<ConversationId, Conversation>;
  readonly tokens: Map<TokenHash, Token>;
  readonly drafts: Map<ConversationId, string>;
  /** How many files wait in a draft. */
  readonly draftFiles: Map<ConversationId, number>;
  /** By sequence, ascending. */
  readonly outbox: Map<number, OutboxHead>;
  /** Sessions as last committed, by peer; dropped when there are many. */
  readonly sessions: Map<AccountId, PeerSessions>;
  /** When resends were asked for by themselves in the last hour, ms, by contact. */
  readonly asked: Map<AccountId, number[]>;
  /** When receipts were last sent anew, ms, by contact. */
  readonly repeated: Map<AccountId, number>;
  /** The call that is going on, by the id of its row. */
  call: MessageId | undefined;
  /** The last order given to a message, and the last outbox sequence. */
  order: number;
  sequence: number;
}

export interface Opened {
  readonly state: State;
  readonly seal: RowSeal;
  /** Rows of the outbox that did not open: memory knows nothing of them. */
  readonly damagedOutbox: readonly Rows['outbox'][];
}

const ORDER = 'order';
const SEQUENCE = 'sequence';

/** The rows that keep the counters, which never go back, whatever is deleted. */
export function counterRows(order: number, sequence: number): Rows['meta'][] {
  return [
    { name: ORDER, value: order },
    { name: SEQUENCE, value: sequence },
  ];
}

async function databaseKey(store: Store): Promise<CryptoKey> {
  const row = await store.get('keys', ['database']);
  if (row) return row.key;
  const key = await createDatabaseKey();
  await store.commit([{ table: 'keys', put: { name: 'database', key } }], 'strict');
  return key;
}

/** Makes a state without an account. */
export function emptyState(): State {
  return {
    account: undefined,
    settings: defaultSettings,
    contacts: new Map(),
    conversations: new Map(),
    tokens: new Map(),
    drafts: new Map(),
    draftFiles: new Map(),
    outbox: new Map(),
    sessions: new Map(),
    asked: new Map(),
    repeated: new Map(),
    call: undefined,
    order: 0,
    sequence: 0,
  };
}

/**
 * Reads everything that memory holds. A row of the small tables that does not open is left where it is and
 * told to `onDamage`; the rest goes on working.
 */
export async function openState(
  store: Store,
  random: RandomBytes,
  onDamage: (fault: Fault) => void,
): Promise<Opened> {
  const seal = createRowSeal(await databaseKey(store), random);
  const state = emptyState();

  async function each<Item>(rows: Item[], read: (row: Item) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(rows.map(read));
    for (const result of results) {
      if (result.status === 'rejected' && isFault(result.reason)) onDamage(result.reason);
      else if (result.status === 'rejected') throw result.reason;
    }
  }

  const [records, contacts, conversations, tokens, drafts, files, outbox, order, sequence] =
    await Promise.all([
      store.list('records'),
      store.list('contacts'),
      store.list('conversations'),
      store.list('tokens'),
      store.list('drafts'),
      store.list('draftFiles'),
      store.list('outbox'),
      store.get('meta', [ORDER]),
      store.get('meta', [SEQUENCE]),
    ]);
  // Without the account there is nothing to go on with; without the settings there are the usual ones.
  const account = records.find(({ name }) => name === 'account');
  if (account) state.account = decodeAccount(await seal.open('records', account));
  await each(records, async (row) => {
    if (row.name === 'settings') state.settings = decodeSettings(await seal.open('records', row));
  });
  await each(contacts, async (row) => {
    state.contacts.set(row.id, decodeContact(row.id, await seal.open('contacts', row)));
  });
  await each(conversations, async (row) => {
    state.conversations.set(row.id, decodeConversation(row, await seal.open('conversations', row)));
  });
  await each(tokens, async (row) => {
    state.tokens.set(row.hash, decodeToken(row, await seal.open('tokens', row)));
  });
  await each(drafts, async (row) => {
    state.drafts.set(row.conversation, fromUtf8(await seal.open('drafts', row)));
  });
  for (const row of files) state.draftFiles.set(row.conversation, row.files);
  const heads: OutboxHead[] = [];
  const damagedOutbox = new Set(outbox);
  await each(outbox, async (row) => {
    const { bytes: _, ...head } = decodeOutboxItem(row, await seal.open('outbox', row));
    heads.push(head);
    damagedOutbox.delete(row);
  });
  for (const head of heads.sort((a, b) => a.sequence - b.sequence))
    state.outbox.set(head.sequence, head);
  state.order = order?.value ?? 0;
  state.sequence = sequence?.value ?? 0;
  return { state, seal, damagedOutbox: [...damagedOutbox] };
}
