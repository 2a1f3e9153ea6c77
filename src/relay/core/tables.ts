/**
 * Every row that a relay writes, as data: hosts generate their SQL, their reads and the ledger from it. Times are
 * milliseconds since 1970, rounded to the hour where the minute would tell more than the relay needs.
 * Nothing here names a sender, a contact, a group or an address. Source: docs/relay.md, What is stored.
 */
import { type Bytes } from '../../lib/bytes.ts';

/** What a column may hold. */
export type SqlValue = number | string | Bytes | null;

/** The account and which installation holds it. */
export interface MailboxRow {
  readonly mailbox: string;
  /** 0x05 ‖ u, 33 bytes. */
  readonly identity_key: Bytes;
  /** 32 hex letters. */
  readonly installation: string;
  /** When that installation took it, hour. */
  readonly since: number;
}
/** The signed prekey and the last-resort Kyber prekey. */
export interface SignedPrekeyRow {
  readonly mailbox: string;
  readonly device: number;
  readonly kind: 'signed' | 'last-resort';
  readonly registration_id: number;
  readonly id: number;
  readonly key: Bytes;
  readonly signature: Bytes;
}
/** A one-time prekey. Handed out, its key is gone and the row stays until the next upload, so that an upload repeated after a lost answer cannot bring it back. */
export interface OneTimePrekeyRow {
  readonly mailbox: string;
  readonly device: number;
  readonly id: number;
  readonly key: Bytes | null;
}
/** A one-time Kyber prekey, likewise. */
export interface KyberPrekeyRow extends OneTimePrekeyRow {
  readonly signature: Bytes | null;
}
export interface TokenRow {
  readonly mailbox: string;
  /** SHA-256 of the token, 64 hex letters. */
  readonly hash: string;
  readonly purpose: 'contacts' | 'invite' | 'presence';
  readonly state: 'live' | 'retired' | 'revoked';
  readonly expires: number | null;
  /** When the row is removed. */
  readonly gone: number | null;
  /** What came in on it since it was retired. */
  readonly used_envelopes: number;
  readonly used_bytes: number;
}
/** An envelope that waits. */
export interface QueueRow {
  readonly mailbox: string;
  readonly device: number;
  readonly sequence: number;
  readonly class: 'normal' | 'urgent';
  /** Hash of the owner's token it came on. */
  readonly token: string;
  /** Hour of arrival. */
  readonly arrived: number;
  readonly expires: number;
  readonly envelope: Bytes;
}
/** An upload: begun, and for as long as its grant is good, also when it is whole. Who makes it stands nowhere. */
export interface UploadRow {
  /** Name of its grant, 32 hex letters. */
  readonly upload: string;
  /** Bytes of the whole. */
  readonly size: number;
  /** SHA-256 of the delete key. */
  readonly delete_hash: Bytes;
  readonly expires: number;
  /** Id of the blob it has become. */
  readonly blob: string | null;
}
/** A blob that can be fetched by whoever knows its id. */
export interface BlobRow {
  /** 64 hex letters. */
  readonly blob: string;
  readonly size: number;
  readonly delete_hash: Bytes;
  readonly expires: number;
}

export interface Tables {
  mailboxes: MailboxRow;
  signed_prekeys: SignedPrekeyRow;
  one_time_prekeys: OneTimePrekeyRow;
  kyber_prekeys: KyberPrekeyRow;
  tokens: TokenRow;
  queue: QueueRow;
  uploads: UploadRow;
  blobs: BlobRow;
}
export type TableName = keyof Tables;

/** SQL type of a column; `?` allows NULL. */
export type ColumnType = 'TEXT' | 'INTEGER' | 'BLOB' | 'TEXT?' | 'INTEGER?' | 'BLOB?';

export interface TableDefinition<Name extends TableName> {
  readonly columns: { readonly [Column in keyof Tables[Name] & string]: ColumnType };
  /** Primary key; of what belongs to a mailbox, that first. Scans run over the last column under fixed values of those before. */
  readonly key: readonly (keyof Tables[Name] & string)[];
  /** Column with the time at which the row may be removed. */
  readonly expiry?: keyof Tables[Name] & string;
}

export const tables: { readonly [Name in TableName]: TableDefinition<Name> } = {
  mailboxes: {
    columns: { mailbox: 'TEXT', identity_key: 'BLOB', installation: 'TEXT', since: 'INTEGER' },
    key: ['mailbox'],
  },
  signed_prekeys: {
    columns: {
      mailbox: 'TEXT',
      device: 'INTEGER',
      kind: 'TEXT',
      registration_id: 'INTEGER',
      id: 'INTEGER',
      key: 'BLOB',
      signature: 'BLOB',
    },
    key: ['mailbox', 'device', 'kind'],
  },
  one_time_prekeys: {
    columns: { mailbox: 'TEXT', device: 'INTEGER', id: 'INTEGER', key: 'BLOB?' },
    key: ['mailbox', 'device', 'id'],
  },
  kyber_prekeys: {
    columns: {
      mailbox: 'TEXT',
      device: 'INTEGER',
      id: 'INTEGER',
      key: 'BLOB?',
      signature: 'BLOB?',
    },
    key: ['mailbox', 'device', 'id'],
  },
  tokens: {
    columns: {
      mailbox: 'TEXT',
      hash: 'TEXT',
      purpose: 'TEXT',
      state: 'TEXT',
      expires: 'INTEGER?',
      gone: 'INTEGER?',
      used_envelopes: 'INTEGER',
      used_bytes: 'INTEGER',
    },
    key: ['mailbox', 'hash'],
    expiry: 'gone',
  },
  queue: {
    columns: {
      mailbox: 'TEXT',
      device: 'INTEGER',
      sequence: 'INTEGER',
      class: 'TEXT',
      token: 'TEXT',
      arrived: 'INTEGER',
      expires: 'INTEGER',
      envelope: 'BLOB',
    },
    key: ['mailbox', 'device', 'sequence'],
    expiry: 'expires',
  },
  uploads: {
    columns: {
      upload: 'TEXT',
      size: 'INTEGER',
      delete_hash: 'BLOB',
      expires: 'INTEGER',
      blob: 'TEXT?',
    },
    key: ['upload'],
    expiry: 'expires',
  },
  blobs: {
    columns: { blob: 'TEXT', size: 'INTEGER', delete_hash: 'BLOB', expires: 'INTEGER' },
    key: ['blob'],
    expiry: 'expires',
  },
};

export const tableNames = Object.keys(tables) as TableName[];

/** Values of a primary key in its order. */
export type Key = readonly (string | number)[];

/** The primary key of a row. */
export function keyOf<Name extends TableName>(table: Name, row: Tables[Name]): Key {
  return tables[table].key.map((column) => row[column] as string | number);
}
