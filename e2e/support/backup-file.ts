/** Backups as large as one likes, written without a browser: of an account with many notes and files. */
import { accountIdOf } from '../../src/wire/address.ts';
import { backupStream, makeBackupHeader, SALT_BYTES } from '../../src/backup/backup-header.ts';
import {
  type BackupMessage,
  encodeBackupAccount,
  encodeBackupChat,
  encodeBackupMessage,
  encodeChatMessages,
  encodeManifest,
  encodeMedium,
  encodeRecords,
  encodeTotals,
} from '../../src/backup/backup-records.ts';
import { type SegmentType, compressText } from '../../src/backup/backup-segments.ts';
import { createBackupWriter } from '../../src/backup/backup-writer.ts';
import { createRecoveryKey } from '../../src/backup/recovery-key.ts';
import { openAttachment } from '../../src/crypto/attachment.ts';
import { padme } from '../../src/crypto/padme.ts';
import { systemRandom } from '../../src/crypto/random.ts';
import { sha256 } from '../../src/crypto/sha256.ts';
import {
  CHUNK_BYTES,
  chunkCount,
  chunkPlace,
  sealChunk,
  sealedLength,
} from '../../src/crypto/stream.ts';
import { type Bytes, concat, toHex, utf8 } from '../../src/lib/bytes.ts';
import { type ConversationId, type MessageId } from '../../src/lib/ids.ts';
import { encodeAttachment } from '../../src/protocol/attachment.ts';
import { createIdentity } from '../../src/protocol/identity.ts';

export interface LargeBackup {
  /** host[:port] of the relay that the account is at. */
  readonly host: string;
  readonly messages: number;
  readonly files: number;
  /** Bytes of each file. */
  readonly fileBytes: number;
}

const PER_SEGMENT = 3_000;

/**
 * Writes one; its notes are `note <n>`, the newest with the greatest n, and its files `file-<n>.bin`.
 * @param write takes the bytes of the file in their order
 * @returns its 64 digits
 */
export async function writeLargeBackup(
  { host, messages, files, fileBytes }: LargeBackup,
  write: (bytes: Bytes) => void | Promise<void>,
): Promise<string> {
  const key = createRecoveryKey(systemRandom);
  const { publicKey, privateKey } = await createIdentity(systemRandom);
  const account = accountIdOf(publicKey);
  const notes = account as string as ConversationId;
  const header = makeBackupHeader(key, systemRandom(SALT_BYTES), CHUNK_BYTES);
  const writer = await createBackupWriter(header, await backupStream(header, key), write);
  const text = async (type: SegmentType, body: Bytes): Promise<void> =>
    writer.segment(type, await compressText(body), true);
  const now = Date.now();
  const all = messages + files;
  const sealed = sealedLength(padme(fileBytes));
  const counts = { messages: all, media: files, mediaBytes: files * sealed };
  const about = { account, host, name: 'Ana', made: now, lastOrder: all };
  await text('manifest', encodeManifest({ ...about, ...counts }));
  await text(
    'account',
    encodeBackupAccount({
      identityPublic: publicKey,
      identityPrivate: privateKey,
      name: 'Ana',
      host,
      relayKey: new Uint8Array(0),
      created: now - 1,
    }),
  );
  const chat = { id: notes, time: now, unread: 0, readUpTo: all, untoldUpTo: 0, draft: '' };
  await text('chats', encodeRecords([encodeBackupChat(chat)]));

  const secrets = Array.from({ length: files }, () => systemRandom(32));
  const message = (order: number): BackupMessage => ({
    order,
    id: toHex(systemRandom(16)) as MessageId,
    sender: account,
    state: 'note',
    sentAt: now - (all - order),
    body: bodyOf(order - 1),
  });
  function bodyOf(n: number): BackupMessage['body'] {
    const secret = secrets[n - messages];
    if (!secret) return { kind: 'text', text: `note ${n}` };
    const attachment = encodeAttachment({
      form: 'file',
      blob: '0'.repeat(64) as never,
      secret,
      deleteKey: systemRandom(32),
      size: fileBytes,
      type: 'application/octet-stream',
      name: `file-${n - messages}.bin`,
    });
    return { kind: 'media', attachment, caption: '', place: 'here', played: false };
  }
  for (let to = all; to > 0; to -= PER_SEGMENT) {
    const records: Bytes[] = [];
    for (let order = to; order > Math.max(0, to - PER_SEGMENT); order--)
      records.push(encodeBackupMessage(message(order)));
    await text('messages', encodeChatMessages(notes, records));
  }
  for (const secret of secrets.toReversed()) await medium(secret);

  async function medium(secret: Bytes): Promise<void> {
    const length = padme(fileBytes);
    const stream = await openAttachment(secret);
    const id = sha256(concat(utf8('sotto-medium-v1'), secret));
    let index = 0;
    let chunk = new Uint8Array(0);
    let at = 0;
    await writer.long('medium', encodeMedium({ id, length }), sealed, async (into) => {
      for (let filled = 0; filled < into.length;) {
        if (at === chunk.length) {
          const { from, to, last } = chunkPlace(index, length);
          chunk = await sealChunk(stream, index++, last, new Uint8Array(to - from - 16));
          at = 0;
        }
        const part = chunk.subarray(at, at + into.length - filled);
        into.set(part, filled);
        filled += part.length;
        at += part.length;
      }
    });
    if (index !== chunkCount(length)) throw new Error('A file was not written whole.');
  }

  await text('totals', encodeTotals({ contacts: 0, chats: 1, ...counts }));
  await writer.finish();
  return key;
}
