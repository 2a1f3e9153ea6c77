/**
 * The tables of the database: clear columns for indexes (ids, conversation, order, state, times) and one
 * `sealed` blob a row, made and opened by the engine. Storage sees bytes; it knows no key's use.
 */
import { type Bytes } from '../lib/bytes.ts';
import {
  type AccountId,
  type ConversationId,
  type DeviceId,
  type EnvelopeHash,
  type MessageId,
  type TokenHash,
} from '../lib/ids.ts';

/** Rises with every migration. */
export const SCHEMA_VERSION = 5;

/**
 * Where an attachment stands. Own ones: `staging` (being sealed into a file here), `uploading`, `here`. Others' ones:
 * `remote` (not fetched), `fetching`, `here`, `gone` (nobody has it any more). `removed`: deleted here by the person.
 */
export type AttachmentStage =
  'staging' | 'uploading' | 'here' | 'remote' | 'fetching' | 'gone' | 'removed';

export type PrekeyKind = 'one-time' | 'signed' | 'kyber' | 'last-resort';

/** Each table's row. Times are ms since 1970. */
export interface Rows {
  /** Clear facts about the database itself: the fencing number under `fence`. */
  readonly meta: { readonly name: string; readonly value: number };
  /** The database key under `database`; later wrapped by a lock. */
  readonly keys: { readonly name: string; readonly key: CryptoKey };
  /** Single sealed records: `account`, `settings`, `relay`, `habits`. */
  readonly records: { readonly name: string; readonly sealed: Bytes };
  readonly prekeys: {
    readonly kind: PrekeyKind;
    readonly id: number;
    readonly created: number;
    readonly sealed: Bytes;
  };
  readonly tokens: {
    readonly hash: TokenHash;
    readonly purpose: 'contacts' | 'invite' | 'presence';
    readonly state: 'live' | 'retired' | 'revoked';
    readonly created: number;
    readonly sealed: Bytes;
  };
  readonly contacts: { readonly id: AccountId; readonly sealed: Bytes };
  /** Order, counts and times for the chat list; the last line is sealed. */
  readonly conversations: {
    readonly id: ConversationId;
    readonly time: number;
    readonly unread: number;
    readonly sealed: Bytes;
  };
  readonly drafts: { readonly conversation: ConversationId; readonly sealed: Bytes };
  /** What a draft has beside its text, for each chat that has any; how many files are here whole, and their bytes. */
  readonly draftFiles: {
    readonly conversation: ConversationId;
    readonly files: number;
    readonly bytes: number;
    readonly sealed: Bytes;
  };
  readonly messages: {
    readonly conversation: ConversationId;
    /** Per-account integer given at commit; rising within a conversation, never changed. */
    readonly order: number;
    readonly id: MessageId;
    /** The own account id for own messages. */
    readonly sender: AccountId;
    readonly device: DeviceId;
    readonly state:
      'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'received' | 'stub' | 'note';
    readonly sealed: Bytes;
  };
  /** One for each message with an attachment, for galleries, totals and what is under way; all else is in the message. */
  readonly attachments: {
    readonly conversation: ConversationId;
    readonly order: number;
    readonly stage: AttachmentStage;
    /** Bytes of the file here, 0 for none. */
    readonly bytes: number;
    /** Random name of that file; empty for none. */
    readonly file: string;
  };
  readonly sessions: {
    readonly account: AccountId;
    readonly device: DeviceId;
    readonly sealed: Bytes;
  };
  readonly outbox: {
    /** Rising; the order of sending within a peer. */
    readonly sequence: number;
    readonly peer: AccountId;
    readonly device: DeviceId;
    /** `written`: content waits to be encrypted; `sealed`: the envelope is final and only ever sent again. */
    readonly stage: 'written' | 'sealed';
    readonly created: number;
    readonly sealed: Bytes;
  };
  /** What went out under which envelope, to answer a resend request. */
  readonly sentLog: {
    readonly hash: EnvelopeHash;
    readonly peer: AccountId;
    readonly device: DeviceId;
    /** Absent for control kinds, which are never sent again. */
    readonly message?: MessageId;
    readonly expires: number;
    readonly resends: number;
  };
  /** Envelopes that were dealt with, so that a second arrival is known. */
  readonly seen: { readonly hash: EnvelopeHash; readonly expires: number };
  /** What a person keeps to send again (own stickers, saved GIFs), under random ids. */
  readonly collection: { readonly id: string; readonly sealed: Bytes };
  /** The bytes of each, apart, so that a list reads none of them. */
  readonly collectionBytes: { readonly id: string; readonly sealed: Bytes };
  /** Folders that the person chose: `backups`. A handle is the browser's own and cannot be sealed. */
  readonly folders: { readonly name: string; readonly handle: FileSystemDirectoryHandle };
}

export type TableName = keyof Rows;

/** Primary key of each table, as IndexedDB key paths. */
export const primaryKeys = {
  meta: ['name'],
  keys: ['name'],
  records: ['name'],
  prekeys: ['kind', 'id'],
  tokens: ['hash'],
  contacts: ['id'],
  conversations: ['id'],
  drafts: ['conversation'],
  draftFiles: ['conversation'],
  messages: ['conversation', 'order'],
  attachments: ['conversation', 'order'],
  sessions: ['account', 'device'],
  outbox: ['sequence'],
  sentLog: ['hash'],
  seen: ['hash'],
  collection: ['id'],
  collectionBytes: ['id'],
  folders: ['name'],
} as const satisfies { [Name in TableName]: readonly (keyof Rows[Name])[] };

/** Further indexes: name → columns. */
export const indexes = {
  messages: { byId: ['conversation', 'sender', 'id'] },
  attachments: { byStage: ['stage', 'conversation', 'order'] },
  outbox: { byPeer: ['peer', 'sequence'] },
  sentLog: { byMessage: ['peer', 'message'], byExpiry: ['expires'] },
  seen: { byExpiry: ['expires'] },
} as const satisfies { [Name in TableName]?: Record<string, readonly (keyof Rows[Name])[]> };

export type IndexName<Table extends TableName> = Table extends keyof typeof indexes
  ? keyof (typeof indexes)[Table] & string
  : never;
