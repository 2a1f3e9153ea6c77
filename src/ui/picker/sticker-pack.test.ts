import { describe, expect, it } from 'vitest';
import { type Bytes, concat } from '../../lib/bytes.ts';
import { writeMessage } from '../../lib/codec.ts';
import {
  MOST_STICKERS,
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
    const packed = await packStickers([blob(png(512, 512)), blob(png(300, 200))]);
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
    expect(await unpackStickers(await packStickers(many))).toHaveLength(MOST_STICKERS);
    const large = Array.from({ length: 40 }, () => blob(png(9, 9, STICKER_BYTES - 24)));
    const packed = await packStickers(large);
    expect(packed.size).toBeLessThanOrEqual(PACK_BYTES);
    expect((await unpackStickers(packed)).length).toBeGreaterThan(20);
  });
});

describe('a hostile pack', () => {
  it('is refused when it is no pack, empty, of another version or cut off', async () => {
    await refusal(new Blob(['not a pack at all'])).toMatchObject({ name: 'Fault' });
    await refusal(new Blob([])).toMatchObject({ code: 'malformed' });
    await refusal(pack(1)).toMatchObject({ code: 'malformed' });
    await refusal(pack(2, png(9, 9))).toMatchObject({ code: 'unsupported-version' });
    const whole = await packStickers([blob(png(9, 9))]);
    await refusal(whole.slice(0, whole.size - 1)).toMatchObject({ code: 'malformed' });
  });

  it('is refused when it is too large or has too many', async () => {
    await refusal(new Blob([new Uint8Array(PACK_BYTES + 1)])).toMatchObject({ code: 'too-large' });
    const many = Array.from({ length: MOST_STICKERS + 1 }, () => png(9, 9));
    await refusal(pack(1, ...many)).toMatchObject({ code: 'malformed' });
    await refusal(pack(1, png(9, 9, STICKER_BYTES))).toMatchObject({ code: 'malformed' });
  });

  it('is refused when one of them is no small PNG or WebP', async () => {
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>');
    const gif = concat(new TextEncoder().encode('GIF89a'), new Uint8Array(60));
    for (const image of [
      svg,
      gif,
      png(60_000, 60_000),
      png(3_000, 9),
      png(0, 9),
      new Uint8Array(0),
    ])
      await refusal(pack(1, png(9, 9), image)).toMatchObject({ code: 'malformed' });
  });
});
