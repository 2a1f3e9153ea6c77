/**
 * Sessions with one device of a peer: which one sends, which ones may still receive, and the first messages that
 * open them. State in, new state out: on any fault the state that was handed in is still true.
 * It does not know envelopes, storage or when a fresh session is due. docs/protocol.md, section "Sessions".
 */
import { decryptCbc, encryptCbc } from '../crypto/aes-cbc.ts';
import { macOfBody } from '../crypto/hmac.ts';
import { type Bytes, concat, equalBytes } from '../lib/bytes.ts';
import { Fault, isFault } from '../lib/fault.ts';
import { type AccountId } from '../lib/ids.ts';
import { type RandomBytes } from '../lib/random.ts';
import {
  type MessageKeys,
  type Ratchet,
  knowsChain,
  stepsTo,
  takeKnownKeys,
  takeNewKeys,
  takeSendingKeys,
} from './double-ratchet.ts';
import { answerHandshake, openHandshake } from './handshake.ts';
import { type IdentityKeyPair } from './identity.ts';
import {
  type AnyBundle,
  type KyberPrekeyPair,
  type OneTimePrekeyPair,
  type SignedPrekeyPair,
  verifyAnyBundle,
} from './prekeys.ts';
import {
  MAC_BYTES,
  type PrekeyMessage,
  type RatchetMessage,
  encodePrekeyMessage,
  encodeRatchetMessage,
  parsePrekeyMessage,
  parseRatchetMessage,
} from './ratchet-message.ts';
import { DH_STEPS, HANDSHAKE_STEPS, effortFor, sessionsAfforded } from './effort.ts';
import {
  MAX_ARCHIVED_SESSIONS,
  MAX_REMEMBERED_HANDSHAKES,
  type PeerSessions,
  type Session,
} from './session-record.ts';

export { type PeerSessions, parseSessions, serializeSessions } from './session-record.ts';

/** A session that nobody has answered is not used to send after this long. */
export const UNANSWERED_SESSION_MS = 30 * 24 * 3600 * 1000;

/** `prekey` is a PreKeySignalMessage, `message` a SignalMessage. */
export type RatchetMessageType = 'prekey' | 'message';

interface VersionOption {
  /** For tests against old peers: lets X3DH sessions be made and used. Production never sets it. */
  readonly allowVersion3?: boolean;
}

export interface InitiateOptions extends VersionOption {
  readonly identity: IdentityKeyPair;
  readonly registrationId: number;
  readonly bundle: AnyBundle;
  /** Whom the bundle was asked for. */
  readonly peer: AccountId;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly random: RandomBytes;
}

export interface EncryptOptions extends VersionOption {
  readonly identity: IdentityKeyPair;
  /** Our own. */
  readonly registrationId: number;
  readonly now: number;
}

export interface EncryptedMessage {
  readonly sessions: PeerSessions;
  readonly type: RatchetMessageType;
  readonly body: Bytes;
}

/** Own prekeys by id; synchronous, so the caller loads what `peekPrekeyMessage` names before. */
export interface PrekeyLookup {
  signed(id: number): SignedPrekeyPair | undefined;
  oneTime(id: number): OneTimePrekeyPair | undefined;
  kyber(id: number): { readonly pair: KyberPrekeyPair; readonly oneTime: boolean } | undefined;
}

export interface DecryptOptions extends VersionOption {
  readonly type: RatchetMessageType;
  readonly body: Bytes;
  /** The sender's identity key as the envelope proved it, 33 bytes. */
  readonly senderIdentityKey: Bytes;
  readonly identity: IdentityKeyPair;
  readonly registrationId: number;
  readonly prekeys: PrekeyLookup;
  readonly now: number;
  readonly random: RandomBytes;
  /** Does less for a message that may belong to no session: for a sender who costs too much. */
  readonly thrifty?: boolean;
  /** Hears what a message has cost in chain steps: what was tried in vain, and what it skipped where it fitted. */
  readonly onEffort?: (steps: number) => void;
}

export interface DecryptedMessage {
  readonly sessions: PeerSessions;
  readonly plaintext: Bytes;
  /** To be deleted in the commit that stores `sessions`. */
  readonly usedOneTimePrekey?: number;
  /** Likewise; only when that Kyber prekey was a one-time one. */
  readonly usedKyberPrekey?: number;
}

/** What a first message names. */
export interface PrekeyMessageHead {
  readonly version: number;
  readonly registrationId: number;
  readonly signedPrekeyId: number;
  readonly oneTimePrekeyId?: number;
  readonly kyberPrekeyId?: number;
  readonly identityKey: Bytes;
  readonly baseKey: Bytes;
}

/** No session yet. */
export function emptySessions(): PeerSessions {
  return { archived: [], remembered: [] };
}

/** True when there is a session to send on: one that is answered, or begun less than 30 days ago. */
export function hasUsableSession(sessions: PeerSessions, now: number): boolean {
  return usableSession(sessions, now) !== undefined;
}

/** True while the current session was begun by us and nothing has been answered on it. */
export function isUnacknowledged(sessions: PeerSessions): boolean {
  return sessions.current?.opening !== undefined;
}

function usableSession({ current }: PeerSessions, now: number): Session | undefined {
  if (!current?.opening) return current;
  return now - current.createdAt > UNANSWERED_SESSION_MS ? undefined : current;
}

/** Forgets first messages whose signed prekey is no more; for when old signed prekeys are deleted. */
export function forgetHandshakes(
  sessions: PeerSessions,
  lives: (signedPrekeyId: number) => boolean,
): PeerSessions {
  const remembered = sessions.remembered.filter(({ signedPrekeyId }) => lives(signedPrekeyId));
  return remembered.length === sessions.remembered.length ? sessions : { ...sessions, remembered };
}

/** Puts `session` in front; it may be new, or one of the archived. */
function makeCurrent(sessions: PeerSessions, session: Session, before?: Session): PeerSessions {
  if (before && before === sessions.current) return { ...sessions, current: session };
  const others = sessions.archived.filter((archived) => archived !== before);
  const archived = sessions.current ? [sessions.current, ...others] : others;
  return { ...sessions, current: session, archived: archived.slice(0, MAX_ARCHIVED_SESSIONS) };
}

/**
 * Begins a session from a bundle; it becomes the current one, the one before is archived.
 * @throws Fault `untrusted-identity` or `bad-bundle`, see `verifyBundle`
 */
export async function initiateSession(
  sessions: PeerSessions,
  options: InitiateOptions,
): Promise<PeerSessions> {
  const { identity, bundle, now, random } = options;
  await verifyAnyBundle(bundle, options.peer);
  if (!bundle.kyberPrekey && !options.allowVersion3) throw new Fault('bad-bundle');
  try {
    const { opening, ...begun } = await openHandshake(identity, bundle, random);
    return makeCurrent(sessions, {
      ...begun,
      opening,
      localKey: identity.publicKey,
      remoteKey: bundle.identityKey,
      remoteRegistrationId: bundle.registrationId,
      createdAt: now,
    });
  } catch (error) {
    // A key of small order, or a Kyber key out of range: signed, and still not a key.
    if (isFault(error, 'low-order-point') || isFault(error, 'bad-key'))
      throw new Fault('bad-bundle', 'never', error);
    throw error;
  }
}

const macOf = async (
  keys: MessageKeys,
  sender: Bytes,
  receiver: Bytes,
  authenticated: Bytes,
): Promise<Bytes> =>
  (await macOfBody(keys.macKey, sender, receiver, authenticated)).subarray(0, MAC_BYTES);

/**
 * Encrypts on the current session.
 * @throws Fault `no-session` when there is none to send on (see `hasUsableSession`)
 */
export async function encryptMessage(
  sessions: PeerSessions,
  plaintext: Bytes,
  options: EncryptOptions,
): Promise<EncryptedMessage> {
  const session = usableSession(sessions, options.now);
  if (!session) throw new Fault('no-session');
  if (session.version === 3 && !options.allowVersion3) throw new Fault('old-protocol');
  const { version, localKey, remoteKey, opening } = session;
  const { ratchet, keys, counter } = takeSendingKeys(session.ratchet);
  const ciphertext = await encryptCbc(keys.cipherKey, keys.iv, plaintext);
  const { ratchetKey } = ratchet.sending;
  const authenticated = encodeRatchetMessage(
    version,
    ratchetKey,
    counter,
    ratchet.previousCounter,
    ciphertext,
  );
  const message = concat(authenticated, await macOf(keys, localKey, remoteKey, authenticated));
  const next = makeCurrent(sessions, { ...session, ratchet }, session);
  if (!opening) return { sessions: next, type: 'message', body: message };
  const body = encodePrekeyMessage({
    version,
    registrationId: options.registrationId,
    ...opening,
    baseKey: session.baseKey,
    identityKey: localKey,
    message,
  });
  return { sessions: next, type: 'prekey', body };
}

/** What a first message names, for loading prekeys. Throws Fault `malformed`, `old-protocol` and the like. */
export function peekPrekeyMessage(body: Uint8Array): PrekeyMessageHead {
  const { message: _, kyberCiphertext: __, ...head } = parsePrekeyMessage(body);
  return head;
}

/**
 * Decrypts a message on the session it belongs to, which becomes the current one, or on a new one that it opens.
 * @throws Fault `duplicate` (already decrypted: confirm silently), `no-session`, `missing-prekey`, `too-far-ahead`,
 *   `bad-mac`, `old-protocol`, `unsupported-version`, `wrong-sender` or `malformed`; `sessions` stays true
 */
export async function decryptMessage(
  sessions: PeerSessions,
  options: DecryptOptions,
): Promise<DecryptedMessage> {
  if (options.type === 'prekey') return decryptPrekeyMessage(sessions, options);
  const message = parseRatchetMessage(options.body);
  refuseOldVersion(message.version, options);
  const all = sessions.current ? [sessions.current, ...sessions.archived] : sessions.archived;
  const own = all.filter(({ remoteKey }) => equalBytes(remoteKey, options.senderIdentityKey));
  if (all.length > 0 && own.length === 0) throw new Fault('wrong-sender');
  const fitting = own.filter(({ version }) => version === message.version);
  const known = fitting.find(({ ratchet }) => knowsChain(ratchet, message.ratchetKey));
  const most = sessionsAfforded(message.counter, effortFor(options.thrifty));
  const tried = known ? [known] : fitting.slice(0, most);
  if (tried.length === 0) throw new Fault('no-session');
  // A new ratchet key: any session may be meant, and only the MAC tells which.
  for (const session of tried) {
    const opened = await openOn(session, message, options);
    if (opened)
      return {
        sessions: makeCurrent(sessions, opened.session, session),
        plaintext: opened.plaintext,
      };
  }
  throw new Fault('bad-mac');
}

function refuseOldVersion(version: number, options: VersionOption): void {
  if (version < 4 && !options.allowVersion3) throw new Fault('old-protocol');
}

/**
 * Opens a message on one session; undefined when its MAC is not of this session.
 * Keys of no honest peer, and a padding that is wrong under a right MAC, are Fault `malformed`.
 */
async function openOn(
  session: Session,
  message: RatchetMessage,
  options: DecryptOptions,
): Promise<{ session: Session; plaintext: Bytes } | undefined> {
  const { ratchetKey, counter, authenticated } = message;
  const isKnown = knowsChain(session.ratchet, ratchetKey);
  const steps = stepsTo(session.ratchet, ratchetKey, counter);
  if (steps > effortFor(options.thrifty).jump) throw new Fault('too-far-ahead');
  const genuine = async (keys: MessageKeys): Promise<boolean> => {
    const mac = await macOf(keys, session.remoteKey, session.localKey, authenticated);
    const is = equalBytes(mac, message.mac);
    // Turns are what talking consists of; only a step in vain counts.
    options.onEffort?.(is || isKnown ? steps : DH_STEPS + steps);
    return is;
  };
  try {
    let ratchet: Ratchet;
    let plaintext: Bytes;
    if (isKnown) {
      const taken = takeKnownKeys(session.ratchet, ratchetKey, counter);
      if (!(await genuine(taken.keys))) return undefined;
      plaintext = await decryptCbc(taken.keys.cipherKey, taken.keys.iv, message.ciphertext);
      ratchet = taken.ratchet;
    } else {
      const step = await takeNewKeys(session.ratchet, ratchetKey, counter);
      if (!(await genuine(step.keys))) return undefined;
      [plaintext, ratchet] = await Promise.all([
        decryptCbc(step.keys.cipherKey, step.keys.iv, message.ciphertext),
        step.accept(options.random),
      ]);
    }
    // Whoever could write on this session has our opening.
    const { opening: _, ...answered } = session;
    return { session: { ...answered, ratchet }, plaintext };
  } catch (error) {
    if (isFault(error, 'low-order-point') || isFault(error, 'bad-padding'))
      throw new Fault('malformed', 'never', error);
    throw error;
  }
}

async function decryptPrekeyMessage(
  sessions: PeerSessions,
  options: DecryptOptions,
): Promise<DecryptedMessage> {
  const first = parsePrekeyMessage(options.body);
  refuseOldVersion(first.version, options);
  if (!equalBytes(first.identityKey, options.senderIdentityKey)) throw new Fault('wrong-sender');
  const message = parseRatchetMessage(first.message);
  if (message.version !== first.version) throw new Fault('malformed');

  const all = sessions.current ? [sessions.current, ...sessions.archived] : sessions.archived;
  const known = all.find(
    ({ version, baseKey }) => version === first.version && equalBytes(baseKey, first.baseKey),
  );
  if (known) {
    if (!equalBytes(known.remoteKey, first.identityKey)) throw new Fault('wrong-sender');
    const opened = await openOn(known, message, options);
    if (!opened) throw new Fault('bad-mac');
    const next = makeCurrent(sessions, opened.session, known);
    return { sessions: next, plaintext: opened.plaintext };
  }
  // The session that this message opened once is gone; opening it again would be a replay.
  if (sessions.remembered.some(({ baseKey }) => equalBytes(baseKey, first.baseKey)))
    throw new Fault('duplicate');
  // Bounded before any DH: a new session has no chain that could be further on.
  if (message.counter > effortFor(options.thrifty).jump) throw new Fault('too-far-ahead');
  return openNewSession(sessions, first, message, options);
}

async function openNewSession(
  sessions: PeerSessions,
  first: PrekeyMessage,
  message: RatchetMessage,
  options: DecryptOptions,
): Promise<DecryptedMessage> {
  const { oneTimePrekeyId, signedPrekeyId, kyberPrekeyId, kyberCiphertext } = first;
  const { identity, prekeys, now } = options;
  const signedPrekey = prekeys.signed(signedPrekeyId);
  const oneTimePrekey =
    oneTimePrekeyId === undefined ? undefined : prekeys.oneTime(oneTimePrekeyId);
  const kyber = kyberPrekeyId === undefined ? undefined : prekeys.kyber(kyberPrekeyId);
  if (
    !signedPrekey ||
    (oneTimePrekeyId !== undefined && !oneTimePrekey) ||
    (kyberPrekeyId !== undefined && !kyber)
  )
    throw new Fault('missing-prekey');

  const ratchet = await answerHandshake({
    version: first.version,
    identity,
    signedPrekey,
    oneTimePrekey,
    kyberPrekey: kyber?.pair,
    kyberCiphertext,
    theirIdentityKey: first.identityKey,
    theirBaseKey: first.baseKey,
  }).catch((error: unknown) => {
    throw new Fault('malformed', 'never', error);
  });
  const begun: Session = {
    version: first.version,
    localKey: identity.publicKey,
    remoteKey: first.identityKey,
    remoteRegistrationId: first.registrationId,
    baseKey: first.baseKey,
    createdAt: now,
    ratchet,
  };
  const opened = await openOn(begun, message, options);
  if (!opened) {
    options.onEffort?.(HANDSHAKE_STEPS);
    throw new Fault('bad-mac');
  }
  const handshake = {
    baseKey: first.baseKey,
    signedPrekeyId,
    ...(kyberPrekeyId !== undefined && { kyberPrekeyId }),
  };
  return {
    sessions: {
      ...makeCurrent(sessions, opened.session),
      remembered: [...sessions.remembered, handshake].slice(-MAX_REMEMBERED_HANDSHAKES),
    },
    plaintext: opened.plaintext,
    ...(oneTimePrekeyId !== undefined && { usedOneTimePrekey: oneTimePrekeyId }),
    ...(kyberPrekeyId !== undefined && kyber?.oneTime && { usedKyberPrekey: kyberPrekeyId }),
  };
}
