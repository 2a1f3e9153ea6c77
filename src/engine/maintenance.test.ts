import { describe, expect, it } from 'vitest';
import { FIRST_DEVICE, peerOf } from '../lib/ids.ts';
import { parseSessions } from '../protocol/session.ts';
import { type MailboxReply } from '../wire/frames.ts';
import { createRowSeal } from './seal.ts';
import { alteredLink } from './testing/altered-link.ts';
import { type Person } from './testing/person.ts';
import { createWorld, introduce, isOnline } from './testing/world.ts';

type Chat = Awaited<ReturnType<Person['chat']>>;
type Delivery = Extract<MailboxReply, { type: 'deliver' }>;

describe('old first messages', () => {
  it('are forgotten with the signed prekey that they named, and change nothing when they come again', async () => {
    const world = createWorld(901);
    const delivered: Delivery[] = [];
    let deliver: (reply: MailboxReply) => void = () => undefined;
    const link = alteredLink(world.relay.link(), {
      fromMailbox(frame) {
        if (frame.type === 'deliver') delivered.push(frame);
        return frame;
      },
      toMailbox(frame, answer) {
        deliver = answer;
        return frame;
      },
    });
    const ana = await world.person('Ana', { link });
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);
    await world.calm(50);

    /** Ana's sessions with Ben as they lie on her disk. */
    async function sessionsWith(chat: Chat) {
      await ana.stop();
      const store = ana.disk.open();
      const key = await store.get('keys', ['database']);
      const row = await store.get('sessions', [peerOf(chat), FIRST_DEVICE]);
      if (!key || !row) throw new Error('rows are missing');
      const bytes = await createRowSeal(key.key, world.random).open('sessions', row);
      store.close();
      await ana.restart();
      await world.until(() => isOnline(ana), 'Ana is online');
      return parseSessions(bytes);
    }
    expect((await sessionsWith(withBen)).remembered).toHaveLength(1);
    for (let day = 0; day < 40; day++) {
      world.clock.advance(24 * 3600_000);
      await world.calm(10);
    }
    await ben.call('send', { conversation: withAna, text: 'forty days' });
    await world.until(async () => (await ana.texts(withBen)).includes('forty days'), 'they talk');
    await world.calm(50);
    const before = await sessionsWith(withBen);
    expect(before.remembered).toEqual([]);

    const [first] = delivered;
    if (!first) throw new Error('nothing was delivered');
    const told = ana.events.length;
    // At forty days its hash is still known, at fifty its session is.
    for (const days of [0, 10]) {
      world.clock.advance(days * 24 * 3600_000);
      await world.until(() => isOnline(ana), 'Ana is online');
      await world.calm(50);
      deliver({ ...first, sequence: 1_000_000 + days });
      await world.calm(50);
    }
    expect(await ana.texts(withBen)).toEqual(['hello', 'forty days']);
    expect(await ana.messages(withBen)).toHaveLength(2);
    const heard = ana.events.slice(told).filter(({ type }) => type === 'messages');
    expect(heard).toEqual([]);
    expect(await sessionsWith(withBen)).toEqual(before);
  });
});
