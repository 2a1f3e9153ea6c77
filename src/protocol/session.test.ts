import { beforeAll, expect, test } from 'vitest';
import { decapsulate, encapsulate } from '../crypto/kem.ts';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { sign } from '../crypto/xeddsa.ts';
import { type Bytes, fromHex, fromUtf8, utf8 } from '../lib/bytes.ts';
import { type FaultCode, isFault } from '../lib/fault.ts';
import { type WireBundle } from '../wire/frames.ts';
import { MAX_JUMP, MAX_OLD_CHAINS, MAX_SKIPPED_PER_CHAIN } from './double-ratchet.ts';
import { encodePrekeyMessage, parsePrekeyMessage } from './ratchet-message.ts';
import {
  type PeerSessions,
  UNANSWERED_SESSION_MS,
  decryptMessage,
  emptySessions,
  encryptMessage,
  forgetHandshakes,
  hasUsableSession,
  initiateSession,
  isUnacknowledged,
  parseSessions,
  peekPrekeyMessage,
  serializeSessions,
} from './session.ts';
import {
  type Person,
  START,
  type Sent,
  begin,
  bundleOf,
  createPerson,
  read,
  write,
} from './testing/people.ts';

const random = seededRandom('session');
let ana: Person;
let ben: Person;

beforeAll(async () => {
  ana = await createPerson(random, 60);
  ben = await createPerson(random, 60);
});

const refusedWith = (code: FaultCode) => (error: unknown) => isFault(error, code);

/** Ana has written, Ben has answered, Ana has read it: both sides are past the handshake. */
async function talk(): Promise<{ ofAna: PeerSessions; ofBen: PeerSessions }> {
  const first = await write(await begin(emptySessions(), ana, ben, random), ana, utf8('hello'));
  const heard = await read(emptySessions(), ben, ana, first, random);
  const answer = await write(heard.sessions, ben, utf8('hi'));
  const answered = await read(first.sessions, ana, ben, answer, random);
  return { ofAna: answered.sessions, ofBen: answer.sessions };
}

test('a first message opens a session, and all carry the header until the first answer', async () => {
  const begun = await begin(emptySessions(), ana, ben, random);
  expect(isUnacknowledged(begun)).toBe(true);
  const one = await write(begun, ana, utf8('one'));
  const two = await write(one.sessions, ana, utf8('two'));
  expect([one.type, two.type]).toEqual(['prekey', 'prekey']);

  const heardTwo = await read(emptySessions(), ben, ana, two, random);
  const heardOne = await read(heardTwo.sessions, ben, ana, one, random);
  expect(fromUtf8(heardTwo.plaintext)).toBe('two');
  expect(fromUtf8(heardOne.plaintext)).toBe('one');
  expect(heardOne.sessions.archived).toHaveLength(0);

  const answer = await write(heardOne.sessions, ben, utf8('three'));
  expect(answer.type).toBe('message');
  const heardThree = await read(two.sessions, ana, ben, answer, random);
  expect(fromUtf8(heardThree.plaintext)).toBe('three');
  expect(isUnacknowledged(heardThree.sessions)).toBe(false);
  expect((await write(heardThree.sessions, ana, utf8('four'))).type).toBe('message');
});

test('the used one-time keys are named, once, and a last-resort key is not', async () => {
  const withOneTime = await write(
    await begin(emptySessions(), ana, ben, random),
    ana,
    utf8('hello'),
  );
  const head = peekPrekeyMessage(withOneTime.body);
  expect(head).toMatchObject({
    version: 4,
    signedPrekeyId: ben.signed.id,
    registrationId: ana.registrationId,
  });
  const opened = await read(emptySessions(), ben, ana, withOneTime, random);
  expect(opened.usedOneTimePrekey).toBe(head.oneTimePrekeyId);

  const another = await write(withOneTime.sessions, ana, utf8('again'));
  const again = await read(opened.sessions, ben, ana, another, random);
  expect(again.usedOneTimePrekey).toBeUndefined();

  const lone = await createPerson(random, 0);
  lone.kyber.delete(501);
  const without = await write(await begin(emptySessions(), ana, lone, random), ana, utf8('hello'));
  expect(peekPrekeyMessage(without.body).oneTimePrekeyId).toBeUndefined();
  const heard = await read(emptySessions(), lone, ana, without, random);
  expect(heard.usedOneTimePrekey).toBeUndefined();
  expect(heard.usedKyberPrekey).toBeUndefined();
});

test('a one-time Kyber key is named when it is used', async () => {
  const carl = await createPerson(random, 1);
  const sent = await write(await begin(emptySessions(), ana, carl, random), ana, utf8('hello'));
  const heard = await read(emptySessions(), carl, ana, sent, random);
  expect(heard.usedKyberPrekey).toBe(501);
});

test('a message that comes again is a duplicate, on whatever chain', async () => {
  const first = await write(await begin(emptySessions(), ana, ben, random), ana, utf8('hello'));
  const heard = await read(emptySessions(), ben, ana, first, random);
  await expect(read(heard.sessions, ben, ana, first, random)).rejects.toSatisfy(
    refusedWith('duplicate'),
  );
  const { ofAna, ofBen } = await talk();
  const sent = await write(ofAna, ana, utf8('x'));
  const got = await read(ofBen, ben, ana, sent, random);
  await expect(read(got.sessions, ben, ana, sent, random)).rejects.toSatisfy(
    refusedWith('duplicate'),
  );
});

test('a first message is remembered after its session is gone, for as long as the signed prekey lives', async () => {
  const sent = await write(
    await begin(emptySessions(), ana, ben, random, false),
    ana,
    utf8('hello'),
  );
  const heard = await read(emptySessions(), ben, ana, sent, random);
  const gone: PeerSessions = { archived: [], remembered: heard.sessions.remembered };
  await expect(read(gone, ben, ana, sent, random)).rejects.toSatisfy(refusedWith('duplicate'));
  expect(forgetHandshakes(gone, (id) => id === ben.signed.id)).toBe(gone);
  const forgotten = forgetHandshakes(gone, () => false);
  expect(forgotten.remembered).toEqual([]);
  // Without the prekey it opens nothing, though nothing remembers it.
  const without = { ...ben, prekeys: { ...ben.prekeys, signed: () => undefined } };
  await expect(read(forgotten, without, ana, sent, random)).rejects.toSatisfy(
    refusedWith('missing-prekey'),
  );
});

test('both begin at once: both are understood, and they settle on one session', async () => {
  const fromAna = await write(await begin(emptySessions(), ana, ben, random), ana, utf8('a1'));
  const fromBen = await write(await begin(emptySessions(), ben, ana, random), ben, utf8('b1'));
  let ofAna = (await read(fromAna.sessions, ana, ben, fromBen, random)).sessions;
  let ofBen = (await read(fromBen.sessions, ben, ana, fromAna, random)).sessions;
  expect(ofAna.archived).toHaveLength(1);
  for (let i = 0; i < 3; i++) {
    const one = await write(ofAna, ana, utf8(`a${i}`));
    const heardOne = await read(ofBen, ben, ana, one, random);
    expect(fromUtf8(heardOne.plaintext)).toBe(`a${i}`);
    const two = await write(heardOne.sessions, ben, utf8(`b${i}`));
    const heardTwo = await read(one.sessions, ana, ben, two, random);
    expect(fromUtf8(heardTwo.plaintext)).toBe(`b${i}`);
    [ofAna, ofBen] = [heardTwo.sessions, two.sessions];
  }
  expect(ofAna.current?.baseKey).toEqual(ofBen.current?.baseKey);
});

test('what is stored and loaded goes on, and takes about 600 bytes', async () => {
  const { ofAna, ofBen } = await talk();
  const bytes = serializeSessions(ofAna);
  expect(bytes.length).toBeLessThan(700);
  expect(parseSessions(bytes)).toEqual(ofAna);
  const ahead = await write(
    (await write(ofAna, ana, utf8('skipped'))).sessions,
    ana,
    utf8('hello'),
  );
  const heard = await read(parseSessions(serializeSessions(ofBen)), ben, ana, ahead, random);
  expect(parseSessions(serializeSessions(heard.sessions))).toEqual(heard.sessions);
  const begun = await begin(heard.sessions, ben, ana, random);
  expect(parseSessions(serializeSessions(begun))).toEqual(begun);
  expect(() => parseSessions(bytes.subarray(0, bytes.length - 3))).toThrow('malformed');
});

test('a bundle of another identity is refused, and so are signatures that are not the identity’s', async () => {
  const bundle = bundleOf(ben);
  const initiate = (changed: Partial<WireBundle>, peer = ben.id) =>
    initiateSession(emptySessions(), {
      identity: ana.identity,
      registrationId: ana.registrationId,
      bundle: { ...bundle, ...changed },
      peer,
      now: START,
      random,
    });
  await expect(initiate({}, ana.id)).rejects.toSatisfy(refusedWith('untrusted-identity'));
  await expect(initiate({ identityKey: ana.identity.publicKey })).rejects.toSatisfy(
    refusedWith('untrusted-identity'),
  );
  await expect(initiate({ identityKey: new Uint8Array(33) })).rejects.toSatisfy(
    refusedWith('untrusted-identity'),
  );
  const { signedPrekey, kyberPrekey } = bundle;
  const zeros = new Uint8Array(64);
  const byAna = await sign(ana.identity.privateKey, signedPrekey.key, random);
  const bad: Partial<WireBundle>[] = [
    { signedPrekey: { ...signedPrekey, signature: zeros } },
    { signedPrekey: { ...signedPrekey, signature: byAna } },
    { signedPrekey: { ...signedPrekey, key: ana.signed.publicKey } },
    { kyberPrekey: { ...kyberPrekey, signature: zeros } },
    { kyberPrekey: { ...kyberPrekey, signature: signedPrekey.signature } },
    { kyberPrekey: { ...kyberPrekey, key: kyberPrekey.key.slice(1) } },
    { oneTimePrekey: { id: 1, key: new Uint8Array(33) } },
  ];
  for (const changed of bad)
    await expect(initiate(changed)).rejects.toSatisfy(refusedWith('bad-bundle'));
});

test('signed keys of small order make a bad bundle all the same', async () => {
  const lowOrder = [
    `05${'00'.repeat(32)}`,
    `0501${'00'.repeat(31)}`,
    '05e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  ].map(fromHex);
  for (const key of lowOrder) {
    const signature = await sign(ben.identity.privateKey, key, random);
    const bundles = [
      { ...bundleOf(ben), signedPrekey: { id: 1, key, signature } },
      { ...bundleOf(ben), oneTimePrekey: { id: 1, key } },
    ];
    for (const bundle of bundles) {
      const initiated = initiateSession(emptySessions(), {
        identity: ana.identity,
        registrationId: 1,
        bundle,
        peer: ben.id,
        now: START,
        random,
      });
      await expect(initiated).rejects.toSatisfy(refusedWith('bad-bundle'));
    }
  }
  const first = await write(await begin(emptySessions(), ana, ben, random), ana, utf8('hello'));
  const parsed = parsePrekeyMessage(first.body);
  for (const baseKey of lowOrder) {
    const body = encodePrekeyMessage({ ...parsed, baseKey });
    await expect(
      read(emptySessions(), ben, ana, { type: 'prekey', body }, random),
    ).rejects.toSatisfy(refusedWith('malformed'));
  }
});

test('an identity key in the message other than the envelope’s is a wrong sender', async () => {
  const carl = await createPerson(random, 1);
  const first = await write(await begin(emptySessions(), ana, ben, random), ana, utf8('hello'));
  await expect(read(emptySessions(), ben, carl, first, random)).rejects.toSatisfy(
    refusedWith('wrong-sender'),
  );
  const { ofAna, ofBen } = await talk();
  const later = await write(ofAna, ana, utf8('x'));
  await expect(read(ofBen, ben, carl, later, random)).rejects.toSatisfy(
    refusedWith('wrong-sender'),
  );
});

test('a prekey that is gone is missing, and a message without a session finds none', async () => {
  const first = await write(await begin(emptySessions(), ana, ben, random), ana, utf8('hello'));
  const named = peekPrekeyMessage(first.body);
  const kept = ben.prekeys;
  const lookups = [
    { ...kept, signed: () => undefined },
    { ...kept, kyber: () => undefined },
    {
      ...kept,
      oneTime: (id: number) => (id === named.oneTimePrekeyId ? undefined : kept.oneTime(id)),
    },
  ];
  for (const prekeys of lookups)
    await expect(read(emptySessions(), { ...ben, prekeys }, ana, first, random)).rejects.toSatisfy(
      refusedWith('missing-prekey'),
    );
  const { ofAna } = await talk();
  const later = await write(ofAna, ana, utf8('x'));
  await expect(read(emptySessions(), ben, ana, later, random)).rejects.toSatisfy(
    refusedWith('no-session'),
  );
});

test('version 3 is refused both ways, and works where a test allows it', async () => {
  const { kyberPrekey: _, ...bundle } = bundleOf(ben);
  const { identity, registrationId } = ana;
  const options = { identity, registrationId, bundle, peer: ben.id, now: START, random };
  await expect(initiateSession(emptySessions(), options)).rejects.toSatisfy(
    refusedWith('bad-bundle'),
  );
  const allowVersion3 = true;
  const begun = await initiateSession(emptySessions(), { ...options, allowVersion3 });
  const own = { identity, registrationId, now: START };
  await expect(encryptMessage(begun, utf8('x'), own)).rejects.toSatisfy(
    refusedWith('old-protocol'),
  );
  const first = await encryptMessage(begun, utf8('old times'), { ...own, allowVersion3 });
  expect(first.body[0]! >> 4).toBe(3);
  const receive = {
    type: first.type,
    body: first.body,
    senderIdentityKey: identity.publicKey,
    identity: ben.identity,
    registrationId: ben.registrationId,
    prekeys: ben.prekeys,
    now: START,
    random,
  };
  await expect(decryptMessage(emptySessions(), receive)).rejects.toSatisfy(
    refusedWith('old-protocol'),
  );
  const heard = await decryptMessage(emptySessions(), { ...receive, allowVersion3 });
  expect(fromUtf8(heard.plaintext)).toBe('old times');
});

test('a first message whose Kyber part was taken out is refused, under either version', async () => {
  const first = await write(await begin(emptySessions(), ana, ben, random), ana, utf8('hello'));
  const { kyberPrekeyId: _, kyberCiphertext: __, ...rest } = parsePrekeyMessage(first.body);
  const stripped = encodePrekeyMessage(rest);
  await expect(
    read(emptySessions(), ben, ana, { type: 'prekey', body: stripped }, random),
  ).rejects.toSatisfy(refusedWith('malformed'));
  const asOld = encodePrekeyMessage({ ...rest, version: 3 });
  await expect(
    read(emptySessions(), ben, ana, { type: 'prekey', body: asOld }, random),
  ).rejects.toSatisfy(refusedWith('old-protocol'));
  const newer = first.body.with(0, 0x55);
  await expect(
    read(emptySessions(), ben, ana, { type: 'prekey', body: newer }, random),
  ).rejects.toSatisfy(refusedWith('unsupported-version'));
});

test('another Kyber ciphertext for the same message does not open it', async () => {
  const first = await write(await begin(emptySessions(), ana, ben, random), ana, utf8('hello'));
  const parsed = parsePrekeyMessage(first.body);
  const pair = ben.kyber.get(parsed.kyberPrekeyId!)!;
  const other = await encapsulate(pair.publicKey, random);
  expect(await decapsulate(pair.secretKey, other.ciphertext)).toEqual(other.secret);
  const body = encodePrekeyMessage({ ...parsed, kyberCiphertext: other.ciphertext });
  await expect(read(emptySessions(), ben, ana, { type: 'prekey', body }, random)).rejects.toSatisfy(
    refusedWith('bad-mac'),
  );
});

test('a session that nobody answers is not used after 30 days; an answered one is', async () => {
  const begun = await begin(emptySessions(), ana, ben, random);
  const late = START + UNANSWERED_SESSION_MS;
  expect(hasUsableSession(emptySessions(), START)).toBe(false);
  expect(hasUsableSession(begun, late)).toBe(true);
  expect(hasUsableSession(begun, late + 1)).toBe(false);
  await expect(write(begun, ana, utf8('x'), late + 1)).rejects.toSatisfy(refusedWith('no-session'));
  await expect(write(emptySessions(), ana, utf8('x'))).rejects.toSatisfy(refusedWith('no-session'));
  const { ofAna } = await talk();
  expect(hasUsableSession(ofAna, late + 1)).toBe(true);
});

test('a jump over 25,000 messages is refused and changes nothing; a skipped key serves once', async () => {
  const { ofAna, ofBen } = await talk();
  let ahead = ofAna;
  const sent: Sent[] = [];
  for (let i = 0; i < 5; i++) {
    const next = await write(ahead, ana, utf8(String(i)));
    sent.push(next);
    ahead = next.sessions;
  }
  const { ratchet } = ahead.current!;
  const far = {
    ...ahead,
    current: {
      ...ahead.current!,
      ratchet: { ...ratchet, sending: { ...ratchet.sending, counter: 6 + MAX_JUMP } },
    },
  };
  const tooFar = await write(far, ana, utf8('far'));
  const heard = await read(ofBen, ben, ana, sent[4]!, random);
  await expect(read(heard.sessions, ben, ana, tooFar, random)).rejects.toSatisfy(
    refusedWith('too-far-ahead'),
  );
  const second = await read(heard.sessions, ben, ana, sent[2]!, random);
  expect(fromUtf8(second.plaintext)).toBe('2');
  await expect(read(second.sessions, ben, ana, sent[2]!, random)).rejects.toSatisfy(
    refusedWith('duplicate'),
  );
  const third = await read(second.sessions, ben, ana, sent[0]!, random);
  expect(fromUtf8(third.plaintext)).toBe('0');
});

test('2,000 skipped keys are kept of a chain, the newest', async () => {
  const { ofAna, ofBen } = await talk();
  const sent: Sent[] = [];
  let ahead = ofAna;
  for (let i = 0; i <= MAX_SKIPPED_PER_CHAIN + 1; i++) {
    const next = await write(ahead, ana, utf8(String(i)));
    sent.push(next);
    ahead = next.sessions;
  }
  const heard = await read(ofBen, ben, ana, sent.at(-1)!, random);
  const kept = heard.sessions.current!.ratchet.receiving[0]!;
  expect(kept.skipped.length).toBe(MAX_SKIPPED_PER_CHAIN * 36);
  await expect(read(heard.sessions, ben, ana, sent[0]!, random)).rejects.toSatisfy(
    refusedWith('duplicate'),
  );
  const oldest = await read(heard.sessions, ben, ana, sent[1]!, random);
  expect(fromUtf8(oldest.plaintext)).toBe('1');
});

test('a message five turns late is read, one later is not', async () => {
  let { ofAna, ofBen } = await talk();
  const late: Sent[] = [];
  for (let turn = 0; turn < MAX_OLD_CHAINS + 2; turn++) {
    const held = await write(ofAna, ana, utf8(`held ${turn}`));
    late.push(held);
    const sent = await write(held.sessions, ana, utf8('x'));
    const heard = await read(ofBen, ben, ana, sent, random);
    const answer = await write(heard.sessions, ben, utf8('y'));
    ofBen = answer.sessions;
    ofAna = (await read(sent.sessions, ana, ben, answer, random)).sessions;
  }
  expect(ofBen.current!.ratchet.receiving).toHaveLength(MAX_OLD_CHAINS + 1);
  await expect(read(ofBen, ben, ana, late[0]!, random)).rejects.toSatisfy(refusedWith('bad-mac'));
  expect(fromUtf8((await read(ofBen, ben, ana, late[1]!, random)).plaintext)).toBe('held 1');
});

test('forty archived sessions are kept, and an old one that speaks again comes to the front', async () => {
  const { ofAna, ofBen } = await talk();
  let many = ofBen;
  for (let i = 0; i < 45; i++) many = await begin(many, ben, ana, random, false);
  expect(many.archived).toHaveLength(40);
  let few = ofBen;
  for (let i = 0; i < 3; i++) few = await begin(few, ben, ana, random, false);
  const sent = await write(ofAna, ana, utf8('still here'));
  const heard = await read(few, ben, ana, sent, random);
  expect(fromUtf8(heard.plaintext)).toBe('still here');
  expect(heard.sessions.current?.baseKey).toEqual(ofBen.current?.baseKey);
  expect(heard.sessions.archived).toHaveLength(3);
  expect(isUnacknowledged(heard.sessions)).toBe(false);
});

test('empty and large plaintexts pass', async () => {
  let { ofAna, ofBen } = await talk();
  for (const length of [0, 1, 15, 16, 17, 4096, 70_000]) {
    const plaintext: Bytes = random(length);
    const sent = await write(ofAna, ana, plaintext);
    const heard = await read(ofBen, ben, ana, sent, random);
    expect(heard.plaintext).toEqual(plaintext);
    [ofAna, ofBen] = [sent.sessions, heard.sessions];
  }
});
