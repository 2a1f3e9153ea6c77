/**
 * What crosses the two sockets: one discriminated union per socket and direction. Bytes of each frame are in
 * frame-codec.ts and docs/relay.md. `n` is a u32 chosen by the client and echoed by the reply.
 */
import { type Bytes } from '../lib/bytes.ts';
import { type AccountId, type DeviceId, type InstallationId, type TokenHash } from '../lib/ids.ts';

/** normal waits its full time; urgent waits briefly and may wake; ephemeral is never written. */
export type EnvelopeClass = 'normal' | 'urgent' | 'ephemeral';

/** One-time or signed Curve25519 prekey; `key` is 0x05 ‖ u, 33 bytes. */
export interface WirePrekey {
  readonly id: number;
  readonly key: Bytes;
}
/** A prekey with its 64-byte XEdDSA signature. */
export interface WireSignedPrekey extends WirePrekey {
  readonly signature: Bytes;
}
/** Kyber-1024 prekey; `key` is 0x08 ‖ 1568 bytes. */
export type WireKyberPrekey = WireSignedPrekey;

/** What a sender needs to start a session. */
export interface WireBundle {
  readonly identityKey: Bytes;
  readonly registrationId: number;
  readonly signedPrekey: WireSignedPrekey;
  readonly kyberPrekey: WireKyberPrekey;
  /** Absent when used up or over the rate limit. */
  readonly oneTimePrekey?: WirePrekey;
}

/** contacts and group tokens are quiet about refusals; invite tokens may be answered expired or revoked. */
export type TokenPurpose = 'contacts' | 'invite' | 'presence';

export interface TokenPut {
  readonly hash: TokenHash;
  readonly purpose: TokenPurpose;
  /** Milliseconds since 1970; absent never expires. */
  readonly expires?: number;
}

/** Why the relay did not do as asked. */
export type RefusalCode =
  | 'not-accepted-now'
  | 'expired'
  | 'revoked'
  | 'rate-limited'
  | 'mailbox-full'
  | 'too-large'
  | 'malformed'
  | 'wrong-socket'
  | 'unsupported-version'
  | 'not-authenticated'
  | 'bad-signature'
  | 'wrong-host'
  | 'not-holder'
  | 'failed'
  | 'relay-full';

/** One row that the relay holds about the caller. Values are text fit to show: ids and hashes in hex, times as ms. */
export interface LedgerRow {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly value: string }[];
}

/** What carries the packets of calls, and what lets one in there for a while. */
export interface TurnServers {
  /** `turn:` and `turns:` addresses; none where the relay has no calls. */
  readonly urls: readonly string[];
  /** Name and password, both empty where there is no address. */
  readonly username: string;
  readonly credential: string;
  /** Milliseconds since 1970 until which they are good; where there are none, when to ask again. */
  readonly expires: number;
}

/** What the relay's hello says on either socket. */
export interface Hello {
  readonly version: number;
  readonly host: string;
  /** The relay's X25519 key, 32 bytes. */
  readonly relayKey: Bytes;
}

/** Where a stranger's frame goes, and what lets it in. */
export interface Destination {
  readonly mailbox: AccountId;
  readonly device: DeviceId;
  /** 16 bytes. */
  readonly token: Bytes;
}

interface Authentication {
  readonly n: number;
  /** 0x05 ‖ u, 33 bytes. */
  readonly identityKey: Bytes;
  readonly device: DeviceId;
  readonly installation: InstallationId;
  /** 64-byte XEdDSA signature over the bytes of auth.ts. */
  readonly signature: Bytes;
}

/** Client → relay on `/v1/mailbox`. */
export type MailboxRequest =
  | { readonly type: 'hello'; readonly versions: readonly number[] }
  | ({ readonly type: 'auth' } & Authentication)
  | ({ readonly type: 'claim' } & Authentication)
  | { readonly type: 'confirm'; readonly sequences: readonly number[] }
  | {
      readonly type: 'prekeys';
      readonly n: number;
      readonly device: DeviceId;
      readonly registrationId: number;
      /** Replaces the signed prekey when present; likewise the last-resort Kyber prekey. */
      readonly signedPrekey?: WireSignedPrekey;
      readonly lastResortPrekey?: WireKyberPrekey;
      readonly oneTimePrekeys: readonly WirePrekey[];
      readonly kyberPrekeys: readonly WireKyberPrekey[];
    }
  | {
      readonly type: 'tokens';
      readonly n: number;
      readonly put: readonly TokenPut[];
      /** Still taken for 30 days under a shared quota. */
      readonly retire: readonly TokenHash[];
      /** Refused at once. */
      readonly revoke: readonly TokenHash[];
    }
  | { readonly type: 'prekey-count'; readonly n: number }
  | { readonly type: 'ledger'; readonly n: number }
  | { readonly type: 'erase'; readonly n: number }
  | {
      /** Asks for leave to upload a blob over HTTP. */
      readonly type: 'upload';
      readonly n: number;
      /** Of the whole blob, bytes. */
      readonly size: number;
      /** SHA-256 of the key that deletes it, 32 bytes. */
      readonly deleteHash: Bytes;
    }
  | { readonly type: 'turn'; readonly n: number };

/** Relay → client on `/v1/mailbox`. */
export type MailboxReply =
  | ({
      readonly type: 'hello';
      /** 32 bytes to be signed once within 30 s. */
      readonly nonce: Bytes;
    } & Hello)
  | {
      readonly type: 'welcome';
      readonly n: number;
      /** True when this authentication made the mailbox, so prekeys and tokens must be put. */
      readonly fresh: boolean;
    }
  | { readonly type: 'done'; readonly n: number }
  | {
      readonly type: 'refused';
      readonly n: number;
      readonly code: RefusalCode;
      /** ms, with `not-holder` */ readonly since?: number;
    }
  | {
      readonly type: 'deliver';
      readonly sequence: number;
      readonly class: EnvelopeClass;
      /** The token it came on, so that the owner knows which invite to withdraw or bind; kept with the queued row. */
      readonly token: TokenHash;
      readonly envelope: Bytes;
    }
  | { readonly type: 'ephemeral'; readonly envelope: Bytes }
  | { readonly type: 'drained' }
  | {
      readonly type: 'prekey-count';
      readonly n: number;
      readonly oneTime: number;
      readonly kyber: number;
    }
  | {
      readonly type: 'ledger';
      readonly n: number;
      readonly rows: readonly LedgerRow[];
      /** Another frame with the same `n` follows: a full mailbox does not fit into one. */
      readonly more?: boolean;
    }
  | { readonly type: 'superseded' }
  | {
      readonly type: 'grant';
      readonly n: number;
      /** What the upload shows; it names nobody. */
      readonly grant: Bytes;
      /** Milliseconds since 1970 until which the upload must be whole. */
      readonly until: number;
    }
  | ({ readonly type: 'turn-servers'; readonly n: number } & TurnServers);

/** Client → relay on `/v1/drop`. Nothing here names the caller. */
export type DropRequest =
  | { readonly type: 'hello'; readonly versions: readonly number[] }
  | ({
      readonly type: 'submit';
      readonly n: number;
      readonly class: 'normal' | 'urgent';
      readonly ttlSeconds: number;
      readonly envelope: Bytes;
    } & Destination)
  | ({ readonly type: 'ephemeral'; readonly envelope: Bytes } & Destination)
  | ({ readonly type: 'bundle'; readonly n: number } & Destination)
  | {
      readonly type: 'follow';
      readonly n: number;
      readonly mailbox: AccountId;
      /** A presence token, 16 bytes. One mailbox is followed at a time: this replaces the last. */
      readonly token: Bytes;
    }
  | { readonly type: 'unfollow' };

/** Relay → client on `/v1/drop`. */
export type DropReply =
  | ({ readonly type: 'hello' } & Hello)
  | {
      readonly type: 'stored';
      readonly n: number;
      /** Milliseconds since 1970 until which the relay keeps it. */
      readonly until: number;
    }
  | { readonly type: 'refused'; readonly n: number; readonly code: RefusalCode }
  | { readonly type: 'bundle'; readonly n: number; readonly bundle: WireBundle }
  | {
      readonly type: 'presence';
      /** In the answer to `follow`; absent in later changes. */
      readonly n?: number;
      readonly mailbox: AccountId;
      readonly online: boolean;
      /** Last pulse, milliseconds since 1970; absent when the relay does not know. */
      readonly lastSeen?: number;
    };

/** Text frames, answered without waking the core: pulse `p` → `q`, keep-alive `k` → `l`. */
export const PULSE = 'p';
export const PULSE_ANSWER = 'q';
export const KEEP_ALIVE = 'k';
export const KEEP_ALIVE_ANSWER = 'l';
