import { describe, expect, it } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { Fault } from '../lib/fault.ts';
import { type ConversationId } from '../lib/ids.ts';
import {
  type AttachmentForm,
  type AttachmentHints,
  type DownloadRules,
  type MessageView,
} from './api.ts';
import { isFetched } from './download-rules.ts';
import { type Person } from './testing/person.ts';
import { createWorld, introduce } from './testing/world.ts';

const random = seededRandom('engine download rules');
const MB = 1_000_000;

async function pair(seed: number) {
  const world = createWorld(seed);
  const ana = await world.person('Ana');
  const ben = await world.person('Ben');
  const chats = await introduce(world, ana, ben);
  await world.calm(30);
  return { world, ana, ben, ...chats };
}

const types: Record<AttachmentForm, string> = {
  image: 'image/jpeg',
  gif: 'image/gif',
  sticker: 'image/webp',
  video: 'video/mp4',
  voice: 'audio/webm',
  audio: 'audio/mpeg',
  file: 'application/pdf',
};

const send = (person: Person, chat: ConversationId, form: AttachmentForm, size: number) => {
  const hints: AttachmentHints = { form, name: `${form} ${size}`, type: types[form] };
  const source = new Blob([random(size)]);
  return person.call('attach', { conversation: chat, source, hints, caption: '' });
};

const formOf = ({ body }: MessageView) => (body.kind === 'media' ? body.attachment.form : '');
const stageOf = ({ body }: MessageView) => (body.kind === 'media' ? body.attachment.stage : '');

/** Which forms of `sent` are here when everything has come to rest. */
async function arrivedForms(
  given: Awaited<ReturnType<typeof pair>>,
  sent: readonly (readonly [AttachmentForm, number])[],
): Promise<string[]> {
  const { world, ana, ben, withAna, withBen } = given;
  const before = (await ben.messages(withAna)).length;
  for (const [form, size] of sent) await send(ana, withBen, form, size);
  await ana.call('send', { conversation: withBen, text: 'all sent' });
  const fresh = async () => (await ben.messages(withAna)).slice(before);
  await world.until(async () => (await fresh()).length === sent.length + 1, 'all are told of');
  await world.until(
    async () => (await fresh()).every((message) => stageOf(message) !== 'fetching'),
    'nothing is under way',
  );
  await world.calm(60);
  return (await fresh()).filter((message) => stageOf(message) === 'here').map(formOf);
}

const forms: readonly AttachmentForm[] = [
  'image',
  'gif',
  'sticker',
  'voice',
  'video',
  'audio',
  'file',
];
const each = (size: number) => forms.map((form) => [form, size] as const);

describe('what is fetched by itself', () => {
  it('is what is looked at or listened to at once; the rest waits for a click', async () => {
    const given = await pair(1);
    expect((await arrivedForms(given, each(1_000))).sort()).toEqual(
      ['image', 'gif', 'sticker', 'voice'].sort(),
    );
    const rules = await given.ben.call('downloadRules', {});
    expect(isFetched(rules, { form: 'image', size: 16 * MB }, false)).toBe(true);
    expect(isFetched(rules, { form: 'image', size: 16 * MB + 1 }, false)).toBe(false);
  });

  it('is voice notes only where every byte may cost something', async () => {
    const given = await pair(2);
    given.ben.media.metered = true;
    expect(await arrivedForms(given, each(1_000))).toEqual(['voice']);
  });

  const never = { upTo: 0, metered: true };
  const none: DownloadRules = { photos: never, voice: never, videos: never, files: never };
  it.each([
    ['photos', ['gif', 'image', 'sticker']],
    ['voice', ['voice']],
    ['videos', ['video']],
    ['files', ['audio', 'file']],
  ] as const)('follows the rule for %s, and that up to its size', async (sort, expected) => {
    const given = await pair(3);
    const rules = { ...none, [sort]: { upTo: MB, metered: false } };
    expect(await given.ben.call('downloadRules', rules)).toEqual(rules);
    await given.ben.restart();
    expect(await given.ben.call('downloadRules', {})).toEqual(rules);
    expect((await arrivedForms(given, each(1_000))).sort()).toEqual(expected);
    expect(await arrivedForms(given, [[expected[0], MB + 1]])).toEqual([]);
    given.ben.media.metered = true;
    expect(await arrivedForms(given, [[expected[0], 1_000]])).toEqual([]);
    await given.ben.call('downloadRules', { [sort]: { upTo: 2 ** 31, metered: true } });
    expect(await arrivedForms(given, [[expected[0], MB + 1]])).toEqual([expected[0]]);
  });

  it('is nothing at all where nothing is wished, not even what has no bytes', async () => {
    const given = await pair(4);
    await given.ben.call('downloadRules', none);
    expect(await arrivedForms(given, each(0))).toEqual([]);
  });
});

describe('room', () => {
  const MIB = 2 ** 20;
  const troubles = (person: Person) =>
    person.events.flatMap((event) => (event.type === 'trouble' ? [event.code] : []));

  it('that would not be left keeps a file from being sent, before anything of it is written', async () => {
    const { ana, withBen } = await pair(5);
    ana.media.room = { used: 0, quota: 52 * MIB };
    const count = (await ana.messages(withBen)).length;
    await expect(send(ana, withBen, 'file', 3 * MIB)).rejects.toMatchObject({
      code: 'not-enough-room',
    });
    expect((await ana.messages(withBen)).length).toBe(count);
    expect(ana.media.files.dump().size).toBe(0);
    expect(troubles(ana)).toEqual(['not-enough-room']);
    await send(ana, withBen, 'file', MIB);
  });

  it('that would not be left keeps a large file from being fetched, until there is some', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(6);
    ben.media.room = { used: 0, quota: 54 * MIB };
    await send(ana, withBen, 'image', 5 * MIB);
    const last = async () => {
      const message = (await ben.messages(withAna)).at(-1)!;
      return message.body.kind === 'media' ? message.body.attachment : undefined;
    };
    await world.until(async () => (await last())?.fault === 'not-enough-room', 'it says so');
    expect((await last())?.stage).toBe('remote');
    await world.calm(60);
    expect(ben.media.files.dump().size).toBe(0);
    expect(troubles(ben)).toEqual(['not-enough-room']);
    ben.media.room = { used: 0, quota: 80 * MIB };
    const { order } = (await ben.messages(withAna)).at(-1)!;
    await ben.call('transfer', { conversation: withAna, order });
    await world.until(async () => (await last())?.stage === 'here', 'it is there');
  });

  const attachmentOf = async (person: Person, chat: ConversationId) => {
    const message = (await person.messages(chat)).at(-1)!;
    return message.body.kind === 'media' ? message.body.attachment : undefined;
  };
  /** A file of 5 MiB of which a part has come to Ben. */
  async function halfFetched(seed: number) {
    const given = await pair(seed);
    const { world, ana, ben, withAna, withBen } = given;
    const way = { open: false };
    ben.media.onPart = (_, at) => {
      if (at > 0 && !way.open) throw new Fault('offline', 'on-reconnect');
    };
    await send(ana, withBen, 'image', 5 * MIB);
    const partOf = (): number => [...ben.media.files.dump().values()][0]?.length ?? 0;
    await world.until(() => partOf() > 0, 'some of it has come');
    const place = { conversation: withAna, order: (await ben.messages(withAna)).at(-1)!.order };
    return { ...given, way, partOf, place };
  }

  it('is asked for only what is still to come, also after a start', async () => {
    const { world, ben, withAna, way, partOf } = await halfFetched(8);
    // What lies here is used already; the rest fits, the whole would not.
    ben.media.room = { used: partOf(), quota: 50 * MIB + 6 * MIB };
    way.open = true;
    await ben.restart();
    await world.until(async () => (await attachmentOf(ben, withAna))?.stage === 'here', 'it comes');
    expect(troubles(ben)).toEqual([]);
  });

  it('that went meanwhile holds a file of which some has come, which goes on when asked for', async () => {
    const { world, ben, withAna, way, partOf, place } = await halfFetched(9);
    const before = partOf();
    way.open = true;
    ben.media.room = { used: before, quota: 50 * MIB + before };
    await ben.restart();
    const held = async () => (await attachmentOf(ben, withAna))?.fault === 'not-enough-room';
    await world.until(held, 'it says so');
    await world.calm(60);
    expect((await attachmentOf(ben, withAna))?.stage).toBe('fetching');
    expect(partOf()).toBe(before);
    expect(troubles(ben)).toEqual(['not-enough-room']);
    ben.media.room = { used: before, quota: 80 * MIB };
    const from: number[] = [];
    ben.media.onPart = (_, at) => void from.push(at);
    await ben.call('transfer', place);
    await world.until(async () => (await attachmentOf(ben, withAna))?.stage === 'here', 'it comes');
    expect(from[0]).toBe(before);
  });

  it('that would not be left keeps a small file from being fetched as well', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(10);
    ben.media.room = { used: 0, quota: 50 * MIB };
    await send(ana, withBen, 'image', 1_000);
    await world.until(
      async () => (await attachmentOf(ben, withAna))?.fault === 'not-enough-room',
      'it says so',
    );
    expect((await attachmentOf(ben, withAna))?.stage).toBe('remote');
  });

  it('is promised once: two files of which one fits are not both begun', async () => {
    const { world, ana, withBen } = await pair(11);
    ana.media.room = { used: 0, quota: 55 * MIB };
    ana.media.lends = false;
    await send(ana, withBen, 'file', 3 * MIB);
    await expect(send(ana, withBen, 'file', 3 * MIB)).rejects.toMatchObject({
      code: 'not-enough-room',
    });
    await world.until(
      async () => (await ana.messages(withBen)).at(-1)?.state === 'failed',
      'the first comes to nothing',
    );
    await send(ana, withBen, 'file', 3 * MIB);
  });

  it('that the disk does not give is given back, and the file can be asked for once more', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(12);
    ben.media.files.fillAfter(2 * MIB);
    await send(ana, withBen, 'image', 5 * MIB);
    await world.until(
      async () => (await attachmentOf(ben, withAna))?.fault === 'storage-full',
      'it says so',
    );
    await world.calm(60);
    expect((await attachmentOf(ben, withAna))?.stage).toBe('remote');
    expect(ben.media.files.dump().size).toBe(0);
    expect(troubles(ben)).toEqual(['storage-full']);
    ben.media.files.fillAfter(Infinity);
    const { order } = (await ben.messages(withAna)).at(-1)!;
    await ben.call('transfer', { conversation: withAna, order });
    await world.until(async () => (await attachmentOf(ben, withAna))?.stage === 'here', 'it comes');
  });

  it('that gets little is told of where there are no attachments, too', async () => {
    const { world, ana } = await pair(13);
    const heard = () => world.until(() => troubles(ana).length > 0, 'it is told');
    ana.media.room = { used: 700 * MIB, quota: 1_000 * MIB };
    await ana.restart();
    await world.calm();
    expect(troubles(ana)).toEqual([]);
    ana.media.room = { used: 800 * MIB, quota: 1_000 * MIB };
    await ana.restart();
    await heard();
    expect(troubles(ana)).toEqual(['little-room']);
  });

  it('that gets little is told of in time, and not at every file', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(7);
    ben.media.room = { used: 700 * MIB, quota: 1_000 * MIB };
    await send(ana, withBen, 'image', 1_000);
    const isThere = async () => stageOf((await ben.messages(withAna)).at(-1)!) === 'here';
    await world.until(isThere, 'it is there');
    await world.calm();
    expect(troubles(ben)).toEqual([]);
    ben.media.room = { used: 800 * MIB, quota: 1_000 * MIB };
    for (let photo = 0; photo < 3; photo++) {
      await send(ana, withBen, 'image', 1_000);
      await world.until(
        async () => (await ben.messages(withAna)).length === 3 + photo && isThere(),
        'it is there',
      );
      await world.calm();
    }
    expect(troubles(ben)).toEqual(['little-room']);
  });
});
