/**
 * The tokens that let others reach this mailbox: one for contacts, one for presence, and one per invite. The relay
 * learns hashes only, and of every change at the next connection. docs/relay.md, "Tokens".
 */
import { sha256 } from '../crypto/sha256.ts';
import { type TokenHash, tokenHashFromBytes } from '../lib/ids.ts';
import { ENVELOPE_TTL_SECONDS } from '../wire/limits.ts';
import { type MailboxRequest } from '../wire/frames.ts';
import { type Changes } from './changes.ts';
import { type Core } from './core.ts';
import { type Token } from './records/token.ts';

type TokensFrame = Omit<Extract<MailboxRequest, { type: 'tokens' }>, 'n'>;

const TOKEN_BYTES = 16;

/** The hash by which the relay knows a token. */
export function tokenHash(secret: Uint8Array): TokenHash {
  return tokenHashFromBytes(sha256(secret));
}

/** Makes a token; the relay hears of it at the next sync. */
export function createToken(
  core: Core,
  changes: Changes,
  purpose: Token['purpose'],
  how: { oneTime?: boolean; expires?: number } = {},
): Token {
  const secret = core.random(TOKEN_BYTES);
  const token: Token = {
    hash: tokenHash(secret),
    purpose,
    state: 'live',
    created: core.clock.now(),
    secret,
    synced: false,
    oneTime: how.oneTime ?? false,
    ...(how.expires !== undefined && { expires: how.expires }),
  };
  changes.putToken(token);
  return token;
}

/** The newest live token of a purpose. Of invites the stable one: neither for one person nor ending. */
export function liveToken(core: Core, purpose: Token['purpose']): Token | undefined {
  let newest: Token | undefined;
  for (const token of core.state.tokens.values()) {
    if (
      token.purpose !== purpose ||
      token.state !== 'live' ||
      token.oneTime ||
      token.expires !== undefined
    )
      continue;
    if (!newest || token.created >= newest.created) newest = token;
  }
  return newest;
}

/** Still taken for 30 days under the relay's shared quota, so that whoever has not heard of the new one can write. */
export function retireToken(changes: Changes, token: Token): void {
  changes.putToken({ ...token, state: 'retired', synced: false });
}

/** Refused at once. */
export function revokeToken(changes: Changes, token: Token): void {
  changes.putToken({ ...token, state: 'revoked', synced: false });
}

/** What the relay has not heard yet, or with `all` everything that is still good (after a registration). */
export function tokensToSync(
  core: Core,
  all: boolean,
): { tokens: Token[]; frame: TokensFrame } | undefined {
  const tokens = [...core.state.tokens.values()].filter(
    (token) => !token.synced || (all && token.state !== 'revoked'),
  );
  if (tokens.length === 0) return undefined;
  const hashes = (state: Token['state']): TokenHash[] =>
    tokens.filter((token) => token.state === state).map(({ hash }) => hash);
  return {
    tokens,
    frame: {
      type: 'tokens',
      put: tokens
        // A relay that forgot everything must first know what is retired.
        .filter(({ state }) => state === 'live' || (all && state === 'retired'))
        .map(({ hash, purpose, expires }) => ({
          hash,
          purpose,
          ...(expires !== undefined && { expires }),
        })),
      retire: hashes('retired'),
      revoke: hashes('revoked'),
    },
  };
}

/** The relay knows of `tokens` now; those that are over for good are forgotten. */
export function settleTokens(core: Core, changes: Changes, tokens: readonly Token[]): void {
  for (const token of tokens) {
    const now = core.state.tokens.get(token.hash);
    // Changed again while the request was under way: that change is still to be told.
    if (now?.state === token.state) changes.putToken({ ...now, synced: true });
  }
}

const KEPT_MS = ENVELOPE_TTL_SECONDS * 1000;

/** True when a retired, revoked or expired token has no more use. */
export function isOver(token: Token, now: number): boolean {
  if (token.expires !== undefined && token.expires + KEPT_MS < now) return true;
  return token.synced && token.state !== 'live' && token.created + 2 * KEPT_MS < now;
}
