import { describe, expect, test } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { utf8 } from '../lib/bytes.ts';
import { writeMessage } from '../lib/codec.ts';
import { isFault } from '../lib/fault.ts';
import { blobIdFromBytes } from '../lib/ids.ts';
import {
  type Attachment,
  decodeAttachment,
  encodeAttachment,
  fileName,
  MAX_FILE_NAME_BYTES,
  mediaType,
} from './attachment.ts';

const random = seededRandom('attachment');
const photo: Attachment = {
  form: 'image',
  blob: blobIdFromBytes(random(32)),
  secret: random(32),
  deleteKey: random(32),
  size: 123_456,
  type: 'image/jpeg',
  name: 'der Hund.jpg',
  width: 4_000,
  height: 3_000,
  thumbhash: random(25),
};

test('comes back as it was, whatever of it is there', () => {
  for (const attachment of [
    photo,
    { ...photo, form: 'voice' as const, duration: 12_345, waveform: random(64) },
    { ...photo, form: 'file' as const, size: 0, type: 'application/octet-stream', name: '' },
    { ...photo, extra: writeMessage().uint(99, 7).finish() },
  ])
    expect(decodeAttachment(encodeAttachment(attachment))).toEqual(attachment);
});

test('a form of a newer version is a file, and what a newer version says more is kept', () => {
  const bytes = encodeAttachment(photo);
  const newer = decodeAttachment(
    new Uint8Array([...bytes, ...writeMessage().uint(5, 77).uint(50, 1).finish()]),
  );
  expect(newer.form).toBe('file');
  expect(newer.extra).toEqual(writeMessage().uint(50, 1).finish());
});

test('any change of its bytes is read as something bounded, or is malformed', () => {
  const bytes = encodeAttachment(photo);
  for (let round = 0; round < 3_000; round++) {
    const changed = bytes.slice(0, round % 5 === 0 ? random(1)[0] : undefined);
    const [at = 0, value = 0] = random(2);
    if (changed.length > 0) changed[at % changed.length] = value;
    try {
      const read = decodeAttachment(changed);
      expect(read.size).toBeLessThanOrEqual(2 ** 31);
      expect(read.name).toBe(fileName(read.name));
    } catch (error) {
      expect(isFault(error)).toBe(true);
    }
  }
});

test('too much of anything is refused when it is written', () => {
  for (const more of [{ size: 2 ** 31 + 1 }, { thumbhash: random(41) }, { waveform: random(129) }])
    expect(() => encodeAttachment({ ...photo, ...more })).toThrow('too-large');
});

describe('a name', () => {
  test.each([
    ['plain.txt', 'plain.txt'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\system32\\cmd.exe', 'cmd.exe'],
    ['/', ''],
    ['..', ''],
    ['.hidden', 'hidden'],
    ['ends. . ', 'ends'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['a\u0000b\u001b[31m.png', 'ab[31m.png'],
    ['zero\u200Bwidth\uFEFF.txt', 'zerowidth.txt'],
    ['what? "this": <that>|*.txt', 'what_ _this__ _that___.txt'],
    ['two\n lines.txt', 'two lines.txt'],
    ['lone \uD800 half', 'lone \uFFFD half'],
    ['Ünïcödé 文件 🎉.pdf', 'Ünïcödé 文件 🎉.pdf'],
  ])('%j becomes %j', (given, safe) => {
    expect(fileName(given)).toBe(safe);
    expect(fileName(safe)).toBe(safe);
  });

  test('that is too long keeps its ending and its letters whole', () => {
    const long = fileName(`${'🎉'.repeat(200)}.jpeg`);
    expect(long).toMatch(/^(🎉)+\.jpeg$/u);
    expect(utf8(long).length).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES);
    expect(utf8(fileName('x'.repeat(1_000))).length).toBe(MAX_FILE_NAME_BYTES);
  });
});

test('a media type is lower case, without tricks, or bytes', () => {
  expect(mediaType('Image/PNG')).toBe('image/png');
  expect(mediaType('audio/webm; codecs="opus"')).toBe('audio/webm;codecs=opus');
  for (const wrong of [
    '',
    'x',
    'text/html\r\nX: y',
    'a/b/c',
    '../..',
    'text/html;charset=x',
    `a/${'b'.repeat(200)}`,
  ])
    expect(mediaType(wrong)).toBe('application/octet-stream');
});
