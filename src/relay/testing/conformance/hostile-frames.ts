/** Frames that no client of ours would send. Source: docs/relay.md, Sockets. */
import { describe, expect } from 'vitest';
import { encodeDropRequest, encodeMailboxRequest } from '../../../wire/frame-codec.ts';
import { MAX_FRAME_BYTES } from '../../../wire/limits.ts';
import { dropClient, mailboxClient, refusal, settle, signInDrained } from '../test-client.ts';
import { type HostTest } from './host-test.ts';

export function describeHostileFrames(it: HostTest): void {
  describe('hostile frames', () => {
    it('end the connection and nothing else', async ({ host, ana }) => {
      const online = await signInDrained(host, ana);
      for (const hostile of [new Uint8Array(0), host.random(50), Uint8Array.of(8, 1, 0x12, 0xff)]) {
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

    it('on the wrong socket are told so', async ({ host }) => {
      const mailbox = await mailboxClient(host);
      mailbox.sendRaw(encodeDropRequest({ type: 'unfollow' }));
      expect(await refusal(mailbox)).toBe('wrong-socket');
      await mailbox.closed;
      const drop = await dropClient(host);
      drop.sendRaw(encodeMailboxRequest({ type: 'ledger', n: 1 }));
      expect(await refusal(drop)).toBe('wrong-socket');
      await drop.closed;
    });

    it('that are too large close the socket', async ({ host }) => {
      const drop = await dropClient(host);
      drop.sendRaw(new Uint8Array(MAX_FRAME_BYTES + 1));
      await drop.closed;
    });
  });
}
