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

describe('the size of a picture', () => {
  it.each([
    [
      'PNG',
      padded(...be32(0x89504e47), ...be32(0), ...be32(0), ...be32(0), ...be32(640), ...be32(480)),
    ],
    ['JPEG', jpeg(640, 480)],
    ['GIF', padded(...text('GIF89a'), 0x80, 0x02, 0xe0, 0x01)],
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

  it('tells a trap from a large photo', () => {
    expect(isTrap({ width: 12_000, height: 9_000 })).toBe(false);
    expect(isTrap({ width: 100_000, height: 100_000 })).toBe(true);
    expect(isTrap({ width: 0, height: 100 })).toBe(true);
  });
});
