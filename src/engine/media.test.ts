import { describe, expect, it } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { CHUNK_BYTES } from '../crypto/stream.ts';
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type ConversationId } from '../lib/ids.ts';
import { type AttachmentHints, type AttachmentView, type MessageView } from './api.ts';
import { type Person } from './testing/person.ts';
import { createWorld, introduce, isOnline, type World } from './testing/world.ts';

const random = seededRandom('engine media');
const photo: AttachmentHints = {
  form: 'image',
  name: 'holiday.jpg',
  type: 'image/jpeg',
  width: 400,
  height: 300,
  thumbhash: random(25),
};
const document: AttachmentHints = { form: 'file', name: 'plan.pdf', type: 'application/pdf' };

async function pair(seed: number) {
  const world = createWorld(seed);
  const ana = await world.person('Ana');
  const ben = await world.person('Ben');
  const chats = await introduce(world, ana, ben);
  await world.calm(30);
  return { world, ana, ben, ...chats };
}

const attachmentOf = (message: MessageView | undefined): AttachmentView | undefined =>
  message?.body.kind === 'media' ? message.body.attachment : undefined;

async function last(person: Person, chat: ConversationId): Promise<MessageView> {
  const message = (await person.messages(chat)).at(-1);
  if (!message) throw new Error('the chat is empty');
  return message;
}

const stageOf = async (person: Person, chat: ConversationId): Promise<string | undefined> =>
  attachmentOf(await last(person, chat))?.stage;

async function bytesOf(person: Person, chat: ConversationId): Promise<Bytes> {
  const { order } = await last(person, chat);
  const blob = await person.call('openAttachment', { conversation: chat, order });
  return new Uint8Array(await blob.arrayBuffer());
}

function send(person: Person, chat: ConversationId, bytes: Bytes, hints = photo, caption = '') {
  const source = new Blob([bytes]);
  return person.call('attach', { conversation: chat, source, hints, caption });
}

const arrives = (world: World, person: Person, chat: ConversationId): Promise<void> =>
  world.until(async () => (await stageOf(person, chat)) === 'here', 'it is there');
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe('a photo', () => {
  it('arrives with its caption and its hints, and leaves nothing at the relay', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(1);
    const bytes = random(300_000);
    await send(ana, withBen, bytes, photo, 'look!');
    expect(attachmentOf(await last(ana, withBen))).toMatchObject({ ...photo, size: 300_000 });
    await arrives(world, ben, withAna);
    const arrived = await last(ben, withAna);
    expect(arrived.body).toMatchObject({ kind: 'media', caption: 'look!' });
    expect(attachmentOf(arrived)).toMatchObject({ ...photo, size: 300_000 });
    expect(same(await bytesOf(ben, withAna), bytes)).toBe(true);
    expect(same(await bytesOf(ana, withBen), bytes)).toBe(true);
    await world.until(
      async () => (await last(ana, withBen)).state === 'delivered',
      'its tick is there',
    );
    await world.until(() => world.relay.blobs.dump().size === 0, 'it is erased at the relay');
    expect(world.relay.dump().blobs).toEqual([]);
  });

  it('in Notes is there at once, and goes nowhere', async () => {
    const { world, ana } = await pair(2);
    const notes = (await ana.call('snapshot', null)).chats.find(
      ({ standing }) => standing === 'notes',
    )!.id;
    await send(ana, notes, random(1_000));
    await arrives(world, ana, notes);
    expect((await bytesOf(ana, notes)).length).toBe(1_000);
    expect(world.relay.dump().uploads).toEqual([]);
  });

  it('of no bytes at all arrives', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(3);
    await send(ana, withBen, random(0), photo);
    await arrives(world, ben, withAna);
    expect((await bytesOf(ben, withAna)).length).toBe(0);
  });

  it('whose measures no message can carry goes without them', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(44);
    const measures = { width: 100_000, height: 10, duration: -5, waveform: random(500) };
    await send(ana, withBen, random(10), { ...photo, ...measures });
    await arrives(world, ben, withAna);
    const { width, height, duration, waveform, thumbhash } = attachmentOf(
      await last(ben, withAna),
    )!;
    expect([width, height, duration, waveform]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(thumbhash).toEqual(photo.thumbhash);
  });

  it('that is told of before a text does not hold the text up', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(4);
    ana.media.lends = false;
    await send(ana, withBen, random(10));
    await ana.call('send', { conversation: withBen, text: 'already here' });
    await world.until(
      async () => (await ben.texts(withAna)).includes('already here'),
      'the text arrives',
    );
  });
});

describe('what a stranger sends', () => {
  it('is not fetched before Accept', async () => {
    const world = createWorld(5);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    await world.until(() => isOnline(ana), 'Ana is online');
    const withAna = await ben.call('startChat', {
      text: (await ana.call('ownInvite', null)).link,
    });
    let asked = 0;
    ana.media.onPart = () => void asked++;
    await send(ben, withAna, random(5_000));
    await world.until(
      async () =>
        (await ana.call('snapshot', null)).chats.some(({ standing }) => standing === 'request'),
      'the request arrives',
    );
    await world.calm(50);
    const withBen = await ana.chat();
    const place = { conversation: withBen, order: (await last(ana, withBen)).order };
    await expect(ana.call('transfer', place)).rejects.toMatchObject({ code: 'blocked' });
    await ana.restart();
    await world.until(() => isOnline(ana), 'Ana is online again');
    await world.calm(50);
    expect(await stageOf(ana, withBen)).toBe('remote');
    expect(asked).toBe(0);
    await ana.call('acceptRequest', { conversation: withBen });
    const { order } = await last(ana, withBen);
    await ana.call('transfer', { conversation: withBen, order });
    await arrives(world, ana, withBen);
    expect((await bytesOf(ana, withBen)).length).toBe(5_000);
  });
});

describe('a file', () => {
  it('is fetched when asked for, and not before', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(6);
    const bytes = random(3 * CHUNK_BYTES + 9);
    await send(ana, withBen, bytes, document);
    await world.until(async () => (await stageOf(ben, withAna)) === 'remote', 'it is told of');
    await world.calm(50);
    expect(await stageOf(ben, withAna)).toBe('remote');
    const { order } = await last(ben, withAna);
    await expect(
      ben.call('openAttachment', { conversation: withAna, order }),
    ).rejects.toMatchObject({ code: 'blob-gone' });
    await ben.call('transfer', { conversation: withAna, order });
    await arrives(world, ben, withAna);
    expect(same(await bytesOf(ben, withAna), bytes)).toBe(true);
  });

  it('that breaks off at every part, up and down, through crashes, arrives as it was', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(7);
    const bytes = random(24 * CHUNK_BYTES + 5);
    const cuts = { up: 0, down: 0 };
    for (const person of [ana, ben])
      person.media.onPart = (direction) => {
        if (++cuts[direction] % 2 === 1) throw new Fault('offline', 'on-reconnect');
      };
    await send(ana, withBen, bytes, document);
    await world.until(async () => (await stageOf(ana, withBen)) === 'uploading', 'it is sealed');
    await ana.restart();
    await world.until(async () => (await stageOf(ben, withAna)) === 'remote', 'it is told of');
    const { order } = await last(ben, withAna);
    await ben.call('transfer', { conversation: withAna, order });
    await ben.restart();
    await arrives(world, ben, withAna);
    expect(same(await bytesOf(ben, withAna), bytes)).toBe(true);
    expect(cuts.up).toBeGreaterThan(4);
    expect(cuts.down).toBeGreaterThan(4);
  });

  it('goes on when the tab with the worker is closed', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(8);
    const bytes = random(24 * CHUNK_BYTES);
    await send(ana, withBen, bytes, document);
    await world.until(async () => (await stageOf(ben, withAna)) === 'remote', 'it is told of');
    let closed = false;
    ben.media.onPart = (_, at) => {
      if (at > 0 && !closed) {
        closed = true;
        ben.media.closeTab();
      }
    };
    const { order } = await last(ben, withAna);
    await ben.call('transfer', { conversation: withAna, order });
    await arrives(world, ben, withAna);
    expect(closed).toBe(true);
    expect(same(await bytesOf(ben, withAna), bytes)).toBe(true);
  });

  it('is paused and goes on when asked, also after a restart', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(9);
    const bytes = random(40 * CHUNK_BYTES);
    await send(ana, withBen, bytes, document);
    await world.until(async () => (await stageOf(ben, withAna)) === 'remote', 'it is told of');
    const place = { conversation: withAna, order: (await last(ben, withAna)).order };
    let pausing: Promise<unknown> | undefined;
    ben.media.onPart = (_, at) => {
      if (at > 0) pausing ??= ben.call('pauseTransfer', place);
    };
    await ben.call('transfer', place);
    await world.until(() => pausing !== undefined, 'it is under way');
    await pausing;
    await ben.restart();
    await world.calm(50);
    expect(attachmentOf(await last(ben, withAna))).toMatchObject({
      stage: 'fetching',
      paused: true,
    });
    await ben.call('transfer', place);
    await arrives(world, ben, withAna);
    expect(same(await bytesOf(ben, withAna), bytes)).toBe(true);
  });
});

describe('trouble', () => {
  it.each([
    ['another byte', (bytes: Bytes) => bytes.with(100, (bytes[100] ?? 0) ^ 1)],
    ['another blob', (bytes: Bytes) => random(bytes.length)],
  ])('%s at the relay is refused, and nothing of it shown', async (_, alter) => {
    const { world, ana, ben, withAna, withBen } = await pair(10);
    ben.media.alter = alter;
    await send(ana, withBen, random(50_000));
    await world.until(
      async () => attachmentOf(await last(ben, withAna))?.fault === 'bad-blob',
      'it is refused',
    );
    expect(await stageOf(ben, withAna)).toBe('remote');
    await expect(bytesOf(ben, withAna)).rejects.toMatchObject({ code: 'blob-gone' });
    await world.until(() => ben.media.files.dump().size === 0, 'no file is left');
    ben.media.alter = (bytes) => bytes;
    const { order } = await last(ben, withAna);
    await ben.call('transfer', { conversation: withAna, order });
    await arrives(world, ben, withAna);
  });

  it('a blob that expired is told', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(11);
    await send(ana, withBen, random(5_000), document);
    await world.until(async () => (await stageOf(ben, withAna)) === 'remote', 'it is told of');
    world.clock.advance(31 * 24 * 3_600_000);
    const { order } = await last(ben, withAna);
    await world.until(() => isOnline(ben), 'Ben is online again');
    await ben.call('transfer', { conversation: withAna, order });
    await world.until(async () => (await stageOf(ben, withAna)) === 'gone', 'it is gone');
    expect(attachmentOf(await last(ben, withAna))?.fault).toBe('blob-gone');
  });

  it('an engine that ends while it seals leaves a message that failed and no file', async () => {
    const { world, ana, withBen } = await pair(12);
    ana.media.lends = false;
    const sending = send(ana, withBen, random(1_000));
    await sending;
    await ana.restart();
    await world.until(async () => (await last(ana, withBen)).state === 'failed', 'it has failed');
    expect((await last(ana, withBen)).failure).toBe('file-changed');
    await world.until(() => ana.media.files.dump().size === 0, 'no file is left');
  });

  it('without a tab that lends a worker what is sent says so', async () => {
    const { world, ana, withBen } = await pair(13);
    ana.media.lends = false;
    await send(ana, withBen, random(1_000));
    await world.until(async () => (await last(ana, withBen)).state === 'failed', 'it has failed');
    expect((await last(ana, withBen)).failure).toBe('no-tab');
  });

  it('a full relay is waited for', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(14);
    let full = true;
    ana.media.onPart = () => {
      if (full) throw new Fault('relay-full', 'now');
    };
    await send(ana, withBen, random(1_000));
    await world.until(
      async () => attachmentOf(await last(ana, withBen))?.fault === 'relay-full',
      'it says so',
    );
    full = false;
    await arrives(world, ben, withAna);
    expect(attachmentOf(await last(ana, withBen))?.fault).toBeUndefined();
  });

  it('a message deleted while it is uploaded leaves nothing and sends nothing', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(15);
    const before = (await ben.messages(withAna)).length;
    let deleting: Promise<unknown> | undefined;
    ana.media.onPart = (_, at) => {
      if (at > 0) deleting ??= ana.call('deleteMessage', { conversation: withBen, order });
    };
    const { order } = await send(ana, withBen, random(30 * CHUNK_BYTES), document);
    await world.until(() => deleting !== undefined, 'it is under way');
    await deleting;
    await world.until(() => ana.media.files.dump().size === 0, 'no file is left');
    expect((await ben.messages(withAna)).length).toBe(before);
  });

  it('somebody who is blocked gets nothing that was on its way, nor later', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(17);
    const before = (await ben.messages(withAna)).length;
    let blocking: Promise<unknown> | undefined;
    ana.media.onPart = (_, at) => {
      if (at > 0) blocking ??= ana.call('block', { conversation: withBen });
    };
    await send(ana, withBen, random(30 * CHUNK_BYTES), document);
    await world.until(() => blocking !== undefined, 'it is under way');
    await blocking;
    expect(await last(ana, withBen)).toMatchObject({ state: 'failed', failure: 'blocked' });
    await ana.call('unblock', { conversation: withBen });
    await ana.restart();
    await world.until(() => isOnline(ana), 'Ana is online again');
    await world.calm(50);
    expect((await last(ana, withBen)).state).toBe('failed');
    expect((await ben.messages(withAna)).length).toBe(before);
  });

  it('a file that was lost or damaged here before it was uploaded is told, and never tried again', async () => {
    for (const spoil of [
      (person: Person, name: string) => person.media.files.remove(name),
      (person: Person, name: string) => {
        const bytes = person.media.files.dump().get(name)!;
        person.media.files.put(name, bytes.with(40, (bytes[40] ?? 0) ^ 1));
      },
    ]) {
      const { world, ana, withBen } = await pair(18);
      let open = false;
      ana.media.onPart = () => {
        if (!open) throw new Fault('offline', 'on-reconnect');
      };
      await send(ana, withBen, random(10_000));
      await world.until(async () => (await stageOf(ana, withBen)) === 'uploading', 'it is sealed');
      const [name = ''] = ana.media.files.dump().keys();
      spoil(ana, name);
      open = true;
      await world.until(async () => (await last(ana, withBen)).state === 'failed', 'it fails');
      const { order, failure } = await last(ana, withBen);
      expect(failure).toBe('file-changed');
      await expect(ana.call('retry', { conversation: withBen, order })).rejects.toMatchObject({
        code: 'file-changed',
      });
    }
  });

  it('what a relay says is gone while it is uploaded is not lost here', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(19);
    let missing = true;
    ana.media.onPart = () => {
      if (missing) throw new Fault('blob-gone');
    };
    await send(ana, withBen, random(10_000));
    await world.until(
      async () => attachmentOf(await last(ana, withBen))?.fault === 'blob-gone',
      'it says so',
    );
    missing = false;
    await arrives(world, ben, withAna);
  });

  it('a relay that takes nothing is not asked without end', async () => {
    const { world, ana, withBen } = await pair(20);
    let parts = 0;
    const relay = { ...world.relay.blobs };
    world.relay.blobs.put = async (_grant, offset) => {
      parts++;
      return { status: 409, offset };
    };
    await send(ana, withBen, random(10_000));
    await world.until(
      async () => attachmentOf(await last(ana, withBen))?.fault === 'relay-failed',
      'it gives up for now',
    );
    expect(parts).toBeLessThan(5);
    world.relay.blobs.put = (...given) => relay.put(...given);
    await world.until(async () => (await last(ana, withBen)).state !== 'sending', 'it goes on');
  });

  it('a message deleted while it is sealed leaves no file and no complaint', async () => {
    const { world, ana, withBen } = await pair(21);
    const { order } = await send(ana, withBen, random(40 * CHUNK_BYTES), document);
    await world.until(() => ana.media.files.dump().size === 1, 'it is being written');
    await ana.call('deleteMessage', { conversation: withBen, order });
    await world.until(() => ana.media.files.dump().size === 0, 'its file is gone');
    expect(ana.events.filter(({ type }) => type === 'trouble')).toEqual([]);
  });

  it('a chat that is deleted takes its files and transfers along, and so does the account', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(22);
    await send(ana, withBen, random(50_000));
    await arrives(world, ben, withAna);
    expect(ben.media.files.dump().size).toBe(1);
    await ben.call('deleteChat', { conversation: withAna });
    await world.until(() => ben.media.files.dump().size === 0, 'its file is gone');
    expect(ana.media.files.dump().size).toBe(1);
    await ana.call('eraseAccount', { localOnly: true });
    await world.until(() => ana.media.files.dump().size === 0, 'every file is gone');
  });

  it('the bytes alone are deleted, and can be fetched no more', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(16);
    await send(ana, withBen, random(1_000), photo, 'keep these words');
    await arrives(world, ben, withAna);
    const { order } = await last(ben, withAna);
    await ben.call('removeAttachment', { conversation: withAna, order });
    expect((await last(ben, withAna)).body).toMatchObject({ caption: 'keep these words' });
    expect(await stageOf(ben, withAna)).toBe('removed');
    await world.until(() => ben.media.files.dump().size === 0, 'no file is left');
  });
});

describe('several at once', () => {
  const names = async (person: Person, chat: ConversationId): Promise<(string | undefined)[]> =>
    (await person.messages(chat)).flatMap((message) => attachmentOf(message)?.name ?? []);

  it('arrive in the order in which they were sent, whichever is uploaded first', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(40);
    const sizes = [900_000, 10, 400_000, 5_000, 200_000, 1];
    for (const [index, size] of sizes.entries())
      await send(ana, withBen, random(size), { ...photo, name: `${index}.jpg` });
    await world.until(async () => (await names(ben, withAna)).length === 6, 'all are there');
    expect(await names(ben, withAna)).toEqual(sizes.map((_, index) => `${index}.jpg`));
  });

  it('do not wait for one that breaks off again and again, is paused, or was deleted', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(41);
    const stuck = (at: number): void => {
      if (at > 0) throw new Fault('offline', 'on-reconnect');
    };
    ana.media.onPart = (_, at) => stuck(at);
    const first = await send(ana, withBen, random(500_000), { ...photo, name: 'paused.jpg' });
    const second = await send(ana, withBen, random(500_000), { ...photo, name: 'gone.jpg' });
    await send(ana, withBen, random(500_000), { ...photo, name: 'stuck.jpg' });
    await send(ana, withBen, random(10), { ...photo, name: 'small.jpg' });
    await world.until(async () => (await names(ben, withAna)).includes('small.jpg'), 'it comes');
    await ana.call('pauseTransfer', { conversation: withBen, order: first.order });
    await ana.call('deleteMessage', { conversation: withBen, order: second.order });
    ana.media.onPart = () => undefined;
    await world.until(async () => (await names(ben, withAna)).length === 2, 'the next comes');
    expect(await names(ben, withAna)).toEqual(['small.jpg', 'stuck.jpg']);
    await ana.call('transfer', { conversation: withBen, order: first.order });
    await world.until(async () => (await names(ben, withAna)).length === 3, 'all are there');
  });
});
