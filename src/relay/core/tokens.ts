/**
 * The tokens of one mailbox, known to the relay by their SHA-256 only. Refusals are quiet: unknown, retired over
 * quota, or expired are one answer, so that nobody can tell a block from a stale token; only invite tokens may be
 * answered `expired` or `revoked`. Source: docs/relay.md, Tokens.
 */
import { sha256 } from '../../crypto/sha256.ts';
import { toHex } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import { type TokenHash } from '../../lib/ids.ts';
import { type RefusalCode, type TokenPurpose, type TokenPut } from '../../wire/frames.ts';
import {
  ENVELOPE_TTL_SECONDS,
  MAX_RETIRED_BYTES,
  MAX_RETIRED_ENVELOPES,
  MAX_TOKENS,
} from '../../wire/limits.ts';
import { expiryOf } from './hours.ts';
import { type Overlay } from './overlay.ts';
import { type TokenRow } from './tables.ts';

/** A token that opens what was asked, or why not. */
export type TokenAnswer = { readonly row: TokenRow } | { readonly refusal: RefusalCode };

export interface Tokens {
  /** Looks whether a raw token of one of `purposes` is good now. */
  check(token: Uint8Array, purposes: readonly TokenPurpose[], now: number): TokenAnswer;
  /** True when an envelope fits into the quota that the retired share. Live tokens have none. */
  covers(row: TokenRow, bytes: number): boolean;
  /** Counts an envelope that came in against that quota. */
  charge(row: TokenRow, bytes: number): void;
  /**
   * Changes what is registered, all or nothing. Unknown hashes to retire or revoke are passed over, so that a
   * change repeated after a lost answer succeeds.
   * @returns hashes of presence tokens that are no longer good for what they were
   * @throws Fault `too-large` over MAX_TOKENS
   */
  change(
    put: readonly TokenPut[],
    retire: readonly TokenHash[],
    revoke: readonly TokenHash[],
    now: number,
  ): string[];
  /** Forgets a row whose time is over. */
  drop(hash: string, now: number): void;
  /** Forgets all, as a claim does. */
  wipe(): void;
}

/** The hash under which a raw token is registered. */
export function hashOfToken(token: Uint8Array): string {
  return toHex(sha256(token));
}

/** Loads the tokens of a mailbox. */
export function loadTokens(store: Overlay, mailbox: string): Tokens {
  const rows = new Map<string, TokenRow>();
  for (const row of store.scan('tokens', [mailbox], undefined, MAX_TOKENS)) rows.set(row.hash, row);

  function write(row: TokenRow): void {
    rows.set(row.hash, row);
    store.put('tokens', row);
  }

  function remove(hash: string): void {
    if (rows.delete(hash)) store.remove('tokens', [mailbox, hash]);
  }

  function refusalOf(row: TokenRow, now: number): RefusalCode | undefined {
    const isInvite = row.purpose === 'invite';
    if (row.state === 'revoked') return isInvite ? 'revoked' : 'not-accepted-now';
    if (row.expires !== null && row.expires <= now)
      return isInvite ? 'expired' : 'not-accepted-now';
    if (row.gone !== null && row.gone <= now) return 'not-accepted-now';
    return undefined;
  }

  return {
    check(token, purposes, now) {
      const row = rows.get(hashOfToken(token));
      if (!row || !purposes.includes(row.purpose)) return { refusal: 'not-accepted-now' };
      const refusal = refusalOf(row, now);
      return refusal ? { refusal } : { row };
    },

    covers(row, bytes) {
      if (row.state !== 'retired') return true;
      let envelopes = 1;
      let total = bytes;
      for (const other of rows.values()) {
        if (other.state !== 'retired') continue;
        envelopes += other.used_envelopes;
        total += other.used_bytes;
      }
      return envelopes <= MAX_RETIRED_ENVELOPES && total <= MAX_RETIRED_BYTES;
    },

    charge(row, bytes) {
      if (row.state !== 'retired') return;
      write({
        ...row,
        used_envelopes: row.used_envelopes + 1,
        used_bytes: row.used_bytes + bytes,
      });
    },

    change(put, retire, revoke, now) {
      const added = put.filter(({ hash }) => !rows.has(hash)).length;
      if (rows.size + added > MAX_TOKENS) throw new Fault('too-large');
      const gone = expiryOf(now, ENVELOPE_TTL_SECONDS);
      const cut: string[] = [];
      for (const { hash, purpose, expires } of put) {
        const before = rows.get(hash);
        if (before?.purpose === 'presence') {
          const isSame = purpose === 'presence' && before.expires === (expires ?? null);
          if (!isSame) cut.push(hash);
        }
        write({
          mailbox,
          hash,
          purpose,
          state: 'live',
          expires: expires ?? null,
          // Kept for a while after its end, so that an invite can be answered `expired`.
          gone: expires === undefined ? null : expiryOf(expires, ENVELOPE_TTL_SECONDS),
          used_envelopes: 0,
          used_bytes: 0,
        });
      }
      for (const hash of retire) {
        const row = rows.get(hash);
        if (row?.purpose === 'presence') {
          remove(hash);
          cut.push(hash);
        } else if (row?.state === 'live') write({ ...row, state: 'retired', gone });
      }
      for (const hash of revoke) {
        const row = rows.get(hash);
        if (!row) continue;
        if (row.purpose === 'invite') write({ ...row, state: 'revoked', gone });
        else remove(hash);
        if (row.purpose === 'presence') cut.push(hash);
      }
      return cut;
    },

    drop(hash, now) {
      const row = rows.get(hash);
      if (row && row.gone !== null && row.gone <= now) remove(hash);
    },

    wipe() {
      rows.clear();
      store.wipe('tokens', [mailbox]);
    },
  };
}
