/**
 * Who an envelope is from, as what came in it makes them: a stranger becomes a request, an answer makes a contact. The
 * id is proven by the envelope; what is said of a person is believed on the ratchet's word only.
 */
import { type FaultCode } from '../lib/fault.ts';
import { type AccountId, type TokenHash } from '../lib/ids.ts';
import { type Content } from '../protocol/content.ts';
import { type OpenedEnvelope } from '../protocol/envelope.ts';
import { type Changes } from './changes.ts';
import { mayIntroduce } from './kinds/receive.ts';
import { withProfile } from './profile.ts';
import { type Contact } from './records/contact.ts';

/** What is said of a message to keys that are not here. */
const lostKeys: readonly FaultCode[] = ['no-session', 'missing-prekey'];
/** Letters of an id that stand for the name of somebody who has told none. */
const NAME_LETTERS = 8;

/**
 * Somebody who is not known, on the token that their first word came on; undefined where that is a link for one person
 * that somebody else has used. It is used up by the first, whether or not their word can be read.
 */
function newcomer(changes: Changes, opened: OpenedEnvelope, hash: TokenHash): Contact | undefined {
  const token = changes.token(hash);
  if (token?.oneTime && token.boundTo !== opened.sender) {
    if (token.boundTo !== undefined) return undefined;
    changes.putToken({ ...token, boundTo: opened.sender });
  }
  return {
    id: opened.sender,
    standing: 'request',
    name: opened.sender.slice(0, NAME_LETTERS),
    host: opened.host,
    relayKey: opened.relayKey,
    identityKey: opened.senderIdentityKey,
    tokenIsInvite: false,
    receipts: false,
    typing: false,
    revision: 0,
    heard: true,
    muted: false,
    ...(token?.purpose === 'invite' && { cameOn: token.hash }),
    freshSessions: [],
  };
}

/**
 * The sender of a content, with what it tells of them; undefined where it comes to nothing.
 * @param hash of the token that it came on
 */
export function senderOf(
  changes: Changes,
  opened: OpenedEnvelope,
  hash: TokenHash,
  content: Content,
): Contact | undefined {
  const known = changes.contact(opened.sender);
  if (!known && !mayIntroduce(content.kind)) return undefined;
  const contact = known ?? newcomer(changes, opened, hash);
  if (!contact) return undefined;
  let now: Contact = contact.identityKey
    ? contact
    : { ...contact, identityKey: opened.senderIdentityKey };
  if (content.profile) now = withProfile(now, content.profile);
  // I opened their link, so their first answer settles it; both did when both opened each other's.
  if (now.standing === 'asked') now = { ...now, standing: 'accepted' };
  if (!now.heard) now = { ...now, heard: true };
  if (now !== known) changes.putContact(now);
  return now;
}

/**
 * Who wrote what cannot be read. Of somebody unknown, who wrote to keys that are not here (to an earlier installation
 * of this account, or long ago), it makes a request like any other first word: nothing goes back. What was never
 * readable leaves nothing, and so does what comes from a blocked person.
 */
export function senderOfUnread(
  changes: Changes,
  opened: OpenedEnvelope,
  hash: TokenHash,
  reason: FaultCode,
): Contact | undefined {
  const known = changes.contact(opened.sender);
  // Whose link I opened is my contact.
  if (known?.standing === 'accepted' || known?.standing === 'asked') return known;
  if (known?.standing === 'blocked' || !lostKeys.includes(reason)) return undefined;
  if (known) return known;
  const contact = newcomer(changes, opened, hash);
  if (contact) changes.putContact(contact);
  return contact;
}

/** Of what a blocked person sends only the tokens are kept, unseen, or an Unblock would find them gone stale. */
export function keepTokens(changes: Changes, id: AccountId, { profile }: Content): void {
  const contact = changes.contact(id);
  if (contact && profile && profile.revision > contact.revision)
    changes.putContact({ ...withProfile(contact, profile), name: contact.name });
}
