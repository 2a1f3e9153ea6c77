import { beforeEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../crypto/testing/seeded.ts';
import { openAttachment } from '../../crypto/attachment.ts';
import {
  CHUNK_BYTES,
  openChunk,
  chunkCount,
  chunkPlace,
  sealedLength,
} from '../../crypto/stream.ts';
import { concat, type Bytes } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import type { MediaFileEvent, SealedFile } from './job.ts';
import { createMediaFiles } from './media-file.ts';
import { memoryFolder, type MemoryFolder } from './testing/memory-folder.ts';

const random = seededRandom('media files');
let folder: MemoryFolder;
let events: MediaFileEvent[];
let files: ReturnType<typeof createMediaFiles>;

beforeEach(() => {
  folder = memoryFolder();
  events = [];
  files = createMediaFiles(folder, (event) => events.push(event));
});

const newFile = (length: number): SealedFile => ({ name: 'a', secret: random(32), length });
const sealedBytes = (name = 'a'): Bytes => folder.dump().get(name) ?? new Uint8Array();
const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

async function plaintextOf({ secret, length }: SealedFile, sealed: Bytes): Promise<Bytes> {
  const stream = await openAttachment(secret);
  const parts: Bytes[] = [];
  for (let index = 0; index < chunkCount(length); index++) {
    const { from, to, last } = chunkPlace(index, length);
    parts.push(await openChunk(stream, index, last, sealed.slice(from, to)));
  }
  return concat(...parts);
}

async function digestsOf(sealed: Bytes): Promise<Bytes> {
  const piece = sealedLength(CHUNK_BYTES);
  const digests: Bytes[] = [];
  for (let at = 0; at < sealed.length; at += piece)
    digests.push(
      new Uint8Array(await crypto.subtle.digest('SHA-256', sealed.slice(at, at + piece))),
    );
  return concat(...digests);
}

describe('sealing', () => {
  test.each([0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 20 * CHUNK_BYTES + 7])(
    '%i bytes come back as they were, with zeros behind them',
    async (size) => {
      const content = random(size);
      const file = newFile(size + 1_000);
      const digests = await files.seal({ file, source: new Blob([content]) });
      const sealed = sealedBytes();
      expect(sealed.length).toBe(sealedLength(file.length));
      const plain = await plaintextOf(file, sealed);
      expect(equal(plain.subarray(0, size), content)).toBe(true);
      expect(plain.subarray(size).every((byte) => byte === 0)).toBe(true);
      expect(equal(digests, await digestsOf(sealed))).toBe(true);
      expect(equal(await files.digest({ name: 'a' }), digests)).toBe(true);
      expect(events.at(-1)?.done).toBe(file.length);
    },
  );

  test('a source that cannot be read as it was is told, and so is one that is longer', async () => {
    const source = new Blob([random(CHUNK_BYTES * 2)]);
    const changed = new Proxy(source, {
      get(target, key) {
        if (key === 'slice')
          return () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) });
        const value: unknown = Reflect.get(target, key);
        return value;
      },
    });
    await expect(files.seal({ file: newFile(source.size), source: changed })).rejects.toThrow(
      'file-changed',
    );
    await expect(files.seal({ file: newFile(10), source })).rejects.toThrow('too-large');
  });

  test('is cancelled between two slabs, and can begin anew', async () => {
    const source = new Blob([random(30 * CHUNK_BYTES)]);
    const file = newFile(source.size);
    const cancelling = createMediaFiles(folder, () => void cancelling.cancel({ name: 'a' }));
    await expect(cancelling.seal({ file, source })).rejects.toThrow('cancelled');
    const again = { ...file, secret: random(32) };
    await files.seal({ file: again, source });
    expect((await plaintextOf(again, sealedBytes())).length).toBe(source.size);
  });

  test('a full disk is told, and nothing is left that takes room or is open', async () => {
    const source = new Blob([random(30 * CHUNK_BYTES)]);
    folder.fillAfter(12 * CHUNK_BYTES);
    await expect(files.seal({ file: newFile(source.size), source })).rejects.toThrow(
      'storage-full',
    );
    expect(sealedBytes().length).toBe(0);
    expect(folder.openFiles).toBe(0);
  });
});

describe('what arrives', () => {
  const LENGTH = 9 * CHUNK_BYTES + 5;
  const piece = sealedLength(CHUNK_BYTES);

  async function sent(): Promise<{ file: SealedFile; sealed: Bytes }> {
    const file = { ...newFile(LENGTH), name: 'sent' };
    await files.seal({ file, source: new Blob([random(LENGTH)]) });
    return { file: { ...file, name: 'a' }, sealed: sealedBytes('sent') };
  }

  test('is taken part by part, and goes on after a part that was half written', async () => {
    const { file, sealed } = await sent();
    await files.append({ file, at: 0, sealed: sealed.slice(0, 3 * piece) });
    expect(await files.length({ name: 'a' })).toBe(3 * piece);
    folder.put('a', sealed.slice(0, 3 * piece + 1_000));
    expect(await files.length({ name: 'a' })).toBe(3 * piece);
    await files.append({ file, at: 3 * piece, sealed: sealed.slice(3 * piece) });
    expect(equal(sealedBytes(), sealed)).toBe(true);
  });

  test('that no longer fits leaves what was there, and goes on from it once there is room', async () => {
    const { file, sealed } = await sent();
    await files.append({ file, at: 0, sealed: sealed.slice(0, 3 * piece) });
    folder.fillAfter(sealed.length + 4 * piece);
    const rest = () => files.append({ file, at: 3 * piece, sealed: sealed.slice(3 * piece) });
    await expect(rest()).rejects.toThrow('storage-full');
    expect(equal(sealedBytes(), sealed.slice(0, 3 * piece))).toBe(true);
    folder.fillAfter(Infinity);
    await rest();
    expect(equal(sealedBytes(), sealed)).toBe(true);
  });

  test('is refused, and nothing of it written, when any of it is not what was sealed', async () => {
    const { file, sealed } = await sent();
    const refuse = async (at: number, part: Bytes): Promise<void> => {
      const before = sealedBytes().slice();
      await expect(files.append({ file, at, sealed: part })).rejects.toThrow('bad-blob');
      expect(equal(sealedBytes(), before)).toBe(true);
    };
    for (const place of [0, piece - 1, piece, 4 * piece + 9, sealed.length - 1]) {
      const changed = sealed.slice();
      changed[place]! ^= 1;
      await refuse(0, changed);
    }
    await refuse(0, sealed.slice(piece, 2 * piece));
    await refuse(0, sealed.slice(0, piece - 1));
    await refuse(0, concat(sealed, random(1)));
    await refuse(0, random(2 * piece));
    await files.append({ file, at: 0, sealed: sealed.slice(0, piece) });
    await refuse(piece, sealed.slice(0, piece));
    await expect(
      files.append({ file, at: 5 * piece, sealed: sealed.slice(5 * piece) }),
    ).rejects.toBeInstanceOf(Fault);
  });
});
