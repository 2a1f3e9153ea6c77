import { describe, expect, it } from 'vitest';
import { type DropReply, type DropRequest, type RefusalCode } from '../wire/frames.ts';
import { type Alterations, alteredLink } from './testing/altered-link.ts';
import { createWorld, introduce, isOnline } from './testing/world.ts';

type Submit = Extract<DropRequest, { type: 'submit' }>;

/** Lets a relay refuse what `refusal` says, frame by frame, and take all that comes behind it. */
function refusing(
  refusal: (frame: Submit) => RefusalCode | undefined,
): NonNullable<Alterations['toDrop']> {
  return (frame: DropRequest, answer: (reply: DropReply) => void) => {
    const code = frame.type === 'submit' ? refusal(frame) : undefined;
    if (frame.type !== 'submit' || !code) return frame;
    answer({ type: 'refused', n: frame.n, code });
    return undefined;
  };
}

async function friends(seed: number) {
  const world = createWorld(seed);
  const alterations: Alterations = {};
  const ana = await world.person('Ana', { link: alteredLink(world.relay.link(), alterations) });
  const ben = await world.person('Ben');
  const { withAna, withBen } = await introduce(world, ana, ben);
  await world.calm(50);
  /** Ana writes without a network and then has one. */
  async function writeOffline(texts: readonly string[]): Promise<void> {
    world.relay.down();
    await world.calm(20);
    for (const text of texts) await ana.call('send', { conversation: withBen, text });
    world.relay.up();
  }
  const heard = async () => (await ben.texts(withAna)).slice(1);
  return { world, alterations, ana, ben, writeOffline, heard };
}

describe('the order in which one person wrote', () => {
  it('stays when a mailbox has room for the short ones behind a long one only', async () => {
    const { world, alterations, writeOffline, heard } = await friends(601);
    let room = 1_000;
    alterations.toDrop = refusing(({ envelope }) =>
      envelope.length > room ? 'mailbox-full' : undefined,
    );
    const texts = ['one', 'two', 'long '.repeat(300), 'four', 'five'];
    await writeOffline(texts);
    await world.until(async () => (await heard()).length >= 2, 'the first fit');
    await world.calm(50);
    room = Infinity;
    await world.until(async () => (await heard()).length === 5, 'all arrive');
    expect(await heard()).toEqual(texts);
  });

  it('stays while a relay that was asked too much takes some and refuses others', async () => {
    const { world, alterations, writeOffline, heard } = await friends(602);
    let submitted = 0;
    // It refuses at once, and then every fifth.
    alterations.toDrop = refusing(() => (submitted++ % 5 === 0 ? 'rate-limited' : undefined));
    const texts = Array.from({ length: 40 }, (_, i) => `message ${i}`);
    await writeOffline(texts);
    await world.until(async () => (await heard()).length === texts.length, 'all arrive');
    expect(await heard()).toEqual(texts);
  });

  it('stays when an invite carries no more for a moment', async () => {
    const world = createWorld(603);
    const alterations: Alterations = {};
    const ana = await world.person('Ana');
    const ben = await world.person('Ben', { link: alteredLink(world.relay.link(), alterations) });
    await world.until(() => isOnline(ana), 'Ana is online');
    const { link } = await ana.call('ownInvite', null);
    const withAna = await ben.call('startChat', { text: link });
    world.relay.down();
    await world.calm(20);
    const texts = Array.from({ length: 80 }, (_, i) => `message ${i}`);
    for (const text of texts) await ben.call('send', { conversation: withAna, text });
    let submitted = 0;
    // The relay's own limit is out of reach here, so that only the one below counts.
    alterations.toDrop = refusing(() => (++submitted === 58 ? 'rate-limited' : undefined));
    world.relay.up();
    await world.until(async () => {
      const { chats } = await ana.call('snapshot', null);
      const request = chats.find(({ standing }) => standing === 'request');
      return request !== undefined && (await ana.texts(request.id)).length === texts.length;
    }, 'all arrive');
    expect(await ana.texts(await ana.chat())).toEqual(texts);
  });

  it('costs no time while nothing is refused: many leave together', async () => {
    const { world, ana, ben, writeOffline, heard } = await friends(604);
    // Nobody is there to take them from the relay, so each answer waits for its disk.
    await ben.stop();
    const texts = Array.from({ length: 200 }, (_, i) => `message ${i}`);
    await writeOffline(texts);
    world.relay.setCommitDelay(100);
    await world.until(() => isOnline(ana), 'Ana is online');
    const start = world.clock.now();
    await world.until(
      async () => (await ana.call('snapshot', null)).connection.waiting === 0,
      'the relay has them',
    );
    // One by one they would need twenty.
    expect(world.clock.now() - start).toBeLessThan(10_000);
    await ben.restart();
    await world.until(async () => (await heard()).length === texts.length, 'all arrive');
    expect(await heard()).toEqual(texts);
  });
});
