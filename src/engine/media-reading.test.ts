/** A sealed file read by parts, as a player does: every part is the true one, or none at all. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openAttachment } from '../crypto/attachment.ts';
import { padme } from '../crypto/padme.ts';
import { CHUNK_BYTES, chunkCount, chunkPlace, sealChunk, sealedLength } from '../crypto/stream.ts';
import { seededNumbers, seededRandom } from '../crypto/testing/seeded.ts';
import { firstPartOf } from '../lib/byte-range.ts';
import { type Bytes, concat } from '../lib/bytes.ts';
import { isFault } from '../lib/fault.ts';
import { readSealed } from './media-reading.ts';

const random = seededRandom('parts of a sealed file');
const secret = random(32);
const PIECE = sealedLength(CHUNK_BYTES);
/** Three whole chunks and a bit. */
const size = 3 * CHUNK_BYTES + 4_321;
const content = random(size);
let sealed: Bytes;

async function seal(plain: Bytes): Promise<Bytes> {
  const length = padme(plain.length);
  const stream = await openAttachment(secret);
  const padded = concat(plain, new Uint8Array(length - plain.length));
  const count = chunkCount(length);
  return concat(
    ...(await Promise.all(
      Array.from({ length: count }, (_, index) =>
        sealChunk(
          stream,
          index,
          index === count - 1,
          padded.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
        ),
      ),
    )),
  );
}

/** A file that counts the bytes that are read of it. */
class CountedFile extends Blob {
  read = 0;
  override slice(from = 0, to = this.size): Blob {
    this.read += to - from;
    return super.slice(from, to);
  }
}

const fileOf = (bytes: Bytes) => ({ sealed: new Blob([bytes]), secret, size });
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

async function outcome(bytes: Bytes, from: number, to: number): Promise<Bytes | string> {
  try {
    return await readSealed(fileOf(bytes), from, to);
  } catch (error) {
    if (!isFault(error)) throw error;
    return error.code;
  }
}

beforeAll(async () => {
  sealed = await seal(content);
});

describe('a part of a sealed file', () => {
  it('is what stands there, wherever it begins and however long it is', async () => {
    const edges = [0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES, size].flatMap((at) => [
      at - 1,
      at,
      at + 1,
    ]);
    const number = seededNumbers(7);
    const places = [
      ...edges.flatMap((from) => edges.map((to) => [from, to] as const)),
      ...Array.from({ length: 200 }, () => [number(size + 10), number(size + 10)] as const),
    ];
    for (const [from, to] of places) {
      const part = await readSealed(fileOf(sealed), from, to);
      const expected = content.subarray(Math.max(0, from), Math.max(0, from, to));
      expect(same(part, expected), `${from} to ${to}`).toBe(true);
    }
  });

  it('is what a player asked for, part after part', async () => {
    const number = seededNumbers(11);
    for (let turn = 0; turn < 20; turn++) {
      const begin = number(size);
      const parts: Bytes[] = [];
      for (let at = begin; at < size;) {
        const part = firstPartOf(`bytes=${at}-`, size, 2 * CHUNK_BYTES)!;
        parts.push(await readSealed(fileOf(sealed), part.from, part.to));
        at = part.to;
      }
      expect(same(concat(...parts), content.subarray(begin)), `from ${begin}`).toBe(true);
    }
  });

  it('takes no more of the file than the chunks it lies in', async () => {
    const file = new CountedFile([sealed]);
    await readSealed({ sealed: file, secret, size }, CHUNK_BYTES + 5, CHUNK_BYTES + 9);
    expect(file.read).toBe(PIECE);
    await readSealed({ sealed: file, secret, size }, CHUNK_BYTES - 1, CHUNK_BYTES + 1);
    expect(file.read).toBe(3 * PIECE);
  });

  it('is refused when any bit of its chunks was changed, and only then', async () => {
    const number = seededNumbers(13);
    for (let turn = 0; turn < 60; turn++) {
      const changed = sealed.slice();
      const at = number(sealed.length);
      changed[at]! ^= 1 << number(8);
      const bad = Math.floor(at / PIECE);
      for (let index = 0; index < 4; index++) {
        const from = index * CHUNK_BYTES + 17;
        const got = await outcome(changed, from, from + 100);
        const where = `byte ${at}, chunk ${index}`;
        if (index === bad) expect(got, where).toBe('bad-blob');
        else expect(same(got as Bytes, content.subarray(from, from + 100)), where).toBe(true);
      }
      // One that spans it gives nothing of what is good beside it.
      expect(await outcome(changed, 0, size)).toBe('bad-blob');
    }
  });

  it('is refused when the chunk is a true one of another place or another file', async () => {
    const piece = (from: Bytes, index: number): Bytes => {
      const place = chunkPlace(index, padme(size));
      return from.slice(place.from, place.to);
    };
    const last = piece(sealed, 3);
    const swapped = concat(piece(sealed, 1), piece(sealed, 0), piece(sealed, 2), last);
    for (const at of [0, CHUNK_BYTES]) expect(await outcome(swapped, at, at + 1)).toBe('bad-blob');
    expect(await outcome(swapped, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 1)).not.toBe('bad-blob');
    const foreign = { ...fileOf(sealed), secret: random(32) };
    await expect(readSealed(foreign, 0, 1)).rejects.toMatchObject({ code: 'bad-blob' });
  });

  it('is refused of a file that was cut or lengthened', async () => {
    expect(await outcome(sealed.slice(0, -1), 0, 1)).toBe('bad-blob');
    expect(await outcome(sealed.slice(0, 3 * PIECE), 0, 1)).toBe('bad-blob');
    expect(await outcome(concat(sealed, random(1)), 0, 1)).toBe('bad-blob');
  });
});
