/** The worker that writes archives: what it opens is whole or not there, and what waits in this origin lies sealed. */
import { beforeEach, describe, expect, it } from 'vitest';
import { readZip } from '../../backup/testing/read-zip.ts';
import { openAttachment } from '../../crypto/attachment.ts';
import { padme } from '../../crypto/padme.ts';
import {
  CHUNK_BYTES,
  chunkCount,
  chunkPlace,
  openChunk,
  sealChunk,
  sealedLength,
} from '../../crypto/stream.ts';
import { seededRandom } from '../../crypto/testing/seeded.ts';
import { type Bytes, concat, equalBytes, utf8 } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import { memoryFolder, type MemoryFolder } from '../media-file/testing/memory-folder.ts';
import { createArchiveFiles } from './archive-file.ts';
import type { BackupTarget } from './job.ts';
import { memoryBackups } from './testing/memory-backups.ts';

const random = seededRandom('archive worker');
const made = Date.UTC(2026, 4, 3);
const chosen = { kind: 'chosen' } as BackupTarget;
const own: BackupTarget = { kind: 'own', name: 'one' };

let attachments: MemoryFolder;
let files: Map<string, Bytes>;
let cancelled: boolean;
let worker: ReturnType<typeof createArchiveFiles>;

beforeEach(() => {
  attachments = memoryFolder();
  const backups = memoryBackups(attachments);
  files = backups.files;
  cancelled = false;
  const goOn = (): void => {
    if (cancelled) throw new Fault('cancelled');
  };
  worker = createArchiveFiles(backups.places, goOn, () => undefined);
});

/** An attachment as it lies here: padded and sealed. */
async function attachment(name: string, plain: Bytes) {
  const secret = random(32);
  const stream = await openAttachment(secret);
  const length = padme(plain.length);
  const padded = concat(plain, new Uint8Array(length - plain.length));
  const parts: Bytes[] = [];
  for (let index = 0; index < chunkCount(length); index++) {
    const chunk = padded.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
    parts.push(await sealChunk(stream, index, chunkPlace(index, length).last, chunk));
  }
  attachments.put(name, concat(...parts));
  return { name, secret, size: plain.length, path: `media/${name}`, modified: made };
}

async function addText(path: string, text: string): Promise<void> {
  await worker.openEntry({ path, modified: made, most: 1_000 });
  await worker.writeEntry({ bytes: utf8(text) });
  await worker.closeEntry(null);
}

describe('an archive', () => {
  it('has attachments of every length as they were, without padding', async () => {
    const lengths = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 77];
    const plain = lengths.map((length) => random(length));
    await worker.createArchive({ target: chosen, secret: random(32) });
    for (const [index, bytes] of plain.entries())
      expect(await worker.addAttachment(await attachment(`a${index}`, bytes))).toBe(true);
    const length = await worker.finishArchive(null);
    const file = files.get('chosen')!;
    expect(file.length).toBe(length);
    const read = readZip(file);
    expect(read.size).toBe(plain.length);
    for (const [index, bytes] of plain.entries())
      expect(equalBytes(read.get(`media/a${index}`)!, bytes), `attachment ${index}`).toBe(true);
  });

  it('goes on without what is damaged, cut off or gone', async () => {
    await worker.createArchive({ target: chosen, secret: random(32) });
    const whole = await attachment('whole', random(1_000));
    const damaged = await attachment('damaged', random(2 * CHUNK_BYTES));
    const bytes = attachments.dump().get('damaged')!.slice();
    bytes[bytes.length - 1]! ^= 1;
    attachments.put('damaged', bytes);
    const short = await attachment('short', random(1_000));
    attachments.put('short', attachments.dump().get('short')!.slice(1));
    const gone = { ...whole, name: 'gone' };
    const answers: boolean[] = [];
    for (const one of [damaged, short, gone, whole]) answers.push(await worker.addAttachment(one));
    expect(answers).toEqual([false, false, false, true]);
    await addText('messages.html', 'hello');
    await worker.finishArchive(null);
    expect([...readZip(files.get('chosen')!).keys()]).toEqual(['media/whole', 'messages.html']);
  });

  it('lies in this origin as an attachment does: sealed, padded, opened by its secret alone', async () => {
    const secret = random(32);
    await worker.createArchive({ target: own, secret });
    expect(await worker.addAttachment(await attachment('a', random(CHUNK_BYTES)))).toBe(true);
    await addText('messages.html', 'the ferry leaves at eight');
    const size = await worker.finishArchive(null);
    const lying = files.get('one')!;
    const length = padme(size);
    expect(lying.length).toBe(sealedLength(length));
    expect(Buffer.from(lying).includes('ferry')).toBe(false);
    const stream = await openAttachment(secret);
    const open: Bytes[] = [];
    for (let index = 0; index < chunkCount(length); index++) {
      const { from, to, last } = chunkPlace(index, length);
      open.push(await openChunk(stream, index, last, lying.slice(from, to)));
    }
    expect(readZip(concat(...open).slice(0, size)).size).toBe(2);
  });

  it('that is cancelled is not there', async () => {
    await worker.createArchive({ target: own, secret: random(32) });
    await addText('messages.html', 'hello');
    cancelled = true;
    await expect(worker.finishArchive(null)).rejects.toMatchObject({ code: 'cancelled' });
    expect(files.size).toBe(0);
  });
});
