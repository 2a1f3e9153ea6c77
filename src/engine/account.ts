/**
 * The account of this browser: made without a network, registered at the relay when it can be reached, its prekeys
 * kept in supply. docs/protocol.md, "Prekeys"; docs/relay.md, "claim".
 */
import { Fault } from '../lib/fault.ts';
import { conversationWith, installationIdFromBytes } from '../lib/ids.ts';
import {
  type IdentityKeyPair,
  createIdentity,
  createRegistrationId,
} from '../protocol/identity.ts';
import {
  KYBER_PREKEYS,
  KYBER_PREKEYS_LOW,
  ONE_TIME_PREKEYS,
  ONE_TIME_PREKEYS_LOW,
  SIGNED_PREKEY_KEPT_MS,
  SIGNED_PREKEY_ROTATION_MS,
  createFirstPrekeyId,
  createKyberPrekeys,
  createOneTimePrekeys,
  createSignedPrekey,
  nextPrekeyId,
  parseKyberPrekey,
  parseSignedPrekey,
  serializeKyberPrekey,
  serializeOneTimePrekey,
  serializeSignedPrekey,
} from '../protocol/prekeys.ts';
import { accountIdOf } from '../wire/address.ts';
import { type MailboxRequest } from '../wire/frames.ts';
import { type Changes, beginChanges } from './changes.ts';
import { newConversation } from './conversations.ts';
import { type Core, OWN_LOCK } from './core.ts';
import { type Account } from './records/account.ts';
import { holdEverybody } from './locks.ts';
import { enqueueProfile, hasOurProfile, nextRevision } from './profile.ts';
import { createToken } from './tokens.ts';

/** Longest name, code points. */
const MAX_NAME = 64;

type PrekeysFrame = Omit<Extract<MailboxRequest, { type: 'prekeys' }>, 'n'>;

/** How many one-time prekeys of each sort to keep at the relay; simulations ask for fewer. */
export interface PrekeySupply {
  readonly oneTime: number;
  readonly kyber: number;
}

/** What an account of a person keeps. */
export const fullSupply: PrekeySupply = { oneTime: ONE_TIME_PREKEYS, kyber: KYBER_PREKEYS };

/** The own identity key pair. Throws Fault `no-account`. */
export function identityOf(core: Core): IdentityKeyPair {
  const { account } = core.state;
  if (!account) throw new Fault('no-account');
  return { publicKey: account.identityPublic, privateKey: account.identityPrivate };
}

/** A name as it is kept: trimmed, on one line. Throws Fault `bad-name` when nothing is left or it is too long. */
export function readName(text: string): string {
  const name = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  if (name === '' || [...name].length > MAX_NAME) throw new Fault('bad-name');
  return name;
}

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
 * Makes what the relay lacks and returns the frame that brings it there; the private parts are on the disk before.
 * @param have what the relay has; undefined after a registration, when it has nothing
 */
export async function replenishPrekeys(
  core: Core,
  supply: PrekeySupply,
  have: { oneTime: number; kyber: number } | undefined,
): Promise<PrekeysFrame | undefined> {
  return core.mutex.hold([OWN_LOCK], async () => {
    const { random, clock, store, seal } = core;
    const now = clock.now();
    const changes = beginChanges(core);
    const identity = identityOf(core);
    let account: Account = changes.account();

    const newest = (rows: readonly { id: number; created: number }[]) =>
      rows.reduce<{ id: number; created: number } | undefined>(
        (best, row) => (best && best.created > row.created ? best : row),
        undefined,
      );
    const signedRows = await store.list('prekeys', { equals: ['signed'] });
    const lastRows = await store.list('prekeys', { equals: ['last-resort'] });
    const current = newest(signedRows);
    const rotate = !current || current.created + SIGNED_PREKEY_ROTATION_MS <= now;
    const oneTimeMissing =
      !have || have.oneTime < ratio(ONE_TIME_PREKEYS_LOW / ONE_TIME_PREKEYS, supply.oneTime)
        ? supply.oneTime - (have?.oneTime ?? 0)
        : 0;
    const kyberMissing =
      !have || have.kyber < ratio(KYBER_PREKEYS_LOW / KYBER_PREKEYS, supply.kyber)
        ? supply.kyber - (have?.kyber ?? 0)
        : 0;
    if (have && !rotate && oneTimeMissing <= 0 && kyberMissing <= 0) return undefined;

    const oneTime = await createOneTimePrekeys(
      account.nextPrekeyId,
      Math.max(0, oneTimeMissing),
      random,
    );
    const kyber = await createKyberPrekeys(
      account.nextKyberPrekeyId,
      Math.max(0, kyberMissing) + (rotate ? 1 : 0),
      identity,
      now,
      random,
    );
    for (const prekey of oneTime)
      changes.putPrekey('one-time', prekey.id, now, serializeOneTimePrekey(prekey));
    const newLast = rotate ? kyber.pop() : undefined;
    for (const prekey of kyber)
      changes.putPrekey('kyber', prekey.id, now, serializeKyberPrekey(prekey));
    account = {
      ...account,
      nextPrekeyId: nextPrekeyId(account.nextPrekeyId, oneTime.length),
      nextKyberPrekeyId: nextPrekeyId(account.nextKyberPrekeyId, kyber.length + (newLast ? 1 : 0)),
    };
    const newSigned = rotate
      ? await createSignedPrekey(account.nextSignedPrekeyId, identity, now, random)
      : undefined;
    if (newSigned && newLast) {
      changes.putPrekey('signed', newSigned.id, now, serializeSignedPrekey(newSigned));
      changes.putPrekey('last-resort', newLast.id, now, serializeKyberPrekey(newLast));
      account = { ...account, nextSignedPrekeyId: nextPrekeyId(account.nextSignedPrekeyId) };
    }
    changes.putAccount(account);
    await changes.commit('strict');

    const signedRow = signedRows.find(({ id }) => id === current?.id);
    const lastRow = lastRows.find(({ id }) => id === newest(lastRows)?.id);
    const signed =
      newSigned ?? (signedRow && parseSignedPrekey(await seal.open('prekeys', signedRow)));
    const last = newLast ?? (lastRow && parseKyberPrekey(await seal.open('prekeys', lastRow)));
    const part = ({
      id,
      publicKey,
      signature,
    }: {
      id: number;
      publicKey: Account['relayKey'];
      signature: Account['relayKey'];
    }) => ({ id, key: publicKey, signature });
    return {
      type: 'prekeys',
      device: 1 as PrekeysFrame['device'],
      registrationId: account.registrationId,
      ...(signed && { signedPrekey: part(signed) }),
      ...(last && { lastResortPrekey: part(last) }),
      oneTimePrekeys: oneTime.map(({ id, publicKey }) => ({ id, key: publicKey })),
      kyberPrekeys: kyber.map(part),
    };
  });
}

function ratio(part: number, whole: number): number {
  return Math.max(1, Math.floor(part * whole));
}

/** Drops signed and last-resort prekeys that nobody may start a session with any more; true when there were some. */
export async function dropOldPrekeys(core: Core, changes: Changes): Promise<boolean> {
  const now = core.clock.now();
  let dropped = false;
  for (const kind of ['signed', 'last-resort'] as const) {
    const rows = await core.store.list('prekeys', { equals: [kind] });
    const newestTime = Math.max(...rows.map(({ created }) => created));
    for (const { id, created } of rows) {
      if (created >= newestTime) continue;
      if (created + SIGNED_PREKEY_ROTATION_MS + SIGNED_PREKEY_KEPT_MS >= now) continue;
      changes.removePrekey(kind, id);
      dropped = true;
    }
  }
  return dropped;
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
    const account = changes.account();
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
