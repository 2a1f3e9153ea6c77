/**
 * What contacts are told of this account, and what they tell of themselves. A profile goes to accepted contacts
 * only; of two that arrive the higher revision wins. docs/protocol.md, "Content".
 */
import { Fault } from '../lib/fault.ts';
import { type AccountId, conversationWith } from '../lib/ids.ts';
import { type Profile, encodeContent } from '../protocol/content.ts';
import { type Changes } from './changes.ts';
import { type Core } from './core.ts';
import { newMessageId } from './message-id.ts';
import { type Contact } from './records/contact.ts';
import { createToken, liveToken, retireToken, revokeToken } from './tokens.ts';

/** The own profile as it stands. Throws Fault `offline` until the relay was reached once. */
export function ownProfile(core: Core): Profile {
  const { account, settings } = core.state;
  const contacts = liveToken(core, 'contacts');
  if (!account || !contacts) throw new Fault('no-account');
  if (account.relayKey.length === 0) throw new Fault('offline', 'on-reconnect');
  const presence = settings.lastSeen ? liveToken(core, 'presence') : undefined;
  return {
    name: account.name,
    host: account.host,
    relayKey: account.relayKey,
    contactsToken: contacts.secret,
    ...(presence && { presenceToken: presence.secret }),
    receipts: settings.readReceipts,
    typing: settings.typing,
    revision: account.profileRevision,
  };
}

/** Queues the profile for one contact; its content is filled in when it is sealed. */
export function enqueueProfile(
  core: Core,
  changes: Changes,
  peer: AccountId,
  kind: 'profile' | 'hello' = 'profile',
): void {
  for (const head of core.state.outbox.values())
    if (head.peer === peer && head.kind === kind && head.stage === 'written') return;
  const content = encodeContent({
    kind,
    messageId: newMessageId(core.random),
    sentAt: core.clock.now(),
  });
  changes.enqueue({ peer, kind, bytes: content, fresh: kind === 'hello' });
}

/** The next revision: later than the last, and than those of an installation that came before this one. */
export function nextRevision(core: Core, { profileRevision }: { profileRevision: number }): number {
  return Math.max(profileRevision + 1, core.clock.now());
}

/**
 * True for contacts who were given our profile: the accepted, and whoever was written to and has not answered yet,
 * who would answer to the tokens that our first message named.
 */
export function hasOurProfile(changes: Changes, { id }: Contact): boolean {
  const standing = changes.contact(id)?.standing;
  if (standing !== 'asked') return standing === 'accepted';
  return changes.conversation(conversationWith(id))?.last !== undefined;
}

/** Raises the revision and queues the profile for every contact who has it but `except`. The caller holds everybody. */
export function announceProfile(core: Core, changes: Changes, except?: AccountId): void {
  const account = changes.account();
  changes.putAccount({ ...account, profileRevision: nextRevision(core, account) });
  for (const contact of core.state.contacts.values())
    if (contact.id !== except && hasOurProfile(changes, contact))
      enqueueProfile(core, changes, contact.id);
}

/** New contacts and presence tokens, so that `except` reaches and follows nobody any more; the others are told. */
export function rotateContactTokens(core: Core, changes: Changes, except: AccountId): void {
  const contacts = liveToken(core, 'contacts');
  const presence = liveToken(core, 'presence');
  if (contacts) retireToken(core, changes, contacts);
  if (presence) revokeToken(core, changes, presence);
  createToken(core, changes, 'contacts');
  createToken(core, changes, 'presence');
  announceProfile(core, changes, except);
}

/** A name as it is shown: on one line, whatever its owner's app let through. */
export function shownName(name: string): string {
  return name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** The contact after reading `profile`; unchanged when that is older than what is known. */
export function withProfile(contact: Contact, profile: Profile): Contact {
  if (profile.revision < contact.revision) return contact;
  const { presenceToken: _, ...rest } = contact;
  return {
    ...rest,
    name: shownName(profile.name) || contact.name,
    host: profile.host,
    relayKey: profile.relayKey,
    token: profile.contactsToken,
    tokenIsInvite: false,
    ...(profile.presenceToken && { presenceToken: profile.presenceToken }),
    receipts: profile.receipts,
    typing: profile.typing,
    revision: profile.revision,
  };
}
