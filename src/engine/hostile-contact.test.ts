import { describe, expect, it, vi } from 'vitest';
import type * as hmac from '../crypto/hmac.ts';
import { createKeyPair, serializePublicKey } from '../crypto/x25519.ts';
import { concat } from '../lib/bytes.ts';
import { FIRST_DEVICE, type TokenHash } from '../lib/ids.ts';
import { sealEnvelope } from '../protocol/envelope.ts';
import { createIdentity } from '../protocol/identity.ts';
import { encodeRatchetMessage } from '../protocol/ratchet-message.ts';
import { type MailboxReply } from '../wire/frames.ts';
import { alteredLink } from './testing/altered-link.ts';
import { createWorld, introduce, isOnline } from './testing/world.ts';

/** Work is counted where it is done. */
const work = vi.hoisted(() => ({ hmacs: 0 }));
vi.mock('../crypto/hmac.ts', async (original) => {
  const actual = await original<typeof hmac>();
  return {
    ...actual,
    hmacWith: (...input: Parameters<typeof actual.hmacWith>) => {
      work.hmacs++;
      return actual.hmacWith(...input);
    },
  };
});

type Identity = Awaited<ReturnType<typeof createIdentity>>;

/** Ana, to whose mailbox anything may be delivered, and envelopes that hold nothing readable. */
async function target(seed: number) {
  const world = createWorld(seed);
  const anas = await createIdentity(world.random);
  let answer: (reply: MailboxReply) => void = () => undefined;
  /** What Ana says to the mailboxes of others. */
  const sent: string[] = [];
  const link = alteredLink(world.relay.link(), {
    toMailbox(frame, reply) {
      answer = reply;
      return frame;
    },
    toDrop(frame) {
      sent.push(frame.type);
      return frame;
    },
  });
  const ana = await world.person('Ana', { link, identity: anas });
  let sequence = 1_000_000;
  async function deliverRubbish(
    identity: Identity,
    token: TokenHash,
    counter: number,
    type: 'message' | 'prekey' = 'message',
  ) {
    const { publicKey } = await createKeyPair(world.random);
    const key = serializePublicKey(publicKey);
    const envelope = await sealEnvelope({
      recipientIdentityKey: anas.publicKey,
      recipientDevice: FIRST_DEVICE,
      identity,
      inner: {
        host: 'relay.test',
        relayKey: world.relay.relayKey,
        senderDevice: FIRST_DEVICE,
        type,
        class: 'normal',
        body: concat(encodeRatchetMessage(4, key, counter, 0, world.random(32)), world.random(8)),
      },
      random: world.random,
    });
    answer({ type: 'deliver', sequence: sequence++, class: 'normal', token, envelope });
  }
  return { world, ana, sent, deliverRubbish };
}

const unknownToken = '0'.repeat(64) as TokenHash;

describe('a contact who means harm', () => {
  it('cannot keep a browser busy with messages far ahead that belong to no session', async () => {
    const { world, ana, deliverRubbish } = await target(801);
    const identity = await createIdentity(world.random);
    const ben = await world.person('Ben', { identity });
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    work.hmacs = 0;
    for (let i = 0; i < 60; i++) await deliverRubbish(identity, unknownToken, 25_000);
    await world.until(
      async () => (await ana.messages(withBen)).length === 61,
      'each leaves its stub',
    );
    // Sixty jumps would be 1.6 million.
    expect(work.hmacs).toBeLessThan(700_000);
    // He is heard all the same when he writes.
    await ben.call('send', { conversation: withAna, text: 'it was me' });
    await world.until(async () => (await ana.texts(withBen)).includes('it was me'), 'Ana reads');
  });
});

describe('a stranger who means harm', () => {
  it('gets no answer to what cannot be read: at most it asks for a talk, like any first word', async () => {
    const { world, ana, sent, deliverRubbish } = await target(802);
    await world.until(() => isOnline(ana), 'Ana is online');
    await world.calm(50);
    sent.length = 0;
    await deliverRubbish(await createIdentity(world.random), unknownToken, 0);
    const requests = async () =>
      (await ana.call('snapshot', null)).chats.filter((chat) => chat.standing === 'request');
    await world.until(async () => (await requests()).length === 1, 'a request');
    const [request] = await requests();
    if (!request) throw new Error('no request');
    await ana.call('openChat', { conversation: request.id, limit: 10 });
    await ana.call('markRead', { conversation: request.id, order: 1_000 });
    await ana.call('setTyping', { conversation: request.id, active: true });
    const [message] = await ana.messages(request.id);
    await expect(
      ana.call('askToResend', { conversation: request.id, order: message?.order ?? 0 }),
    ).rejects.toThrow('no-such-message');
    world.clock.advance(60_000);
    await world.calm(50);
    expect(sent).toEqual([]);
    await ana.call('block', { conversation: request.id });
    await world.calm(50);
    expect((await ana.messages(request.id)).length).toBe(1);
  });

  it('leaves nothing with what nobody could ever have read', async () => {
    const { world, ana, deliverRubbish } = await target(803);
    await world.until(() => isOnline(ana), 'Ana is online');
    await deliverRubbish(await createIdentity(world.random), unknownToken, 0, 'prekey');
    await world.calm(80);
    expect((await ana.call('snapshot', null)).chats).toHaveLength(1);
  });

  it('uses up a link for one person like anybody: the next who comes on it is not let in', async () => {
    const { world, ana, deliverRubbish } = await target(804);
    await world.until(() => isOnline(ana), 'Ana is online');
    await world.calm(50);
    const known = () =>
      world.relay.dump().tokens.map((row) => ('hash' in row ? row.hash : '') as TokenHash);
    const before = new Set(known());
    await ana.call('makeNewInvite', { oneTime: true });
    await world.until(() => known().length > before.size, 'the relay knows the link');
    const [token] = known().filter((hash) => !before.has(hash));
    if (!token) throw new Error('no token');
    const requests = async () =>
      (await ana.call('snapshot', null)).chats.filter((chat) => chat.standing === 'request');
    await deliverRubbish(await createIdentity(world.random), token, 0);
    await world.until(async () => (await requests()).length === 1, 'a request');
    await deliverRubbish(await createIdentity(world.random), token, 0);
    await world.calm(50);
    expect(await requests()).toHaveLength(1);
  });
});
