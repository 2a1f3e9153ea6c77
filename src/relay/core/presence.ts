/**
 * Who pulses, who pulsed last when, and who follows: in memory only, a restart forgets it. Followers hear of
 * changes and nothing else. Whether one may follow is decided where the tokens are. docs/relay.md, Presence.
 */
import { type Clock } from '../../lib/clock.ts';
import { type AccountId } from '../../lib/ids.ts';
import { PULSE_LOST_MS } from '../../wire/limits.ts';

/** What a follower is told. */
export interface PresenceState {
  readonly online: boolean;
  /** Last pulse, ms; absent when unknown. */
  readonly lastSeen?: number;
}
type Tell = (state: PresenceState) => void;

/** What lets somebody follow. */
export interface PresenceToken {
  readonly hash: string;
  /** ms, or null for ever. */
  readonly expires: number | null;
}

export interface Presence {
  /** The mailbox's socket pulsed. */
  pulse(mailbox: AccountId): void;
  /** The mailbox's socket is gone. */
  leave(mailbox: AccountId): void;
  /** Follows under a token for as long as it is good; the result stops it. */
  follow(mailbox: AccountId, token: PresenceToken, tell: Tell): () => void;
  stateOf(mailbox: AccountId): PresenceState;
  /** Ends what was followed under these tokens, or under all, as if the relay had forgotten. */
  cut(mailbox: AccountId, hashes?: readonly string[]): void;
  /** Forgets the account. */
  forget(mailbox: AccountId): void;
  stop(): void;
}

interface Entry {
  lastSeen: number | undefined;
  online: boolean;
  cancel: (() => void) | undefined;
  readonly followers: Map<Tell, PresenceToken>;
}

/** @param most accounts whose last pulse is kept; the longest silent are forgotten first */
export function createPresence(clock: Clock, most: number): Presence {
  const entries = new Map<AccountId, Entry>();

  function entryOf(mailbox: AccountId): Entry {
    let entry = entries.get(mailbox);
    if (!entry) {
      entry = { lastSeen: undefined, online: false, cancel: undefined, followers: new Map() };
      entries.set(mailbox, entry);
      if (entries.size > most) forgetOldest();
    }
    return entry;
  }

  function forgetOldest(): void {
    for (const [mailbox, { online, followers }] of entries) {
      if (online || followers.size > 0) continue;
      entries.delete(mailbox);
      return;
    }
  }

  function show({ online, lastSeen }: Entry): PresenceState {
    return { online, ...(lastSeen === undefined ? {} : { lastSeen }) };
  }

  /** The last that a follower hears. */
  function end({ followers }: Entry, tell: Tell): void {
    followers.delete(tell);
    tell({ online: false });
  }

  function turn(entry: Entry, online: boolean): void {
    if (entry.online === online) return;
    entry.online = online;
    if (!online) {
      entry.cancel?.();
      entry.cancel = undefined;
    }
    const state = show(entry);
    for (const [tell, { expires }] of [...entry.followers]) {
      if (expires === null || expires > clock.now()) tell(state);
      else end(entry, tell);
    }
  }

  /** One timer at a time: it looks when the last pulse was instead of being set anew by each. */
  function watch(entry: Entry): void {
    const due = (entry.lastSeen ?? 0) + PULSE_LOST_MS - clock.now();
    if (due <= 0) return turn(entry, false);
    entry.cancel = clock.after(due, () => watch(entry));
  }

  function cut(mailbox: AccountId, hashes?: readonly string[]): void {
    const entry = entries.get(mailbox);
    if (!entry) return;
    for (const [tell, { hash }] of [...entry.followers])
      if (!hashes || hashes.includes(hash)) end(entry, tell);
  }

  return {
    pulse(mailbox) {
      const entry = entryOf(mailbox);
      entry.lastSeen = clock.now();
      if (entry.online) return;
      entries.delete(mailbox);
      entries.set(mailbox, entry);
      turn(entry, true);
      watch(entry);
    },
    leave(mailbox) {
      const entry = entries.get(mailbox);
      if (entry) turn(entry, false);
    },
    follow(mailbox, token, tell) {
      entryOf(mailbox).followers.set(tell, token);
      return () => {
        const entry = entries.get(mailbox);
        entry?.followers.delete(tell);
        if (entry?.lastSeen === undefined && entry?.followers.size === 0) entries.delete(mailbox);
      };
    },
    stateOf(mailbox) {
      const entry = entries.get(mailbox);
      return entry ? show(entry) : { online: false };
    },
    cut,
    forget(mailbox) {
      cut(mailbox);
      entries.get(mailbox)?.cancel?.();
      entries.delete(mailbox);
    },
    stop() {
      for (const { cancel } of entries.values()) cancel?.();
      entries.clear();
    },
  };
}
