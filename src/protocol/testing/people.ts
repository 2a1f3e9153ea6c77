/** People for tests: an identity, prekeys, a bundle as a relay would hand it out, and the lookup of own prekeys. */
import { type Bytes } from '../../lib/bytes.ts';
import { type AccountId } from '../../lib/ids.ts';
import { type RandomBytes } from '../../lib/random.ts';
import { accountIdOf } from '../../wire/address.ts';
import { type WireBundle } from '../../wire/frames.ts';
import { type IdentityKeyPair, createIdentity, createRegistrationId } from '../identity.ts';
import { createKyberPrekeys, createOneTimePrekeys, createSignedPrekey } from '../prekey-making.ts';
import { type KyberPrekeyPair, type OneTimePrekeyPair, type SignedPrekeyPair } from '../prekeys.ts';
import {
  type PeerSessions,
  type PrekeyLookup,
  decryptMessage,
  encryptMessage,
  initiateSession,
} from '../session.ts';

export const START = 1_750_000_000_000;

export interface Person {
  readonly id: AccountId;
  readonly identity: IdentityKeyPair;
  readonly registrationId: number;
  readonly signed: SignedPrekeyPair;
  readonly oneTime: Map<number, OneTimePrekeyPair>;
  /** The first is the last resort. */
  readonly kyber: Map<number, KyberPrekeyPair>;
  readonly prekeys: PrekeyLookup;
}

/** A person with `count` one-time prekeys and two Kyber prekeys, the first of them the last resort. */
export async function createPerson(random: RandomBytes, count = 3): Promise<Person> {
  const identity = await createIdentity(random);
  const signed = await createSignedPrekey(7, identity, START, random);
  const oneTimePairs = await createOneTimePrekeys(100, count, random);
  const oneTime = new Map(oneTimePairs.map((pair) => [pair.id, pair]));
  const kyberPairs = await createKyberPrekeys(500, 2, identity, START, random);
  const kyber = new Map(kyberPairs.map((pair) => [pair.id, pair]));
  return {
    id: accountIdOf(identity.publicKey),
    identity,
    registrationId: createRegistrationId(random),
    signed,
    oneTime,
    kyber,
    prekeys: {
      signed: (id) => (id === signed.id ? signed : undefined),
      oneTime: (id) => oneTime.get(id),
      kyber(id) {
        const pair = kyber.get(id);
        return pair && { pair, oneTime: id !== 500 };
      },
    },
  };
}

/** The bundle a relay hands out: with the oldest one-time prekey if asked for, and the newest Kyber prekey left. */
export function bundleOf(person: Person, withOneTime = true): WireBundle {
  const [oneTime] = person.oneTime.values();
  const kyber = [...person.kyber.values()].at(-1)!;
  return {
    identityKey: person.identity.publicKey,
    registrationId: person.registrationId,
    signedPrekey: {
      id: person.signed.id,
      key: person.signed.publicKey,
      signature: person.signed.signature,
    },
    kyberPrekey: { id: kyber.id, key: kyber.publicKey, signature: kyber.signature },
    ...(withOneTime && oneTime && { oneTimePrekey: { id: oneTime.id, key: oneTime.publicKey } }),
  };
}

/** What crosses between two people. */
export interface Sent {
  readonly type: 'prekey' | 'message';
  readonly body: Bytes;
}

/** `from` begins a session with `to`. */
export function begin(
  sessions: PeerSessions,
  from: Person,
  to: Person,
  random: RandomBytes,
  withOneTime = true,
): Promise<PeerSessions> {
  return initiateSession(sessions, {
    identity: from.identity,
    registrationId: from.registrationId,
    bundle: bundleOf(to, withOneTime),
    peer: to.id,
    now: START,
    random,
  });
}

/** Encrypts as `from`. */
export function write(sessions: PeerSessions, from: Person, plaintext: Bytes, now = START) {
  return encryptMessage(sessions, plaintext, {
    identity: from.identity,
    registrationId: from.registrationId,
    now,
  });
}

/** Decrypts as `to` what `from` sent. Used one-time prekeys are deleted, as a commit would. */
export async function read(
  sessions: PeerSessions,
  to: Person,
  from: Pick<Person, 'identity'>,
  sent: Sent,
  random: RandomBytes,
) {
  const opened = await decryptMessage(sessions, {
    ...sent,
    senderIdentityKey: from.identity.publicKey,
    identity: to.identity,
    registrationId: to.registrationId,
    prekeys: to.prekeys,
    now: START,
    random,
  });
  if (opened.usedOneTimePrekey !== undefined) to.oneTime.delete(opened.usedOneTimePrekey);
  if (opened.usedKyberPrekey !== undefined) to.kyber.delete(opened.usedKyberPrekey);
  return opened;
}
