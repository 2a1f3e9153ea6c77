import { describe, expect, it } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type ConversationId, FIRST_DEVICE, type MessageId, peerOf } from '../lib/ids.ts';
import { type ContentKind, encodeContent } from '../protocol/content.ts';
import { type AttachmentHints, type AttachmentView, type MessageView } from './api.ts';
import { newMessageId } from './message-id.ts';
import { type MediaBody } from './records/media-body.ts';
import { decodeMessage, encodeMessage } from './records/message.ts';
import { encodeOutboxItem } from './records/outbox-item.ts';
import { createRowSeal } from './seal.ts';
import { counterRows } from './state.ts';
import { alteredLink } from './testing/altered-link.ts';
import { type Person } from './testing/person.ts';
import { createWorld, introduce, isOnline, type World } from './testing/world.ts';

const DAY_MS = 24 * 3_600_000;
const random = seededRandom('engine media again');
const photo: AttachmentHints = { form: 'image', name: 'sea.jpg', type: 'image/jpeg' };
const plan: AttachmentHints = { form: 'file', name: 'plan.pdf', type: 'application/pdf' };

async function pair(seed: number) {
  const world = createWorld(seed);
  /** What Ana hands to the relay for others. */
  const submitted = { count: 0 };
  const link = alteredLink(world.relay.link(), {
    toDrop(frame) {
      if (frame.type === 'submit') submitted.count++;
      return frame;
    },
  });
  const ana = await world.person('Ana', { link });
  const ben = await world.person('Ben');
  const chats = await introduce(world, ana, ben);
  await world.calm(30);
  const uploads = { count: 0 };
  ana.media.onPart = (direction, at) => {
    if (direction === 'up' && at === 0) uploads.count++;
  };
  return { world, ana, ben, submitted, uploads, ...chats };
}

const attachmentOf = ({ body }: MessageView): AttachmentView | undefined =>
  body.kind === 'media' ? body.attachment : undefined;

async function last(person: Person, chat: ConversationId): Promise<MessageView> {
  const message = (await person.messages(chat)).at(-1);
  if (!message) throw new Error('the chat is empty');
  return message;
}

const shown = async (person: Person, chat: ConversationId) =>
  attachmentOf(await last(person, chat));

async function bytesOf(person: Person, chat: ConversationId): Promise<Bytes> {
  const { order } = await last(person, chat);
  const blob = await person.call('openAttachment', { conversation: chat, order });
  return new Uint8Array(await blob.arrayBuffer());
}

const send = (person: Person, chat: ConversationId, bytes: Bytes, hints = photo) =>
  person.call('attach', {
    conversation: chat,
    source: new Blob([bytes]),
    hints,
    caption: '',
  });

const reaches = (world: World, person: Person, chat: ConversationId, stage: string) =>
  world.until(
    async () => (await shown(person, chat))?.stage === stage,
    `${person.name} has it ${stage}`,
    3 * DAY_MS,
  );

const ask = async (person: Person, chat: ConversationId) =>
  person.call('askForMedia', { conversation: chat, order: (await last(person, chat)).order });

/** Ana sends; the file lies at the relay until it is thrown away there; then Ben looks for it. */
async function expired(world: World, ana: Person, ben: Person, chats: Chats, bytes: Bytes) {
  await send(ana, chats.withBen, bytes, plan);
  await reaches(world, ben, chats.withAna, 'remote');
  world.clock.advance(31 * DAY_MS);
  await world.until(async () => (await isOnline(ana)) && isOnline(ben), 'they are online again');
  const { order } = await last(ben, chats.withAna);
  await ben.call('transfer', { conversation: chats.withAna, order });
  await reaches(world, ben, chats.withAna, 'gone');
}

interface Chats {
  readonly withAna: ConversationId;
  readonly withBen: ConversationId;
}

/** What a changed app of this person says, on the session that is there. */
async function says(person: Person, chat: ConversationId, ...contents: ContentKind[]) {
  await person.stop();
  const store = person.disk.open();
  const key = (await store.get('keys', ['database']))!.key;
  const seal = createRowSeal(key, random);
  const order = (await store.get('meta', ['order']))?.value ?? 0;
  let sequence = (await store.get('meta', ['sequence']))?.value ?? 0;
  for (const content of contents) {
    const columns = {
      sequence: ++sequence,
      peer: peerOf(chat),
      device: FIRST_DEVICE,
      stage: 'written' as const,
      created: 0,
    };
    const head = { messageId: newMessageId(random), sentAt: 0 };
    const bytes = encodeContent({ ...head, ...content });
    const plain = encodeOutboxItem({ ...columns, kind: 'receipt', bytes, fresh: false });
    const row = await seal.seal('outbox', columns, plain);
    await store.commit([{ table: 'outbox', put: row }], 'strict');
  }
  for (const row of counterRows(order, sequence))
    await store.commit([{ table: 'meta', put: row }], 'strict');
  store.close();
  await person.restart();
}

/** Changes what is stored of an attachment. */
async function changeStored(person: Person, id: MessageId, change: Partial<MediaBody>) {
  await person.stop();
  const store = person.disk.open();
  const seal = createRowSeal((await store.get('keys', ['database']))!.key, random);
  const row = (await store.list('messages')).find((one) => one.id === id)!;
  const message = decodeMessage(row, await seal.open('messages', row));
  if (message.body.kind !== 'media') throw new Error('it is no attachment');
  const { sealed: _, ...columns } = row;
  const plain = encodeMessage({ ...message, body: { ...message.body, ...change } });
  await store.commit(
    [{ table: 'messages', put: await seal.seal('messages', columns, plain) }],
    'strict',
  );
  store.close();
  await person.restart();
}

const wants = (message: MessageId): ContentKind => ({
  kind: 'media-again',
  message,
  refused: false,
});

describe('what the relay does not have any more', () => {
  it('is sent again when its sender is asked: the same file under the same message, and no tick falls', async () => {
    const { world, ana, ben, uploads, ...chats } = await pair(1);
    const bytes = random(90_000);
    await expired(world, ana, ben, chats, bytes);
    const before = await ben.messages(chats.withAna);
    await world.until(
      async () => (await last(ana, chats.withBen)).state === 'delivered',
      'its tick is there',
    );
    ana.events.length = 0;
    await ask(ben, chats.withAna);
    expect((await shown(ben, chats.withAna))?.asked).toBe(world.clock.now());
    await reaches(world, ben, chats.withAna, 'here');
    expect(Buffer.compare(await bytesOf(ben, chats.withAna), bytes)).toBe(0);
    expect((await ben.messages(chats.withAna)).map(({ id }) => id)).toEqual(
      before.map(({ id }) => id),
    );
    expect(uploads.count).toBe(2);
    const states = ana.events.flatMap((event) =>
      event.type === 'messages' ? event.changed.map(({ state }) => state) : [],
    );
    expect(new Set(states)).toEqual(new Set(['delivered']));
    expect((await shown(ana, chats.withBen))?.stage).toBe('here');
    await world.until(() => world.relay.blobs.dump().size === 0, 'it is erased at the relay again');
    expect(ben.events.filter(({ type }) => type === 'notify')).toHaveLength(
      (await ben.messages(chats.withAna)).filter(({ own }) => !own).length,
    );
  });

  it('is asked for by one click where it was deleted here, through crashes on both sides', async () => {
    const { world, ana, ben, ...chats } = await pair(2);
    const bytes = random(50_000);
    await send(ana, chats.withBen, bytes);
    await reaches(world, ben, chats.withAna, 'here');
    await world.until(() => world.relay.blobs.dump().size === 0, 'it is erased at the relay');
    const { order } = await last(ben, chats.withAna);
    await ben.call('removeAttachment', { conversation: chats.withAna, order });
    const way = { tries: 0, open: false };
    ana.media.onPart = () => {
      way.tries++;
      if (!way.open) throw new Fault('offline', 'on-reconnect');
    };
    await ask(ben, chats.withAna);
    await ben.restart();
    await world.until(() => way.tries > 0, 'the relay has nothing, and Ana sends it again');
    expect(await shown(ben, chats.withAna)).toMatchObject({ stage: 'gone' });
    expect((await shown(ben, chats.withAna))?.asked).toBeDefined();
    way.open = true;
    await ana.restart();
    await reaches(world, ben, chats.withAna, 'here');
    expect(Buffer.compare(await bytesOf(ben, chats.withAna), bytes)).toBe(0);
    expect((await shown(ben, chats.withAna))?.asked).toBeUndefined();
  });

  it.each([
    [
      'deleted the message',
      (ana: Person, chat: ConversationId, order: number) =>
        ana.call('deleteMessage', { conversation: chat, order }),
    ],
    [
      'deleted the file',
      (ana: Person, chat: ConversationId, order: number) =>
        ana.call('removeAttachment', { conversation: chat, order }),
    ],
    [
      'lost the file',
      (ana: Person) => {
        for (const name of ana.media.files.dump().keys()) ana.media.files.remove(name);
        return Promise.resolve(null);
      },
    ],
  ])('is refused when its sender %s, and that is told', async (_, lose) => {
    const { world, ana, ben, ...chats } = await pair(3);
    await expired(world, ana, ben, chats, random(5_000));
    await lose(ana, chats.withBen, (await last(ana, chats.withBen)).order);
    await ask(ben, chats.withAna);
    await world.until(
      async () => (await shown(ben, chats.withAna))?.fault === 'not-sent-again',
      'it is told',
    );
    expect((await shown(ben, chats.withAna))?.stage).toBe('gone');
  });

  it('is asked for once a day however often the button is pressed, and sent three times at most', async () => {
    const { world, ana, ben, uploads, submitted, ...chats } = await pair(4);
    await expired(world, ana, ben, chats, random(5_000));
    for (let time = 1; time <= 3; time++) {
      await ask(ben, chats.withAna);
      await ask(ben, chats.withAna);
      await reaches(world, ben, chats.withAna, 'here');
      expect(uploads.count).toBe(1 + time);
      await world.until(() => world.relay.blobs.dump().size === 0, 'it is erased at the relay');
      const { order } = await last(ben, chats.withAna);
      await ben.call('removeAttachment', { conversation: chats.withAna, order });
      await ben.call('transfer', { conversation: chats.withAna, order });
      await reaches(world, ben, chats.withAna, 'gone');
    }
    await ask(ben, chats.withAna);
    await world.until(
      async () => (await shown(ben, chats.withAna))?.fault === 'not-sent-again',
      'it is told',
    );
    expect(uploads.count).toBe(4);
    const before = submitted.count;
    await ask(ben, chats.withAna);
    await world.calm(60);
    expect(submitted.count).toBe(before);
  });

  it('is asked of nobody who is blocked, and of nobody for what is no attachment of theirs', async () => {
    const { world, ana, ben, ...chats } = await pair(5);
    await expect(ask(ben, chats.withAna)).rejects.toMatchObject({ code: 'no-such-message' });
    await send(ben, chats.withAna, random(10));
    await expect(ask(ben, chats.withAna)).rejects.toMatchObject({ code: 'no-such-message' });
    await expired(world, ana, ben, chats, random(5_000));
    await ben.call('block', { conversation: chats.withAna });
    await expect(ask(ben, chats.withAna)).rejects.toMatchObject({ code: 'blocked' });
  });
});

describe('somebody who asks too much', () => {
  it('gets nothing of another chat, of a text or of nothing, and no more answers than twenty a day', async () => {
    const { world, ana, ben, uploads, submitted, ...chats } = await pair(6);
    await ana.call('send', { conversation: chats.withBen, text: 'a text' });
    const text = (await last(ana, chats.withBen)).id;
    await send(ana, chats.withBen, random(5_000));
    await reaches(world, ben, chats.withAna, 'here');
    const photoOfBen = (await last(ana, chats.withBen)).id;
    const eva = await world.person('Eva');
    const { withAna: evasChat } = await introduce(world, ana, eva);
    await world.calm(60);
    uploads.count = 0;
    submitted.count = 0;
    await says(eva, evasChat, wants(photoOfBen), wants(text), wants(newMessageId(random)));
    await world.until(() => submitted.count === 3, 'each is refused in the same words');
    await says(eva, evasChat, ...Array.from({ length: 40 }, () => wants(newMessageId(random))));
    await world.until(() => submitted.count === 20, 'some are refused');
    await world.calm(100);
    expect(submitted.count).toBe(20);
    expect(uploads.count).toBe(0);
    await says(ben, chats.withAna, wants(text));
    await world.until(() => submitted.count === 21, 'another person is answered all the same');
    expect(uploads.count).toBe(0);
  });

  it('has a file once for any number of requests, and three times at most', async () => {
    const { world, ana, ben, uploads, ...chats } = await pair(7);
    await send(ana, chats.withBen, random(5_000));
    await reaches(world, ben, chats.withAna, 'here');
    const { id } = await last(ana, chats.withBen);
    await says(ben, chats.withAna, wants(id), wants(id), wants(id), wants(id));
    await world.until(() => uploads.count > 1, 'it is uploaded again');
    await reaches(world, ana, chats.withBen, 'here');
    for (let time = 0; time < 8; time++) {
      await says(ben, chats.withAna, wants(id));
      await world.calm(100);
      await reaches(world, ana, chats.withBen, 'here');
    }
    expect(uploads.count).toBe(4);
    expect(ben.media.files.dump().size).toBe(1);
  });

  it('has no more than 4 GiB a day uploaded again', async () => {
    const { world, ana, ben, uploads, ...chats } = await pair(13);
    const ids: MessageId[] = [];
    for (let file = 0; file < 2; file++) {
      ids.push((await send(ana, chats.withBen, random(5_000))).id);
      await world.until(
        async () => (await last(ana, chats.withBen)).state === 'delivered',
        'its tick is there',
      );
    }
    const [first, second] = ids as [MessageId, MessageId];
    await changeStored(ana, first, { bytes: 4 * 2 ** 30 });
    const before = uploads.count;
    await says(ben, chats.withAna, wants(first));
    await world.until(() => uploads.count === before + 1, 'it is uploaded again');
    await world.calm(100);
    await says(ben, chats.withAna, wants(second));
    await world.calm(100);
    expect(uploads.count).toBe(before + 1);
    world.clock.advance(DAY_MS);
    await world.until(async () => (await isOnline(ana)) && isOnline(ben), 'they are online again');
    await says(ben, chats.withAna, wants(second));
    await world.until(() => uploads.count === before + 2, 'it is uploaded the day after');
  });

  it.each(['pauseTransfer', 'removeAttachment', 'deleteMessage'] as const)(
    'is refused where the person ends it by %s, and hears it once',
    async (end) => {
      const { world, ana, ben, submitted, ...chats } = await pair(10);
      await expired(world, ana, ben, chats, random(900_000));
      const { order } = await last(ana, chats.withBen);
      let ending: Promise<unknown> | undefined;
      ana.media.onPart = (_, at) => {
        ending ??= ana.call(end, { conversation: chats.withBen, order });
        if (at > 0) throw new Fault('offline', 'on-reconnect');
      };
      await world.calm(80);
      const before = submitted.count;
      await ask(ben, chats.withAna);
      await world.until(() => ending !== undefined, 'it is under way');
      await ending;
      await ana.restart();
      await world.until(() => isOnline(ana), 'Ana is online again');
      await world.until(
        async () => (await shown(ben, chats.withAna))?.fault === 'not-sent-again',
        'it is told',
      );
      await world.calm(80);
      const stages = {
        pauseTransfer: 'here',
        removeAttachment: 'removed',
        deleteMessage: undefined,
      };
      expect((await shown(ana, chats.withBen))?.stage).toBe(stages[end]);
      expect(submitted.count).toBe(before + 1);
    },
  );

  it('is refused where the relay does not take it any more, while the own file stays', async () => {
    const { world, ana, ben, submitted: _, ...chats } = await pair(12);
    await expired(world, ana, ben, chats, random(5_000));
    ana.media.onPart = () => {
      throw new Fault('too-large');
    };
    await ask(ben, chats.withAna);
    await world.until(
      async () => (await shown(ben, chats.withAna))?.fault === 'not-sent-again',
      'it is told',
    );
    expect((await shown(ana, chats.withBen))?.stage).toBe('here');
  });

  it('gets nothing once blocked, also of what was being uploaded again', async () => {
    const { world, ana, ben, submitted, ...chats } = await pair(8);
    await expired(world, ana, ben, chats, random(5_000));
    await world.until(
      async () => (await last(ana, chats.withBen)).state === 'delivered',
      'its tick is there',
    );
    let blocking: Promise<unknown> | undefined;
    ana.media.onPart = () => {
      blocking ??= ana.call('block', { conversation: chats.withBen });
    };
    await ask(ben, chats.withAna);
    await world.until(() => blocking !== undefined, 'it is under way');
    await blocking;
    const before = submitted.count;
    await world.calm(80);
    expect((await last(ana, chats.withBen)).state).toBe('delivered');
    expect((await shown(ana, chats.withBen))?.stage).toBe('here');
    ana.media.onPart = () => expect.unreachable('nothing goes up for somebody blocked');
    await says(ben, chats.withAna, wants((await last(ana, chats.withBen)).id));
    await world.calm(80);
    expect(submitted.count).toBe(before);
    expect((await shown(ben, chats.withAna))?.stage).toBe('gone');
  });
});

describe('what nobody asked for', () => {
  it('changes nothing: a refusal, or a message that comes again', async () => {
    const { world, ana, ben, ...chats } = await pair(9);
    await expired(world, ana, ben, chats, random(5_000));
    const { id } = await last(ben, chats.withAna);
    await says(ana, chats.withBen, { kind: 'media-again', message: id, refused: true });
    // Ben's own app asks Ana's, so that her message does come again; his forgets that it did.
    await says(ben, chats.withAna, wants(id));
    await reaches(world, ana, chats.withBen, 'here');
    await ana.call('send', { conversation: chats.withBen, text: 'after it' });
    await world.until(
      async () => (await ben.texts(chats.withAna)).includes('after it'),
      'all has come',
    );
    const attachment = attachmentOf(
      (await ben.messages(chats.withAna)).find((message) => message.id === id)!,
    );
    expect(attachment?.stage).toBe('gone');
    expect(attachment?.fault).toBe('blob-gone');
    expect(ben.media.files.dump().size).toBe(0);
  });
});
