import { describe, expect, it } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { type ConversationId } from '../lib/ids.ts';
import { type AttachmentForm, type AttachmentHints } from './api.ts';
import { sealedSize } from './media-work.ts';
import { type Person } from './testing/person.ts';
import { createWorld, introduce } from './testing/world.ts';

const random = seededRandom('engine storage use');

const types: Partial<Record<AttachmentForm, string>> = {
  image: 'image/jpeg',
  voice: 'audio/webm',
  video: 'video/mp4',
};

const send = (person: Person, conversation: ConversationId, form: AttachmentForm, size: number) => {
  const type = types[form] ?? 'application/pdf';
  const hints: AttachmentHints = { form, name: `${form}`, type };
  const source = new Blob([random(size)]);
  return person.call('attach', { conversation, source, hints, caption: 'kept' });
};

async function talk(seed: number) {
  const world = createWorld(seed);
  const ana = await world.person('Ana');
  const ben = await world.person('Ben');
  const chats = await introduce(world, ana, ben);
  await world.calm(30);
  const notes = (await ana.call('snapshot', null)).chats.find(
    ({ standing }) => standing === 'notes',
  )!.id;
  const isHere = (person: Person, chat: ConversationId, count: number) =>
    world.until(
      async () =>
        (await person.messages(chat)).filter(
          ({ body }) => body.kind === 'media' && body.attachment.stage === 'here',
        ).length === count,
      'all are here',
    );
  return { world, ana, ben, notes, isHere, ...chats };
}

describe('what takes room', () => {
  it('is told by chat and by sort, and what was deleted takes none', async () => {
    const { ana, notes, withBen, isHere } = await talk(1);
    const { order } = await send(ana, withBen, 'image', 40_000);
    await send(ana, withBen, 'image', 30_000);
    await send(ana, withBen, 'voice', 20_000);
    await send(ana, withBen, 'audio', 5_000);
    await isHere(ana, withBen, 4);
    await send(ana, notes, 'video', 70_000);
    await isHere(ana, notes, 1);
    const use = async (id: ConversationId) =>
      (await ana.call('storageUse', null)).chats.find((chat) => chat.id === id)!;
    expect((await use(withBen)).sorts).toMatchObject({
      photos: sealedSize(40_000) + sealedSize(30_000),
      voice: sealedSize(20_000),
      videos: 0,
      files: sealedSize(5_000),
    });
    expect((await use(notes)).sorts).toMatchObject({ photos: 0, videos: sealedSize(70_000) });
    const { sorts, bytes, messages } = await use(withBen);
    expect(bytes).toBe(Object.values(sorts).reduce((sum, part) => sum + part, 0));
    expect(messages).toBe(5);
    expect(sorts.messages).toBeGreaterThan(0);
    await ana.call('removeAttachment', { conversation: withBen, order });
    expect((await use(withBen)).sorts.photos).toBe(sealedSize(30_000));
    expect((await use(withBen)).messages).toBe(5);
  });

  it('is told of own stickers and saved GIFs as well', async () => {
    const { ana } = await talk(4);
    const kept = async () => (await ana.call('storageUse', null)).kept;
    expect(await kept()).toBe(0);
    const gif = new Blob(['GIF89a', random(100_000)]);
    const one = { kind: 'gif', type: 'image/gif', width: 9, height: 9 } as const;
    const { id } = await ana.call('collect', { ...one, source: gif });
    expect(await kept()).toBeGreaterThan(gif.size);
    expect(await kept()).toBeLessThan(gif.size + 1_000);
    await ana.call('discard', { id });
    expect(await kept()).toBe(0);
  });

  it('is listed largest first, of one chat or of all, without what is still being sent', async () => {
    const { ana, notes, withBen, isHere } = await talk(2);
    await send(ana, withBen, 'image', 1_000);
    await send(ana, withBen, 'image', 90_000);
    await isHere(ana, withBen, 2);
    await send(ana, notes, 'file', 50_000);
    await isHere(ana, notes, 1);
    ana.media.onPart = () => ana.media.closeTab();
    ana.media.lends = false;
    await send(ana, withBen, 'file', 500_000);
    const sizes = (list: readonly { bytes: number }[]) => list.map(({ bytes }) => bytes);
    const all = await ana.call('storedMedia', {});
    expect(sizes(all)).toEqual([90_000, 50_000, 1_000].map(sealedSize));
    const one = await ana.call('storedMedia', { conversation: withBen });
    expect(sizes(one)).toEqual([90_000, 1_000].map(sealedSize));
    const [largest] = one;
    if (!largest) throw new Error('nothing is listed');
    await ana.call('removeAttachment', largest);
    expect(sizes(await ana.call('storedMedia', { conversation: withBen }))).toEqual([
      sealedSize(1_000),
    ]);
  });

  it('is read whole where a chat has more than a page of messages and attachments', async () => {
    const { ana, notes, isHere } = await talk(3);
    for (let line = 0; line < 620; line++)
      await ana.call('send', { conversation: notes, text: `line ${line}` });
    for (let photo = 0; photo < 130; photo++) await send(ana, notes, 'image', 10);
    await isHere(ana, notes, 130);
    const { chats } = await ana.call('storageUse', null);
    const use = chats.find(({ id }) => id === notes);
    expect(use?.messages).toBe(750);
    expect(use?.sorts.photos).toBe(130 * sealedSize(10));
    expect(await ana.call('storedMedia', { conversation: notes })).toHaveLength(130);
  });
});
