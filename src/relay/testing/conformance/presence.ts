/** Pulses and followers. Source: docs/relay.md, Presence. */
import { describe, expect } from 'vitest';
import {
  dropClient,
  followRequest,
  makePerson,
  makeToken,
  putToken,
  refusal,
  settle,
  signInDrained,
} from '../test-client.ts';
import { DAY, type HostTest } from './host-test.ts';

export function describePresence(it: HostTest): void {
  describe('presence', () => {
    it('is told to holders of its token, and only changes', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
      const token = await putToken(host, socket, 'presence');
      const drop = await dropClient(host);
      drop.send(followRequest(ana, token));
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

    it('is refused without one', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
      const contacts = await putToken(host, socket);
      const drop = await dropClient(host);
      drop.send(followRequest(ana, contacts));
      expect(await refusal(drop)).toBe('not-accepted-now');
      drop.send(followRequest(makePerson(host.random), contacts));
      expect(await refusal(drop)).toBe('not-accepted-now');
    });

    it('ends with its token, with another follow, and with unfollow', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
      const token = await putToken(host, socket, 'presence');
      const [cut, left] = [await dropClient(host), await dropClient(host)];
      for (const drop of [cut, left]) {
        drop.send(followRequest(ana, token));
        await drop.expect('presence');
      }
      left.send({ type: 'unfollow' });
      left.send(followRequest(ana, makeToken(host.random)));
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
      cut.send(followRequest(ana, token));
      expect(await refusal(cut)).toBe('not-accepted-now');
      expect(left.waiting).toEqual([]);
    });

    it('ends when the time of its token is over', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
      const token = await putToken(host, socket, 'presence', host.now() + DAY);
      const drop = await dropClient(host);
      drop.send(followRequest(ana, token));
      await drop.expect('presence');
      socket.pulse();
      expect((await drop.expect('presence')).online).toBe(true);
      host.advance(DAY);
      expect((await drop.expect('presence')).online).toBe(false);
      socket.pulse();
      const last = { type: 'presence', mailbox: ana.id, online: false };
      expect(await drop.next()).toEqual(last);
      socket.close();
      drop.send(followRequest(ana, token));
      expect(await refusal(drop)).toBe('not-accepted-now');
    });

    it('ends when its token is put again for less', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
      const [purpose, time] = [
        await putToken(host, socket, 'presence'),
        await putToken(host, socket, 'presence'),
      ];
      const drops = [await dropClient(host), await dropClient(host)] as const;
      drops[0].send(followRequest(ana, purpose));
      drops[1].send(followRequest(ana, time));
      for (const drop of drops) await drop.expect('presence');
      socket.pulse();
      for (const drop of drops) expect((await drop.expect('presence')).online).toBe(true);
      const same = { type: 'tokens' as const, n: 8, retire: [], revoke: [] };
      // A change repeated after a lost answer takes nothing away.
      socket.send({ ...same, put: [{ hash: time.hash, purpose: 'presence' }] });
      await socket.expect('done');
      for (const drop of drops) expect(drop.waiting).toEqual([]);
      const expires = host.now() + DAY;
      socket.send({
        ...same,
        put: [
          { hash: purpose.hash, purpose: 'contacts' },
          { hash: time.hash, purpose: 'presence', expires },
        ],
      });
      await socket.expect('done');
      const last = { type: 'presence', mailbox: ana.id, online: false };
      for (const drop of drops) expect(await drop.next()).toEqual(last);
    });

    it('is in no row', async ({ host, ana }) => {
      const before = host.rows();
      const socket = await signInDrained(host, ana);
      const rows = JSON.stringify(host.rows());
      socket.pulse();
      await settle(socket);
      expect(JSON.stringify(host.rows())).toBe(rows);
      expect(before['mailboxes']).toEqual([]);
    });
  });
}
