/** What opens a mailbox to whom, and how refusals are worded. Source: docs/relay.md, Tokens. */
import { describe, expect } from 'vitest';
import { sha256 } from '../../../crypto/sha256.ts';
import { toHex } from '../../../lib/bytes.ts';
import { accountIdFromBytes } from '../../../lib/ids.ts';
import { MAX_ENVELOPE_BYTES } from '../../../wire/limits.ts';
import {
  bundleRequest,
  dropClient,
  makePerson,
  makeToken,
  putToken,
  refusal,
  signInDrained,
  submit,
  uploadOf,
} from '../test-client.ts';
import { DAY, type HostTest } from './host-test.ts';

export function describeTokens(it: HostTest): void {
  describe('tokens', () => {
    it('unknown, of another purpose, or for nobody are one answer', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
      const presence = await putToken(host, socket, 'presence');
      const drop = await dropClient(host);
      expect(await submit(drop, ana, makeToken(host.random), host.random(9))).toBe(
        'not-accepted-now',
      );
      expect(await submit(drop, ana, presence, host.random(9))).toBe('not-accepted-now');
      expect(
        await submit(drop, ana, presence, host.random(9), {
          mailbox: accountIdFromBytes(host.random(20)),
        }),
      ).toBe('not-accepted-now');
    });

    it('that are not known tell nothing of who exists, whatever the envelope', async ({
      host,
      ana,
    }) => {
      await signInDrained(host, ana);
      const nobody = makePerson(host.random);
      const drop = await dropClient(host);
      for (const length of [0, 9, MAX_ENVELOPE_BYTES + 1]) {
        for (const person of [ana, nobody])
          expect(await submit(drop, person, makeToken(host.random), new Uint8Array(length))).toBe(
            'not-accepted-now',
          );
      }
    });

    it('are told by their hashes alone', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
      const { token, hash } = await putToken(host, socket);
      expect(hash).toBe(toHex(sha256(token)));
      expect(JSON.stringify(host.rows())).toContain(hash);
      expect(JSON.stringify(host.rows())).not.toContain(toHex(token));
    });

    it('of invites may be answered expired or revoked; others are not accepted now', async ({
      host,
      ana,
    }) => {
      const socket = await signInDrained(host, ana);
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
      expect(await submit(drop, ana, invite, host.random(9))).toBe('stored');
      expect(await submit(drop, ana, contacts, host.random(9))).toBe('stored');
      expect(await submit(drop, ana, withdrawn, host.random(9))).toBe('revoked');
      expect(await submit(drop, ana, group, host.random(9))).toBe('not-accepted-now');
      host.advance(DAY);
      expect(await submit(drop, ana, invite, host.random(9))).toBe('expired');
      expect(await submit(drop, ana, contacts, host.random(9))).toBe('not-accepted-now');
    });

    it('that are retired are good for 30 days under a quota they share', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
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
        expect(await submit(drop, ana, i % 2 ? first : second, host.random(9))).toBe('stored');
      expect(await submit(drop, ana, first, host.random(9))).toBe('not-accepted-now');
      expect(await submit(drop, ana, second, host.random(9))).toBe('not-accepted-now');
      expect(await submit(drop, ana, live, host.random(9))).toBe('stored');
      drop.send(bundleRequest(ana, first));
      await drop.expect('bundle');
      host.advance(31 * DAY);
      drop.send(bundleRequest(ana, first));
      expect(await refusal(drop)).toBe('not-accepted-now');
    });

    it('of an invite carry a few messages, then rest', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
      const invite = await putToken(host, socket, 'invite');
      socket.close();
      const drop = await dropClient(host);
      const answers = new Set<string>();
      for (let i = 0; i < 61; i++) answers.add(await submit(drop, ana, invite, host.random(9)));
      expect([...answers]).toEqual(['stored', 'rate-limited']);
      host.advance(5_000);
      expect(await submit(drop, ana, invite, host.random(9))).toBe('stored');
    });

    it('are taken again as they were, and not without end', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
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
}
