import { expect, it } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { type ConversationId } from '../lib/ids.ts';
import { type AttachmentForm, type GalleryKind } from './api.ts';
import { type Person } from './testing/person.ts';
import { createWorld } from './testing/world.ts';

const random = seededRandom('engine gallery');

/** A chat with oneself that holds a little of everything. */
async function notesOf(forms: readonly string[]) {
  const world = createWorld(7);
  const ana = await world.person('Ana');
  const notes = (await ana.call('snapshot', null)).chats[0]!.id;
  for (const form of forms)
    if (/^(image|video|gif|file|audio|voice|sticker)$/.test(form)) await attach(ana, notes, form);
    else await ana.call('send', { conversation: notes, text: form });
  await world.calm(20);
  return { ana, notes };
}

function attach(person: Person, conversation: ConversationId, form: string, size = 10) {
  return person.call('attach', {
    conversation,
    source: new Blob([random(size)]),
    hints: { form: form as AttachmentForm, name: form, type: 'application/octet-stream' },
    caption: '',
  });
}

async function forms(person: Person, conversation: ConversationId, kind: GalleryKind) {
  const { messages } = await person.call('gallery', { conversation, kind, limit: 50 });
  return messages.map(({ body }) =>
    body.kind === 'media' ? body.attachment.form : body.kind === 'text' ? body.text : '',
  );
}

it('parts what is looked at from what is kept, and finds links; newest first', async () => {
  const { ana, notes } = await notesOf([
    'image',
    'see https://example.org',
    'file',
    'voice',
    'no link here',
    'video',
    'sticker',
    'gif',
    'audio',
  ]);
  expect(await forms(ana, notes, 'media')).toEqual(['gif', 'video', 'image']);
  expect(await forms(ana, notes, 'files')).toEqual(['audio', 'voice', 'file']);
  expect(await forms(ana, notes, 'links')).toEqual(['see https://example.org']);
});

it('goes on where it stopped, in both directions', async () => {
  const { ana, notes } = await notesOf(['image', 'file', 'image', 'a', 'image', 'video']);
  const ask = (more: { before?: number; after?: number }, limit: number) =>
    ana.call('gallery', { conversation: notes, kind: 'media', limit, ...more });
  const first = await ask({}, 3);
  const orders = first.messages.map(({ order }) => order);
  const second = await ask({ before: first.next! }, 3);
  expect(second.messages).toHaveLength(1);
  expect(second.next).toBeUndefined();
  const oldest = second.messages[0]!.order;
  const forward = await ask({ after: oldest }, 2);
  expect(forward.messages.map(({ order }) => order)).toEqual([orders[2], orders[1]]);
});

it('reads a part of an attachment, across its chunks and not beyond its end', async () => {
  const { ana, notes } = await notesOf([]);
  const bytes = random(600_000);
  const { order } = await ana.call('attach', {
    conversation: notes,
    source: new Blob([bytes]),
    hints: { form: 'file', name: 'long', type: 'application/octet-stream' },
    caption: '',
  });
  const read = (from: number, to: number) =>
    ana.call('readAttachment', { conversation: notes, order, from, to });
  await expect.poll(() => read(0, 1).catch(() => undefined)).toBeDefined();
  const whole = await read(0, 8_000_000);
  expect(Buffer.compare(whole, bytes)).toBe(0);
  expect(Buffer.compare(await read(262_000, 263_000), bytes.subarray(262_000, 263_000))).toBe(0);
  expect(await read(599_999, 700_000)).toEqual(bytes.subarray(599_999));
  expect((await read(600_000, 700_000)).length).toBe(0);
  expect((await read(50, 10)).length).toBe(0);
});
