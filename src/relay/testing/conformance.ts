/**
 * What every host of the relay must do, written once: each frame and each refusal, over whatever sockets and
 * database the host has. Source: docs/relay.md.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../crypto/sha256.ts';
import { type Bytes, toHex } from '../../lib/bytes.ts';
import { FIRST_DEVICE, accountIdFromBytes } from '../../lib/ids.ts';
import { encodeDropRequest, encodeMailboxRequest } from '../../wire/frame-codec.ts';
import { type LedgerRow } from '../../wire/frames.ts';
import { MAX_ENVELOPE_BYTES, MAX_FRAME_BYTES } from '../../wire/limits.ts';
import { showRow } from '../core/ledger.ts';
import {
  type DropClient,
  type HostUnderTest,
  type MailboxClient,
  type Person,
  type Token,
  dropClient,
  knock,
  mailboxClient,
  makePerson,
  makeToken,
  otherInstallation,
  proofOf,
  putToken,
  signIn,
  submission,
  uploadOf,
} from './test-client.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Runs the suite against a host. */
export function describeConformance(name: string, startHost: () => Promise<HostUnderTest>): void {
  describe(`the relay on ${name}`, () => {
    let host: HostUnderTest;
    let ana: Person;
    beforeEach(async () => {
      host = await startHost();
      ana = makePerson(host.random);
    });
    afterEach(() => host.close());

    const bytes = (length: number): Bytes => host.random(length);
    const refusal = async (socket: MailboxClient | DropClient): Promise<string> => {
      const frame = await socket.next();
      return frame.type === 'refused' ? frame.code : frame.type;
    };
    /** Ana signed in with the backlog behind her. */
    const anaOnline = async (): Promise<MailboxClient> => {
      const socket = await signIn(host, ana);
      await socket.expect('drained');
      return socket;
    };
    /** Waits until everything Ana's socket asked for is durable. */
    const settle = async (socket: MailboxClient): Promise<void> => {
      socket.send({ type: 'prekey-count', n: 99 });
      await socket.expect('prekey-count');
    };
    const submit = async (
      drop: DropClient,
      token: Token,
      envelope: Bytes,
      more: Parameters<typeof submission>[4] = {},
    ): Promise<string> => {
      drop.send(submission(ana, token.token, envelope, 7, more));
      const frame = await drop.next();
      return frame.type === 'refused' ? frame.code : frame.type;
    };

    describe('saying hello', () => {
      it('answers with version, host, key and a new nonce each time', async () => {
        const first = await mailboxClient(host);
        first.send({ type: 'hello', versions: [9, 1] });
        const one = await first.expect('hello');
        const second = await mailboxClient(host);
        second.send({ type: 'hello', versions: [1] });
        const two = await second.expect('hello');
        expect(one.version).toBe(1);
        expect(one.host).toBe(host.host);
        expect(toHex(one.relayKey)).toBe(toHex(two.relayKey));
        expect(toHex(one.nonce)).not.toBe(toHex(two.nonce));
        const drop = await dropClient(host, false);
        drop.send({ type: 'hello', versions: [1] });
        expect(toHex((await drop.expect('hello')).relayKey)).toBe(toHex(one.relayKey));
      });

      it('refuses versions it does not speak', async () => {
        for (const socket of [await mailboxClient(host), await dropClient(host, false)]) {
          socket.send({ type: 'hello', versions: [2, 77] });
          expect(await refusal(socket)).toBe('unsupported-version');
          await socket.closed;
        }
      });

      it('refuses a client that was led to another name', async () => {
        for (const socket of [
          await mailboxClient(host, 'evil.example'),
          await dropClient(host, false, 'evil.example'),
        ]) {
          socket.send({ type: 'hello', versions: [1] });
          expect(await refusal(socket)).toBe('wrong-host');
          await socket.closed;
        }
      });

      it('refuses requests before it', async () => {
        const drop = await dropClient(host, false);
        drop.send({ type: 'unfollow' });
        expect(await refusal(drop)).toBe('malformed');
        await drop.closed;
        const mailbox = await mailboxClient(host);
        mailbox.send({ type: 'ledger', n: 5 });
        expect(await mailbox.next()).toEqual({ type: 'refused', n: 5, code: 'not-authenticated' });
      });

      it('happens once', async () => {
        const drop = await dropClient(host);
        drop.send({ type: 'hello', versions: [1] });
        expect(await refusal(drop)).toBe('malformed');
        await drop.closed;
      });

      it('has to happen in time', async () => {
        const mailbox = await mailboxClient(host);
        host.advance(31_000);
        await mailbox.closed;
      });
    });

    describe('hostile frames', () => {
      it('end the connection and nothing else', async () => {
        const online = await anaOnline();
        for (const hostile of [new Uint8Array(0), bytes(50), Uint8Array.of(8, 1, 0x12, 0xff)]) {
          const mailbox = await mailboxClient(host);
          mailbox.sendRaw(hostile);
          expect(await refusal(mailbox)).toBe('malformed');
          await mailbox.closed;
          const drop = await dropClient(host);
          drop.sendRaw(hostile);
          expect(await refusal(drop)).toBe('malformed');
          await drop.closed;
        }
        await settle(online);
      });

      it('on the wrong socket are told so', async () => {
        const mailbox = await mailboxClient(host);
        mailbox.sendRaw(encodeDropRequest({ type: 'unfollow' }));
        expect(await refusal(mailbox)).toBe('wrong-socket');
        await mailbox.closed;
        const drop = await dropClient(host);
        drop.sendRaw(encodeMailboxRequest({ type: 'ledger', n: 1 }));
        expect(await refusal(drop)).toBe('wrong-socket');
        await drop.closed;
      });

      it('that are too large close the socket', async () => {
        const drop = await dropClient(host);
        drop.sendRaw(new Uint8Array(MAX_FRAME_BYTES + 1));
        await drop.closed;
      });
    });

    describe('authentication', () => {
      it('makes the mailbox the first time and opens it afterwards', async () => {
        const first = await knock(host, ana);
        expect(await first.expect('welcome')).toEqual({ type: 'welcome', n: 1, fresh: true });
        await first.expect('drained');
        first.send(uploadOf(host, [1], [1]));
        await first.expect('done');
        first.close();
        const again = await knock(host, ana);
        expect((await again.expect('welcome')).fresh).toBe(false);
      });

      it('stays fresh until signed prekeys are there, for the first upload may be lost', async () => {
        (await anaOnline()).close();
        expect((await (await knock(host, ana)).expect('welcome')).fresh).toBe(true);
      });

      it('takes each nonce once, and for 30 s', async () => {
        const socket = await mailboxClient(host);
        socket.send({ type: 'hello', versions: [1] });
        const { nonce } = await socket.expect('hello');
        socket.send(await proofOf(host, ana, 'auth', nonce, 'other.example'));
        expect(await refusal(socket)).toBe('bad-signature');
        socket.send(await proofOf(host, ana, 'auth', nonce));
        expect(await refusal(socket)).toBe('bad-signature');

        const other = await mailboxClient(host);
        other.send({ type: 'hello', versions: [1] });
        const late = await other.expect('hello');
        // A nonce of one socket is worth nothing on another.
        const third = await mailboxClient(host);
        third.send({ type: 'hello', versions: [1] });
        await third.expect('hello');
        third.send(await proofOf(host, ana, 'auth', late.nonce));
        expect(await refusal(third)).toBe('bad-signature');
        host.advance(30_000);
        other.send(await proofOf(host, ana, 'auth', late.nonce));
        await other.closed;
        expect(host.rows()['mailboxes']).toEqual([]);
      });

      it('refuses a signature by another key, over another host, or of the other kind', async () => {
        const eve = makePerson(host.random);
        const spoilt = [
          async (nonce: Bytes) => ({
            ...(await proofOf(host, eve, 'auth', nonce)),
            identityKey: ana.identityKey,
          }),
          (nonce: Bytes) => proofOf(host, ana, 'auth', nonce, 'evil.example'),
          async (nonce: Bytes) => ({
            ...(await proofOf(host, ana, 'auth', nonce)),
            type: 'claim' as const,
          }),
          async (nonce: Bytes) => ({
            ...(await proofOf(host, ana, 'auth', nonce)),
            installation: eve.installation,
          }),
          async (nonce: Bytes) => ({
            ...(await proofOf(host, ana, 'auth', nonce)),
            identityKey: new Uint8Array(33).fill(0xff),
          }),
        ];
        for (const spoil of spoilt) {
          const socket = await mailboxClient(host);
          socket.send({ type: 'hello', versions: [1] });
          socket.send(await spoil((await socket.expect('hello')).nonce));
          expect(await refusal(socket)).toBe('bad-signature');
        }
        expect(host.rows()['mailboxes']).toEqual([]);
      });

      it('by another installation is told since when it is not the holder', async () => {
        await anaOnline();
        const other = await knock(host, otherInstallation(ana, host.random));
        const answer = await other.expect('refused');
        expect(answer.code).toBe('not-holder');
        expect(answer.since! % HOUR).toBe(0);
        expect(host.now() - answer.since!).toBeLessThan(HOUR);
      });

      it('by the same installation again wins over the older socket', async () => {
        const old = await anaOnline();
        const next = await anaOnline();
        await old.expect('superseded');
        await old.closed;
        await settle(next);
      });
    });

    describe('a claim', () => {
      it('takes the mailbox over: keys and tokens go, envelopes stay, the other socket is told', async () => {
        const old = await anaOnline();
        const token = await putToken(host, old);
        old.send(uploadOf(host, [1, 2], [1]));
        await old.expect('done');
        const drop = await dropClient(host);
        const envelope = bytes(300);
        expect(await submit(drop, token, envelope)).toBe('stored');
        await old.expect('deliver');
        const claimant = otherInstallation(ana, host.random);
        const socket = await knock(host, claimant, 'claim');
        expect((await socket.expect('welcome')).fresh).toBe(true);
        await old.expect('superseded');
        await old.closed;
        expect((await socket.expect('deliver')).envelope).toEqual(envelope);
        await socket.expect('drained');
        expect(await submit(drop, token, envelope)).toBe('not-accepted-now');
        await settle(socket);
        expect(host.rows()['tokens']).toEqual([]);
        expect(host.rows()['signed_prekeys']).toEqual([]);
        expect(host.rows()['one_time_prekeys']).toEqual([]);
        expect(await refusal(await knock(host, ana))).toBe('not-holder');
      });
    });

    describe('delivery', () => {
      it('stores for who is offline and hands over in order, until confirmed', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        socket.close();
        const drop = await dropClient(host);
        const sent = [bytes(400), bytes(500), bytes(600)];
        for (const envelope of sent) expect(await submit(drop, token, envelope)).toBe('stored');

        const back = await signIn(host, ana);
        const got = [];
        for (let i = 0; i < sent.length; i++) got.push(await back.expect('deliver'));
        await back.expect('drained');
        expect(got.map(({ envelope }) => envelope)).toEqual(sent);
        expect(got.map(({ token: on }) => on)).toEqual(sent.map(() => token.hash));
        back.send({ type: 'confirm', sequences: [got[0]!.sequence, 12_345] });
        await settle(back);
        back.close();

        await host.restart();
        const again = await signIn(host, ana);
        expect((await again.expect('deliver')).envelope).toEqual(sent[1]);
        expect((await again.expect('deliver')).envelope).toEqual(sent[2]);
        await again.expect('drained');
      });

      it('reaches who is online at once, and leaves nothing behind', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        const drop = await dropClient(host);
        drop.send(submission(ana, token.token, bytes(300), 4, { class: 'urgent' }));
        const { sequence, class: envelopeClass } = await socket.expect('deliver');
        expect(envelopeClass).toBe('urgent');
        socket.send({ type: 'confirm', sequences: [sequence] });
        expect((await drop.expect('stored')).n).toBe(4);
        await settle(socket);
        expect(host.rows()['queue']).toEqual([]);
      });

      it('keeps a window: no more than its receiver confirms is under way', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        socket.close();
        const drop = await dropClient(host);
        const count = 600;
        for (let i = 0; i < count; i++)
          drop.send(submission(ana, token.token, Uint8Array.of(i >> 8, i & 255), i));
        for (let i = 0; i < count; i++) await drop.expect('stored');
        const back = await signIn(host, ana);
        const seen: number[] = [];
        const take = async (): Promise<number> => {
          const { envelope, sequence } = await back.expect('deliver');
          seen.push((envelope[0]! << 8) | envelope[1]!);
          return sequence;
        };
        const first: number[] = [];
        for (let i = 0; i < 256; i++) first.push(await take());
        // The window is full: whatever is asked now is answered before the next envelope.
        await settle(back);
        back.send({ type: 'confirm', sequences: first });
        while (seen.length < count) back.send({ type: 'confirm', sequences: [await take()] });
        await back.expect('drained');
        expect(seen).toEqual([...Array(count).keys()]);
        await settle(back);
        expect(host.rows()['queue']).toEqual([]);
      });

      it('ignores confirmations of what this socket was not sent', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        const drop = await dropClient(host);
        await submit(drop, token, bytes(300));
        const { sequence } = await socket.expect('deliver');
        const next = await signIn(host, ana);
        await socket.closed;
        next.send({ type: 'confirm', sequences: [sequence + 1] });
        await next.expect('deliver');
        await next.expect('drained');
        await settle(next);
        expect(host.rows()['queue']).toHaveLength(1);
      });

      it('drops what has expired', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        socket.close();
        const drop = await dropClient(host);
        await submit(drop, token, bytes(300), { class: 'urgent', ttlSeconds: 9_999_999 });
        await submit(drop, token, bytes(301));
        host.advance(10 * 60_000);
        const back = await signIn(host, ana);
        expect((await back.expect('deliver')).envelope.length).toBe(301);
        await back.expect('drained');
        back.close();
        host.advance(31 * DAY);
        const later = await signIn(host, ana);
        await later.expect('drained');
        await settle(later);
        expect(host.rows()['queue']).toEqual([]);
      });

      it('is refused when the envelope is too large, empty, or the mailbox full', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        socket.close();
        const drop = await dropClient(host);
        expect(await submit(drop, token, new Uint8Array(MAX_ENVELOPE_BYTES + 1))).toBe('too-large');
        expect(await submit(drop, token, new Uint8Array(0))).toBe('malformed');
        const largest = new Uint8Array(MAX_ENVELOPE_BYTES);
        for (let i = 0; i < 256; i++) expect(await submit(drop, token, largest)).toBe('stored');
        expect(await submit(drop, token, bytes(1))).toBe('mailbox-full');
      });

      it('of an ephemeral envelope goes to who is online, and is never written', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        const invite = await putToken(host, socket, 'invite');
        const drop = await dropClient(host);
        const frame = { type: 'ephemeral' as const, mailbox: ana.id, device: FIRST_DEVICE };
        drop.send({ ...frame, token: bytes(16), envelope: bytes(10) });
        drop.send({ ...frame, token: invite.token, envelope: bytes(10) });
        drop.send({ ...frame, token: token.token, envelope: Uint8Array.of(1, 2, 3) });
        expect((await socket.expect('ephemeral')).envelope).toEqual(Uint8Array.of(1, 2, 3));
        socket.close();
        drop.send({ ...frame, token: token.token, envelope: bytes(10) });
        expect(await submit(drop, token, bytes(300))).toBe('stored');
        expect(host.rows()['queue']).toHaveLength(1);
      });
    });

    describe('tokens', () => {
      it('unknown, of another purpose, or for nobody are one answer', async () => {
        const socket = await anaOnline();
        const presence = await putToken(host, socket, 'presence');
        const drop = await dropClient(host);
        expect(await submit(drop, makeToken(host.random), bytes(9))).toBe('not-accepted-now');
        expect(await submit(drop, presence, bytes(9))).toBe('not-accepted-now');
        expect(
          await submit(drop, presence, bytes(9), { mailbox: accountIdFromBytes(bytes(20)) }),
        ).toBe('not-accepted-now');
      });

      it('are told by their hashes alone', async () => {
        const socket = await anaOnline();
        const { token, hash } = await putToken(host, socket);
        expect(hash).toBe(toHex(sha256(token)));
        expect(JSON.stringify(host.rows())).toContain(hash);
        expect(JSON.stringify(host.rows())).not.toContain(toHex(token));
      });

      it('of invites may be answered expired or revoked; others are not accepted now', async () => {
        const socket = await anaOnline();
        const soon = host.now() + DAY;
        const invite = await putToken(host, socket, 'invite', soon);
        const withdrawn = await putToken(host, socket, 'invite');
        const contacts = await putToken(host, socket, 'contacts', soon);
        const group = await putToken(host, socket);
        socket.send({
          type: 'tokens',
          n: 8,
          put: [],
          retire: [],
          revoke: [withdrawn.hash, group.hash],
        });
        await socket.expect('done');
        const drop = await dropClient(host);
        expect(await submit(drop, invite, bytes(9))).toBe('stored');
        expect(await submit(drop, contacts, bytes(9))).toBe('stored');
        expect(await submit(drop, withdrawn, bytes(9))).toBe('revoked');
        expect(await submit(drop, group, bytes(9))).toBe('not-accepted-now');
        host.advance(DAY);
        expect(await submit(drop, invite, bytes(9))).toBe('expired');
        expect(await submit(drop, contacts, bytes(9))).toBe('not-accepted-now');
      });

      it('that are retired are good for 30 days under a quota they share', async () => {
        const socket = await anaOnline();
        const first = await putToken(host, socket);
        const second = await putToken(host, socket);
        const live = await putToken(host, socket);
        socket.send(uploadOf(host, [1], [1]));
        await socket.expect('done');
        socket.send({
          type: 'tokens',
          n: 8,
          put: [],
          retire: [first.hash, second.hash],
          revoke: [],
        });
        await socket.expect('done');
        socket.close();
        const drop = await dropClient(host);
        for (let i = 0; i < 200; i++)
          expect(await submit(drop, i % 2 ? first : second, bytes(9))).toBe('stored');
        expect(await submit(drop, first, bytes(9))).toBe('not-accepted-now');
        expect(await submit(drop, second, bytes(9))).toBe('not-accepted-now');
        expect(await submit(drop, live, bytes(9))).toBe('stored');
        drop.send({
          type: 'bundle',
          n: 5,
          mailbox: ana.id,
          device: FIRST_DEVICE,
          token: first.token,
        });
        await drop.expect('bundle');
        host.advance(31 * DAY);
        drop.send({
          type: 'bundle',
          n: 5,
          mailbox: ana.id,
          device: FIRST_DEVICE,
          token: first.token,
        });
        expect(await refusal(drop)).toBe('not-accepted-now');
      });

      it('of an invite carry a few messages, then rest', async () => {
        const socket = await anaOnline();
        const invite = await putToken(host, socket, 'invite');
        socket.close();
        const drop = await dropClient(host);
        const answers = new Set<string>();
        for (let i = 0; i < 61; i++) answers.add(await submit(drop, invite, bytes(9)));
        expect([...answers]).toEqual(['stored', 'rate-limited']);
        host.advance(5_000);
        expect(await submit(drop, invite, bytes(9))).toBe('stored');
      });

      it('are taken again as they were, and not without end', async () => {
        const socket = await anaOnline();
        const { hash } = await putToken(host, socket);
        const put = [{ hash, purpose: 'contacts' as const }];
        socket.send({ type: 'tokens', n: 8, put, retire: [hash], revoke: [hash] });
        await socket.expect('done');
        socket.send({ type: 'tokens', n: 9, put: [], retire: [hash], revoke: [hash] });
        await socket.expect('done');
        const many = Array.from({ length: 1_000 }, () => ({
          hash: makeToken(host.random).hash,
          purpose: 'contacts' as const,
        }));
        socket.send({ type: 'tokens', n: 10, put: many, retire: [], revoke: [] });
        await socket.expect('done');
        socket.send({ type: 'tokens', n: 11, put, retire: [], revoke: [] });
        expect(await socket.next()).toEqual({ type: 'refused', n: 11, code: 'too-large' });
      });
    });

    describe('prekeys', () => {
      const fetchBundle = async (drop: DropClient, token: Token) => {
        drop.send({
          type: 'bundle',
          n: 6,
          mailbox: ana.id,
          device: FIRST_DEVICE,
          token: token.token,
        });
        return (await drop.expect('bundle')).bundle;
      };

      it('go out once each; used up, the last resort stands in', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        const upload = uploadOf(host, [11, 12], [21]);
        socket.send(upload);
        await socket.expect('done');
        const drop = await dropClient(host);
        const bundles = [];
        for (let i = 0; i < 3; i++) bundles.push(await fetchBundle(drop, token));
        expect(bundles.map(({ oneTimePrekey }) => oneTimePrekey?.id)).toEqual([11, 12, undefined]);
        expect(bundles.map(({ kyberPrekey }) => kyberPrekey.id)).toEqual([21, 2, 2]);
        expect(bundles[0]!.identityKey).toEqual(ana.identityKey);
        expect(bundles[0]!.registrationId).toBe(4_711);
        expect(bundles[0]!.signedPrekey).toEqual(upload.signedPrekey);
        expect(bundles[1]!.kyberPrekey).toEqual(upload.lastResortPrekey);
        socket.send({ type: 'prekey-count', n: 12 });
        expect(await socket.next()).toEqual({ type: 'prekey-count', n: 12, oneTime: 0, kyber: 0 });
      });

      it('are not brought back by an upload that is repeated', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        const upload = uploadOf(host, [11, 12], [21]);
        socket.send(upload);
        await socket.expect('done');
        const drop = await dropClient(host);
        expect((await fetchBundle(drop, token)).oneTimePrekey?.id).toBe(11);
        await host.restart();
        const back = await signIn(host, ana);
        await back.expect('drained');
        back.send(upload);
        await back.expect('done');
        back.send({ type: 'prekey-count', n: 12 });
        expect(await back.next()).toEqual({ type: 'prekey-count', n: 12, oneTime: 1, kyber: 0 });
        const other = await dropClient(host);
        const next = await fetchBundle(other, token);
        expect(next.oneTimePrekey?.id).toBe(12);
        expect(next.kyberPrekey.id).toBe(2);
      });

      it('come without one-time keys over the rate, and never as a refusal', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        socket.send(uploadOf(host, [...Array(100).keys()], [1]));
        await socket.expect('done');
        const drop = await dropClient(host);
        for (let i = 0; i < 20; i++)
          expect((await fetchBundle(drop, token)).oneTimePrekey).toBeDefined();
        expect((await fetchBundle(drop, token)).oneTimePrekey).toBeUndefined();
        host.advance(61_000);
        expect((await fetchBundle(drop, token)).oneTimePrekey).toBeDefined();
      });

      it('need a token, and an owner who put them', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        const drop = await dropClient(host);
        const ask = { type: 'bundle' as const, n: 6, mailbox: ana.id, device: FIRST_DEVICE };
        drop.send({ ...ask, token: token.token });
        expect(await refusal(drop)).toBe('not-accepted-now');
        socket.send(uploadOf(host, [1], [1]));
        await socket.expect('done');
        drop.send({ ...ask, token: bytes(16) });
        expect(await refusal(drop)).toBe('not-accepted-now');
      });

      it('are bounded in number', async () => {
        const socket = await anaOnline();
        socket.send(uploadOf(host, [...Array(150).keys()], []));
        await socket.expect('done');
        socket.send(
          uploadOf(
            host,
            [...Array(150).keys()].map((id) => id + 100),
            [],
          ),
        );
        await socket.expect('refused');
        socket.send({ type: 'prekey-count', n: 12 });
        expect((await socket.expect('prekey-count')).oneTime).toBe(150);
      });
    });

    describe('presence', () => {
      const followAna = (drop: DropClient, token: Token): void =>
        drop.send({ type: 'follow', n: 3, mailbox: ana.id, token: token.token });

      it('is told to holders of its token, and only changes', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket, 'presence');
        const drop = await dropClient(host);
        followAna(drop, token);
        expect(await drop.next()).toEqual({
          type: 'presence',
          n: 3,
          mailbox: ana.id,
          online: false,
        });
        socket.pulse();
        const seen = host.now();
        expect(await drop.next()).toEqual({
          type: 'presence',
          mailbox: ana.id,
          online: true,
          lastSeen: seen,
        });
        host.advance(5_000);
        socket.pulse();
        await settle(socket);
        expect(drop.waiting).toEqual([]);
        host.advance(11_999);
        expect(drop.waiting).toEqual([]);
        host.advance(1);
        expect(await drop.next()).toEqual({
          type: 'presence',
          mailbox: ana.id,
          online: false,
          lastSeen: seen + 5_000,
        });
        socket.pulse();
        expect((await drop.expect('presence')).online).toBe(true);
        socket.close();
        expect((await drop.expect('presence')).online).toBe(false);
      });

      it('is refused without one', async () => {
        const socket = await anaOnline();
        const contacts = await putToken(host, socket);
        const drop = await dropClient(host);
        followAna(drop, contacts);
        expect(await refusal(drop)).toBe('not-accepted-now');
        drop.send({
          type: 'follow',
          n: 4,
          mailbox: accountIdFromBytes(bytes(20)),
          token: contacts.token,
        });
        expect(await refusal(drop)).toBe('not-accepted-now');
      });

      it('ends with its token, with another follow, and with unfollow', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket, 'presence');
        const [cut, left] = [await dropClient(host), await dropClient(host)];
        for (const drop of [cut, left]) {
          followAna(drop, token);
          await drop.expect('presence');
        }
        left.send({ type: 'unfollow' });
        left.send({ type: 'follow', n: 9, mailbox: ana.id, token: bytes(16) });
        await left.expect('refused');
        socket.pulse();
        expect((await cut.expect('presence')).online).toBe(true);
        socket.send({ type: 'tokens', n: 8, put: [], retire: [], revoke: [token.hash] });
        await socket.expect('done');
        expect(await cut.expect('presence')).toEqual({
          type: 'presence',
          mailbox: ana.id,
          online: false,
        });
        followAna(cut, token);
        expect(await refusal(cut)).toBe('not-accepted-now');
        expect(left.waiting).toEqual([]);
      });

      it('is in no row', async () => {
        const before = host.rows();
        const socket = await anaOnline();
        const rows = JSON.stringify(host.rows());
        socket.pulse();
        await settle(socket);
        expect(JSON.stringify(host.rows())).toBe(rows);
        expect(before['mailboxes']).toEqual([]);
      });
    });

    describe('the ledger', () => {
      const readLedger = async (socket: MailboxClient): Promise<LedgerRow[]> => {
        socket.send({ type: 'ledger', n: 20 });
        const rows: LedgerRow[] = [];
        for (;;) {
          const page = await socket.expect('ledger');
          rows.push(...page.rows);
          if (!page.more) return rows;
        }
      };
      const sorted = (rows: LedgerRow[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

      it('is exactly the rows of the mailbox, with every column', async () => {
        const ben = makePerson(host.random);
        const benSocket = await signIn(host, ben);
        await benSocket.expect('drained');
        await putToken(host, benSocket);
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        await putToken(host, socket, 'invite', host.now() + DAY);
        socket.send(uploadOf(host, [...Array(200).keys()], [...Array(20).keys()]));
        await socket.expect('done');
        const drop = await dropClient(host);
        for (let i = 0; i < 600; i++) drop.send(submission(ana, token.token, bytes(40), i));
        for (let i = 0; i < 600; i++) await drop.expect('stored');
        const again = await signIn(host, ana);
        for (let i = 0; i < 256; i++) await again.expect('deliver');
        const rows = await readLedger(again);
        const expected = Object.entries(host.rows()).flatMap(([table, found]) =>
          found.filter((row) => row['mailbox'] === ana.id).map((row) => showRow(table, row)),
        );
        expect(rows.length).toBe(1 + 2 + 2 + 200 + 20 + 600);
        expect(sorted(rows)).toEqual(sorted(expected));
        expect(JSON.stringify(rows)).not.toContain(ben.id);
      });

      it('names who submitted nowhere, and the time of arrival to the hour', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        socket.close();
        const drop = await dropClient(host);
        await submit(drop, token, bytes(40));
        const [row] = host.rows()['queue']!;
        expect(Object.keys(row!).sort()).toEqual([
          'arrived',
          'class',
          'device',
          'envelope',
          'expires',
          'mailbox',
          'sequence',
          'token',
        ]);
        expect(Number(row!['arrived']) % HOUR).toBe(0);
        expect(Number(row!['expires']) % HOUR).toBe(0);
      });

      it('is not given without end', async () => {
        const socket = await anaOnline();
        for (let i = 0; i < 10; i++) await readLedger(socket);
        socket.send({ type: 'ledger', n: 21 });
        expect(await refusal(socket)).toBe('rate-limited');
      });
    });

    describe('erasing', () => {
      it('leaves no row, and the account may begin anew', async () => {
        const socket = await anaOnline();
        const token = await putToken(host, socket);
        socket.send(uploadOf(host, [1, 2], [1]));
        await socket.expect('done');
        const drop = await dropClient(host);
        await submit(drop, token, bytes(40));
        await socket.expect('deliver');
        socket.send({ type: 'erase', n: 30 });
        expect(await socket.next()).toEqual({ type: 'done', n: 30 });
        await socket.closed;
        for (const rows of Object.values(host.rows()))
          expect(rows.filter((row) => row['mailbox'] === ana.id)).toEqual([]);
        expect(await submit(drop, token, bytes(40))).toBe('not-accepted-now');
        await host.restart();
        expect((await (await knock(host, ana)).expect('welcome')).fresh).toBe(true);
      });
    });
  });
}
