import { describe, expect, it } from 'vitest';
import { type Bytes, concat } from '../lib/bytes.ts';
import { type Person } from './testing/person.ts';
import { createWorld } from './testing/world.ts';

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const GIF = Uint8Array.of(0x47, 0x49, 0x46, 0x38, 0x39, 0x61);
const picture = (head: Uint8Array, body: number | Uint8Array): Bytes =>
  concat(head, typeof body === 'number' ? Uint8Array.of(body) : body);

async function someone(seed: number): Promise<Person> {
  return createWorld(seed).person('Ana');
}
function keep(person: Person, bytes: Bytes, kind: 'sticker' | 'gif' = 'sticker') {
  return person.call('collect', { kind, type: '', source: new Blob([bytes]), width: 9, height: 8 });
}
async function bytesOf(person: Person, id: string): Promise<Bytes> {
  return new Uint8Array(await (await person.call('collected', { id })).arrayBuffer());
}

describe('the collection', () => {
  it('keeps stickers and GIFs over a restart, newest first, under the type their bytes show', async () => {
    const ana = await someone(1);
    const one = await keep(ana, picture(PNG, 1));
    const two = await keep(ana, picture(GIF, 2), 'gif');
    await ana.restart();
    expect(await ana.call('collection', null)).toEqual([
      { id: two.id, kind: 'gif', type: 'image/gif', width: 9, height: 8 },
      { id: one.id, kind: 'sticker', type: 'image/png', width: 9, height: 8 },
    ]);
    expect(await bytesOf(ana, one.id)).toEqual(picture(PNG, 1));
    expect((await ana.call('collected', { id: two.id })).type).toBe('image/gif');
  });

  it('keeps the same picture once, and forgets what is discarded', async () => {
    const ana = await someone(2);
    const { id } = await keep(ana, picture(PNG, 1));
    expect((await keep(ana, picture(PNG, 1))).id).toBe(id);
    await ana.call('discard', { id });
    expect(await ana.call('collection', null)).toEqual([]);
    await expect(ana.call('collected', { id })).rejects.toMatchObject({ code: 'blob-gone' });
  });

  it('takes nothing but small pictures', async () => {
    const ana = await someone(3);
    const html = new TextEncoder().encode('<script>');
    await expect(keep(ana, html)).rejects.toMatchObject({ code: 'not-a-picture' });
    await expect(keep(ana, picture(GIF, 1))).rejects.toMatchObject({ code: 'not-a-picture' });
    await expect(keep(ana, picture(PNG, new Uint8Array(600_000)))).rejects.toMatchObject({
      code: 'picture-too-large',
    });
  });

  it('has an end', async () => {
    const ana = await someone(4);
    for (let index = 0; index < 100; index++)
      await keep(ana, picture(GIF, Uint8Array.of(index)), 'gif');
    await expect(keep(ana, picture(GIF, Uint8Array.of(200)), 'gif')).rejects.toMatchObject({
      code: 'collection-full',
    });
    // Of another kind there is still room.
    await keep(ana, picture(PNG, 1));
  });

  it('takes nothing for which there is no room, and says so in the words for files', async () => {
    const ana = await someone(8);
    const MIB = 2 ** 20;
    ana.media.room = { used: 0, quota: 50 * MIB };
    const large = picture(GIF, new Uint8Array(MIB));
    await expect(keep(ana, large, 'gif')).rejects.toMatchObject({ code: 'not-enough-room' });
    expect(await ana.call('collection', null)).toEqual([]);
    expect(ana.events).toContainEqual({ type: 'trouble', code: 'not-enough-room' });
    ana.media.room = { used: 0, quota: 52 * MIB };
    await keep(ana, large, 'gif');
    // What was promised to it is free again.
    await keep(ana, picture(GIF, new Uint8Array(MIB + 1)), 'gif');
  });

  it('lies sealed on the disk, and goes with the account', async () => {
    const ana = await someone(5);
    await keep(ana, picture(PNG, new TextEncoder().encode('a face that nobody else may see')));
    await ana.call('habits', { emoji: ['a-very-telling-habit'] });
    const store = ana.disk.open();
    const rows = [
      ...(await store.list('collection')),
      ...(await store.list('collectionBytes')),
      ...(await store.list('records')),
    ];
    const written = Buffer.concat(rows.map(({ sealed }) => sealed)).toString('latin1');
    expect(written).not.toContain('nobody else');
    expect(written).not.toContain('telling');
    const again = await someone(6);
    await keep(again, picture(PNG, 1));
    await again.call('eraseAccount', { localOnly: true });
    const erased = again.disk.open();
    expect(await erased.list('collection')).toEqual([]);
    expect(await erased.list('collectionBytes')).toEqual([]);
    expect(await erased.list('records')).toEqual([]);
  });
});

describe('habits', () => {
  it('are none at first, change one by one, and stay within bounds', async () => {
    const ana = await someone(7);
    expect(await ana.call('habits', {})).toEqual({ emoji: [], tone: 0, stickers: [] });
    await ana.call('habits', { emoji: ['👋', '👋', '🎂'] });
    await ana.call('habits', { tone: 9 });
    await ana.restart();
    expect(await ana.call('habits', {})).toEqual({ emoji: ['👋', '🎂'], tone: 5, stickers: [] });
    const many = Array.from({ length: 50 }, (_, index) => `e${index}`);
    expect((await ana.call('habits', { emoji: many })).emoji).toHaveLength(32);
  });
});
