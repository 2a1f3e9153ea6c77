/** A thousand ways in which a relay, or a disk at it, may give something else than what was sealed: none is taken. */
import { expect, it } from 'vitest';
import { seededNumbers, seededRandom } from '../../crypto/testing/seeded.ts';
import { CHUNK_BYTES, sealedLength } from '../../crypto/stream.ts';
import { type Bytes, concat } from '../../lib/bytes.ts';
import { isFault } from '../../lib/fault.ts';
import { blobIdOf } from '../../wire/blobs.ts';
import type { SealedFile } from './job.ts';
import { createMediaFiles } from './media-file.ts';
import { memoryFolder } from './testing/memory-folder.ts';

const MUTATIONS = 1_000;
const PIECE = sealedLength(CHUNK_BYTES);
const length = 2 * CHUNK_BYTES + 5_000;
const random = seededRandom('mutated blobs');

async function sealed(content: Bytes, secret: Bytes): Promise<Bytes> {
  const folder = memoryFolder();
  const file = { name: 'sealed', secret, length };
  await createMediaFiles(folder, () => undefined).seal({ file, source: new Blob([content]) });
  return folder.dump().get('sealed')!;
}

const idOf = (digests: Bytes): string =>
  blobIdOf(
    Array.from({ length: digests.length / 32 }, (_, index) =>
      digests.subarray(32 * index, 32 * (index + 1)),
    ),
  );

/** What a receiver makes of a blob: the id of what it kept, or why it kept nothing. */
async function receive(file: SealedFile, blob: Bytes): Promise<string> {
  const folder = memoryFolder();
  const files = createMediaFiles(folder, () => undefined);
  try {
    for (let at = 0; at < blob.length; at += PIECE)
      await files.append({ file, at, sealed: blob.slice(at, at + PIECE) });
  } catch (error) {
    if (!isFault(error)) throw error;
    return error.code;
  }
  return idOf(await files.digest({ name: file.name }));
}

/** The bytes, changed in one of eight ways. */
function mutated(blob: Bytes, other: Bytes, number: (below: number) => number): Bytes {
  const at = number(blob.length);
  const piece = (index: number): Bytes => blob.slice(index * PIECE, (index + 1) * PIECE);
  const flipped = blob.slice();
  switch (number(8)) {
    case 0:
      flipped[at] = flipped[at]! ^ (1 << number(8));
      return flipped;
    case 1:
      return blob.slice(0, number(2) ? at : PIECE * (1 + number(2)));
    case 2:
      return concat(blob, random(1 + number(2_000)));
    case 3:
      return concat(piece(1), piece(0), piece(2));
    case 4:
      return concat(blob.slice(0, at), other.slice(at));
    case 5:
      return concat(blob.slice(0, at), blob.slice(Math.min(blob.length, at + 1 + number(64))));
    case 6:
      flipped.set(random(Math.min(64, blob.length - at)), at);
      return flipped;
    default:
      return concat(piece(0), piece(number(2)), piece(2), piece(number(3)));
  }
}

it(`takes none of ${MUTATIONS} blobs that are not what was sealed`, async () => {
  const secret = random(32);
  const file: SealedFile = { name: 'received', secret, length };
  const blob = await sealed(random(length - 9), secret);
  const other = await sealed(random(length - 9), random(32));
  const id = await receive(file, blob);
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  const outcomes = new Map<string, number>();
  for (let seed = 0; seed < MUTATIONS; seed++) {
    const wrong = mutated(blob, other, seededNumbers(seed));
    if (Buffer.compare(wrong, blob) === 0) continue;
    const outcome = await receive(file, wrong);
    expect(outcome, `seed ${seed}`).not.toBe(id);
    const sort = outcome.length === 64 ? 'another id' : outcome;
    outcomes.set(sort, (outcomes.get(sort) ?? 0) + 1);
  }
  // Whatever was kept is whole pieces of the true blob and too few of them; all else was refused as it came.
  expect([...outcomes.keys()].sort()).toEqual(['another id', 'bad-blob']);
});
