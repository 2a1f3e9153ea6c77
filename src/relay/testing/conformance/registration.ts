/** Hello, authentication and claim: who may have a mailbox. Source: docs/relay.md, Sockets and Authentication. */
import { describe, expect } from 'vitest';
import { type Bytes, toHex } from '../../../lib/bytes.ts';
import {
  dropClient,
  knock,
  mailboxClient,
  makePerson,
  otherInstallation,
  proofOf,
  putToken,
  refusal,
  settle,
  signInDrained,
  submit,
  uploadOf,
} from '../test-client.ts';
import { HOUR, type HostTest } from './host-test.ts';

export function describeRegistration(it: HostTest): void {
  describe('saying hello', () => {
    it('answers with version, host, key and a new nonce each time', async ({ host }) => {
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

    it('refuses versions it does not speak', async ({ host }) => {
      for (const socket of [await mailboxClient(host), await dropClient(host, false)]) {
        socket.send({ type: 'hello', versions: [2, 77] });
        expect(await refusal(socket)).toBe('unsupported-version');
        await socket.closed;
      }
    });

    it('refuses a client that was led to another name', async ({ host }) => {
      for (const socket of [
        await mailboxClient(host, 'evil.example'),
        await dropClient(host, false, 'evil.example'),
      ]) {
        socket.send({ type: 'hello', versions: [1] });
        expect(await refusal(socket)).toBe('wrong-host');
        await socket.closed;
      }
    });

    it('refuses requests before it', async ({ host }) => {
      const drop = await dropClient(host, false);
      drop.send({ type: 'unfollow' });
      expect(await refusal(drop)).toBe('malformed');
      await drop.closed;
      const mailbox = await mailboxClient(host);
      mailbox.send({ type: 'ledger', n: 5 });
      expect(await mailbox.next()).toEqual({ type: 'refused', n: 5, code: 'not-authenticated' });
      // What has no number concerns the connection.
      mailbox.send({ type: 'confirm', sequences: [1] });
      expect(await mailbox.next()).toEqual({ type: 'refused', n: 0, code: 'not-authenticated' });
      await mailbox.closed;
    });

    it('happens once', async ({ host }) => {
      const drop = await dropClient(host);
      drop.send({ type: 'hello', versions: [1] });
      expect(await refusal(drop)).toBe('malformed');
      await drop.closed;
    });

    it('has to happen in time', async ({ host }) => {
      const mailbox = await mailboxClient(host);
      host.advance(31_000);
      await mailbox.closed;
    });
  });

  describe('authentication', () => {
    it('makes the mailbox the first time and opens it afterwards', async ({ host, ana }) => {
      const first = await knock(host, ana);
      expect(await first.expect('welcome')).toEqual({ type: 'welcome', n: 1, fresh: true });
      await first.expect('drained');
      first.send(uploadOf(host, [1], [1]));
      await first.expect('done');
      first.close();
      const again = await knock(host, ana);
      expect((await again.expect('welcome')).fresh).toBe(false);
    });

    it('stays fresh until signed prekeys are there, for the first upload may be lost', async ({
      host,
      ana,
    }) => {
      (await signInDrained(host, ana)).close();
      expect((await (await knock(host, ana)).expect('welcome')).fresh).toBe(true);
    });

    it('takes each nonce once, and for 30 s', async ({ host, ana }) => {
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

    it('refuses a signature by another key, over another host, or of the other kind', async ({
      host,
      ana,
    }) => {
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

    it('by another installation is told since when it is not the holder', async ({ host, ana }) => {
      await signInDrained(host, ana);
      const other = await knock(host, otherInstallation(ana, host.random));
      const answer = await other.expect('refused');
      expect(answer.code).toBe('not-holder');
      expect(answer.since! % HOUR).toBe(0);
      expect(host.now() - answer.since!).toBeLessThan(HOUR);
    });

    it('by the same installation again wins over the older socket', async ({ host, ana }) => {
      const old = await signInDrained(host, ana);
      const next = await signInDrained(host, ana);
      await old.expect('superseded');
      await old.closed;
      await settle(next);
    });
  });

  describe('a claim', () => {
    it('takes the mailbox over: keys and tokens go, envelopes stay, the other socket is told', async ({
      host,
      ana,
    }) => {
      const old = await signInDrained(host, ana);
      const token = await putToken(host, old);
      old.send(uploadOf(host, [1, 2], [1]));
      await old.expect('done');
      const drop = await dropClient(host);
      const envelope = host.random(300);
      expect(await submit(drop, ana, token, envelope)).toBe('stored');
      await old.expect('deliver');
      const claimant = otherInstallation(ana, host.random);
      const socket = await knock(host, claimant, 'claim');
      expect((await socket.expect('welcome')).fresh).toBe(true);
      await old.expect('superseded');
      await old.closed;
      expect((await socket.expect('deliver')).envelope).toEqual(envelope);
      await socket.expect('drained');
      expect(await submit(drop, ana, token, envelope)).toBe('not-accepted-now');
      await settle(socket);
      expect(host.rows()['tokens']).toEqual([]);
      expect(host.rows()['signed_prekeys']).toEqual([]);
      expect(host.rows()['one_time_prekeys']).toEqual([]);
      expect(await refusal(await knock(host, ana))).toBe('not-holder');
    });
  });
}
