import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bytes, toHex } from '../lib/bytes.ts';
import { writeMessage } from '../lib/codec.ts';
import { isFault } from '../lib/fault.ts';
import {
  FIRST_DEVICE,
  type TokenHash,
  accountIdFromBytes,
  installationIdFromBytes,
  tokenHashFromBytes,
} from '../lib/ids.ts';
import {
  type DropReply,
  type DropRequest,
  type MailboxReply,
  type MailboxRequest,
  type RefusalCode,
} from './frames.ts';
import {
  decodeDropReply,
  decodeDropRequest,
  decodeMailboxReply,
  decodeMailboxRequest,
  encodeDropReply,
  encodeDropRequest,
  encodeMailboxReply,
  encodeMailboxRequest,
} from './frame-codec.ts';
import { MAX_FRAME_BYTES, MAX_TURN_TEXT_BYTES } from './limits.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
console.log(`frame-codec seed ${seed}`);

const exactly = (length: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => new Uint8Array(bytes));
const upTo = (length: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ maxLength: length }).map((bytes) => new Uint8Array(bytes));
const u32 = fc.nat({ max: 0xffff_ffff });
const time = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const hash: fc.Arbitrary<TokenHash> = exactly(32).map((bytes) => tokenHashFromBytes(bytes));
const account = exactly(20).map(accountIdFromBytes);
const device = fc.constant(FIRST_DEVICE);
const prekey = fc.record({ id: u32, key: exactly(33) });
const signed = fc.record({ id: u32, key: exactly(33), signature: exactly(64) });
const kyber = fc.record({ id: u32, key: exactly(1569), signature: exactly(64) });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const turnUrl = fc
  .record({
    scheme: fc.constantFrom('turn', 'turns'),
    host: fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((address) => `[${address}]`),
    ),
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    transport: fc.constantFrom('', '?transport=udp', '?transport=tcp'),
  })
  .map(
    ({ scheme, host, port, transport }) =>
      `${scheme}:${host}${port === null ? '' : `:${port}`}${transport}`,
  )
  .filter((url) => url.length <= MAX_TURN_TEXT_BYTES);
const purpose = fc.constantFrom('contacts' as const, 'invite' as const, 'presence' as const);
const codes: RefusalCode[] = [
  'not-accepted-now',
  'expired',
  'revoked',
  'rate-limited',
  'mailbox-full',
  'too-large',
  'malformed',
  'wrong-socket',
  'unsupported-version',
  'not-authenticated',
  'bad-signature',
  'wrong-host',
  'not-holder',
  'failed',
];

const versions = fc.array(fc.nat({ max: 65_535 }), { maxLength: 16 });
const authentication = {
  n: u32,
  identityKey: exactly(33),
  device,
  installation: exactly(16).map((bytes) => installationIdFromBytes(bytes)),
  signature: exactly(64),
};
const mailboxRequest: fc.Arbitrary<MailboxRequest> = fc.oneof(
  fc.record({ type: fc.constant('hello' as const), versions }),
  fc.record({ type: fc.constantFrom('auth' as const, 'claim' as const), ...authentication }),
  fc.record({ type: fc.constant('confirm' as const), sequences: fc.array(time) }),
  fc.record(
    {
      type: fc.constant('prekeys' as const),
      n: u32,
      device,
      registrationId: u32,
      signedPrekey: signed,
      lastResortPrekey: kyber,
      oneTimePrekeys: fc.array(prekey, { maxLength: 5 }),
      kyberPrekeys: fc.array(kyber, { maxLength: 2 }),
    },
    {
      requiredKeys: ['type', 'n', 'device', 'registrationId', 'oneTimePrekeys', 'kyberPrekeys'],
    },
  ),
  fc.record({
    type: fc.constant('tokens' as const),
    n: u32,
    put: fc.array(
      fc.record({ hash, purpose, expires: time }, { requiredKeys: ['hash', 'purpose'] }),
    ),
    retire: fc.array(hash),
    revoke: fc.array(hash),
  }),
  fc.record({
    type: fc.constantFrom(
      'prekey-count' as const,
      'ledger' as const,
      'erase' as const,
      'turn' as const,
    ),
    n: u32,
  }),
);
const mailboxReply: fc.Arbitrary<MailboxReply> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    version: fc.nat({ max: 65_535 }),
    host: text,
    relayKey: exactly(32),
    nonce: exactly(32),
  }),
  fc.record({ type: fc.constant('welcome' as const), n: u32, fresh: fc.boolean() }),
  fc.record({ type: fc.constant('done' as const), n: u32 }),
  fc.record(
    {
      type: fc.constant('refused' as const),
      n: u32,
      code: fc.constantFrom(...codes),
      since: time,
    },
    { requiredKeys: ['type', 'n', 'code'] },
  ),
  fc.record({
    type: fc.constant('deliver' as const),
    sequence: time,
    class: fc.constantFrom('normal' as const, 'urgent' as const),
    token: hash,
    envelope: upTo(300),
  }),
  fc.record({ type: fc.constant('ephemeral' as const), envelope: upTo(300) }),
  fc.record({ type: fc.constantFrom('drained' as const, 'superseded' as const) }),
  fc.record({ type: fc.constant('prekey-count' as const), n: u32, oneTime: u32, kyber: u32 }),
  fc.record(
    {
      type: fc.constant('ledger' as const),
      n: u32,
      rows: fc.array(
        fc.record({
          table: text,
          columns: fc.array(fc.record({ name: text, value: text }), { maxLength: 4 }),
        }),
        { maxLength: 4 },
      ),
      more: fc.constant(true),
    },
    { requiredKeys: ['type', 'n', 'rows'] },
  ),
  fc.record({
    type: fc.constant('turn-servers' as const),
    n: u32,
    urls: fc.array(turnUrl, { maxLength: 8 }),
    username: text,
    credential: text,
    expires: time,
  }),
);
const dropRequest: fc.Arbitrary<DropRequest> = fc.oneof(
  fc.record({ type: fc.constant('hello' as const), versions }),
  fc.record({
    type: fc.constant('submit' as const),
    n: u32,
    mailbox: account,
    device,
    token: exactly(16),
    class: fc.constantFrom('normal' as const, 'urgent' as const),
    ttlSeconds: u32,
    envelope: upTo(300),
  }),
  fc.record({
    type: fc.constant('ephemeral' as const),
    mailbox: account,
    device,
    token: exactly(16),
    envelope: upTo(300),
  }),
  fc.record({
    type: fc.constant('bundle' as const),
    n: u32,
    mailbox: account,
    device,
    token: exactly(16),
  }),
  fc.record({ type: fc.constant('follow' as const), n: u32, mailbox: account, token: exactly(16) }),
  fc.record({ type: fc.constant('unfollow' as const) }),
);
const bundle = fc.record(
  {
    identityKey: exactly(33),
    registrationId: u32,
    signedPrekey: signed,
    kyberPrekey: kyber,
    oneTimePrekey: prekey,
  },
  { requiredKeys: ['identityKey', 'registrationId', 'signedPrekey', 'kyberPrekey'] },
);
const dropReply: fc.Arbitrary<DropReply> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    version: fc.nat({ max: 65_535 }),
    host: text,
    relayKey: exactly(32),
  }),
  fc.record({ type: fc.constant('stored' as const), n: u32, until: time }),
  fc.record({ type: fc.constant('refused' as const), n: u32, code: fc.constantFrom(...codes) }),
  fc.record({ type: fc.constant('bundle' as const), n: u32, bundle }),
  fc.record(
    {
      type: fc.constant('presence' as const),
      n: u32,
      mailbox: account,
      online: fc.boolean(),
      lastSeen: time,
    },
    { requiredKeys: ['type', 'mailbox', 'online'] },
  ),
);

interface Direction {
  readonly name: string;
  readonly frame: fc.Arbitrary<unknown>;
  readonly encode: (frame: never) => Bytes;
  readonly decode: (bytes: Uint8Array) => unknown;
}
const directions: Direction[] = [
  {
    name: 'mailbox requests',
    frame: mailboxRequest,
    encode: encodeMailboxRequest,
    decode: decodeMailboxRequest,
  },
  {
    name: 'mailbox replies',
    frame: mailboxReply,
    encode: encodeMailboxReply,
    decode: decodeMailboxReply,
  },
  {
    name: 'drop requests',
    frame: dropRequest,
    encode: encodeDropRequest,
    decode: decodeDropRequest,
  },
  { name: 'drop replies', frame: dropReply, encode: encodeDropReply, decode: decodeDropReply },
];

describe.each(directions)('$name', ({ frame, encode, decode }) => {
  it('come out of the wire as they went in', () => {
    fc.assert(
      fc.property(frame, (one) => {
        expect(decode(encode(one as never))).toStrictEqual(structuredClone(one));
      }),
      { seed, numRuns: 300 },
    );
  });

  it('that were cut, changed or lengthened are a valid frame or a Fault, and never anything else', () => {
    fc.assert(
      fc.property(
        frame,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.boolean(),
        upTo(8),
        (one, changes, cut, doCut, tail) => {
          const bytes = encode(one as never);
          const changed = new Uint8Array(bytes.length + tail.length);
          changed.set(bytes);
          changed.set(tail, bytes.length);
          for (const [at, value] of changes) changed[at % changed.length] = value;
          const hostile = doCut ? changed.subarray(0, cut % (changed.length + 1)) : changed;
          try {
            decode(hostile);
          } catch (error) {
            expect(
              isFault(error, 'malformed') ||
                isFault(error, 'wrong-socket') ||
                isFault(error, 'too-large'),
              String(error),
            ).toBe(true);
          }
        },
      ),
      { seed, numRuns: process.env['SOAK'] ? 50_000 : 2_000 },
    );
  });

  it('larger than a frame may be are refused before they are parsed', () => {
    expect(() => decode(new Uint8Array(MAX_FRAME_BYTES + 1))).toThrow('too-large');
  });

  it('with no type or an unknown one are malformed', () => {
    expect(() => decode(new Uint8Array(0))).toThrow('malformed');
    expect(() => decode(writeMessage().uint(1, 31).finish())).toThrow('malformed');
    expect(() =>
      decode(
        writeMessage()
          .uint(1, 2 ** 40)
          .finish(),
      ),
    ).toThrow('malformed');
  });
});

describe('frames', () => {
  it('on the wrong socket are recognised as such', () => {
    expect(() => decodeMailboxRequest(encodeDropRequest({ type: 'unfollow' }))).toThrow(
      'wrong-socket',
    );
    expect(() => decodeDropRequest(encodeMailboxRequest({ type: 'ledger', n: 1 }))).toThrow(
      'wrong-socket',
    );
    expect(() => decodeMailboxReply(encodeDropReply({ type: 'stored', n: 1, until: 1 }))).toThrow(
      'wrong-socket',
    );
    expect(() => decodeDropReply(encodeMailboxReply({ type: 'drained' }))).toThrow('wrong-socket');
  });

  it('in the wrong direction are malformed', () => {
    expect(() => decodeMailboxRequest(encodeMailboxReply({ type: 'drained' }))).toThrow(
      'malformed',
    );
  });

  it('name no device but the first', () => {
    const frame: DropRequest = {
      type: 'bundle',
      n: 1,
      mailbox: accountIdFromBytes(new Uint8Array(20)),
      device: 2 as never,
      token: new Uint8Array(16),
    };
    expect(() => decodeDropRequest(encodeDropRequest(frame))).toThrow('malformed');
  });

  it('cannot be submitted under the class that is never written', () => {
    const frame = {
      type: 'submit',
      n: 1,
      mailbox: accountIdFromBytes(new Uint8Array(20)),
      device: FIRST_DEVICE,
      token: new Uint8Array(16),
      class: 'ephemeral',
      ttlSeconds: 1,
      envelope: new Uint8Array(1),
    } as unknown as DropRequest;
    expect(() => decodeDropRequest(encodeDropRequest(frame))).toThrow('malformed');
  });

  it('name as TURN servers what is one, in bounds, and nothing else', () => {
    const most = `turn:${'a'.repeat(MAX_TURN_TEXT_BYTES - 5)}`;
    const known: MailboxReply = {
      type: 'turn-servers',
      n: 1,
      urls: Array.from({ length: 8 }, () => most),
      username: 'u'.repeat(MAX_TURN_TEXT_BYTES),
      credential: 'c'.repeat(MAX_TURN_TEXT_BYTES),
      expires: 1,
    };
    expect(decodeMailboxReply(encodeMailboxReply(known))).toEqual(known);
    const urls = [
      '',
      'turn:',
      'turn:host\n',
      'turn:host?transport=sctp',
      'turn:host?transport=udp&x=1',
      'turn:a b',
      'turn://host',
      'turn:me@host',
      'TURN:host',
      'turn:host/path',
      'stun:host',
      'https://host',
      'turn:hôst',
      `${most}a`,
    ];
    for (const changed of [
      ...urls.map((url) => ({ urls: ['turn:host', url] })),
      { urls: [...known.urls, 'turn:host'] },
      { username: `${known.username}u` },
      { credential: `${known.credential}c` },
    ])
      expect(() => decodeMailboxReply(encodeMailboxReply({ ...known, ...changed }))).toThrow(
        'malformed',
      );
  });

  it('keep their bytes: a known frame is written as documented', () => {
    expect(toHex(encodeMailboxRequest({ type: 'confirm', sequences: [1, 300] }))).toBe(
      '0804100110ac02',
    );
    expect(toHex(encodeDropReply({ type: 'stored', n: 7, until: 1_750_000_000_000 }))).toBe(
      '086210071880b883a1f732',
    );
  });

  it('carry fields of a later version, which are ignored', () => {
    const later = writeMessage().uint(1, 39).text(60, 'later').finish();
    expect(decodeMailboxReply(later)).toEqual({ type: 'drained' });
  });
});
