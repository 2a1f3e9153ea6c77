import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { concat } from '../lib/bytes.ts';
import { readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import { envelopeHashFromBytes, messageIdFromBytes } from '../lib/ids.ts';
import {
  type Content,
  MAX_RECEIPT_IDS,
  MAX_TEXT_BYTES,
  type Profile,
  decodeContent,
  decodeTyping,
  encodeContent,
  encodeTyping,
} from './content.ts';

const random = seededRandom('content');
const id = () => messageIdFromBytes(random(16));
const head = { messageId: id(), sentAt: 1_750_000_000_000 };
const profile: Profile = {
  name: 'Ana María',
  host: 'localhost:8787',
  relayKey: random(32),
  contactsToken: random(16),
  presenceToken: random(16),
  receipts: true,
  typing: false,
  revision: 3,
};

test('every kind is read as it was written', () => {
  const { presenceToken: _, ...hidden } = profile;
  const contents: Content[] = [
    { ...head, kind: 'text', text: 'Hola 👋🏽\nline two' },
    { ...head, kind: 'text', text: '' },
    { ...head, kind: 'text', text: '\u{feff}kept', profile },
    { ...head, kind: 'receipt', delivered: [id(), id()], read: [id()] },
    { ...head, kind: 'receipt', delivered: [], read: [] },
    { ...head, kind: 'profile', profile: hidden },
    { ...head, kind: 'hello', profile },
    { ...head, kind: 'resend-request', envelopeHash: envelopeHashFromBytes(random(16)) },
    { ...head, kind: 'media-again', message: id(), refused: false },
    { ...head, kind: 'media-again', message: id(), refused: true },
  ];
  for (const content of contents) expect(decodeContent(encodeContent(content))).toEqual(content);
});

test('a kind of a newer version is kept whole and goes on as it came', () => {
  const raw = writeMessage()
    .bytes(1, random(16))
    .uint(2, 5)
    .uint(5, 99)
    .bytes(6, random(20))
    .uint(40, 7)
    .finish();
  const content = decodeContent(raw);
  expect(content).toMatchObject({ kind: 'unknown', kindNumber: 99, raw });
  expect(encodeContent(content)).toEqual(raw);
});

test('fields of a newer version survive in a known kind, the reserved expiry among them', () => {
  const added = writeMessage().uint(3, 60).text(77, 'new').finish();
  const raw = concat(encodeContent({ ...head, kind: 'text', text: 'x' }), added);
  const content = decodeContent(raw);
  expect(content).toMatchObject({ kind: 'text', text: 'x', extra: added });
  expect(encodeContent(content)).toEqual(raw);
  const newer = { ...profile, extra: writeMessage().text(30, 'pronouns').finish() };
  const withProfile = decodeContent(encodeContent({ ...head, kind: 'profile', profile: newer }));
  expect(withProfile.profile).toEqual(newer);
});

test('what is over its bound is refused when written and when read', () => {
  const text = 'ñ'.repeat(MAX_TEXT_BYTES / 2);
  const most: Content = { ...head, kind: 'text', text };
  expect(decodeContent(encodeContent(most))).toEqual(most);
  expect(() => encodeContent({ ...most, text: `${text}x` })).toThrow('too-large');
  const delivered = Array.from({ length: MAX_RECEIPT_IDS + 1 }, id);
  expect(() => encodeContent({ ...head, kind: 'receipt', delivered, read: [] })).toThrow(
    'too-large',
  );
  const named = (name: string): Content => ({
    ...head,
    kind: 'profile',
    profile: { ...profile, name },
  });
  expect(decodeContent(encodeContent(named('👩‍🚀'.repeat(21)))).profile?.name).toHaveLength(105);
  expect(() => encodeContent(named('a'.repeat(65)))).toThrow('too-large');

  const body = writeMessage()
    .bytes(1, new Uint8Array(MAX_TEXT_BYTES + 1))
    .finish();
  const long = writeMessage().bytes(1, random(16)).uint(2, 5).uint(5, 1).bytes(6, body).finish();
  expect(() => decodeContent(long)).toThrow('malformed');
});

test('a profile with a host that is none, or a token of another length, is malformed', () => {
  const written = encodeContent({ ...head, kind: 'profile', profile: { ...profile, host: 'a b' } });
  expect(() => decodeContent(written)).toThrow('malformed');
  const short = encodeContent({
    ...head,
    kind: 'profile',
    profile: { ...profile, contactsToken: random(15) },
  });
  expect(() => decodeContent(short)).toThrow('malformed');
});

test('text that is not UTF-8 is malformed', () => {
  const body = writeMessage().bytes(1, Uint8Array.of(0xff, 0xfe)).finish();
  const bytes = writeMessage().bytes(1, random(16)).uint(2, 5).uint(5, 1).bytes(6, body).finish();
  expect(() => decodeContent(bytes)).toThrow('malformed');
});

test('any bytes at all give a content or a fault, and a content is written back', () => {
  const whole = encodeContent({ ...head, kind: 'text', text: 'hello', profile });
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) })
      .map(({ at, byte }) => whole.with(at, byte)),
    fc.nat(whole.length).map((length) => whole.slice(0, length)),
  );
  fc.assert(
    fc.property(bytes, (input) => {
      try {
        const content = decodeContent(input);
        expect(decodeContent(encodeContent(content))).toEqual(content);
      } catch (error) {
        if (!(error instanceof Fault) || error.code === 'internal') throw error;
      }
    }),
    { numRuns: 3000 },
  );
});

test('typing is a number and a flag', () => {
  for (const typing of [
    { number: 0, active: true },
    { number: 9_000_000_000, active: false },
  ])
    expect(decodeTyping(encodeTyping(typing))).toEqual(typing);
  expect(() => decodeTyping(new Uint8Array(65))).toThrow('too-large');
  expect(() => decodeTyping(new Uint8Array(0))).toThrow('malformed');
  expect(readMessage(encodeTyping({ number: 3, active: false }), 64).flag(2)).toBe(false);
});
