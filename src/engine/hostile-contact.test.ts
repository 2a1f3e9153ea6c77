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
import { createWorld, introduce } from './testing/world.ts';

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

describe('a contact who means harm', () => {
  it('cannot keep a browser busy with messages far ahead that belong to no session', async () => {
    const world = createWorld(801);
    const identity = await createIdentity(world.random);
    const anas = await createIdentity(world.random);
    let deliver: (reply: MailboxReply) => void = () => undefined;
    const link = alteredLink(world.relay.link(), {
      toMailbox(frame, answer) {
        deliver = answer;
        return frame;
      },
    });
    const ana = await world.person('Ana', { link, identity: anas });
    const ben = await world.person('Ben', { identity });
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);
    work.hmacs = 0;
    for (let i = 0; i < 60; i++) {
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
          type: 'message',
          class: 'normal',
          body: concat(encodeRatchetMessage(4, key, 25_000, 0, world.random(32)), world.random(8)),
        },
        random: world.random,
      });
      const token = '0'.repeat(64) as TokenHash;
      deliver({ type: 'deliver', sequence: 1_000_000 + i, class: 'normal', token, envelope });
    }
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
