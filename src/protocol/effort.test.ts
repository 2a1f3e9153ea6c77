import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type * as hmac from '../crypto/hmac.ts';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { createKeyPair, serializePublicKey } from '../crypto/x25519.ts';
import { concat, fromUtf8, utf8 } from '../lib/bytes.ts';
import { isFault } from '../lib/fault.ts';
import { MAX_JUMP, takeSendingKeys } from './double-ratchet.ts';
import { encodeRatchetMessage } from './ratchet-message.ts';
import { type PeerSessions, emptySessions } from './session.ts';
import { type Person, type Sent, begin, createPerson, read, write } from './testing/people.ts';

/** Work is counted where it is done. */
const work = vi.hoisted(() => ({ hmacs: 0 }));
vi.mock('../crypto/hmac.ts', async (original) => {
  const actual = await original<typeof hmac>();
  return {
    ...actual,
    hmacWith: (...input: Parameters<typeof actual.hmacWith>) => {
      work.hmacs++;
      return actual.hmacWith(...input);
    },
  };
});

const random = seededRandom('effort');
let ana: Person;
let ben: Person;
/** Ana's side of each of 41 sessions, oldest first, all answered by Ben, and Ben's side of them together. */
let ofAna: PeerSessions[];
let ofBen: PeerSessions;

beforeAll(async () => {
  ana = await createPerson(random, 0);
  ben = await createPerson(random, 0);
  ben.kyber.delete(501);
  ofAna = [];
  ofBen = emptySessions();
  for (let i = 0; i < 41; i++) {
    const first = await write(await begin(emptySessions(), ana, ben, random), ana, utf8('hello'));
    const heard = await read(ofBen, ben, ana, first, random);
    const answer = await write(heard.sessions, ben, utf8('hi'));
    ofBen = answer.sessions;
    // Her next message is on a chain that Ben has not seen.
    ofAna.push((await read(first.sessions, ana, ben, answer, random)).sessions);
  }
});
beforeEach(() => void (work.hmacs = 0));

/** Ana has written `count` messages that Ben never sees. */
function further(sessions: PeerSessions, count: number): PeerSessions {
  const { current } = sessions;
  if (!current) throw new Error('no session');
  let { ratchet } = current;
  for (let i = 0; i < count; i++) ({ ratchet } = takeSendingKeys(ratchet));
  return { ...sessions, current: { ...current, ratchet } };
}

/** A message that belongs to no session, well formed, from Ana. */
async function rubbish(counter: number): Promise<Sent> {
  const { publicKey } = await createKeyPair(random);
  const message = encodeRatchetMessage(4, serializePublicKey(publicKey), counter, 0, random(32));
  return { type: 'message', body: concat(message, random(8)) };
}

test('a message of no session costs one jump and little more, however many sessions there are', async () => {
  for (const counter of [0, 200, 2_000, MAX_JUMP]) {
    const message = await rubbish(counter);
    work.hmacs = 0;
    await expect(read(ofBen, ben, ana, message, random)).rejects.toSatisfy((error: unknown) =>
      isFault(error, 'bad-mac'),
    );
    expect(work.hmacs, `counter ${counter}`).toBeLessThan(MAX_JUMP + 30_000);
  }
});

test('a message 25,000 ahead on the current session is read beside forty others', async () => {
  const current = ofAna.at(-1);
  if (!current) throw new Error('no session');
  const sent = await write(further(current, MAX_JUMP), ana, utf8('far ahead'));
  expect(fromUtf8((await read(ofBen, ben, ana, sent, random)).plaintext)).toBe('far ahead');
});

test('a message a hundred ahead is read on the oldest of forty-one sessions', async () => {
  const oldest = ofAna[0];
  if (!oldest) throw new Error('no session');
  const sent = await write(further(oldest, 100), ana, utf8('from long ago'));
  const heard = await read(ofBen, ben, ana, sent, random);
  expect(fromUtf8(heard.plaintext)).toBe('from long ago');
  expect(heard.sessions.current?.baseKey).toEqual(oldest.current?.baseKey);
});
