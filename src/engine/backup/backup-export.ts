/**
 * Writes everything that a person has into a backup file: account, people, chats and messages, newest first, then what
 * is kept to be sent again, and last the attachments that are here. What arrives meanwhile is for the next one.
 * Knows no file: a worker that a tab lends writes it.
 */
import {
  type BackupMessage,
  MAX_RECORDS,
  encodeBackupAccount,
  encodeBackupChat,
  encodeBackupCollected,
  encodeBackupContact,
  encodeBackupMessage,
  encodeChatMessages,
  encodeManifest,
  encodeRecords,
  encodeTotals,
} from '../../backup/backup-records.ts';
import { type SegmentType, TEXT_SEGMENT_BYTES } from '../../backup/backup-segments.ts';
import { padme } from '../../crypto/padme.ts';
import { type Bytes } from '../../lib/bytes.ts';
import { Fault, isFault } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { openMessage } from '../conversations.ts';
import { type Core } from '../core.ts';
import { decodeCollected } from '../records/collected.ts';
import { type Conversation } from '../records/conversation.ts';
import { type Message } from '../records/message.ts';
import { encodeSettings } from '../records/settings.ts';
import { backupAccountOf, backupContactOf, backupMessageOf, mediumId } from './backup-mapping.ts';
import { type BackupWorker } from './backup-worker.ts';

/** Messages that are read at once. */
const PAGE = 500;

/** What a backup holds. */
export interface BackupCounts {
  readonly contacts: number;
  readonly chats: number;
  readonly messages: number;
  readonly media: number;
  readonly mediaBytes: number;
  /** Attachments that should have been here and were not whole: their messages are there. */
  readonly missing: number;
}

/** How far it has come, of how much. */
export interface BackupProgress {
  readonly messages: number;
  readonly ofMessages: number;
  readonly bytes: number;
  readonly ofBytes: number;
}

interface Medium {
  readonly name: string;
  readonly id: Bytes;
  readonly length: number;
  readonly bytes: number;
}

/**
 * Writes everything into the file that `worker` has begun; whoever calls ends it.
 * @param tell hears how far it has come
 * @throws Fault `no-account`, and what the worker throws
 */
export async function writeBackup(
  core: Core,
  worker: BackupWorker,
  tell: (progress: BackupProgress) => void,
): Promise<BackupCounts> {
  const { state, store, seal, clock } = core;
  const { account } = state;
  const id = core.ownId;
  if (!account || !id) throw new Fault('no-account');
  const own = backupAccountOf(account);
  const lastOrder = state.order;
  const files = await store.list('attachments');
  const held = files.filter(({ file, bytes }) => file !== '' && bytes > 0);
  const ofMessages = await store.count('messages');
  const ofBytes = held.reduce((sum, { bytes }) => sum + bytes, 0);
  let messages = 0;
  let bytes = 0;
  const report = (): void => tell({ messages, ofMessages, bytes, ofBytes });
  report();

  const text = (type: SegmentType, body: Bytes): Promise<null> =>
    worker.call('text', { type, body });

  async function records(type: SegmentType, all: readonly Bytes[]): Promise<void> {
    for (const part of inParts(all)) await text(type, encodeRecords(part));
  }

  const contacts = [...state.contacts.values()];
  const manifest = encodeManifest({
    account: id,
    host: account.host,
    name: account.name,
    made: clock.now(),
    messages: ofMessages,
    media: held.length,
    mediaBytes: ofBytes,
    lastOrder,
  });

  async function writePeople(): Promise<void> {
    await text('manifest', manifest);
    await text('account', encodeBackupAccount(own));
    await records(
      'contacts',
      contacts.map((contact) => encodeBackupContact(backupContactOf(contact))),
    );
  }

  await writePeople();
  await text('settings', encodeSettings(state.settings));
  const chats = [...state.conversations.values()].sort((a, b) => b.time - a.time);
  await records('chats', chats.map(chatRecord));

  function chatRecord({ id, time, unread, readUpTo, untoldUpTo }: Conversation): Bytes {
    const draft = state.drafts.get(id) ?? '';
    return encodeBackupChat({ id, time, unread, readUpTo, untoldUpTo, draft });
  }

  const media: Medium[] = [];

  function noteMedium({ body }: Message, record: BackupMessage): void {
    if (body.kind !== 'media' || !body.file) return;
    if (record.body.kind !== 'media' || record.body.place !== 'here') return;
    const { secret, size } = body.attachment;
    media.push({
      name: body.file,
      id: mediumId(secret),
      length: padme(size),
      bytes: body.bytes,
    });
  }

  async function chat(id: ConversationId): Promise<void> {
    let gathered: Bytes[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      if (gathered.length === 0) return;
      await text('messages', encodeChatMessages(id, gathered));
      messages += gathered.length;
      gathered = [];
      size = 0;
      report();
    };
    // An order is never given twice, so what arrives while this is written lies above.
    for (let below = lastOrder + 1; ;) {
      const rows = await store.list('messages', {
        equals: [id],
        below,
        reverse: true,
        limit: PAGE,
      });
      const page = await Promise.all(rows.map((row) => openMessage(core, row)));
      for (const message of page) {
        // One that is damaged is passed over: the rest is worth more.
        if (!message) continue;
        const record = backupMessageOf(message, message.sender === core.ownId);
        const encoded = encodeBackupMessage(record);
        if (size + encoded.length > TEXT_SEGMENT_BYTES || gathered.length === MAX_RECORDS)
          await flush();
        gathered.push(encoded);
        size += encoded.length;
        noteMedium(message, record);
      }
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) break;
      below = last.order;
    }
    await flush();
  }

  for (const { id } of chats) await chat(id);
  await writeKept();

  async function writeKept(): Promise<void> {
    const habits = await store.get('records', ['habits']);
    if (habits) await text('habits', await seal.open('records', habits));
    for (const row of await store.list('collection')) {
      const piece = await store.get('collectionBytes', [row.id]);
      if (!piece) continue;
      try {
        const one = decodeCollected(row.id, await seal.open('collection', row));
        const { kind, type, width, height, added } = one;
        const content = await seal.open('collectionBytes', piece);
        const record = { kind, type, width, height, added, bytes: content };
        await text('collected', encodeRecords([encodeBackupCollected(record)]));
      } catch (error) {
        if (!isFault(error, 'bad-seal') && !isFault(error, 'malformed')) throw error;
      }
    }
  }

  let whole = 0;
  let missing = 0;
  for (const { name, id, length, bytes: size } of media) {
    if (await worker.call('medium', { name, id, length })) whole++;
    else missing++;
    bytes += size;
    report();
  }
  const counts = { contacts: contacts.length, chats: chats.length, messages, media: whole };
  await text('totals', encodeTotals({ ...counts, mediaBytes: bytes }));
  // Once more, far from the beginning: where that is damaged, nothing could be brought back without them.
  await writePeople();
  return { ...counts, mediaBytes: bytes, missing };
}

/** Records in parts that a segment holds. */
function* inParts(records: readonly Bytes[]): Generator<Bytes[]> {
  let part: Bytes[] = [];
  let size = 0;
  for (const record of records) {
    if (part.length === MAX_RECORDS || size + record.length > TEXT_SEGMENT_BYTES) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(record);
    size += record.length;
  }
  if (part.length > 0) yield part;
}
