/** Conversations between Sotto and libsignal, step by step. */
import { Fingerprint, PrivateKey, PublicKey } from '@signalapp/libsignal-client';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '../../src/crypto/random.ts';
import { generateKeyPair } from '../../src/crypto/x25519-script.ts';
import { serializePublicKey } from '../../src/crypto/x25519.ts';
import { setNative } from '../../src/crypto/native.ts';
import { sign, verify } from '../../src/crypto/xeddsa.ts';
import { fromUtf8, utf8 } from '../../src/lib/bytes.ts';
import { accountIdBytes } from '../../src/lib/ids.ts';
import { accountIdOf } from '../../src/wire/address.ts';
import { safetyNumber } from '../../src/protocol/fingerprint.ts';
import {
  type PeerSessions,
  decryptMessage,
  emptySessions,
  encryptMessage,
  initiateSession,
  parseSessions,
  peekPrekeyMessage,
  serializeSessions,
} from '../../src/protocol/session.ts';
import {
  type Person,
  START,
  type Sent,
  bundleOf,
  createPerson,
} from '../../src/protocol/testing/people.ts';
import { Oracle } from './oracle.ts';

let oracle: Oracle;
let ana: Person;
let sessions: PeerSessions;

/** Ana's side, stored and loaded again around every step. */
const restored = (): PeerSessions => parseSessions(serializeSessions(sessions));

async function begin(withOneTime: boolean): Promise<void> {
  const bundle = await oracle.bundle(withOneTime);
  const { identity, registrationId } = ana;
  const peer = accountIdOf(bundle.identityKey);
  sessions = await initiateSession(restored(), {
    identity,
    registrationId,
    bundle,
    peer,
    now: START,
    random: systemRandom,
  });
}

async function write(text: string): Promise<Sent> {
  const { identity, registrationId } = ana;
  const sent = await encryptMessage(restored(), utf8(text), {
    identity,
    registrationId,
    now: START,
  });
  sessions = sent.sessions;
  return sent;
}

async function read(sent: Sent): Promise<string> {
  const opened = await decryptMessage(restored(), {
    ...sent,
    senderIdentityKey: oracle.identityKey.serialize(),
    identity: ana.identity,
    registrationId: ana.registrationId,
    prekeys: ana.prekeys,
    now: START,
    random: systemRandom,
  });
  sessions = opened.sessions;
  return fromUtf8(opened.plaintext);
}

const theyWrite = (text: string): Promise<Sent> => oracle.write(utf8(text));
const theyRead = async (sent: Sent): Promise<string> => fromUtf8(await oracle.read(sent));

beforeAll(async () => {
  oracle = new Oracle();
  ana = await createPerson(systemRandom, 10);
});

describe.each([true, false])('with a one-time prekey: %s', (withOneTime) => {
  test('Sotto begins, libsignal answers, and they talk by turns', async () => {
    oracle.forget();
    sessions = emptySessions();
    await begin(withOneTime);
    const first = await write('hello');
    expect(first.type).toBe('prekey');
    expect(peekPrekeyMessage(first.body).oneTimePrekeyId !== undefined).toBe(withOneTime);
    expect(await theyRead(first)).toBe('hello');
    for (let i = 0; i < 20; i++) {
      expect(await read(await theyWrite(`from them ${i}`))).toBe(`from them ${i}`);
      const answer = await write(`from us ${i}`);
      expect(answer.type).toBe('message');
      expect(await theyRead(answer)).toBe(`from us ${i}`);
    }
  });

  test('libsignal begins, Sotto answers, and they talk by turns', async () => {
    oracle.forget();
    sessions = emptySessions();
    await oracle.begin(bundleOf(ana, withOneTime));
    const first = await theyWrite('hello');
    expect(first.type).toBe('prekey');
    expect(peekPrekeyMessage(first.body).version).toBe(4);
    expect(await read(first)).toBe('hello');
    for (let i = 0; i < 20; i++) {
      expect(await theyRead(await write(`from us ${i}`))).toBe(`from us ${i}`);
      const answer = await theyWrite(`from them ${i}`);
      expect(answer.type).toBe('message');
      expect(await read(answer)).toBe(`from them ${i}`);
    }
  });

  test('bursts arrive backwards, some never', async () => {
    oracle.forget();
    sessions = emptySessions();
    await begin(withOneTime);
    for (let round = 0; round < 4; round++) {
      const ours: Sent[] = [];
      for (let i = 0; i < 60; i++) ours.push(await write(`us ${round} ${i}`));
      for (let i = 59; i >= 0; i--)
        if (i % 7 !== 3) expect(await theyRead(ours[i]!)).toBe(`us ${round} ${i}`);
      const theirs: Sent[] = [];
      for (let i = 0; i < 60; i++) theirs.push(await theyWrite(`them ${round} ${i}`));
      for (let i = 59; i >= 0; i--)
        if (i % 7 !== 3) expect(await read(theirs[i]!)).toBe(`them ${round} ${i}`);
      // What was skipped in this round comes after all.
      expect(await theyRead(ours[3]!)).toBe(`us ${round} 3`);
      expect(await read(theirs[3]!)).toBe(`them ${round} 3`);
    }
  });
});

test('both begin at once and both are understood', async () => {
  oracle.forget();
  sessions = emptySessions();
  await begin(true);
  await oracle.begin(bundleOf(ana));
  const ours = await write('we spoke first');
  const theirs = await theyWrite('no, we did');
  expect(await read(theirs)).toBe('no, we did');
  expect(await theyRead(ours)).toBe('we spoke first');
  for (let i = 0; i < 10; i++) {
    expect(await read(await theyWrite(`them ${i}`))).toBe(`them ${i}`);
    expect(await theyRead(await write(`us ${i}`))).toBe(`us ${i}`);
  }
});

test('a jump of 3,000 messages is bridged on both sides', async () => {
  oracle.forget();
  sessions = emptySessions();
  await begin(true);
  expect(await theyRead(await write('a'))).toBe('a');
  let ours!: Sent;
  let theirs!: Sent;
  for (let i = 0; i < 3000; i++) {
    ours = await write(`us ${i}`);
    theirs = await theyWrite(`them ${i}`);
  }
  expect(await read(theirs)).toBe('them 2999');
  expect(await theyRead(ours)).toBe('us 2999');
});

describe.each([true, false])('signatures, native Ed25519: %s', (native) => {
  test('each verifies what the other signed, whatever the sign of its key', async () => {
    setNative(native);
    try {
      for (let i = 0; i < 40; i++) {
        const message = systemRandom(i * 3);
        const theirs = PrivateKey.generate();
        const signature = theirs.sign(message);
        expect(await verify(theirs.getPublicKey().serialize(), message, signature)).toBe(true);
        const ours = generateKeyPair(systemRandom);
        const key = PublicKey.deserialize(serializePublicKey(ours.publicKey));
        const signed = await sign(ours.privateKey, message, systemRandom);
        expect(key.verify(message, signed)).toBe(true);
        signature[i]! ^= 1;
        expect(await verify(theirs.getPublicKey().serialize(), message, signature)).toBe(false);
      }
    } finally {
      setNative(true);
    }
  });
});

test('both work out the same safety number', () => {
  const identifier = accountIdBytes(ana.id);
  const theirKey = oracle.identityKey.serialize();
  const theirId = accountIdBytes(accountIdOf(theirKey));
  const theirs = Fingerprint.new(
    5200,
    2,
    theirId,
    oracle.identityKey,
    identifier,
    PublicKey.deserialize(ana.identity.publicKey),
  );
  const ours = safetyNumber(
    { identityKey: ana.identity.publicKey, identifier },
    { identityKey: theirKey, identifier: theirId },
  );
  expect(ours).toBe(theirs.displayableFingerprint().toString());
});
