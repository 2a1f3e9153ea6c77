import { afterEach, beforeEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import { systemClock } from '../../../lib/clock.ts';
import { type Link, webSocketLink } from '../../../net/link.ts';
import { mailboxRequests } from '../../../net/requests.ts';
import { type MailboxReply } from '../../../wire/frames.ts';
import { makePerson, proofOf } from '../../testing/test-client.ts';
import { type NodeHostUnderTest, startNodeHost } from './testing/node-host.ts';

let host: NodeHostUnderTest;
let link: Link;
beforeEach(async () => {
  host = await startNodeHost();
  link = webSocketLink(
    `http://${host.host}`,
    systemClock(globalThis),
    (url) => new WebSocket(url, { origin: `http://${host.host}` }) as never,
  );
});
afterEach(() => host.close());

it('lets the client sign in and ask over a real socket', async () => {
  const ana = makePerson(host.random);
  const frames: MailboxReply[] = [];
  const requests = mailboxRequests((frame) => socket.send(frame), systemClock(globalThis));
  const socket = await link.openMailbox({
    onFrame(frame) {
      if (!requests.accept(frame)) frames.push(frame);
    },
    onClose: () => requests.close(),
  });
  expect((await requests.request(await proofOf(host, ana, 'auth', socket.hello.nonce))).fresh).toBe(
    true,
  );
  socket.pulse();
  socket.keepAlive();
  expect((await requests.request({ type: 'ledger' })).rows).toHaveLength(1);
  expect(frames).toEqual([{ type: 'drained' }]);
  const drop = await link.openDrop({ onFrame: () => undefined, onClose: () => undefined });
  expect(drop.hello.host).toBe(host.host);
  drop.close();
  socket.close();
});

it('tells the client when the relay goes, and fails fast while it is away', async () => {
  let onClose!: () => void;
  const closed = new Promise<void>((resolve) => (onClose = resolve));
  await link.openDrop({ onFrame: () => undefined, onClose });
  await link.openMailbox({ onFrame: () => undefined, onClose: () => undefined });
  await host.relay.close();
  await closed;
  await expect(
    link.openDrop({ onFrame: () => undefined, onClose: () => undefined }),
  ).rejects.toMatchObject({ code: 'offline', retry: 'on-reconnect' });
});
