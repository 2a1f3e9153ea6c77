import { beforeEach, describe, expect, it } from 'vitest';
import { openAttachment } from '../../crypto/attachment.ts';
import {
  CHUNK_BYTES,
  chunkCount,
  chunkPlace,
  sealChunk,
  sealedLength,
} from '../../crypto/stream.ts';
import { seededRandom } from '../../crypto/testing/seeded.ts';
import { createRecoveryKey } from '../../backup/recovery-key.ts';
import { type Bytes, concat, equalBytes } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import { createBackupFiles } from './backup-file.ts';
import { type BackupPlaces, type BackupSink } from './places.ts';

const random = seededRandom('backup worker');
const key = createRecoveryKey(random);
let attachments: Map<string, Bytes>;
let files: Map<string, Bytes>;
let open: number;
let room: number;

function sinkInto(map: Map<string, Bytes>, name: string): BackupSink {
  const parts: Bytes[] = [];
  open++;
  return {
    write(bytes) {
      room -= bytes.length;
      if (room < 0) throw new Fault('storage-full', 'now');
      parts.push(bytes.slice());
    },
    async close() {
      open--;
      map.set(name, concat(...parts));
    },
    async discard() {
      open--;
    },
  };
}

const places: BackupPlaces = {
  create: async (target) => sinkInto(files, target.kind === 'own' ? target.name : 'chosen'),
  async attachment(name) {
    const bytes = attachments.get(name);
    return bytes && new Blob([bytes]);
  },
  createAttachment: async (name) => sinkInto(attachments, name),
};

const worker = () => createBackupFiles(places, random, () => undefined);

/** An attachment as it lies here: sealed, and what opens it. */
async function attachment(name: string, length: number): Promise<{ secret: Bytes }> {
  const secret = random(32);
  const stream = await openAttachment(secret);
  const plain = random(length);
  const parts: Bytes[] = [];
  for (let index = 0; index < chunkCount(length); index++)
    parts.push(
      await sealChunk(
        stream,
        index,
        chunkPlace(index, length).last,
        plain.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
      ),
    );
  attachments.set(name, concat(...parts));
  return { secret };
}

beforeEach(() => {
  attachments = new Map();
  files = new Map();
  open = 0;
  room = Infinity;
});

const text = (size: number): Bytes => random(size);
const target = { kind: 'own', name: 'backup' } as const;

async function written(lengths: readonly number[]) {
  const job = worker();
  await job.create({ target, key, chunkBytes: 64 * 1024 });
  const manifest = text(900);
  await job.text({ type: 'manifest', body: manifest });
  const secrets: Bytes[] = [];
  for (const [n, length] of lengths.entries()) {
    const { secret } = await attachment(`file-${n}`, length);
    secrets.push(secret);
    expect(await job.medium({ name: `file-${n}`, id: random(32), length })).toBe(true);
  }
  await job.text({ type: 'totals', body: manifest });
  const length = await job.finish(null);
  const file = files.get('backup')!;
  expect(file.length).toBe(length);
  return { file, manifest, secrets };
}

describe('the worker of backups', () => {
  const lengths = [0, 1, 70_000, CHUNK_BYTES, 3 * CHUNK_BYTES + 11];

  it('gives back texts and attachments, byte by byte', async () => {
    const { file, manifest } = await written(lengths);
    const before = new Map(attachments);
    attachments.clear();
    const job = worker();
    await job.open({ source: new Blob([file]), key, salvages: false });
    expect((await job.next(null))?.segment).toEqual({
      kind: 'text',
      type: 'manifest',
      body: manifest,
    });
    for (const [n, length] of lengths.entries()) {
      expect((await job.next(null))?.segment).toMatchObject({ kind: 'medium', length });
      expect(await job.keep({ name: `file-${n}` })).toBe(sealedLength(length));
    }
    expect((await job.next(null))?.segment).toMatchObject({ kind: 'text', type: 'totals' });
    expect(await job.next(null)).toBeNull();
    for (const [name, bytes] of before)
      expect(equalBytes(attachments.get(name)!, bytes)).toBe(true);
    expect(open).toBe(0);
  });

  it('proves attachments without keeping them, and passes over those that nobody wants', async () => {
    const { file, secrets } = await written(lengths);
    attachments.clear();
    const job = worker();
    await job.open({ source: new Blob([file]), key, salvages: false });
    await job.next(null);
    for (const secret of secrets) {
      await job.next(null);
      expect(await job.prove({ secret })).toBe(true);
    }
    const other = worker();
    await other.open({ source: new Blob([file]), key, salvages: false });
    await other.next(null);
    await other.next(null);
    await other.next(null);
    expect(await other.prove({ secret: random(32) })).toBe(false);
    let left = 0;
    while (await other.next(null)) left++;
    expect(left).toBe(lengths.length - 2 + 1);
    expect(attachments.size).toBe(0);
  });

  it('goes on at a place that it told', async () => {
    const { file } = await written(lengths);
    const job = worker();
    await job.open({ source: new Blob([file]), key, salvages: false });
    await job.next(null);
    await job.next(null);
    const third = await job.next(null);
    const again = worker();
    await again.open({ source: new Blob([file]), key, salvages: false, from: third!.place });
    expect(await again.next(null)).toEqual(third);
  });

  it('leaves out an attachment that is not there whole, and goes on', async () => {
    const job = worker();
    await job.create({ target, key });
    await attachment('half', 1_000);
    attachments.set('half', attachments.get('half')!.slice(0, 500));
    expect(await job.medium({ name: 'half', id: random(32), length: 1_000 })).toBe(false);
    expect(await job.medium({ name: 'none', id: random(32), length: 1_000 })).toBe(false);
    await job.text({ type: 'totals', body: text(10) });
    await job.finish(null);
    expect(files.size).toBe(1);
  });

  it('leaves nothing of a file that is cancelled or does not fit', async () => {
    await attachment('large', 2_000_000);
    const full = worker();
    await full.create({ target, key, chunkBytes: 64 * 1024 });
    room = 600_000;
    await expect(full.medium({ name: 'large', id: random(32), length: 2_000_000 })).rejects.toThrow(
      'storage-full',
    );
    room = Infinity;
    const job = worker();
    await job.create({ target, key });
    await job.cancel(null);
    await expect(job.text({ type: 'totals', body: text(10) })).rejects.toThrow('cancelled');
    await expect(job.finish(null)).rejects.toThrow();
    expect(files.size).toBe(0);
    expect(open).toBe(0);
  });

  it('says what is damaged, and brings the rest in a salvage', async () => {
    const { file } = await written([400_000, 10]);
    const damaged = file.slice();
    damaged[200_000]! ^= 1;
    const strict = worker();
    await strict.open({ source: new Blob([damaged]), key, salvages: false });
    const all = async (): Promise<void> => {
      while (await strict.next(null));
    };
    await expect(all()).rejects.toThrow('backup-damaged');
    const job = worker();
    await job.open({ source: new Blob([damaged]), key, salvages: true });
    await job.next(null);
    expect((await job.next(null))?.segment).toMatchObject({ kind: 'medium', length: 400_000 });
    await expect(job.keep({ name: 'kept' })).rejects.toThrow('backup-damaged');
    expect((await job.next(null))?.segment).toMatchObject({ kind: 'medium', length: 10 });
    await job.keep({ name: 'small' });
    expect((await job.next(null))?.segment).toMatchObject({ type: 'totals' });
    expect(await job.next(null)).toBeNull();
    expect(await job.damage(null)).toEqual([{ chunk: 3 }]);
    expect(attachments.has('kept')).toBe(false);
    expect(open).toBe(0);
  });

  it('finds the key that was meant', async () => {
    const { file } = await written([]);
    const source = new Blob([file]);
    const typo = key.slice(0, 20) + String((Number(key[20]) + 1) % 10) + key.slice(21);
    expect(await worker().match({ source, digits: key })).toBe(key);
    expect(await worker().match({ source, digits: typo })).toBe(key);
    expect(await worker().match({ source, digits: createRecoveryKey(random) })).toBeNull();
    await expect(
      worker().open({ source, key: createRecoveryKey(random), salvages: false }),
    ).rejects.toThrow('wrong-recovery-key');
  });
});
