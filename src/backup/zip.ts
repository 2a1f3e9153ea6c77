/**
 * Writes a ZIP file front to back, holding no more than its list of entries. Entries are stored as they are: pictures
 * and films are packed already. Lengths and sums stand behind each entry, because nobody knows them before; large files
 * and many of them take the 64-bit forms. Does not know where the file lies.
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5.
 */
import { type Bytes, utf8 } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';

export interface ZipWriter {
  /**
   * Begins an entry.
   * @param path     in the file, with `/` between folders
   * @param modified ms since 1970
   * @param most     bytes that it may come to have; more are refused
   */
  begin(path: string, modified: number, most: number): Promise<void>;
  /** Adds bytes to it. Throws Fault `too-large`. */
  write(bytes: Bytes): Promise<void>;
  /** Ends it. */
  end(): Promise<void>;
  /** Leaves out what was begun: its bytes stay in the file, and nothing leads to them. */
  drop(): void;
  /** Ends the file. The result is its length, bytes. */
  finish(): Promise<number>;
}

/** What 32 and 16 bits cannot say, they say so. */
const ALL_32 = 0xffff_ffff;
const ALL_16 = 0xffff;
const VERSION = 45;
/** Lengths and sum stand behind the bytes; names are UTF-8. */
const FLAGS = 0x0808;
/** A plain file that its owner may read and write, as Unix says it; so the version is of Unix, too. */
const UNIX_FILE = 0o100644 * 2 ** 16;
const MADE_BY = 3 * 256 + VERSION;

/** What a byte does to the sum, 0 to 7 bytes before the last that is looked at. */
const tables = (() => {
  const all = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
    all[byte] = value;
  }
  for (let at = 256; at < all.length; at++) {
    const before = all[at - 256]!;
    all[at] = (before >>> 8) ^ all[before & 255]!;
  }
  return all;
})();

/** CRC-32 of `bytes`, after those that gave `before`. Eight bytes at a time: every byte of every film passes here. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let sum = ~before;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    sum ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    sum =
      tables[1792 + (sum & 255)]! ^
      tables[1536 + ((sum >>> 8) & 255)]! ^
      tables[1280 + ((sum >>> 16) & 255)]! ^
      tables[1024 + (sum >>> 24)]! ^
      tables[768 + bytes[at + 4]!]! ^
      tables[512 + bytes[at + 5]!]! ^
      tables[256 + bytes[at + 6]!]! ^
      tables[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) sum = (sum >>> 8) ^ tables[(sum ^ bytes[at]!) & 255]!;
  return ~sum >>> 0;
}

/** Numbers of 2, 4 or 8 bytes, lowest byte first. */
function fields(...parts: readonly (readonly [size: 2 | 4 | 8, value: number])[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of parts) {
    if (size === 2) view.setUint16(at, value, true);
    else if (size === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += size;
  }
  return bytes;
}

/** Time and day as ZIP files have them: of this place, in steps of two seconds, from 1980 to 2107. */
function timeOf(modified: number): readonly [time: number, day: number] {
  const date = new Date(modified);
  const year = date.getFullYear();
  if (!(year >= 1980 && year <= 2107)) return [0, 0x21];
  return [
    (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1),
    ((year - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate(),
  ];
}

interface Entry {
  readonly name: Bytes;
  readonly time: number;
  readonly day: number;
  readonly most: number;
  readonly at: number;
  size: number;
  sum: number;
}

/** @param put takes the bytes of the file in their order; the next come when its promise is kept */
export function createZipWriter(put: (bytes: Bytes) => Promise<void> | void): ZipWriter {
  const entries: Entry[] = [];
  let length = 0;
  let open: Entry | undefined;

  async function add(bytes: Bytes): Promise<void> {
    length += bytes.length;
    await put(bytes);
  }

  function opened(): Entry {
    if (!open) throw new Fault('internal');
    return open;
  }

  const limited = (value: number): number => Math.min(value, ALL_32);

  async function addListed({ name, time, day, at, size, sum }: Entry): Promise<void> {
    const large: [8, number][] = [];
    if (size >= ALL_32) large.push([8, size], [8, size]);
    if (at >= ALL_32) large.push([8, at]);
    const extra = large.length > 0 ? fields([2, 1], [2, 8 * large.length], ...large) : undefined;
    await add(
      fields(
        [4, 0x0201_4b50],
        [2, MADE_BY],
        [2, VERSION],
        [2, FLAGS],
        [2, 0],
        [2, time],
        [2, day],
        [4, sum],
        [4, limited(size)],
        [4, limited(size)],
        [2, name.length],
        [2, extra?.length ?? 0],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, UNIX_FILE],
        [4, limited(at)],
      ),
    );
    await add(name);
    if (extra) await add(extra);
  }

  return {
    async begin(path, modified, most) {
      if (open) throw new Fault('internal');
      const name = utf8(path);
      if (name.length === 0 || name.length > ALL_16) throw new Fault('too-large');
      const [time, day] = timeOf(modified);
      open = { name, time, day, most, at: length, size: 0, sum: 0 };
      // With this field the lengths behind the bytes have 64 bits, else 32.
      const large = most >= ALL_32 ? fields([2, 1], [2, 16], [8, 0], [8, 0]) : undefined;
      const size = large ? ALL_32 : 0;
      await add(
        fields(
          [4, 0x0403_4b50],
          [2, VERSION],
          [2, FLAGS],
          [2, 0],
          [2, time],
          [2, day],
          [4, 0],
          [4, size],
          [4, size],
          [2, name.length],
          [2, large?.length ?? 0],
        ),
      );
      await add(name);
      if (large) await add(large);
    },
    async write(bytes) {
      const entry = opened();
      if (entry.size + bytes.length > entry.most) throw new Fault('too-large');
      entry.sum = crc32(bytes, entry.sum);
      entry.size += bytes.length;
      await add(bytes);
    },
    async end() {
      const entry = opened();
      const { size, sum, most } = entry;
      const width = most >= ALL_32 ? 8 : 4;
      open = undefined;
      entries.push(entry);
      await add(fields([4, 0x0807_4b50], [4, sum], [width, size], [width, size]));
    },
    drop() {
      open = undefined;
    },
    async finish() {
      const from = length;
      for (const entry of entries) await addListed(entry);
      const count = entries.length;
      const size = length - from;
      if (count >= ALL_16 || from >= ALL_32 || size >= ALL_32) {
        const at = length;
        await add(
          fields(
            [4, 0x0606_4b50],
            [8, 44],
            [2, MADE_BY],
            [2, VERSION],
            [4, 0],
            [4, 0],
            [8, count],
            [8, count],
            [8, size],
            [8, from],
          ),
        );
        await add(fields([4, 0x0706_4b50], [4, 0], [8, at], [4, 1]));
      }
      const few = Math.min(count, ALL_16);
      await add(
        fields(
          [4, 0x0605_4b50],
          [2, 0],
          [2, 0],
          [2, few],
          [2, few],
          [4, limited(size)],
          [4, limited(from)],
          [2, 0],
        ),
      );
      return length;
    },
  };
}
