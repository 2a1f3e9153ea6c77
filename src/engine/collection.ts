/**
 * What a person keeps to send again (own stickers, saved GIFs) and what is used often, each sealed at rest. Loaded
 * when a picker first opens. Pictures come from anywhere: their kind is read from their bytes, sizes and numbers are
 * bounded. Tabs ask anew when they show it; nothing is announced.
 */
import { sha256 } from '../crypto/sha256.ts';
import { type Bytes, equalBytes, toHex } from '../lib/bytes.ts';
import { Fault, isFault } from '../lib/fault.ts';
import { type Collected, type EngineApi, type Habits } from './api.ts';
import { type Core } from './core.ts';
import { roomOf } from './media-room.ts';
import type { MediaParts } from './media-work.ts';
import { decodeCollected, encodeCollected, type StoredCollected } from './records/collected.ts';
import { decodeHabits, encodeHabits, noHabits } from './records/habits.ts';

/** Most bytes and most pieces of each kind. */
const limits: Readonly<Record<Collected['kind'], { bytes: number; pieces: number }>> = {
  sticker: { bytes: 512 * 1024, pieces: 300 },
  gif: { bytes: 8 * 1024 * 1024, pieces: 100 },
};
const MOST_PIXELS = 16_384;
const ID_BYTES = 16;
/** Writers wait for each other. */
export const COLLECTION_LOCK = '#collection';

type Method = 'habits' | 'collection' | 'collect' | 'collected' | 'discard';
/** The methods of EngineApi that are answered here. */
export type Collection = {
  readonly [Name in Method]: (
    argument: Parameters<EngineApi[Name]>[0],
  ) => Promise<ReturnType<EngineApi[Name]>>;
};

/** The media type that the first bytes of a picture show; undefined for what a sticker or GIF may not be. */
export function pictureType(bytes: Uint8Array): string | undefined {
  const begins = (...wanted: number[]): boolean => wanted.every((byte, at) => bytes[at] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (begins(0x47, 0x49, 0x46, 0x38)) return 'image/gif';
  const isWebp = [0x57, 0x45, 0x42, 0x50].every((byte, at) => bytes[8 + at] === byte);
  return begins(0x52, 0x49, 0x46, 0x46) && isWebp ? 'image/webp' : undefined;
}

/** The type of what may be kept of a kind; undefined for anything else. */
export function collectedType(kind: Collected['kind'], bytes: Uint8Array): string | undefined {
  if (bytes.length > limits[kind].bytes) return undefined;
  const type = pictureType(bytes);
  return kind === 'sticker' && type === 'image/gif' ? undefined : type;
}

/** How many pieces of a kind are kept. */
export const mostCollected = (kind: Collected['kind']): number => limits[kind].pieces;

/** All pieces, oldest first. One that does not open is passed over; the rest stays usable. */
export async function readCollection({ store, seal }: Core): Promise<StoredCollected[]> {
  const rows = await store.list('collection');
  const read = await Promise.all(
    rows.map(async (row) => {
      try {
        return decodeCollected(row.id, await seal.open('collection', row));
      } catch (error) {
        if (!isFault(error)) throw error;
        return undefined;
      }
    }),
  );
  return read.filter((one) => one !== undefined).sort((a, b) => a.added - b.added);
}

const pixels = (value: number): number =>
  Math.min(MOST_PIXELS, Math.max(1, Math.trunc(value) || 1));

const view = ({ id, kind, type, width, height }: StoredCollected): Collected => ({
  id,
  kind,
  type,
  width,
  height,
});

/**
 * The collection of one engine.
 * @param partsOf what the browser tells of its room is among them
 */
export function collectionOf(
  core: Core,
  partsOf: () => Promise<Pick<MediaParts, 'room'>>,
): Collection {
  const { store, seal, mutex } = core;
  const room = roomOf(core, async () => (await partsOf()).room?.());

  async function readHabits(): Promise<Habits> {
    const row = await store.get('records', ['habits']);
    return row ? decodeHabits(await seal.open('records', row)) : noHabits;
  }

  async function add(
    kind: Collected['kind'],
    bytes: Bytes,
    pixelsOf: { readonly width: number; readonly height: number },
  ): Promise<Collected> {
    const type = collectedType(kind, bytes);
    if (!type) throw new Fault('not-a-picture');
    const all = await readCollection(core);
    const hash = sha256(bytes);
    const known = all.find((one) => one.kind === kind && equalBytes(one.hash, hash));
    if (known) return view(known);
    if (all.filter((one) => one.kind === kind).length >= mostCollected(kind))
      throw new Fault('collection-full');
    const id = toHex(core.random(ID_BYTES));
    // Two that are kept in one millisecond keep their order.
    const added = Math.max(core.clock.now(), (all.at(-1)?.added ?? 0) + 1);
    const width = pixels(pixelsOf.width);
    const height = pixels(pixelsOf.height);
    const size = bytes.length;
    const one: StoredCollected = { id, kind, type, width, height, hash, added, size };
    await room.need(id, size);
    try {
      const put = await seal.seal('collection', { id }, encodeCollected(one));
      const putBytes = await seal.seal('collectionBytes', { id }, bytes);
      await store.commit(
        [
          { table: 'collection', put },
          { table: 'collectionBytes', put: putBytes },
        ],
        'strict',
      );
    } finally {
      room.left(id, 0);
    }
    room.look();
    return view(one);
  }

  return {
    habits: (change) =>
      mutex.hold([COLLECTION_LOCK], async () => {
        const before = await readHabits();
        if (Object.keys(change).length === 0) return before;
        const plain = encodeHabits({ ...before, ...change });
        const row = await seal.seal('records', { name: 'habits' }, plain);
        await store.commit([{ table: 'records', put: row }], 'relaxed');
        return decodeHabits(plain);
      }),
    async collection() {
      return (await readCollection(core)).reverse().map(view);
    },
    async collect({ kind, source, ...size }) {
      if (!core.ownId) throw new Fault('no-account');
      if (source.size > limits[kind].bytes) throw new Fault('picture-too-large');
      const bytes = new Uint8Array(await source.arrayBuffer());
      return mutex.hold([COLLECTION_LOCK], () => add(kind, bytes, size));
    },
    async collected({ id }) {
      const [row, bytes] = await Promise.all([
        store.get('collection', [id]),
        store.get('collectionBytes', [id]),
      ]);
      if (!row || !bytes) throw new Fault('blob-gone');
      const { type } = decodeCollected(id, await seal.open('collection', row));
      return new Blob([await seal.open('collectionBytes', bytes)], { type });
    },
    async discard({ id }) {
      await store.commit(
        [
          { table: 'collection', remove: [id] },
          { table: 'collectionBytes', remove: [id] },
        ],
        'strict',
      );
      return null;
    },
  };
}
