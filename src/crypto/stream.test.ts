import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, toHex, utf8, type Bytes } from '../lib/bytes.ts';
import { isFault } from '../lib/fault.ts';
import { hkdfSha256 } from './hkdf.ts';
import { padme } from './padme.ts';
import { sha256 } from './sha256.ts';
import {
  CHUNK_BYTES,
  chunkCount,
  chunkPlace,
  openChunk,
  openStream,
  sealChunk,
  sealedLength,
  type Stream,
} from './stream.ts';
import { seededRandom } from './testing/seeded.ts';

const random = seededRandom('stream');
const header = utf8('header');
const SMALL = 16;

async function sealAll(stream: Stream, plaintext: Bytes): Promise<Bytes[]> {
  const count = chunkCount(plaintext.length, stream.chunkBytes);
  return Promise.all(
    Array.from({ length: count }, (_, index) => {
      const from = index * stream.chunkBytes;
      const part = plaintext.slice(from, from + stream.chunkBytes);
      return sealChunk(stream, index, index === count - 1, part);
    }),
  );
}

/** Opens sealed bytes as a reader does who knows nothing but how long the plaintext is said to be. */
async function openAll(stream: Stream, sealed: Bytes, length: number): Promise<Bytes> {
  const parts: Bytes[] = [];
  const { chunkBytes } = stream;
  for (let index = 0; index < chunkCount(length, chunkBytes); index++) {
    const { from, to, last } = chunkPlace(index, length, chunkBytes);
    parts.push(await openChunk(stream, index, last, sealed.slice(from, to)));
  }
  if (sealed.length !== sealedLength(length, chunkBytes)) throw new Error('other length');
  return concat(...parts);
}

const refused = async (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => false,
    () => true,
  );

test('content of any length opens to itself, and has the length it was said to have', async () => {
  const stream = await openStream(random(32), header, SMALL);
  for (let length = 0; length <= 3 * SMALL + 1; length++) {
    const plaintext = random(length);
    const sealed = concat(...(await sealAll(stream, plaintext)));
    expect(sealed.length).toBe(sealedLength(length, SMALL));
    expect(await openAll(stream, sealed, length)).toEqual(plaintext);
  }
});

test('a chunk is AES-256-GCM under keys and a nonce that anyone can work out from the format', async () => {
  const secret = random(32);
  const stream = await openStream(secret, header);
  const info = concat(utf8('sotto-stream-1'), sha256(header));
  const derived = hkdfSha256(secret, new Uint8Array(32), info, 39);
  const key = await crypto.subtle.importKey('raw', derived.slice(0, 32), 'AES-GCM', false, [
    'decrypt',
  ]);
  const sealed = await sealChunk(stream, 258, true, utf8('the end'));
  const iv = concat(derived.slice(32), Uint8Array.of(0, 0, 1, 2, 1));
  const opened = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv, additionalData: sha256(header) },
    key,
    sealed,
  );
  expect(toHex(new Uint8Array(opened))).toBe(toHex(utf8('the end')));
});

test('two secrets, and two headers, make unlike chunks that do not open for each other', async () => {
  const secret = random(32);
  const stream = await openStream(secret, header);
  const sealed = await sealChunk(stream, 0, true, utf8('mine'));
  for (const other of [await openStream(random(32), header), await openStream(secret, utf8('b'))]) {
    expect(await refused(openChunk(other, 0, true, sealed))).toBe(true);
    expect(await sealChunk(other, 0, true, utf8('mine'))).not.toEqual(sealed);
  }
});

describe('what was changed is refused', () => {
  const content = random(5 * SMALL + 3);
  const whole = async (): Promise<{ stream: Stream; chunks: Bytes[] }> => {
    const stream = await openStream(random(32), header, SMALL);
    return { stream, chunks: await sealAll(stream, content) };
  };

  test('every single bit, wherever it stands', async () => {
    const { stream, chunks } = await whole();
    const sealed = concat(...chunks);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = sealed.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(await refused(openAll(stream, changed, content.length)), `bit ${bit}`).toBe(true);
    }
  });

  test('cuts at every byte, with the length said to fit or not', async () => {
    const { stream, chunks } = await whole();
    const sealed = concat(...chunks);
    for (let length = 0; length < sealed.length; length++) {
      const cut = sealed.slice(0, length);
      expect(await refused(openAll(stream, cut, content.length))).toBe(true);
      for (let count = 1; count <= chunks.length; count++) {
        const said = length - count * SMALL;
        if (said >= 0 && sealedLength(said, SMALL) === length)
          expect(await refused(openAll(stream, cut, said)), `${length}`).toBe(true);
      }
    }
  });

  test('any other order, choice or number of chunks', async () => {
    const { stream, chunks } = await whole();
    const numbers = fc.array(fc.nat(chunks.length - 1), { maxLength: chunks.length + 2 });
    await fc.assert(
      fc.asyncProperty(numbers, async (order) => {
        if (order.join() === chunks.map((_, index) => index).join()) return;
        const sealed = concat(...order.map((index) => chunks[index]!));
        const length = sealed.length - order.length * 16;
        expect(await refused(openAll(stream, sealed, Math.max(0, length)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('chunks of another stream, and bytes behind the end', async () => {
    const { stream, chunks } = await whole();
    const other = await whole();
    for (let index = 0; index < chunks.length; index++) {
      const spliced = concat(...chunks.with(index, other.chunks[index]!));
      expect(await refused(openAll(stream, spliced, content.length))).toBe(true);
    }
    const longer = concat(...chunks, random(1));
    expect(await refused(openAll(stream, longer, content.length))).toBe(true);
    expect(await refused(openAll(stream, longer, content.length + 1))).toBe(true);
  });
});

test('lengths and places that no chunk can have are malformed before anything is opened', async () => {
  const stream = await openStream(random(32), header, SMALL);
  const malformed = async (attempt: Promise<unknown>): Promise<void> => {
    const failure: unknown = await attempt.catch((error: unknown) => error);
    expect(isFault(failure, 'malformed')).toBe(true);
  };
  await malformed(sealChunk(stream, 0, false, random(SMALL - 1)));
  await malformed(sealChunk(stream, 0, true, random(SMALL + 1)));
  await malformed(sealChunk(stream, 1, true, random(0)));
  for (const index of [-1, 0.5, NaN, 2 ** 32])
    await malformed(sealChunk(stream, index, true, random(3)));
  await malformed(openChunk(stream, 0, true, random(15)));
  await malformed(openChunk(stream, 0, true, random(SMALL + 17)));
  expect(() => chunkPlace(2, 2 * SMALL, SMALL)).toThrow('malformed');
  await expect(openStream(random(31), header)).rejects.toThrow('bad-key');
});

test('chunks of the real size have their places side by side', () => {
  const length = 3 * CHUNK_BYTES + 5;
  const places = [0, 1, 2, 3].map((index) => chunkPlace(index, length));
  expect(places.map(({ last }) => last)).toEqual([false, false, false, true]);
  expect(places[0]?.from).toBe(0);
  for (const index of [1, 2, 3]) expect(places[index]?.from).toBe(places[index - 1]?.to);
  expect(places[3]?.to).toBe(sealedLength(length));
  expect(chunkCount(0)).toBe(1);
});

test('Padmé never shortens, adds at most 12 %, and gives the lengths of its paper', () => {
  // Worked out by hand from section 4: e = floor(log2 L), s = floor(log2 e) + 1, up to a multiple of 2^(e - s).
  expect([0, 1, 2, 9, 1_000, 1_000_000].map(padme)).toEqual([0, 1, 2, 10, 1_024, 1_015_808]);
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 2 ** 31 }), (length) => {
      const padded = padme(length);
      expect(padded).toBeGreaterThanOrEqual(length);
      expect(padded).toBeLessThanOrEqual(length * 1.12);
      expect(padme(padded)).toBe(padded);
    }),
  );
});
