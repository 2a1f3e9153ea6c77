import { describe, expect, it } from 'vitest';
import { type Bytes, concat } from '../../lib/bytes.ts';
import { writeMessage } from '../../lib/codec.ts';
import {
  MOST_STICKERS,
  openPack,
  PACK_BYTES,
  packStickers,
  STICKER_BYTES,
  unpackStickers,
} from './sticker-pack.ts';

/** The beginning of a PNG of that size, and some bytes to tell it by. */
function png(width: number, height: number, body = 60): Bytes {
  const bytes = new Uint8Array(24 + body);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}
const blob = (bytes: Bytes): Blob => new Blob([bytes]);
const pack = (version: number, ...images: Uint8Array[]): Blob => {
  const writer = writeMessage().uint(1, version);
  for (const image of images) writer.bytes(2, image);
  return new Blob([writer.finish()]);
};
const refusal = (given: Blob) => expect(unpackStickers(given)).rejects;

describe('a pack of stickers', () => {
  it('gives back what was put in', async () => {
    const { source: packed, count } = await packStickers([
      blob(png(512, 512)),
      blob(png(300, 200)),
    ]);
    expect(count).toBe(2);
    expect(packed.type).toBe('application/vnd.sotto.sticker-pack');
    const stickers = await unpackStickers(packed);
    expect(stickers).toMatchObject([
      { type: 'image/png', width: 512, height: 512 },
      { type: 'image/png', width: 300, height: 200 },
    ]);
    expect(new Uint8Array(await stickers[1]!.source.arrayBuffer())).toEqual(png(300, 200));
  });

  it('takes no more than fit', async () => {
    const many = Array.from({ length: MOST_STICKERS + 5 }, () => blob(png(9, 9)));
    const full = await packStickers(many);
    expect(full.count).toBe(MOST_STICKERS);
    expect(await unpackStickers(full.source)).toHaveLength(MOST_STICKERS);
    const large = Array.from({ length: 40 }, () => blob(png(9, 9, STICKER_BYTES - 24)));
    const { source, count } = await packStickers(large);
    expect(source.size).toBeLessThanOrEqual(PACK_BYTES);
    expect(count).toBeGreaterThan(20);
    expect(await unpackStickers(source)).toHaveLength(count);
  });

  it('leaves out what a reader would, and keeps the order of the others', async () => {
    const given = [
      png(3_000, 9),
      png(9, 10),
      png(9, 9, STICKER_BYTES),
      new TextEncoder().encode('<svg/>'),
      png(9, 11),
    ];
    const { source, count } = await packStickers(given.map(blob));
    expect(count).toBe(2);
    expect(await unpackStickers(source)).toMatchObject([{ height: 10 }, { height: 11 }]);
    expect(await packStickers([blob(png(3_000, 9))])).toMatchObject({ count: 0 });
  });

  it('opens no more stickers than it takes', async () => {
    let opened = 0;
    async function* many(): AsyncGenerator<Blob> {
      for (; opened < 500; opened++) yield Promise.resolve(blob(png(9, 9)));
    }
    expect((await packStickers(many())).count).toBe(MOST_STICKERS);
    expect(opened).toBeLessThanOrEqual(MOST_STICKERS);
  });

  it('is not even opened when it says that it is too large', async () => {
    const { source } = await packStickers([blob(png(9, 9))]);
    let opened = 0;
    const open = (): Promise<Blob> => {
      opened++;
      return Promise.resolve(source);
    };
    await expect(openPack(PACK_BYTES + 1, open)).rejects.toMatchObject({ code: 'too-large' });
    expect(opened).toBe(0);
    expect(await openPack(source.size, open)).toHaveLength(1);
  });
});

describe('a hostile pack', () => {
  it('is refused when it is no pack, empty, of another version or cut off', async () => {
    await refusal(new Blob(['not a pack at all'])).toMatchObject({ name: 'Fault' });
    await refusal(new Blob([])).toMatchObject({ code: 'malformed' });
    await refusal(pack(1)).toMatchObject({ code: 'malformed' });
    await refusal(pack(2, png(9, 9))).toMatchObject({ code: 'unsupported-version' });
    const { source: whole } = await packStickers([blob(png(9, 9))]);
    await refusal(whole.slice(0, whole.size - 1)).toMatchObject({ code: 'malformed' });
  });

  it('is refused when it is too large or has too many', async () => {
    await refusal(new Blob([new Uint8Array(PACK_BYTES + 1)])).toMatchObject({ code: 'too-large' });
    const many = Array.from({ length: MOST_STICKERS + 1 }, () => png(9, 9));
    await refusal(pack(1, ...many)).toMatchObject({ code: 'malformed' });
  });

  it('is read without what is no small PNG or WebP, and refused when nothing is left', async () => {
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>');
    const gif = concat(new TextEncoder().encode('GIF89a'), new Uint8Array(60));
    for (const image of [
      svg,
      gif,
      png(60_000, 60_000),
      png(3_000, 9),
      png(0, 9),
      png(9, 9, STICKER_BYTES),
      new Uint8Array(0),
    ]) {
      const kept = await unpackStickers(pack(1, png(9, 10), image, png(9, 11)));
      expect(kept).toMatchObject([{ height: 10 }, { height: 11 }]);
      await refusal(pack(1, image)).toMatchObject({ code: 'malformed' });
    }
  });
});
