/** Bounds of the relay that clients need not know; those they share are in wire/limits.ts. docs/relay.md lists both. */

export interface Rate {
  /** How many at once. */
  readonly burst: number;
  /** How many a second in the long run. */
  readonly perSecond: number;
}

export interface RelayLimits {
  /** Envelopes that one contacts or group token may carry. */
  readonly submits: Rate;
  /** Envelopes that one invite token may carry. */
  readonly introductions: Rate;
  /** Bundles with one-time keys for one token; beyond it they come without. */
  readonly bundles: Rate;
  /** Ledger requests of one mailbox. */
  readonly ledgers: Rate;
  /** Names for TURN servers that one mailbox may have. */
  readonly turn: Rate;
  /** Envelopes and bytes that may be on their way to a receiver unconfirmed. */
  readonly windowEnvelopes: number;
  readonly windowBytes: number;
  /** Bytes of envelopes accepted and not yet durable, over all mailboxes. */
  readonly pendingBytes: number;
  /** Bytes in a receiver's socket beyond which an ephemeral envelope is dropped. */
  readonly ephemeralBuffer: number;
  /** Longest life of an urgent envelope, seconds. */
  readonly urgentSeconds: number;
  /** Bytes that one mailbox may upload. */
  readonly uploads: Rate;
  /** Bytes of all blobs and begun uploads together. */
  readonly blobBytes: number;
  /** Mailboxes kept in memory without a socket. */
  readonly idleMailboxes: number;
  /** Accounts whose last pulse is remembered. */
  readonly lastSeen: number;
}

export const defaultLimits: RelayLimits = {
  submits: { burst: 2_000, perSecond: 100 },
  introductions: { burst: 60, perSecond: 0.2 },
  bundles: { burst: 20, perSecond: 1 / 60 },
  ledgers: { burst: 10, perSecond: 0.2 },
  turn: { burst: 60, perSecond: 1 / 60 },
  windowEnvelopes: 256,
  windowBytes: 1024 * 1024,
  pendingBytes: 64 * 1024 * 1024,
  ephemeralBuffer: 64 * 1024,
  urgentSeconds: 300,
  uploads: { burst: 8 * 1024 ** 3, perSecond: (8 * 1024 ** 3) / 86_400 },
  blobBytes: 20 * 1024 ** 3,
  idleMailboxes: 10_000,
  lastSeen: 100_000,
};
