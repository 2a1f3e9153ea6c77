/** Names and passwords for TURN servers: what they say, and what they do not. Source: docs/relay.md, Calls. */
import { createHmac } from 'node:crypto';
import { describe, expect } from 'vitest';
import { type TurnServers } from '../../../wire/frames.ts';
import {
  type MailboxClient,
  mailboxClient,
  makePerson,
  refusal,
  settle,
  signInDrained,
} from '../test-client.ts';
import { HOUR, type HostTest } from './host-test.ts';

const servers = {
  urls: ['turn:one.example:3478?transport=udp', 'turns:two.example:443?transport=tcp'],
  secret: 'a secret of two parties',
};

export function describeTurn(it: HostTest): void {
  describe('TURN servers', () => {
    const ask = async (socket: MailboxClient): Promise<TurnServers> => {
      socket.send({ type: 'turn', n: 7 });
      return socket.expect('turn-servers');
    };

    it('come with a name that ends at a full hour after 12, and the password that coturn computes', async ({
      host,
      ana,
    }) => {
      host.offerTurn(servers);
      const { urls, username, credential, expires } = await ask(await signInDrained(host, ana));
      expect(urls).toEqual(servers.urls);
      expect(username).toMatch(/^\d{10}:[0-9a-f]{32}$/);
      expect(Number(username.split(':')[0]) * 1000).toBe(expires);
      expect(expires % HOUR).toBe(0);
      expect(expires - host.now()).toBeGreaterThanOrEqual(12 * HOUR);
      expect(expires - host.now()).toBeLessThan(13 * HOUR);
      expect(credential).toBe(createHmac('sha1', servers.secret).update(username).digest('base64'));
    });

    it('know each by another name each time, which is written nowhere', async ({ host, ana }) => {
      host.offerTurn(servers);
      const socket = await signInDrained(host, ana);
      const ben = await signInDrained(host, makePerson(host.random));
      const rows = JSON.stringify(host.rows());
      const names = [await ask(socket), await ask(socket), await ask(ben)];
      await settle(socket);
      expect(new Set(names.map(({ username }) => username)).size).toBe(3);
      expect(new Set(names.map(({ expires }) => expires)).size).toBe(1);
      expect(JSON.stringify(host.rows())).toBe(rows);
    });

    it('are none where there are none, and asked for again the sooner if there should be', async ({
      host,
      ana,
    }) => {
      const socket = await signInDrained(host, ana);
      const none = { urls: [], username: '', credential: '' };
      const never = await ask(socket);
      expect(never).toMatchObject(none);
      expect(never.expires - host.now()).toBeGreaterThanOrEqual(12 * HOUR);
      host.offerTurn({ ...servers, urls: [] });
      const soon = await ask(socket);
      expect(soon).toMatchObject(none);
      expect(soon.expires - host.now()).toBeLessThan(HOUR);
      host.offerTurn(servers);
      expect((await ask(socket)).urls).toEqual(servers.urls);
    });

    it('are named to nobody who has not shown who he is, and not without end', async ({
      host,
      ana,
    }) => {
      host.offerTurn(servers);
      const socket = await signInDrained(host, ana);
      for (let i = 0; i < 60; i++) await ask(socket);
      socket.send({ type: 'turn', n: 8 });
      expect(await refusal(socket)).toBe('rate-limited');
      host.advance(60_000);
      await ask(socket);
      const stranger = await mailboxClient(host);
      stranger.send({ type: 'turn', n: 9 });
      expect(await stranger.next()).toEqual({ type: 'refused', n: 9, code: 'not-authenticated' });
    });
  });
}
