/**
 * People: invites, first contact, requests, blocking. Blocking works first in the client, and the tokens rotate so
 * that it also works at the relay; nothing tells the blocked person. docs/relay.md, "Tokens".
 */
import { Fault } from '../lib/fault.ts';
import { type AccountId, type ConversationId, conversationWith, peerOf } from '../lib/ids.ts';
import { sha256 } from '../crypto/sha256.ts';
import { type Invite, formatInvite, parseInvite } from '../protocol/invite.ts';
import { type InviteReading, type OwnInvite } from './api.ts';
import { type Changes, beginChanges } from './changes.ts';
import { newConversation, ownId } from './conversations.ts';
import { type Core, OWN_LOCK } from './core.ts';
import { failItems } from './failures.ts';
import { askForStubs } from './ask-again.ts';
import { holdEverybody } from './locks.ts';
import {
  announceProfile,
  enqueueProfile,
  hasOurProfile,
  rotateContactTokens,
  shownName,
} from './profile.ts';
import { enqueueReceipt } from './receipts.ts';
import { type Contact } from './records/contact.ts';
import { type Token } from './records/token.ts';
import {
  createToken,
  liveToken,
  mayMakeInvite,
  revokeToken,
  withdrawOldInvites,
} from './tokens.ts';

function invitePage(host: string): string {
  const plain = /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(host);
  return `${plain ? 'http' : 'https'}://${host}`;
}

function inviteOf(core: Core, token: Token): OwnInvite {
  const { account } = core.state;
  if (!account) throw new Fault('no-account');
  if (account.relayKey.length === 0) throw new Fault('offline', 'on-reconnect');
  const { host, relayKey, name } = account;
  const { secret, oneTime, expires } = token;
  const invite: Invite = {
    id: ownId(core),
    host,
    relayKey,
    token: secret,
    name,
    oneTime,
    ...(expires !== undefined && { expires }),
  };
  // The scrambling key follows from the token, so that the same link reads the same every time.
  const key = sha256(secret, secret);
  return {
    link: formatInvite(invite, invitePage(host), (length) => key.slice(0, length)),
    oneTime,
    ...(expires !== undefined && { expires }),
  };
}

/** The stable invite link. Throws Fault `offline` until the relay's key is known. */
export async function ownInvite(core: Core): Promise<OwnInvite> {
  const stable = liveToken(core, 'invite');
  if (stable) return inviteOf(core, stable);
  return makeNewInvite(core, { oneTime: false });
}

/**
 * Makes a link; without restrictions it takes the place of the stable one, whose token is withdrawn.
 * @throws Fault `rate-limited` when the relay remembers so many links already that it would take no more
 */
export async function makeNewInvite(
  core: Core,
  how: { oneTime: boolean; expiresInMs?: number },
): Promise<OwnInvite> {
  return core.mutex.hold([OWN_LOCK], async () => {
    const changes = beginChanges(core);
    const stable = liveToken(core, 'invite');
    const restricted = how.oneTime || how.expiresInMs !== undefined;
    if (!mayMakeInvite(core)) throw new Fault('rate-limited');
    if (restricted) withdrawOldInvites(core, changes, 1);
    else if (stable) revokeToken(core, changes, stable);
    const token = createToken(core, changes, 'invite', {
      oneTime: how.oneTime,
      ...(how.expiresInMs !== undefined && { expires: core.clock.now() + how.expiresInMs }),
    });
    const invite = inviteOf(core, token);
    await changes.commit('strict');
    return invite;
  });
}

/** Reads a link and says what can be done with it. Throws Fault `bad-invite`. */
export function readInvite(core: Core, text: string): InviteReading {
  const { id, host, name, expires } = parseInvite(text);
  const contact = core.state.contacts.get(id);
  const verdict =
    id === core.ownId
      ? 'own'
      : contact && contact.standing !== 'request'
        ? 'known'
        : expires !== undefined && expires < core.clock.now()
          ? 'expired'
          : host !== (core.state.account?.host ?? core.host)
            ? 'other-relay'
            : 'usable';
  return { name, id, host, verdict };
}

const refusals = {
  own: 'own-invite',
  expired: 'invite-expired',
  'other-relay': 'other-relay',
} as const;

/**
 * Accepts the person behind a link. Nothing is sent before the first message.
 * @param stuck tells whether what is sent to a contact is being refused
 */
export async function startChat(
  core: Core,
  text: string,
  stuck: (peer: AccountId) => boolean,
): Promise<ConversationId> {
  const { verdict } = readInvite(core, text);
  if (verdict !== 'usable' && verdict !== 'known') throw new Fault(refusals[verdict]);
  const invite = parseInvite(text);
  const conversation = conversationWith(invite.id);
  const standing = core.state.contacts.get(invite.id)?.standing;
  if (standing === 'request') {
    // They wrote first and I open their link: that is an Accept.
    await acceptRequest(core, conversation);
    // The link is the way to them where what they wrote told of none.
    if (core.state.contacts.get(invite.id)?.token) return conversation;
  }
  return core.mutex.hold([invite.id], async () => {
    const changes = beginChanges(core);
    const known = changes.contact(invite.id);
    if (!known)
      changes.putContact({
        id: invite.id,
        standing: 'asked',
        name: shownName(invite.name),
        host: invite.host,
        relayKey: invite.relayKey,
        token: invite.token,
        tokenIsInvite: true,
        receipts: true,
        typing: true,
        revision: 0,
        heard: false,
        muted: false,
        freshSessions: [],
      });
    // A fresh link mends a way that was lost: an expired invite, or a token that went stale for too long.
    else if (known.standing === 'asked' || stuck(known.id) || !known.token) {
      changes.putContact({ ...known, token: invite.token, tokenIsInvite: true });
      // Their profile, with the token for contacts, comes back.
      if (known.standing === 'accepted') enqueueProfile(core, changes, known.id, 'hello');
    }
    if (!changes.conversation(conversation))
      changes.putConversation(newConversation(conversation, core.clock.now()));
    await changes.commit('strict');
    return conversation;
  });
}

/** Of a one-time invite: once its first sender is accepted, blocked or deleted, it is used up. */
function useUpInvite(core: Core, changes: Changes, contact: Contact): void {
  const token = contact.cameOn && core.state.tokens.get(contact.cameOn);
  if (token?.oneTime && token.state === 'live') revokeToken(core, changes, token);
}

function contactIn(changes: Changes, conversation: ConversationId): Contact {
  const contact = changes.contact(peerOf(conversation));
  if (!contact) throw new Fault('no-such-chat');
  return contact;
}

/** Accepts a request: from now on receipts, typing and the profile with its tokens go back. */
export async function acceptRequest(core: Core, conversation: ConversationId): Promise<void> {
  await core.mutex.hold([OWN_LOCK, peerOf(conversation)], async () => {
    const changes = beginChanges(core);
    const contact = contactIn(changes, conversation);
    if (contact.standing !== 'request') return;
    changes.putContact({ ...contact, standing: 'accepted', heard: true });
    useUpInvite(core, changes, contact);
    enqueueProfile(core, changes, contact.id);
    await askForStubs(core, changes, contact.id);
    const waiting = await core.store.list('messages', { equals: [conversation] });
    const received = waiting.filter(({ state }) => state === 'received');
    // What was read before is told now; until here nothing went back.
    const chat = changes.conversation(conversation);
    const readUpTo = chat?.readUpTo ?? -1;
    const tells = contact.receipts && core.state.settings.readReceipts;
    const read = tells ? received.filter(({ order }) => order <= readUpTo) : [];
    if (tells && chat) changes.putConversation({ ...chat, untoldUpTo: 0 });
    enqueueReceipt(core, changes, contact.id, {
      delivered: received.map(({ id }) => id),
      read: read.map(({ id }) => id),
    });
    await changes.commit('strict');
  });
}

/** Drops a request with what it said; a new message makes a new one. */
export async function deleteRequest(core: Core, conversation: ConversationId): Promise<void> {
  await core.mutex.hold([OWN_LOCK, peerOf(conversation)], async () => {
    const changes = beginChanges(core);
    const contact = contactIn(changes, conversation);
    if (contact.standing !== 'request') throw new Fault('no-such-chat');
    useUpInvite(core, changes, contact);
    removeChat(core, changes, conversation);
    changes.removeContact(contact.id);
    await changes.commit('strict');
  });
}

/** The row of what was chosen and not sent; its copies are swept away. */
function removeDraftFiles(core: Core, changes: Changes, conversation: ConversationId): void {
  changes.write({ table: 'draftFiles', remove: [conversation] }, () =>
    core.state.draftFiles.delete(conversation),
  );
}

function removeChat(core: Core, changes: Changes, conversation: ConversationId): void {
  changes.write({ table: 'messages', removeRange: { equals: [conversation] } });
  changes.write({ table: 'attachments', removeRange: { equals: [conversation] } });
  changes.removeConversation(conversation);
  changes.putDraft(conversation, '');
  removeDraftFiles(core, changes, conversation);
}

/** Blocks: what they send is opened and dropped; a contact's tokens rotate, a stranger's invite is withdrawn. */
export async function block(core: Core, conversation: ConversationId): Promise<void> {
  await holdEverybody(core, async () => {
    const changes = beginChanges(core);
    const contact = contactIn(changes, conversation);
    if (contact.standing === 'blocked') return;
    changes.putContact({ ...contact, standing: 'blocked', beforeBlock: contact.standing });
    // What still waits for them is not sent any more; their messages say so.
    const unsent = [...core.state.outbox.values()].filter(({ peer }) => peer === contact.id);
    await failItems(core, changes, unsent, 'blocked');
    if (contact.standing === 'request') {
      const token = contact.cameOn && core.state.tokens.get(contact.cameOn);
      if (token?.state === 'live') {
        revokeToken(core, changes, token);
        // Where there is no room for another it is made when it is asked for.
        if (!token.oneTime && token.expires === undefined && mayMakeInvite(core))
          createToken(core, changes, 'invite');
      }
    } else rotateContactTokens(core, changes, contact.id);
    await changes.commit('strict');
  });
}

/** Unblocks; a contact gets the new tokens. */
export async function unblock(core: Core, conversation: ConversationId): Promise<void> {
  await core.mutex.hold([OWN_LOCK, peerOf(conversation)], async () => {
    const changes = beginChanges(core);
    const contact = contactIn(changes, conversation);
    if (contact.standing !== 'blocked') return;
    const { beforeBlock = 'request', ...rest } = contact;
    changes.putContact({ ...rest, standing: beforeBlock });
    if (hasOurProfile(changes, contact)) enqueueProfile(core, changes, contact.id);
    await changes.commit('strict');
  });
}

/** Notifications of one chat on or off. */
export async function setMuted(
  core: Core,
  conversation: ConversationId,
  muted: boolean,
): Promise<void> {
  await core.mutex.hold([peerOf(conversation)], async () => {
    const changes = beginChanges(core);
    changes.putContact({ ...contactIn(changes, conversation), muted });
    await changes.commit('relaxed');
  });
}

/** Removes a chat with its messages from this browser; Notes are emptied. The person stays a contact. */
export async function deleteChat(core: Core, conversation: ConversationId): Promise<void> {
  const peer: AccountId = peerOf(conversation);
  await core.mutex.hold([peer], async () => {
    const changes = beginChanges(core);
    const chat = changes.conversation(conversation);
    if (!chat) throw new Fault('no-such-chat');
    for (const head of core.state.outbox.values())
      if (head.message?.conversation === conversation) changes.removeOutbox(head.sequence);
    if (peer === core.ownId) {
      const notes = await core.store.list('messages', { equals: [conversation] });
      for (const { order } of notes) changes.removeMessage(conversation, order);
      removeDraftFiles(core, changes, conversation);
      changes.putConversation(newConversation(conversation, core.clock.now()));
    } else removeChat(core, changes, conversation);
    await changes.commit('strict');
  });
}

/** Tells all accepted contacts of a changed name or switch, with a new presence token when presence went off. */
export function announceSettings(core: Core, changes: Changes, presenceWentOff: boolean): void {
  const presence = liveToken(core, 'presence');
  if (presenceWentOff && presence) {
    revokeToken(core, changes, presence);
    createToken(core, changes, 'presence');
  }
  announceProfile(core, changes);
}
