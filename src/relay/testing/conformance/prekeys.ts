/** Uploads, bundles, and that no one-time key goes out twice. Source: docs/relay.md, Prekeys. */
import { describe, expect } from 'vitest';
import { type WireBundle } from '../../../wire/frames.ts';
import {
  type DropClient,
  type Person,
  type Token,
  bundleRequest,
  dropClient,
  makeToken,
  receiver,
  refusal,
  signIn,
  signInDrained,
  uploadOf,
} from '../test-client.ts';
import { type HostTest } from './host-test.ts';

export function describePrekeys(it: HostTest): void {
  describe('prekeys', () => {
    const fetchBundle = async (
      drop: DropClient,
      person: Person,
      token: Token,
    ): Promise<WireBundle> => {
      drop.send(bundleRequest(person, token));
      return (await drop.expect('bundle')).bundle;
    };

    it('go out once each; used up, the last resort stands in', async ({ host, ana }) => {
      const { socket, token } = await receiver(host, ana);
      const upload = uploadOf(host, [11, 12], [21]);
      socket.send(upload);
      await socket.expect('done');
      const drop = await dropClient(host);
      const bundles = [];
      for (let i = 0; i < 3; i++) bundles.push(await fetchBundle(drop, ana, token));
      expect(bundles.map(({ oneTimePrekey }) => oneTimePrekey?.id)).toEqual([11, 12, undefined]);
      expect(bundles.map(({ kyberPrekey }) => kyberPrekey.id)).toEqual([21, 2, 2]);
      expect(bundles[0]!.identityKey).toEqual(ana.identityKey);
      expect(bundles[0]!.registrationId).toBe(4_711);
      expect(bundles[0]!.signedPrekey).toEqual(upload.signedPrekey);
      expect(bundles[1]!.kyberPrekey).toEqual(upload.lastResortPrekey);
      socket.send({ type: 'prekey-count', n: 12 });
      expect(await socket.next()).toEqual({ type: 'prekey-count', n: 12, oneTime: 0, kyber: 0 });
    });

    it('are not brought back by an upload that is repeated', async ({ host, ana }) => {
      const { socket, token } = await receiver(host, ana);
      const upload = uploadOf(host, [11, 12], [21]);
      socket.send(upload);
      await socket.expect('done');
      const drop = await dropClient(host);
      expect((await fetchBundle(drop, ana, token)).oneTimePrekey?.id).toBe(11);
      await host.restart();
      const back = await signIn(host, ana);
      await back.expect('drained');
      back.send(upload);
      await back.expect('done');
      back.send({ type: 'prekey-count', n: 12 });
      expect(await back.next()).toEqual({ type: 'prekey-count', n: 12, oneTime: 1, kyber: 0 });
      const other = await dropClient(host);
      const next = await fetchBundle(other, ana, token);
      expect(next.oneTimePrekey?.id).toBe(12);
      expect(next.kyberPrekey.id).toBe(2);
    });

    it('come without one-time keys over the rate, and never as a refusal', async ({
      host,
      ana,
    }) => {
      const { socket, token } = await receiver(host, ana);
      socket.send(uploadOf(host, [...Array(100).keys()], [1]));
      await socket.expect('done');
      const drop = await dropClient(host);
      for (let i = 0; i < 20; i++)
        expect((await fetchBundle(drop, ana, token)).oneTimePrekey).toBeDefined();
      expect((await fetchBundle(drop, ana, token)).oneTimePrekey).toBeUndefined();
      host.advance(61_000);
      expect((await fetchBundle(drop, ana, token)).oneTimePrekey).toBeDefined();
    });

    it('need a token, and an owner who put them', async ({ host, ana }) => {
      const { socket, token } = await receiver(host, ana);
      const drop = await dropClient(host);
      drop.send(bundleRequest(ana, token));
      expect(await refusal(drop)).toBe('not-accepted-now');
      socket.send(uploadOf(host, [1], [1]));
      await socket.expect('done');
      drop.send(bundleRequest(ana, makeToken(host.random)));
      expect(await refusal(drop)).toBe('not-accepted-now');
    });

    it('are bounded in number', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
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
}
