/** Pictures of two frames that take turns, made by hand: no test brings a picture of somebody else's along. */
import { crc32, deflateSync } from 'node:zlib';

const SIDE = 64;

/** The pixels of a frame in one colour, without compression: the table is cleared before it can grow. */
function frame(colour: number): number[] {
  const codes: number[] = [];
  for (let pixel = 0; pixel < SIDE * SIDE; pixel += 2) codes.push(4, colour, colour);
  codes.push(5);
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const code of codes) {
    held |= code << bits;
    bits += 3;
    for (; bits >= 8; bits -= 8, held >>= 8) bytes.push(held & 0xff);
  }
  bytes.push(held & 0xff);
  const blocks: number[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255);
    blocks.push(block.length, ...block);
  }
  const control = [0x21, 0xf9, 4, 0, 10, 0, 0, 0];
  const place = [0x2c, 0, 0, 0, 0, SIDE, 0, SIDE, 0, 0];
  return [...control, ...place, 2, ...blocks, 0];
}

/** The bytes of one: red, then blue, for ever. */
export function movingGif(): Buffer {
  const text = (letters: string): number[] => [...Buffer.from(letters, 'latin1')];
  const colours = [0xff, 0, 0, 0, 0, 0xff, 0, 0, 0, 0, 0, 0];
  return Buffer.from([
    ...text('GIF89a'),
    ...[SIDE, 0, SIDE, 0, 0x91, 0, 0],
    ...colours,
    ...[0x21, 0xff, 11, ...text('NETSCAPE2.0'), 3, 1, 0, 0, 0],
    ...frame(0),
    ...frame(1),
    0x3b,
  ]);
}

function pngChunk(sort: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(sort, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

const numbers = (...values: number[]): Buffer =>
  Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    }),
  );

/** The bytes of a PNG that moves: red, then blue, for ever. */
export function movingPng(): Buffer {
  /** A tenth of a second, over the whole. */
  const control = (serial: number): Buffer =>
    pngChunk(
      'fcTL',
      Buffer.concat([numbers(serial, SIDE, SIDE, 0, 0), Buffer.from([0, 1, 0, 10, 0, 0])]),
    );
  const pixels = (...colour: number[]): Buffer => {
    const line = Buffer.from([0, ...new Array<number[]>(SIDE).fill(colour).flat()]);
    return deflateSync(Buffer.concat(new Array<Buffer>(SIDE).fill(line)));
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', Buffer.concat([numbers(SIDE, SIDE), Buffer.from([8, 2, 0, 0, 0])])),
    pngChunk('acTL', numbers(2, 0)),
    control(0),
    pngChunk('IDAT', pixels(0xff, 0, 0)),
    control(1),
    pngChunk('fdAT', Buffer.concat([numbers(2), pixels(0, 0, 0xff)])),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
