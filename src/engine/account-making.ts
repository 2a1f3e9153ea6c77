/**
 * The two moments in which an account begins in a browser: it is made without a network, or it takes its mailbox over
 * from another installation. Loaded when one of them comes. docs/relay.md, "claim".
 */
import { Fault } from '../lib/fault.ts';
import { conversationWith, installationIdFromBytes } from '../lib/ids.ts';
import {
  type IdentityKeyPair,
  createIdentity,
  createRegistrationId,
} from '../protocol/identity.ts';
import { createFirstPrekeyId } from '../protocol/prekey-making.ts';
import { accountIdOf } from '../wire/address.ts';
import { readName } from './account.ts';
import { beginChanges } from './changes.ts';
import { newConversation } from './conversations.ts';
import { type Core, OWN_LOCK } from './core.ts';
import { holdEverybody } from './locks.ts';
import { enqueueProfile, hasOurProfile, nextRevision } from './profile.ts';
import { createToken } from './tokens.ts';

/**
 * Makes the account: identity, installation, tokens, Notes. One commit; the relay need not be there.
 * @param identity of an account that exists already, for a second installation of it
 */
export async function createAccount(
  core: Core,
  name: string,
  identity?: IdentityKeyPair,
): Promise<void> {
  const readable = readName(name);
  await core.mutex.hold([OWN_LOCK], async () => {
    if (core.state.account) throw new Fault('account-exists');
    const { random, clock } = core;
    const pair = identity ?? (await createIdentity(random));
    const changes = beginChanges(core);
    changes.putAccount({
      identityPublic: pair.publicKey,
      identityPrivate: pair.privateKey,
      installation: installationIdFromBytes(random(16)),
      registrationId: createRegistrationId(random),
      host: core.host,
      relayKey: new Uint8Array(0),
      name: readable,
      created: clock.now(),
      registered: false,
      heldElsewhere: false,
      profileRevision: clock.now(),
      nextPrekeyId: createFirstPrekeyId(random),
      nextSignedPrekeyId: createFirstPrekeyId(random),
      nextKyberPrekeyId: createFirstPrekeyId(random),
    });
    createToken(core, changes, 'contacts');
    createToken(core, changes, 'presence');
    createToken(core, changes, 'invite');
    changes.putConversation(
      newConversation(conversationWith(accountIdOf(pair.publicKey)), clock.now()),
    );
    await changes.commit('strict');
  });
}

/**
 * Starts anew as the holder of the mailbox after a claim: sessions, prekeys and tokens are thrown away, since the
 * installation that held it had others, and every contact is greeted on a new session. One commit, or a crash would
 * leave contacts with tokens that are gone.
 */
export async function startAfterClaim(core: Core): Promise<void> {
  await holdEverybody(core, async () => {
    const changes = beginChanges(core);
    changes.write({ table: 'sessions', removeRange: {} });
    changes.write({ table: 'prekeys', removeRange: {} });
    core.state.sessions.clear();
    for (const token of core.state.tokens.values())
      if (token.state === 'live')
        changes.putToken({ ...token, state: 'revoked', synced: true, changed: core.clock.now() });
    createToken(core, changes, 'contacts');
    createToken(core, changes, 'presence');
    createToken(core, changes, 'invite');
    const { takeover: _, ...account } = changes.account();
    changes.putAccount({
      ...account,
      registrationId: createRegistrationId(core.random),
      profileRevision: nextRevision(core, account),
      heldElsewhere: false,
      registered: false,
    });
    for (const contact of core.state.contacts.values())
      if (hasOurProfile(changes, contact)) enqueueProfile(core, changes, contact.id, 'hello');
    await changes.commit('strict');
  });
}
