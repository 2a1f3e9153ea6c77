/** The file as a whole: what goes in comes out, and whatever is done to it is seen and named. */
import { describe, expect, it } from 'vitest';
import { padme } from '../crypto/padme.ts';
import { seededNumbers, seededRandom } from '../crypto/testing/seeded.ts';
import { type Bytes, concat, equalBytes } from '../lib/bytes.ts';
import { isFault } from '../lib/fault.ts';
import {
  HEADER_BYTES,
  backupStream,
  isKeyOf,
  makeBackupHeader,
  readBackupHeader,
} from './backup-header.ts';
import {
  type BackupSource,
  type Damage,
  createBackupReader,
  readLayout,
  type SegmentPlace,
} from './backup-reader.ts';
import {
  FRAME_BYTES,
  MAX_TEXT_BYTES,
  POINTER_BYTES,
  type SegmentType,
  compressText,
  decompressText,
} from './backup-segments.ts';
import { createBackupWriter } from './backup-writer.ts';
import { createRecoveryKey } from './recovery-key.ts';

const MUTATIONS = process.env['SOAK'] ? 100_000 : 4_000;
const CHUNK = 1024;
const SEALED = CHUNK + 16;
const random = seededRandom('backup files');
const key = createRecoveryKey(random);

type Content = readonly { readonly type: SegmentType; readonly body: Bytes }[];

function sourceOf(file: Bytes): BackupSource {
  return { size: file.length, read: async (from, to) => file.slice(from, to) };
}

async function written(content: Content, chunkBytes = CHUNK, salt = random(32)): Promise<Bytes> {
  const header = makeBackupHeader(key, salt, chunkBytes);
  const parts: Bytes[] = [];
  const writer = await createBackupWriter(header, await backupStream(header, key), (bytes) => {
    // What is given may be freed afterwards.
    parts.push(bytes.slice());
  });
  for (const [n, { type, body }] of content.entries()) {
    if (n % 2 === 0) await writer.segment(type, body);
    else {
      let at = 3;
      await writer.long(type, body.slice(0, 3), Math.max(0, body.length - 3), (into) => {
        into.set(body.subarray(at, at + into.length));
        at += into.length;
      });
    }
  }
  const length = await writer.finish();
  const file = concat(...parts);
  expect(file.length).toBe(length);
  return file;
}

interface Found {
  readonly segments: {
    readonly type: string;
    readonly body: Bytes;
    readonly place: SegmentPlace;
  }[];
  readonly damage: readonly Damage[];
  readonly lost: number;
}

async function read(
  file: Bytes,
  how: { salvages?: boolean; from?: SegmentPlace } = {},
  damage: Damage[] = [],
): Promise<Found> {
  const source = sourceOf(file);
  const layout = await readLayout(source);
  const reader = await createBackupReader(
    source,
    layout,
    await backupStream(layout.header, key),
    how,
  );
  const segments: Found['segments'] = [];
  let lost = 0;
  try {
    for (let found = await reader.next(); found; found = await reader.next()) {
      const parts: Bytes[] = [];
      try {
        for (let part = await found.piece(); part; part = await found.piece())
          parts.push(part.slice());
        segments.push({
          type: found.type ?? 'unknown',
          body: concat(...parts),
          place: found.place,
        });
      } catch (error) {
        if (!how.salvages || !isFault(error, 'backup-damaged')) throw error;
        lost++;
      }
    }
  } finally {
    damage.push(...reader.damage);
  }
  return { segments, damage: reader.damage, lost };
}

const content = (sizes: readonly number[]): Content =>
  sizes.map((size, n) => ({
    type: (['manifest', 'contacts', 'messages', 'medium'] as const)[n % 4]!,
    body: random(size),
  }));

const plain = (segments: readonly { readonly type: string; readonly body: Bytes }[]) =>
  segments.map(({ type, body }) => `${type} ${Buffer.from(body).toString('hex')}`);

describe('a backup file', () => {
  const room = CHUNK - POINTER_BYTES - FRAME_BYTES;
  it.each([
    ['nothing', []],
    ['one byte', [1]],
    ['a chunk but for one byte', [room - 1]],
    ['a chunk', [room]],
    ['a chunk and a byte', [room + 1]],
    ['frames over the edges', [room - 1, 5, room - 3, 900, room - 7, 0, 0, 1]],
    ['long and short', [10, 20_000, 0, 3, 999, 5_000, 1, 1, 1, 40_000]],
  ])('of %s is read as it was written', async (_, sizes) => {
    const given = content(sizes);
    const file = await written(given);
    const { segments, damage } = await read(file);
    expect(plain(segments)).toEqual(plain(given));
    expect(damage).toEqual([]);
    for (const { place } of segments) {
      const { segments: rest } = await read(file, { from: place });
      const at = segments.findIndex((segment) => segment.place === place);
      expect(plain(rest)).toEqual(plain(segments.slice(at)));
    }
  });

  it('of chunks of 256 KiB is read in slabs, and adds one byte to ten thousand', async () => {
    const given = content([100, 9_000_000, 5, 1_300_000]);
    const file = await written(given, 256 * 1024);
    expect(plain((await read(file)).segments)).toEqual(plain(given));
    const held = given.reduce((sum, { body }) => sum + body.length + FRAME_BYTES, FRAME_BYTES);
    expect(file.length / padme(held) - 1).toBeLessThan(0.000_1);
  });

  it('has a length that says little of what it holds', async () => {
    const lengths = new Set<number>();
    for (let size = 100_000; size < 100_500; size += 10)
      lengths.add((await written(content([size]))).length);
    expect(lengths.size).toBeLessThanOrEqual(2);
  });

  it('opens with no other key, and says so before anything is read', async () => {
    const file = await written(content([10]));
    const header = readBackupHeader(file);
    expect(isKeyOf(header, key)).toBe(true);
    for (let i = 0; i < 50; i++) expect(isKeyOf(header, createRecoveryKey(random))).toBe(false);
    await expect(backupStream(header, createRecoveryKey(random))).rejects.toThrow(
      'wrong-recovery-key',
    );
  });

  it('that is something else is refused in words of its own', async () => {
    const file = await written(content([10]));
    const later = file.slice();
    later[8] = 2;
    const suite = file.slice();
    suite[9] = 2;
    // The copy at the end says the same of a file that is genuine.
    for (const one of [later, suite]) one.set(one.slice(0, 12), one.length - HEADER_BYTES);
    await expect(read(later)).rejects.toThrow('newer-backup');
    await expect(read(suite)).rejects.toThrow('newer-backup');
    await expect(read(random(5_000))).rejects.toThrow('not-a-backup');
    await expect(read(random(3))).rejects.toThrow('not-a-backup');
    await expect(read(new Uint8Array())).rejects.toThrow('not-a-backup');
  });

  it('compresses text, and unfolds no bomb', async () => {
    const text = new TextEncoder().encode('to whom it may concern '.repeat(4_000));
    const small = await compressText(text);
    expect(small.length).toBeLessThan(text.length / 50);
    expect(equalBytes(await decompressText(small), text)).toBe(true);
    const bomb = await compressText(new Uint8Array(MAX_TEXT_BYTES + 1));
    await expect(decompressText(bomb)).rejects.toThrow('too-large');
    await expect(decompressText(random(500))).rejects.toThrow('malformed');
    await expect(decompressText(small.slice(0, -20))).rejects.toThrow('malformed');
  });

  it('tells of a disk that is full, and writes nothing after it', async () => {
    const header = makeBackupHeader(key, random(32), CHUNK);
    let room = 20_000;
    const writer = await createBackupWriter(header, await backupStream(header, key), (bytes) => {
      room -= bytes.length;
      if (room < 0) throw new Error('full');
    });
    await expect(writer.segment('messages', random(60_000))).rejects.toThrow('full');
  });
});

describe('a damaged backup file', () => {
  const given = content([700, 4_000, 90, 2_500, 30, 30, 30, 6_000, 200]);

  it('gives all that damage does not touch', async () => {
    const file = await written(given);
    const { segments: all } = await read(file);
    const chunks = Math.ceil((file.length - 2 * HEADER_BYTES) / SEALED);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const damaged = file.slice();
      damaged[HEADER_BYTES + chunk * SEALED + 500]! ^= 1;
      await expect(read(damaged)).rejects.toThrow('backup-damaged');
      const found = await read(damaged, { salvages: true });
      expect(found.damage).toEqual([{ chunk }]);
      const from = chunk * (CHUNK - POINTER_BYTES);
      const untouched = all.filter(({ place, body }) => {
        const start = place.chunk * (CHUNK - POINTER_BYTES) + place.offset;
        return start + FRAME_BYTES + body.length <= from || start >= from + CHUNK - POINTER_BYTES;
      });
      expect(plain(found.segments)).toEqual(plain(untouched));
    }
  });

  it('is read from either header', async () => {
    const file = await written(given);
    for (const [at, part] of [
      [3, 'header'],
      [50, 'header'],
      [file.length - 3, 'end'],
    ] as const) {
      const damaged = file.slice();
      damaged[at]! ^= 1;
      const found: Damage[] = [];
      const salvaged = await read(damaged, { salvages: true }, found).catch(
        (error: unknown) => error,
      );
      if (at === 50) {
        // A salt that was changed cannot be told from another file's: then the digits do not fit.
        expect(isFault(salvaged, 'wrong-recovery-key')).toBe(true);
        continue;
      }
      expect(found).toEqual([{ part }]);
      expect(plain((salvaged as Found).segments)).toEqual(plain(given));
    }
  });

  it('that was cut off gives what came before', async () => {
    const file = await written(given);
    const { segments: all } = await read(file);
    for (let cut = HEADER_BYTES; cut < file.length; cut += 331) {
      const damaged = file.slice(0, cut);
      await expect(read(damaged)).rejects.toThrow('backup-damaged');
      const { segments, damage } = await read(damaged, { salvages: true });
      expect(damage).toContainEqual({ part: 'end' });
      const held = Math.floor((cut - HEADER_BYTES) / SEALED) * (CHUNK - POINTER_BYTES);
      const whole = all.filter(
        ({ place, body }) =>
          place.chunk * (CHUNK - POINTER_BYTES) + place.offset + FRAME_BYTES + body.length <= held,
      );
      expect(plain(segments).slice(0, whole.length)).toEqual(plain(whole));
    }
  });

  it(`of ${MUTATIONS} that somebody or something changed not one is taken, and each place is named`, async () => {
    const number = seededNumbers(7);
    const file = await written(content([300, 2_000, 40, 1_200]));
    const other = await written(content([300, 2_000, 40, 1_200]));
    const chunks = Math.ceil((file.length - 2 * HEADER_BYTES) / SEALED);
    const piece = (index: number): Bytes =>
      file.slice(HEADER_BYTES + index * SEALED, HEADER_BYTES + (index + 1) * SEALED);

    function mutated(): Bytes {
      const at = number(file.length);
      const changed = file.slice();
      switch (number(8)) {
        case 0:
          changed[at]! ^= 1 << number(8);
          return changed;
        case 1:
          return file.slice(0, at);
        case 2:
          return concat(file, random(1 + number(3_000)));
        case 3: {
          const [a, b] = [number(chunks - 1), number(chunks - 1)];
          changed.set(piece(a), HEADER_BYTES + b * SEALED);
          changed.set(piece(b), HEADER_BYTES + a * SEALED);
          return changed;
        }
        case 4: {
          // Before its salt the other file says the same as this one: that would be a genuine file.
          const from = 13 + number(file.length - 13);
          return concat(file.slice(0, from), other.slice(from));
        }
        case 5:
          return concat(
            file.slice(0, at),
            file.slice(Math.min(file.length, at + 1 + number(2_000))),
          );
        case 6:
          return concat(file.slice(0, at), random(1 + number(1_100)), file.slice(at));
        default: {
          const index = number(chunks);
          const behind = HEADER_BYTES + (index + 1) * SEALED;
          return concat(file.slice(0, behind), piece(index), file.slice(behind));
        }
      }
    }

    for (let i = 0; i < MUTATIONS; i++) {
      const changed = mutated();
      const first = changed.findIndex((byte, at) => byte !== file[at]);
      if (first < 0 && changed.length === file.length) continue;
      const at = first < 0 ? Math.min(changed.length, file.length) : first;
      const damage: Damage[] = [];
      const error: unknown = await read(changed, {}, damage).catch((reason: unknown) => reason);
      if (isFault(error, 'not-a-backup') || isFault(error, 'newer-backup')) {
        expect(at).toBeLessThan(HEADER_BYTES);
        continue;
      }
      if (isFault(error, 'wrong-recovery-key')) {
        expect(at).toBeLessThan(HEADER_BYTES);
        continue;
      }
      if (!isFault(error, 'backup-damaged')) throw error;
      const chunk = Math.floor((at - HEADER_BYTES) / SEALED);
      const named = damage.flatMap((one) => ('chunk' in one ? [one.chunk] : []));
      if (at < HEADER_BYTES) expect(damage).toContainEqual({ part: 'header' });
      else if (named.length === 0) expect(damage).toContainEqual({ part: 'end' });
      else if (at >= file.length - HEADER_BYTES)
        // What follows the last chunk is told as the end, or as a last chunk that is not the last.
        expect('part' in damage[0]! || named[0]! >= chunks - 1).toBe(true);
      else if (!named.includes(chunk))
        throw new Error(`${at} is in ${chunk}, named ${named.join()}`);
    }
  });
});
