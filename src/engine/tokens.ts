/**
 * The tokens that let others reach this mailbox: one for contacts, one for presence, and one per invite. The relay
 * learns hashes only, and of every change at the next connection. docs/relay.md, "Tokens".
 */
import { sha256 } from '../crypto/sha256.ts';
import { type TokenHash, tokenHashFromBytes } from '../lib/ids.ts';
import { ENVELOPE_TTL_SECONDS, MAX_TOKENS } from '../wire/limits.ts';
import { type MailboxRequest } from '../wire/frames.ts';
import { type Changes } from './changes.ts';
import { type Core } from './core.ts';
import { type Token } from './records/token.ts';

type TokensFrame = Omit<Extract<MailboxRequest, { type: 'tokens' }>, 'n'>;

const TOKEN_BYTES = 16;
/** How long a relay keeps a token that was retired, an invite that was revoked, and one that has ended. */
const KEPT_MS = ENVELOPE_TTL_SECONDS * 1000;
/** Links for one person or with an end that are open at once; beyond it the oldest is withdrawn. */
const MAX_OPEN_INVITES = 400;
/** Retired tokens for contacts; beyond it the oldest is revoked, which frees its row at the relay at once. */
const MAX_RETIRED = 100;
/** Rows at the relay up to which links are made; the rest is for the tokens that blocking takes. */
const MAX_ROWS = MAX_TOKENS - MAX_RETIRED - 50;
/** Tokens that one request tells of. */
const TOLD_AT_ONCE = 200;

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
    changed: core.clock.now(),
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
export function retireToken(core: Core, changes: Changes, token: Token): void {
  changes.putToken({ ...token, state: 'retired', synced: false, changed: core.clock.now() });
  const retired = inOrder(core, (one) => one.purpose === 'contacts' && one.state === 'retired');
  for (const oldest of retired.slice(0, Math.max(0, retired.length - MAX_RETIRED + 1)))
    revokeToken(core, changes, oldest);
}

/** Refused at once. */
export function revokeToken(core: Core, changes: Changes, token: Token): void {
  changes.putToken({ ...token, state: 'revoked', synced: false, changed: core.clock.now() });
}

/** Tokens by their age, oldest first. */
function inOrder(core: Core, which: (token: Token) => boolean): Token[] {
  return [...core.state.tokens.values()].filter(which).sort((a, b) => a.created - b.created);
}

/** True for a token that may have a row at the relay, whether or not the relay has heard of it by now. */
function hasRow({ purpose, state, changed, expires }: Token, now: number): boolean {
  if (expires !== undefined && expires + KEPT_MS < now) return false;
  if (state === 'live') return true;
  const keeps = state === 'retired' ? purpose !== 'presence' : purpose === 'invite';
  return keeps && changed + KEPT_MS >= now;
}

/** True while the relay would take another link of ours. */
export function mayMakeInvite(core: Core): boolean {
  const now = core.clock.now();
  return inOrder(core, (token) => hasRow(token, now)).length < MAX_ROWS;
}

/**
 * Withdraws the oldest links for one person or with an end, so that `more` can be made. A relay takes no more than
 * 1,000 tokens, and one too many would keep us from registering any.
 */
export function withdrawOldInvites(core: Core, changes: Changes, more: number): void {
  const now = core.clock.now();
  const open = inOrder(
    core,
    ({ purpose, state, oneTime, expires }) =>
      purpose === 'invite' &&
      state === 'live' &&
      (oneTime || expires !== undefined) &&
      (expires === undefined || expires > now),
  );
  for (const token of open.slice(0, Math.max(0, open.length + more - MAX_OPEN_INVITES)))
    revokeToken(core, changes, token);
}

/** What is told first: nobody is reached without the first ones. */
function rankOf({ purpose, state, oneTime, expires }: Token): number {
  // What frees a row goes before what takes one.
  if (state === 'revoked') return 0;
  if (purpose !== 'invite' || (!oneTime && expires === undefined)) return 1;
  return 2;
}

/**
 * What the relay has not heard yet, or with `all` everything that is still good (after a registration), in parts that
 * it takes one by one, the most important first.
 */
export function tokensToSync(
  core: Core,
  all: boolean,
): { tokens: readonly Token[]; frame: TokensFrame }[] {
  const tokens = [...core.state.tokens.values()]
    .filter((token) => !token.synced || (all && token.state !== 'revoked'))
    .sort((a, b) => rankOf(a) - rankOf(b) || b.created - a.created);
  const parts: Token[][] = [];
  for (const token of tokens) {
    const part = parts.at(-1);
    const [first] = part ?? [];
    if (part && first && part.length < TOLD_AT_ONCE && rankOf(first) === rankOf(token))
      part.push(token);
    else parts.push([token]);
  }
  return parts.map((part) => ({ tokens: part, frame: frameOf(part, all) }));
}

function frameOf(tokens: readonly Token[], all: boolean): TokensFrame {
  const hashes = (state: Token['state']): TokenHash[] =>
    tokens.filter((token) => token.state === state).map(({ hash }) => hash);
  return {
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

/** True when a retired, revoked or expired token has no more use: nothing can come on it any more. */
export function isOver(token: Token, now: number): boolean {
  // What was stored on its last day may lie at the relay for as long again.
  if (token.expires !== undefined && token.expires + 2 * KEPT_MS < now) return true;
  return token.synced && token.state !== 'live' && token.changed + 2 * KEPT_MS < now;
}
