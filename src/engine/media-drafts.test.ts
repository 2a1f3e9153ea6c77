import { describe, expect, it } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { CHUNK_BYTES } from '../crypto/stream.ts';
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type ConversationId } from '../lib/ids.ts';
import { callPort } from '../lib/port.ts';
import { type AttachmentHints, type DraftFile, type EngineApi, type EngineEvent } from './api.ts';
import { type Person } from './testing/person.ts';
import { portPair } from './testing/port-pair.ts';
import { createWorld, introduce, isOnline } from './testing/world.ts';

const MiB = 1024 * 1024;
const random = seededRandom('draft files');
const hints: AttachmentHints = { form: 'image', name: 'photo.webp', type: 'image/webp' };

async function pair(seed: number) {
  const world = createWorld(seed);
  const ana = await world.person('Ana');
  const ben = await world.person('Ben');
  const chats = await introduce(world, ana, ben);
  await world.calm(30);
  return { world, ana, ben, ...chats };
}

const file = (id: string, change: Partial<DraftFile> = {}): DraftFile => ({
  id,
  name: `${id}.jpg`,
  type: 'image/jpeg',
  caption: '',
  original: false,
  ...change,
});

/** Puts files into the draft, as the tray does: the list first, then the bytes of each. */
async function choose(
  person: Person,
  conversation: ConversationId,
  chosen: readonly [DraftFile, Bytes][],
): Promise<void> {
  const files = chosen.map(([one]) => one);
  await person.call('draftFiles', { conversation, files });
  for (const [{ id }, bytes] of chosen)
    await person.call('draftFile', { conversation, id, source: new Blob([bytes]) });
}

const draftOf = (person: Person, conversation: ConversationId) =>
  person.call('draftFiles', { conversation });
const filesOf = (person: Person): number => person.media.files.dump().size;
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

async function bytesOf(person: Person, conversation: ConversationId, id: string): Promise<Bytes> {
  const blob = await person.call('draftFile', { conversation, id });
  return new Uint8Array(await blob.arrayBuffer());
}

async function countOf(person: Person, conversation: ConversationId): Promise<number> {
  const { chats } = await person.call('snapshot', null);
  return chats.find(({ id }) => id === conversation)?.files ?? 0;
}

function attach(person: Person, conversation: ConversationId, draft: string, bytes: Bytes) {
  const source = new Blob([bytes]);
  return person.call('attach', { conversation, source, hints, caption: '', draft });
}

describe('files that were chosen and not sent', () => {
  it('are there after a crash, in their order, with captions and marks, and sealed on the disk', async () => {
    const { ana, withBen } = await pair(1);
    const [sea, hill] = [random(300_000), random(20_000)];
    const written: DraftFile[] = [
      file('hill', { caption: 'the hill', original: true }),
      file('sea', { caption: 'the sea' }),
    ];
    await choose(ana, withBen, [
      [file('sea'), sea],
      [file('hill'), hill],
    ]);
    await ana.call('draftFiles', { conversation: withBen, files: written });
    await ana.restart();
    expect(await countOf(ana, withBen)).toBe(2);
    expect(await draftOf(ana, withBen)).toEqual(written);
    expect(same(await bytesOf(ana, withBen, 'sea'), sea)).toBe(true);
    expect(same(await bytesOf(ana, withBen, 'hill'), hill)).toBe(true);
    const onDisk = Buffer.concat([...ana.media.files.dump().values()]);
    expect([sea, hill].some((plain) => onDisk.includes(Buffer.from(plain.subarray(0, 32))))).toBe(
      false,
    );
  });

  it('are erased when they are taken out, and all of them when the draft is discarded', async () => {
    const { world, ana, withBen } = await pair(2);
    await choose(ana, withBen, [
      [file('one'), random(1_000)],
      [file('two'), random(1_000)],
    ]);
    expect(filesOf(ana)).toBe(2);
    await ana.call('draftFiles', { conversation: withBen, files: [file('two')] });
    await world.until(() => filesOf(ana) === 1, 'one is erased');
    expect(await countOf(ana, withBen)).toBe(1);
    await expect(bytesOf(ana, withBen, 'one')).rejects.toMatchObject({ code: 'cancelled' });
    await ana.call('draftFiles', { conversation: withBen, files: [] });
    await world.until(() => filesOf(ana) === 0, 'both are erased');
    expect(await countOf(ana, withBen)).toBe(0);
    await ana.restart();
    expect(await draftOf(ana, withBen)).toEqual([]);
  });

  it('leave nothing but the message when they are sent', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(3);
    const bytes = random(50_000);
    await choose(ana, withBen, [
      [file('one'), bytes],
      [file('two'), random(1_000)],
    ]);
    await attach(ana, withBen, 'one', bytes);
    expect(await countOf(ana, withBen)).toBe(1);
    expect((await draftOf(ana, withBen)).map(({ id }) => id)).toEqual(['two']);
    await attach(ana, withBen, 'two', random(1_000));
    await world.until(
      async () =>
        (await ben.messages(withAna)).filter(({ body }) => body.kind === 'media').length > 1,
      'both arrive',
    );
    await world.until(() => filesOf(ana) === 2, 'the copies are erased');
    expect(await countOf(ana, withBen)).toBe(0);
    await ana.restart();
    expect(await draftOf(ana, withBen)).toEqual([]);
    expect(filesOf(ana)).toBe(2);
  });

  it('wait again when the engine ends before the message has sealed its own', async () => {
    const { world, ana, withBen } = await pair(4);
    const bytes = random(50_000);
    await choose(ana, withBen, [[file('one', { caption: 'the sea' }), bytes]]);
    ana.media.closeTab();
    ana.media.lends = false;
    await attach(ana, withBen, 'one', bytes);
    expect(await draftOf(ana, withBen)).toEqual([]);
    await ana.restart();
    ana.media.lends = true;
    await world.until(() => isOnline(ana), 'Ana is online');
    expect((await draftOf(ana, withBen)).map(({ caption }) => caption)).toEqual(['the sea']);
    expect(same(await bytesOf(ana, withBen, 'one'), bytes)).toBe(true);
    expect(await countOf(ana, withBen)).toBe(1);
    expect((await ana.messages(withBen)).at(-1)).toMatchObject({ state: 'failed' });
  });

  it('go with a message that the person ended', async () => {
    const { world, ana, withBen } = await pair(5);
    const bytes = random(30 * CHUNK_BYTES);
    await choose(ana, withBen, [[file('one'), bytes]]);
    const { order } = await attach(ana, withBen, 'one', bytes);
    await ana.call('deleteMessage', { conversation: withBen, order });
    await world.until(() => filesOf(ana) === 0, 'nothing is left');
    expect(await draftOf(ana, withBen)).toEqual([]);
  });

  it('go with their chat, and with the account', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(6);
    for (const [person, chat] of [
      [ana, withBen],
      [ben, withAna],
    ] as const)
      await choose(person, chat, [[file('one'), random(1_000)]]);
    const notes = (await ana.call('snapshot', null)).chats.find(
      ({ standing }) => standing === 'notes',
    )!.id;
    await choose(ana, notes, [[file('two'), random(1_000)]]);
    await ana.call('deleteChat', { conversation: withBen });
    await world.until(() => filesOf(ana) === 1, 'the copy is erased');
    await ana.call('deleteChat', { conversation: notes });
    await world.until(() => filesOf(ana) === 0, 'that of Notes, too');
    expect(await countOf(ana, notes)).toBe(0);
    await ben.call('eraseAccount', { localOnly: true });
    expect(filesOf(ben)).toBe(0);
  });

  it('of two tabs: the last change counts, and both hear of it', async () => {
    const { ana, withBen } = await pair(7);
    await choose(ana, withBen, [[file('one'), random(1_000)]]);
    const [inside, outside] = portPair();
    ana.engine.connect(inside);
    const events: EngineEvent[] = [];
    const other = callPort<EngineApi, EngineEvent>(outside, (event) => events.push(event));
    await other.call('snapshot', null);
    const files = [file('one', { caption: 'from there' })];
    await Promise.all([
      ana.call('draftFiles', { conversation: withBen, files: [file('one', { caption: 'here' })] }),
      other.call('draftFiles', { conversation: withBen, files }),
    ]);
    expect(await draftOf(ana, withBen)).toEqual(files);
    expect(ana.events.at(-1)).toEqual({ type: 'draft-files', conversation: withBen, files });
    await attach(ana, withBen, 'one', random(1_000));
    expect(events).toContainEqual({ type: 'draft-files', conversation: withBen, files: [] });
    // Who did not hear it in time may say so once more: nothing comes back without its bytes.
    await other.call('draftFiles', { conversation: withBen, files });
    expect(await draftOf(ana, withBen)).toEqual([]);
  });
});

describe('a crash', () => {
  it.each(['beforeCommit', 'afterCommit'] as const)(
    '%s of any step leaves whole copies or none, and no orphan',
    async (when) => {
      const { world, ana, withBen } = await pair(8);
      const bytes = random(5_000);
      for (let step = 1; step <= 3; step++) {
        let commits = 0;
        await ana.restart({
          [when](writes: readonly { table: string }[]) {
            if (writes.some(({ table }) => table === 'draftFiles') && ++commits === step)
              throw new Fault('storage-closed');
          },
        });
        await expect(choose(ana, withBen, [[file(`of ${step}`), bytes]])).rejects.toBeDefined();
        await ana.restart();
        await world.until(() => isOnline(ana), 'Ana is online');
        const left = await draftOf(ana, withBen);
        await world.until(() => filesOf(ana) === left.length, 'no orphan is left');
        for (const { id } of left) expect(same(await bytesOf(ana, withBen, id), bytes)).toBe(true);
        expect(await countOf(ana, withBen)).toBe(left.length);
        await ana.call('draftFiles', { conversation: withBen, files: [] });
        await world.until(() => filesOf(ana) === 0, 'it is discarded');
      }
    },
  );

  it('of the device after a copy was taken out shows nothing that is not there', async () => {
    const { world, ana, withBen } = await pair(9);
    await choose(ana, withBen, [[file('one'), random(1_000)]]);
    await ana.call('send', { conversation: withBen, text: 'which makes it durable' });
    await ana.call('draftFiles', { conversation: withBen, files: [] });
    await world.until(() => filesOf(ana) === 0, 'it is erased');
    ana.disk.losePower();
    await ana.restart();
    await expect(bytesOf(ana, withBen, 'one')).rejects.toMatchObject({ code: 'blob-gone' });
    await ana.call('draftFiles', { conversation: withBen, files: [] });
    expect(await countOf(ana, withBen)).toBe(0);
  });
});

describe('what cannot be kept', () => {
  it('is too large by itself, or with the others', async () => {
    const { world, ana, withBen } = await pair(10);
    const files = ['a', 'b', 'c', 'd', 'e'].map((id) => file(id));
    await ana.call('draftFiles', { conversation: withBen, files });
    const large = new Blob([new Uint8Array(64 * MiB)]);
    const keep = (id: string, source: Blob) =>
      ana.call('draftFile', { conversation: withBen, id, source });
    const tooMuch = new Blob([large, 'x']);
    await expect(keep('a', tooMuch)).rejects.toMatchObject({ code: 'too-large' });
    ana.media.lends = false;
    const four = Promise.allSettled(['a', 'b', 'c', 'd'].map((id) => keep(id, large)));
    await world.calm();
    await expect(keep('e', new Blob(['x']))).rejects.toMatchObject({ code: 'too-large' });
    let over = false;
    void four.then(() => (over = true));
    await world.until(() => over, 'no tab copies them');
    ana.media.lends = true;
    await keep('e', new Blob(['x']));
    expect((await draftOf(ana, withBen)).map(({ id }) => id)).toEqual(['e']);
  });

  it('finds no room, no disk or no tab: it says so, and leaves no half of it', async () => {
    const { world, ana, withBen } = await pair(11);
    const bytes = random(30 * CHUNK_BYTES);
    const tryIt = () => choose(ana, withBen, [[file('one'), bytes]]);
    ana.media.room = { used: 90 * MiB, quota: 100 * MiB };
    await expect(tryIt()).rejects.toMatchObject({ code: 'not-enough-room' });
    ana.media.room = undefined;
    ana.media.files.fillAfter(10 * CHUNK_BYTES);
    await expect(tryIt()).rejects.toMatchObject({ code: 'storage-full' });
    await world.until(() => filesOf(ana) === 0, 'nothing is left');
    ana.disk.failNext('storage-full');
    await expect(tryIt()).rejects.toMatchObject({ code: 'storage-full' });
    expect(await countOf(ana, withBen)).toBe(0);
    ana.media.files.fillAfter(Infinity);
    await tryIt();
    expect(await countOf(ana, withBen)).toBe(1);
  });

  it('was taken out while it was copied', async () => {
    const { world, ana, withBen } = await pair(12);
    await ana.call('draftFiles', { conversation: withBen, files: [file('one')] });
    const source = new Blob([random(60 * CHUNK_BYTES)]);
    const keeping = ana.call('draftFile', { conversation: withBen, id: 'one', source });
    // The world's own waiting would last until all of it is copied.
    while (filesOf(ana) === 0) await new Promise((resolve) => setImmediate(resolve));
    await ana.call('draftFiles', { conversation: withBen, files: [] });
    await expect(keeping).rejects.toMatchObject({ code: 'cancelled' });
    await world.until(() => filesOf(ana) === 0, 'nothing is left');
  });
});

it('takes room that is counted with its chat, and is no media to be deleted', async () => {
  const { ana, withBen } = await pair(13);
  const bytesOfChat = async () =>
    (await ana.call('storageUse', null)).chats.find(({ id }) => id === withBen)!.bytes;
  const before = await bytesOfChat();
  await choose(ana, withBen, [[file('one'), random(100_000)]]);
  const onDisk = [...ana.media.files.dump().values()][0]!.length;
  expect((await bytesOfChat()) - before).toBe(onDisk);
  expect(await ana.call('storedMedia', { conversation: withBen })).toEqual([]);
});
