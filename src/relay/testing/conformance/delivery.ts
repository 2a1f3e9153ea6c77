/** Envelopes: stored, handed over, confirmed, expired, refused. Source: docs/relay.md, Delivery. */
import { describe, expect } from 'vitest';
import { FIRST_DEVICE } from '../../../lib/ids.ts';
import { MAX_ENVELOPE_BYTES } from '../../../wire/limits.ts';
import {
  absentReceiver,
  dropClient,
  putToken,
  receiver,
  settle,
  signIn,
  submission,
  submit,
} from '../test-client.ts';
import { DAY, type HostTest } from './host-test.ts';

export function describeDelivery(it: HostTest): void {
  describe('delivery', () => {
    it('stores for who is offline and hands over in order, until confirmed', async ({
      host,
      ana,
    }) => {
      const { token, drop } = await absentReceiver(host, ana);
      const sent = [host.random(400), host.random(500), host.random(600)];
      for (const envelope of sent) expect(await submit(drop, ana, token, envelope)).toBe('stored');

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

    it('reaches who is online at once, and leaves nothing behind', async ({ host, ana }) => {
      const { socket, token } = await receiver(host, ana);
      const drop = await dropClient(host);
      drop.send(submission(ana, token, host.random(300), 4, { class: 'urgent' }));
      const { sequence, class: envelopeClass } = await socket.expect('deliver');
      expect(envelopeClass).toBe('urgent');
      socket.send({ type: 'confirm', sequences: [sequence] });
      expect((await drop.expect('stored')).n).toBe(4);
      await settle(socket);
      expect(host.rows()['queue']).toEqual([]);
    });

    it('keeps a window: no more than its receiver confirms is under way', async ({ host, ana }) => {
      const { token, drop } = await absentReceiver(host, ana);
      const count = 600;
      for (let i = 0; i < count; i++)
        drop.send(submission(ana, token, Uint8Array.of(i >> 8, i & 255), i));
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

    it('ignores confirmations of what this socket was not sent', async ({ host, ana }) => {
      const { socket, token } = await receiver(host, ana);
      const drop = await dropClient(host);
      await submit(drop, ana, token, host.random(300));
      const { sequence } = await socket.expect('deliver');
      const next = await signIn(host, ana);
      await socket.closed;
      next.send({ type: 'confirm', sequences: [sequence + 1] });
      await next.expect('deliver');
      await next.expect('drained');
      await settle(next);
      expect(host.rows()['queue']).toHaveLength(1);
    });

    it('drops what has expired', async ({ host, ana }) => {
      const { token, drop } = await absentReceiver(host, ana);
      await submit(drop, ana, token, host.random(300), { class: 'urgent', ttlSeconds: 9_999_999 });
      await submit(drop, ana, token, host.random(301));
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

    it('is refused when the envelope is too large, empty, or the mailbox full', async ({
      host,
      ana,
    }) => {
      const { token, drop } = await absentReceiver(host, ana);
      expect(await submit(drop, ana, token, new Uint8Array(MAX_ENVELOPE_BYTES + 1))).toBe(
        'too-large',
      );
      expect(await submit(drop, ana, token, new Uint8Array(0))).toBe('malformed');
      const largest = new Uint8Array(MAX_ENVELOPE_BYTES);
      for (let i = 0; i < 256; i++) expect(await submit(drop, ana, token, largest)).toBe('stored');
      expect(await submit(drop, ana, token, host.random(1))).toBe('mailbox-full');
    });

    it('of an ephemeral envelope goes to who is online, and is never written', async ({
      host,
      ana,
    }) => {
      const { socket, token } = await receiver(host, ana);
      const invite = await putToken(host, socket, 'invite');
      const drop = await dropClient(host);
      const frame = { type: 'ephemeral' as const, mailbox: ana.id, device: FIRST_DEVICE };
      drop.send({ ...frame, token: host.random(16), envelope: host.random(10) });
      drop.send({ ...frame, token: invite.token, envelope: host.random(10) });
      drop.send({ ...frame, token: token.token, envelope: Uint8Array.of(1, 2, 3) });
      expect((await socket.expect('ephemeral')).envelope).toEqual(Uint8Array.of(1, 2, 3));
      socket.close();
      drop.send({ ...frame, token: token.token, envelope: host.random(10) });
      expect(await submit(drop, ana, token, host.random(300))).toBe('stored');
      expect(host.rows()['queue']).toHaveLength(1);
    });
  });
}
