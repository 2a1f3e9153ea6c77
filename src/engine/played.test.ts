import { describe, expect, it } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { type ConversationId } from '../lib/ids.ts';
import { type AttachmentHints, type AttachmentView } from './api.ts';
import { type Person } from './testing/person.ts';
import { createWorld, introduce } from './testing/world.ts';

const random = seededRandom('played notes');
const hints: AttachmentHints = {
  form: 'voice',
  name: 'voice.webm',
  type: 'audio/webm;codecs=opus',
  duration: 4_200,
  waveform: random(64),
};

async function note(
  person: Person,
  chat: ConversationId,
): Promise<AttachmentView & { order: number }> {
  const message = (await person.messages(chat)).at(-1);
  if (message?.body.kind !== 'media') throw new Error('the last message has no attachment');
  return { ...message.body.attachment, order: message.order };
}

async function sent(seed: number) {
  const world = createWorld(seed);
  const ana = await world.person('Ana');
  const ben = await world.person('Ben');
  const { withAna, withBen } = await introduce(world, ana, ben);
  await world.calm(30);
  const source = new Blob([random(20_000)]);
  await ana.call('attach', { conversation: withBen, source, hints, caption: '' });
  await world.until(
    async () => (await ben.messages(withAna)).at(-1)?.body.kind === 'media',
    'the note is told of',
  );
  await world.until(async () => (await note(ben, withAna)).stage === 'here', 'it is there');
  return { world, ana, ben, withAna, withBen };
}

describe('a voice note', () => {
  it('comes by itself, with its shape and its length, and was not heard yet', async () => {
    const { ben, withAna } = await sent(1);
    const { duration, waveform, played } = await note(ben, withAna);
    expect([duration, played]).toEqual([4_200, undefined]);
    expect([...(waveform ?? [])]).toEqual([...(hints.waveform ?? [])]);
  });

  it('that was heard stays so, also when the engine begins again', async () => {
    const { ben, withAna } = await sent(2);
    const { order } = await note(ben, withAna);
    await ben.call('markPlayed', { conversation: withAna, order });
    expect((await note(ben, withAna)).played).toBe(true);
    await ben.restart();
    expect((await note(ben, withAna)).played).toBe(true);
  });

  it('of one’s own carries no such mark, and a text neither', async () => {
    const { ana, ben, withAna, withBen } = await sent(3);
    const own = await note(ana, withBen);
    await ana.call('markPlayed', { conversation: withBen, order: own.order });
    expect((await note(ana, withBen)).played).toBeUndefined();
    const { order } = await ben.call('send', { conversation: withAna, text: 'heard' });
    await expect(ben.call('markPlayed', { conversation: withAna, order })).rejects.toMatchObject({
      code: 'no-such-message',
    });
  });
});
