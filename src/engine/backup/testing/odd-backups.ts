/** Backups that are odd or hostile, and people who have some. */
import { backupStream, makeBackupHeader, SALT_BYTES } from '../../../backup/backup-header.ts';
import { createBackupReader, readLayout } from '../../../backup/backup-reader.ts';
import {
  type BackupContact,
  decodeBackupContact,
  decodeRecords,
  encodeBackupContact,
  encodeRecords,
} from '../../../backup/backup-records.ts';
import { type SegmentType, compressText } from '../../../backup/backup-segments.ts';
import { createBackupWriter } from '../../../backup/backup-writer.ts';
import { seededRandom } from '../../../crypto/testing/seeded.ts';
import { type Bytes, concat } from '../../../lib/bytes.ts';
import { type ConversationId } from '../../../lib/ids.ts';
import { type RecoveryKey } from '../../../lib/recovery-digits.ts';
import { type Person } from '../../testing/person.ts';
import { type World, createWorld, introduce } from '../../testing/world.ts';

export const random = seededRandom('backup-edges');

export async function confirmedKey(person: Person): Promise<RecoveryKey> {
  const digits = await person.call('recoveryKey', null);
  await person.call('confirmRecoveryKey', { digits });
  return digits as RecoveryKey;
}

export async function exported(person: Person, name = 'one'): Promise<Blob> {
  await person.call('exportBackup', { kind: 'own', name });
  return person.call('exportedBackup', { name });
}

export const freshBrowser = (world: World, name = 'Ana'): Promise<Person> =>
  world.person(name, { withoutAccount: true });

export async function notesOf(person: Person): Promise<ConversationId> {
  const { chats } = await person.call('snapshot', null);
  return chats.find(({ standing }) => standing === 'notes')!.id;
}

/** Two people who know each other and have said a little. */
export async function two(seed: number) {
  const world = createWorld(seed);
  const ana = await world.person('Ana');
  const ben = await world.person('Ben');
  const { withAna, withBen } = await introduce(world, ana, ben);
  await ana.call('send', { conversation: withBen, text: 'hello Ben' });
  await ben.call('send', { conversation: withAna, text: 'hello Ana' });
  await world.until(
    async () => (await ana.texts(withBen)).length >= 2 && (await ben.texts(withAna)).length >= 2,
    'both have heard each other',
  );
  const key = await confirmedKey(ana);
  return { world, ana, ben, withAna, withBen, key };
}

/** The same file with other segments: what `change` gives for each text, undefined for one that is left out. */
export async function rewritten(
  file: Blob,
  key: RecoveryKey,
  change: (type: SegmentType, body: Bytes) => Bytes | undefined,
): Promise<Blob> {
  const read = async (from: number, to: number): Promise<Bytes> =>
    new Uint8Array(await file.slice(from, to).arrayBuffer());
  const source = { size: file.size, read };
  const layout = await readLayout(source);
  const reader = await createBackupReader(source, layout, await backupStream(layout.header, key));
  const header = makeBackupHeader(key, random(SALT_BYTES), layout.header.chunkBytes);
  const parts: Bytes[] = [];
  const writer = await createBackupWriter(header, await backupStream(header, key), (bytes) => {
    parts.push(bytes.slice());
  });
  for (let one = await reader.next(); one; one = await reader.next()) {
    const { type, isCompressed } = one;
    if (type === undefined) continue;
    if (!isCompressed) {
      const pieces: Bytes[] = [];
      for (let piece = await one.piece(); piece; piece = await one.piece())
        pieces.push(piece.slice());
      await writer.segment(type, concat(...pieces));
      continue;
    }
    const body = change(type, await one.text());
    if (body) await writer.segment(type, await compressText(body), true);
  }
  await writer.finish();
  return new Blob([concat(...parts)]);
}

export const withContacts =
  (change: (contact: BackupContact) => BackupContact) =>
  (type: SegmentType, body: Bytes): Bytes =>
    type === 'contacts'
      ? encodeRecords(
          decodeRecords(body).map((one) => encodeBackupContact(change(decodeBackupContact(one)))),
        )
      : body;

export async function attach(
  person: Person,
  conversation: ConversationId,
  bytes: Bytes,
): Promise<void> {
  await person.call('attach', {
    conversation,
    source: new Blob([bytes]),
    hints: { form: 'file', name: 'a.bin', type: 'application/octet-stream' },
    caption: '',
  });
}

export async function stages(person: Person, chat: ConversationId): Promise<string[]> {
  return (await person.messages(chat)).flatMap(({ body }) =>
    body.kind === 'media' ? [body.attachment.stage] : [],
  );
}
