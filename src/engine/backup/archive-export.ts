/**
 * Writes messages as an archive that anybody can read: attachments first, for the page says which are not there; then
 * the part for machines and the page, for each of which all messages are read once. No secret goes in: people and
 * messages are named field by field. Knows no file: a worker that a tab lends writes it.
 */
import {
  type Archive,
  type ArchiveBody,
  type ArchiveChat,
  type ArchiveMessage,
  type ArchivePerson,
  HTML_FILE,
  JSON_FILE,
  archiveJson,
} from '../../backup/archive.ts';
import { archiveHtml } from '../../backup/archive-html.ts';
import { archivePath } from '../../backup/archive-path.ts';
import { utf8 } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import { type ConversationId, conversationWith, peerOf } from '../../lib/ids.ts';
import { type ArchiveWish } from '../api.ts';
import { addressOf, bodyView, openMessage, ownId, shownTime, tickOf } from '../conversations.ts';
import { type Core } from '../core.ts';
import { type Message } from '../records/message.ts';
import { type BackupProgress } from './backup-export.ts';
import { type BackupWorker } from './backup-worker.ts';

/** Messages that are read at once. */
const PAGE = 500;
/** Text that is handed to the worker at once, UTF-16 units. */
const GATHERED = 128 * 1024;
/** More than a message can come to, bytes, in the page and in the JSON; and all else there. */
const MOST_MESSAGE = 1024 * 1024;

/** What an archive holds. */
export interface ArchiveCounts {
  readonly messages: number;
  readonly media: number;
  /** Attachments that should have been here and were not whole. */
  readonly missing: number;
}

/** Messages of a chat up to a place in it, from the first to the last; what is damaged is passed over. */
async function* messagesOf(
  core: Core,
  id: ConversationId,
  lastOrder: number,
): AsyncGenerator<Message> {
  for (let above = -1; ;) {
    const rows = await core.store.list('messages', {
      equals: [id],
      above,
      below: lastOrder + 1,
      limit: PAGE,
    });
    const page = await Promise.all(rows.map((row) => openMessage(core, row)));
    for (const message of page) if (message) yield message;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    above = last.order;
  }
}

const placeOf = ({ conversation, order }: Pick<Message, 'conversation' | 'order'>): string =>
  `${conversation}/${order}`;

/** Whether all bytes of its attachment are in this browser. */
function isWhole({ body, sender }: Message, own: string): boolean {
  if (body.kind !== 'media' || !body.file) return false;
  return body.stage === 'here' || (sender === own && body.stage === 'uploading');
}

function bodyOf(core: Core, message: Message, path: string | undefined): ArchiveBody {
  const body = bodyView(core, message);
  switch (body.kind) {
    case 'text':
      return { kind: 'text', text: body.text };
    case 'call': {
      const { outcome, duration } = body;
      return { kind: 'call', outcome, ...(duration !== undefined && { duration }) };
    }
    case 'media': {
      const { form, name, type, size, width, height, duration } = body.attachment;
      return {
        kind: 'attachment',
        attachment: {
          form,
          name,
          type,
          size,
          ...(width !== undefined && { width }),
          ...(height !== undefined && { height }),
          ...(duration !== undefined && { duration }),
          ...(path !== undefined && { path }),
        },
        caption: body.caption,
      };
    }
    case 'undecryptable':
      return { kind: 'unreadable' };
    case 'unknown':
      return { kind: 'unknown' };
  }
}

function messageOf(core: Core, message: Message, path: string | undefined): ArchiveMessage {
  const { id, sender, storedAt, deliveredAt, readAt, arrivedAt } = message;
  const own = sender === core.ownId;
  const state = tickOf(message);
  return {
    id,
    from: sender,
    own,
    time: shownTime(message),
    body: bodyOf(core, message, path),
    ...(state && { state }),
    ...(own && storedAt !== undefined && { sent: storedAt }),
    ...(own && deliveredAt !== undefined && { delivered: deliveredAt }),
    ...(own && readAt !== undefined && { read: readAt }),
    ...(!own && arrivedAt !== undefined && { arrived: arrivedAt }),
  };
}

/** The chats that are wished, newest first; those without messages only where one was chosen. */
async function chatsOf(
  { state, store }: Core,
  wished: ConversationId | undefined,
  lastOrder: number,
): Promise<{ id: ConversationId; count: number }[]> {
  const all = [...state.conversations.values()].sort((a, b) => b.time - a.time);
  const chats: { id: ConversationId; count: number }[] = [];
  for (const { id } of all) {
    if (wished !== undefined && id !== wished) continue;
    const count = await store.count('messages', { equals: [id], below: lastOrder + 1 });
    if (count > 0 || wished !== undefined) chats.push({ id, count });
  }
  if (wished !== undefined && chats.length === 0) throw new Fault('no-such-chat');
  return chats;
}

/** Sealed bytes of the attachments that an archive would hold. */
export async function archiveBytes({ store }: Core, { conversation, media }: ArchiveWish) {
  if (!media) return 0;
  const of = conversation === undefined ? {} : { equals: [conversation] };
  const files = await store.list('attachments', of);
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * Writes the archive into the file that `worker` has begun; whoever calls ends it.
 * @param tell hears how far it has come
 * @throws Fault `no-account`, `no-such-chat`, and what the worker throws
 */
export async function writeArchive(
  core: Core,
  worker: BackupWorker,
  wish: ArchiveWish,
  tell: (progress: BackupProgress) => void,
): Promise<ArchiveCounts> {
  const { state, store, clock } = core;
  const { account } = state;
  const own = ownId(core);
  if (!account) throw new Fault('no-account');
  const lastOrder = state.order;
  const made = clock.now();
  const wished = await chatsOf(core, wish.conversation, lastOrder);
  const ofMessages = wished.reduce((sum, { count }) => sum + count, 0);
  const ofBytes = await archiveBytes(core, wish);
  let read = 0;
  let bytes = 0;
  const report = (): void =>
    // Each is read twice.
    tell({ messages: Math.floor(read / 2), ofMessages, bytes, ofBytes });
  report();

  const paths = new Map<string, string>();
  let missing = 0;

  async function addMedia(message: Message): Promise<void> {
    const { body } = message;
    if (body.kind !== 'media' || !body.file || !isWhole(message, own)) return;
    const { attachment, file } = body;
    const path = archivePath(attachment, paths.size + missing + 1);
    const { secret, size } = attachment;
    const modified = shownTime(message);
    if (await worker.call('addAttachment', { name: file, secret, size, path, modified }))
      paths.set(placeOf(message), path);
    else missing++;
    bytes += body.bytes;
    report();
  }

  async function mediaOf(id: ConversationId): Promise<void> {
    for (let above = -1; ;) {
      const range = { equals: [id], above, below: lastOrder + 1, limit: PAGE };
      const rows = await store.list('attachments', range);
      const keys = rows.map(({ order }) => [id, order]);
      for (const row of await store.getMany('messages', keys)) {
        const message = row && (await openMessage(core, row));
        if (message) await addMedia(message);
      }
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      above = last.order;
    }
  }

  if (wish.media) for (const { id } of wished) await mediaOf(id);

  const personOf = (id: ConversationId): ArchivePerson => ({
    id: peerOf(id),
    name: state.contacts.get(peerOf(id))?.name ?? '',
    address: addressOf(core, id),
  });
  const isNotes = (id: ConversationId): boolean => peerOf(id) === own;

  function chatOf({ id, count }: { id: ConversationId; count: number }): ArchiveChat {
    return {
      id: peerOf(id),
      name: isNotes(id) ? '' : personOf(id).name,
      count,
      async *messages() {
        for await (const message of messagesOf(core, id, lastOrder)) {
          read++;
          yield messageOf(core, message, paths.get(placeOf(message)));
        }
      },
    };
  }

  const archive: Archive = {
    own: { ...personOf(conversationWith(own)), name: account.name },
    people: wished.filter(({ id }) => !isNotes(id)).map(({ id }) => personOf(id)),
    chats: wished.map(chatOf),
    made,
    locale: wish.locale,
    media: wish.media,
  };

  async function writeText(path: string, pieces: AsyncIterable<string>): Promise<void> {
    const most = (ofMessages + 1) * MOST_MESSAGE;
    await worker.call('openEntry', { path, modified: made, most });
    let gathered = '';
    const flush = async (): Promise<void> => {
      await worker.call('writeEntry', { bytes: utf8(gathered) });
      gathered = '';
      report();
    };
    for await (const piece of pieces) {
      gathered += piece;
      if (gathered.length >= GATHERED) await flush();
    }
    await flush();
    await worker.call('closeEntry', null);
  }

  await writeText(JSON_FILE, archiveJson(archive));
  const messages = read;
  await writeText(HTML_FILE, archiveHtml(archive));
  return { messages, media: paths.size, missing };
}
