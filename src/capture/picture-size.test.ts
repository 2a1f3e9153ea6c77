import { describe, expect, it } from 'vitest';
import { isTrap, readSize, sizeOfPicture } from './picture-size.ts';

const text = (letters: string): number[] => [...letters].map((letter) => letter.charCodeAt(0));
const be16 = (n: number): number[] => [n >> 8, n & 0xff];
const be32 = (n: number): number[] => [...be16(n >>> 16), ...be16(n & 0xffff)];
const le32 = (n: number): number[] => be32(n).reverse();
function filled(bytes: readonly number[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(Math.max(40, bytes.length));
  all.set(bytes);
  return all;
}
const padded = (...bytes: number[]): Uint8Array<ArrayBuffer> => filled(bytes);

/** A JPEG whose frame stands behind a comment of `length` bytes. */
function jpeg(width: number, height: number, length = 4): Uint8Array<ArrayBuffer> {
  const bytes = [0xff, 0xd8];
  for (let left = length; left > 0; left -= 60_000) {
    const part = Math.min(left, 60_000);
    bytes.push(0xff, 0xfe, ...be16(part + 2), ...new Array<number>(part).fill(7));
  }
  bytes.push(0xff, 0xc0, ...be16(11), 8, ...be16(height), ...be16(width), 1, 0, 0, 0);
  return filled(bytes);
}

const le16 = (n: number): number[] => be16(n).reverse();

/** A GIF with two colours, a comment, and a first frame. */
function gif(screen: [number, number], frame: [number, number]): Uint8Array<ArrayBuffer> {
  const comment = [0x21, 0xfe, 2, 0x2c, 0x2c, 0];
  const head = [...text('GIF89a'), ...le16(screen[0]), ...le16(screen[1]), 0x80, 0, 0];
  const place = [0x2c, ...le16(0), ...le16(0), ...le16(frame[0]), ...le16(frame[1]), 0];
  return padded(...head, 0, 0, 0, 255, 255, 255, ...comment, ...place);
}

describe('the size of a picture', () => {
  it.each([
    [
      'PNG',
      padded(...be32(0x89504e47), ...be32(0), ...be32(0), ...be32(0), ...be32(640), ...be32(480)),
    ],
    ['JPEG', jpeg(640, 480)],
    ['GIF', gif([640, 480], [10, 10])],
    [
      'BMP',
      padded(...text('BM'), ...new Array<number>(16).fill(0), ...le32(640), ...le32(-480 >>> 0)),
    ],
    [
      'AVIF',
      padded(
        ...be32(24),
        ...text('ftypavif'),
        ...be32(0),
        ...be32(20),
        ...text('ispe'),
        ...be32(0),
        ...be32(64),
        ...be32(48),
        ...be32(20),
        ...text('ispe'),
        ...be32(0),
        ...be32(640),
        ...be32(480),
      ),
    ],
  ])('is read from the head of a %s', (_name, bytes) => {
    expect(sizeOfPicture(bytes)).toEqual({ width: 640, height: 480 });
  });

  it('is found behind a long comment, and nowhere in what is no picture', async () => {
    expect(await readSize(new Blob([jpeg(30, 20, 900_000)]))).toEqual({ width: 30, height: 20 });
    expect(await readSize(new Blob([padded(1, 2, 3)]))).toBeUndefined();
    expect(await readSize(new Blob([]))).toBeUndefined();
    expect(await readSize(new Blob([jpeg(30, 20, 900_000).subarray(0, 600_000)]))).toBeUndefined();
  });

  it('is that of the picture that is drawn, not of one that is told before it', () => {
    expect(sizeOfPicture(gif([1, 1], [60_000, 60_000]))).toEqual({ width: 60_000, height: 60_000 });
    const frame = [0xff, 0xc0, ...be16(11), 8, ...be16(60_000), ...be16(60_000), 1, 0, 0, 0];
    const forged = [0xff, 0xc0, ...be16(11), 8, ...be16(16), ...be16(16), 1, 0, 0, 0];
    const hides = [...be16(2 + frame.length)];
    // A marker without a length, read as if it had one, would jump from the true frame to the forged one.
    for (const marker of [0x01, 0xd0, 0xd9])
      expect(
        sizeOfPicture(padded(0xff, 0xd8, 0xff, marker, ...hides, ...frame, ...forged)),
      ).toBeUndefined();
    expect(sizeOfPicture(padded(0xff, 0xd8, 0xff, 0xff, 0xff, ...frame, ...forged))).toEqual({
      width: 60_000,
      height: 60_000,
    });
  });

  it('tells a trap from a large photo', () => {
    expect(isTrap({ width: 12_000, height: 9_000 })).toBe(false);
    expect(isTrap({ width: 100_000, height: 100_000 })).toBe(true);
    expect(isTrap({ width: 0, height: 100 })).toBe(true);
  });
});
