import { describe, expect, it } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { isAnimated } from './picture-motion.ts';

const be32 = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const le32 = (n: number): number[] => be32(n).reverse();
const text = (letters: string): number[] => [...letters].map((letter) => letter.charCodeAt(0));
const zeros = (length: number): number[] => new Array<number>(length).fill(0);

type Part = readonly [sort: string, content: readonly number[]];

const png = (...parts: Part[]): Blob =>
  new Blob([
    Uint8Array.from([
      ...text('\x89PNG\r\n\x1a\n'),
      ...parts.flatMap(([sort, content]) => [
        ...be32(content.length),
        ...text(sort),
        ...content,
        ...zeros(4),
      ]),
    ]),
  ]);
const webp = (...parts: Part[]): Blob =>
  new Blob([
    Uint8Array.from([
      ...text('RIFF'),
      ...le32(100),
      ...text('WEBP'),
      ...parts.flatMap(([sort, content]) => [
        ...text(sort),
        ...le32(content.length),
        ...content,
        ...zeros(content.length % 2),
      ]),
    ]),
  ]);
const head: Part = ['IHDR', zeros(13)];
const image: Part = ['IDAT', zeros(30)];
const control: Part = ['acTL', zeros(8)];
const extended = (flags: number): Part => ['VP8X', [flags, ...zeros(9)]];

describe('a picture', () => {
  it.each<[string, boolean, Blob]>([
    ['a PNG', false, png(head, image, ['IEND', []])],
    ['an APNG', true, png(head, control, image)],
    ['an APNG behind a long text', true, png(head, ['iTXt', zeros(200_000)], control, image)],
    ['a PNG with frames that no decoder looks for', false, png(head, image, control)],
    ['a WebP', false, webp(['VP8 ', zeros(30)])],
    ['a WebP with a profile', false, webp(extended(0x20), ['ICCP', zeros(7)], ['VP8L', zeros(9)])],
    ['a WebP that moves', true, webp(extended(0x02), ['ANIM', zeros(6)])],
    ['a WebP that does not say so', true, webp(extended(0), ['ICCP', zeros(7)], ['ANIM', [0]])],
    ['a GIF', true, new Blob(['GIF89a and more'])],
    ['a JPEG', false, new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)])],
    ['a text', false, new Blob(['acTL ANIM VP8X'])],
    ['nothing', false, new Blob([])],
  ])('moves or not: %s', async (_, moves, file) => {
    expect(await isAnimated(file)).toBe(moves);
  });

  it('is looked at where it ends too early or tells lengths that it does not have', async () => {
    const whole = new Uint8Array(await png(head, control, image).arrayBuffer());
    for (let length = 0; length < whole.length; length++)
      expect(typeof (await isAnimated(new Blob([whole.subarray(0, length)])))).toBe('boolean');
    const long = new Uint8Array(whole);
    long.set(be32(0xffff_ffff), 8);
    expect(await isAnimated(new Blob([long]))).toBe(false);
    const random = seededRandom('picture motion');
    for (let turn = 0; turn < 300; turn++) {
      const bytes = new Uint8Array(await webp(extended(0), ['ALPH', zeros(40)]).arrayBuffer());
      bytes.set(random(4), 12 + (random(1)[0]! % 50));
      expect(typeof (await isAnimated(new Blob([bytes])))).toBe('boolean');
    }
  });

  it('with more chunks than anybody makes is taken for one that moves', async () => {
    const many = new Array<Part>(20_000).fill(['tEXt', []]);
    expect(await isAnimated(png(head, ...many, image))).toBe(true);
    expect(await isAnimated(png(head, ...many.slice(0, 1_000), image))).toBe(false);
  });
});
