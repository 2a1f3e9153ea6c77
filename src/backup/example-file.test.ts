/**
 * The example of docs/backup-format.md: files of this version stay readable for good. SOTTO_WRITE_EXAMPLE=1 writes it
 * anew; its bytes may then differ by the platform's compression.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openAttachment } from '../crypto/attachment.ts';
import { padme } from '../crypto/padme.ts';
import { sha256 } from '../crypto/sha256.ts';
import { sealChunk } from '../crypto/stream.ts';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { type Bytes, concat, utf8 } from '../lib/bytes.ts';
import { type AccountId, type ConversationId, type MessageId } from '../lib/ids.ts';
import { asRecoveryKey } from '../lib/recovery-digits.ts';
import { encodeAttachment } from '../protocol/attachment.ts';
import { accountIdOf } from '../wire/address.ts';
import { SALT_BYTES, backupStream, makeBackupHeader } from './backup-header.ts';
import { createBackupReader, readLayout } from './backup-reader.ts';
import {
  type BackupMessage,
  decodeBackupAccount,
  decodeBackupChat,
  decodeBackupContact,
  decodeChatMessages,
  decodeManifest,
  decodeRecords,
  decodeTotals,
  encodeBackupAccount,
  encodeBackupChat,
  encodeBackupContact,
  encodeChatMessages,
  encodeBackupMessage,
  encodeManifest,
  encodeMedium,
  encodeRecords,
  encodeTotals,
} from './backup-records.ts';
import { type SegmentType, compressText } from './backup-segments.ts';
import { createBackupWriter } from './backup-writer.ts';
import { createRecoveryKey } from './recovery-key.ts';

const file = new URL('../../docs/example-backup.sotto', import.meta.url);
const digitsFile = new URL('../../docs/example-backup.txt', import.meta.url);
const CHUNK = 1024;
const random = seededRandom('the example of a backup');
const key = createRecoveryKey(random);

/** A point that has its one spelling: below 2^255 − 19. */
const publicKey = (): Bytes => {
  const point = random(32);
  point[31]! &= 0x7f;
  return concat(Uint8Array.of(5), point);
};
const identityPublic = publicKey();
const theirKey = publicKey();
const ana = accountIdOf(identityPublic);
const ben = accountIdOf(theirKey);
const at = Date.UTC(2026, 4, 3, 12);
const secret = random(32);
const picture = utf8('Not a picture, but it will do for an example. '.repeat(40));
const id = (n: number): MessageId => String(n).padStart(32, '0') as MessageId;

const manifest = {
  account: ana,
  host: 'relay.example',
  name: 'Ana',
  made: at,
  messages: 4,
  media: 1,
  mediaBytes: padme(picture.length) + 16,
  lastOrder: 7,
};
const account = {
  identityPublic,
  identityPrivate: random(32),
  name: 'Ana',
  host: 'relay.example',
  relayKey: random(32),
  created: at - 1000,
};
const contact = {
  id: ben,
  standing: 'accepted' as const,
  name: 'Ben',
  host: 'relay.example',
  relayKey: account.relayKey,
  identityKey: theirKey,
  token: random(16),
  tokenIsInvite: false,
  presenceToken: random(16),
  receipts: true,
  typing: false,
  revision: 3,
  muted: true,
  lastSeen: at - 60_000,
};
const chatOf = (account_: AccountId): ConversationId => account_ as string as ConversationId;
const chats = [
  { id: chatOf(ben), time: at, unread: 1, readUpTo: 5, untoldUpTo: 0, draft: 'half a sent' },
  { id: chatOf(ana), time: at - 5, unread: 0, readUpTo: 1, untoldUpTo: 0, draft: '' },
];
const withBen: BackupMessage[] = [
  {
    order: 7,
    id: id(4),
    sender: ben,
    state: 'received',
    sentAt: at - 10,
    arrivedAt: at,
    body: {
      kind: 'media',
      attachment: encodeAttachment({
        form: 'file',
        blob: 'ab'.repeat(32) as never,
        secret,
        deleteKey: random(32),
        size: picture.length,
        type: 'text/plain',
        name: 'example.txt',
      }),
      caption: 'as promised',
      place: 'here',
      played: false,
    },
  },
  {
    order: 5.25,
    id: id(3),
    sender: ana,
    state: 'read',
    sentAt: at - 30,
    storedAt: at - 29,
    deliveredAt: at - 28,
    readAt: at - 27,
    body: { kind: 'text', text: '¿Vienes? 🐙' },
  },
  {
    order: 5,
    id: id(2),
    sender: ben,
    state: 'received',
    sentAt: at - 40,
    arrivedAt: at - 39,
    body: { kind: 'call', video: false, outcome: 'talked', duration: 61_000 },
  },
];
const notes: BackupMessage[] = [
  {
    order: 1,
    id: id(1),
    sender: ana,
    state: 'note',
    sentAt: at - 50,
    body: { kind: 'text', text: 'milk, bread' },
  },
];
const totals = { contacts: 1, chats: 2, messages: 4, media: 1, mediaBytes: manifest.mediaBytes };

async function write(): Promise<void> {
  const header = makeBackupHeader(key, random(SALT_BYTES), CHUNK);
  const parts: Bytes[] = [];
  const writer = await createBackupWriter(
    header,
    await backupStream(header, key),
    (bytes) => void parts.push(bytes.slice()),
  );
  const text = async (type: SegmentType, body: Bytes): Promise<void> =>
    writer.segment(type, await compressText(body), true);
  await text('manifest', encodeManifest(manifest));
  await text('account', encodeBackupAccount(account));
  await text('contacts', encodeRecords([encodeBackupContact(contact)]));
  await text('chats', encodeRecords(chats.map(encodeBackupChat)));
  await text('messages', encodeChatMessages(chatOf(ben), withBen.map(encodeBackupMessage)));
  await text('messages', encodeChatMessages(chatOf(ana), notes.map(encodeBackupMessage)));
  const length = padme(picture.length);
  const padded = new Uint8Array(length);
  padded.set(picture);
  const sealed = await sealChunk(await openAttachment(secret), 0, true, padded);
  let from = 0;
  const medium = { id: sha256(concat(utf8('sotto-medium-v1'), secret)), length };
  await writer.long('medium', encodeMedium(medium), sealed.length, (into) => {
    into.set(sealed.subarray(from, from + into.length));
    from += into.length;
  });
  await text('totals', encodeTotals(totals));
  await text('manifest', encodeManifest(manifest));
  await text('account', encodeBackupAccount(account));
  await text('contacts', encodeRecords([encodeBackupContact(contact)]));
  await writer.finish();
  await writeFile(file, concat(...parts));
  const rows = key.match(/.{16}/g)!.map((row) => row.match(/.{4}/g)!.join(' '));
  await writeFile(digitsFile, `${rows.join('\n')}\n`);
}

it('is read as it was written, whatever is written today', async () => {
  if (process.env['SOTTO_WRITE_EXAMPLE']) await write();
  const digits = (await readFile(digitsFile, 'utf8')).replaceAll(/\s/g, '');
  expect(asRecoveryKey(digits)).toBe(key);
  const bytes: Bytes = new Uint8Array(await readFile(file));
  const source = { size: bytes.length, read: async (a: number, b: number) => bytes.slice(a, b) };
  const layout = await readLayout(source);
  const stream = await backupStream(layout.header, key);
  const reader = await createBackupReader(source, layout, stream);
  const next = async (): Promise<Bytes> => await (await reader.next())!.text();
  expect(decodeManifest(await next())).toEqual(manifest);
  expect(decodeBackupAccount(await next())).toEqual(account);
  expect(decodeRecords(await next()).map(decodeBackupContact)).toEqual([contact]);
  expect(decodeRecords(await next()).map(decodeBackupChat)).toEqual(chats);
  expect(decodeChatMessages(await next())).toEqual({ chat: ben, messages: withBen });
  expect(decodeChatMessages(await next())).toEqual({ chat: ana, messages: notes });
  expect((await reader.next())?.type).toBe('medium');
  expect(decodeTotals(await next())).toEqual(totals);
  expect(decodeManifest(await next())).toEqual(manifest);
  expect(decodeBackupAccount(await next())).toEqual(account);
  expect(decodeRecords(await next()).map(decodeBackupContact)).toEqual([contact]);
  expect(await reader.next()).toBeUndefined();
  expect(reader.damage).toEqual([]);
});
