/** An archive opens with whatever opens ZIP files: here a reader of this test's own, and `unzip` where there is one. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { type Bytes, concat, utf8 } from '../lib/bytes.ts';
import { readZip } from './testing/read-zip.ts';
import { crc32, createZipWriter } from './zip.ts';

const random = seededRandom('zip');
const made = Date.UTC(2026, 4, 3, 12, 30, 4);

interface Given {
  readonly path: string;
  readonly bytes: Bytes;
  readonly most?: number;
  readonly modified?: number;
}

async function zipped(files: readonly Given[]): Promise<Bytes> {
  const parts: Bytes[] = [];
  const zip = createZipWriter((bytes) => void parts.push(bytes.slice()));
  for (const { path, bytes, most = bytes.length, modified = made } of files) {
    await zip.begin(path, modified, most);
    for (let at = 0; at < bytes.length; at += 1_000) await zip.write(bytes.slice(at, at + 1_000));
    await zip.end();
  }
  const length = await zip.finish();
  const file = new Uint8Array(Buffer.concat(parts));
  expect(file.length).toBe(length);
  return file;
}

const unzip = spawnSync('unzip', ['-v']).status === 0;

describe('a ZIP file', () => {
  it('gives back what was put in, with names of any script', async () => {
    const files = [
      { path: 'messages.html', bytes: utf8('<!doctype html>') },
      { path: 'media/1-sea.png', bytes: random(12_345) },
      { path: 'media/2-Müsli 食べ物 🥣.jpg', bytes: random(1_000) },
      { path: 'media/3-empty', bytes: new Uint8Array(0) },
    ];
    const read = readZip(await zipped(files));
    expect([...read]).toEqual(files.map(({ path, bytes }) => [path, bytes]));
  });

  it('has the sums that everybody has', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf4_3926);
    expect(crc32(utf8('56789'), crc32(utf8('1234')))).toBe(0xcbf4_3926);
  });

  it('says lengths in 64 bits where an entry may come to need them', async () => {
    const bytes = random(3_000);
    const file = await zipped([{ path: 'messages.json', bytes, most: 2 ** 33 }]);
    expect(readZip(file).get('messages.json')).toEqual(bytes);
  });

  it('holds more entries than 16 bits can count', async () => {
    const files = Array.from({ length: 65_600 }, (_, n) => ({
      path: `media/${n}`,
      bytes: new Uint8Array([n & 255]),
    }));
    const read = readZip(await zipped(files));
    expect(read.size).toBe(65_600);
    expect(read.get('media/65599')).toEqual(new Uint8Array([65_599 & 255]));
  });

  it('leaves out what turned out to be broken', async () => {
    const parts: Bytes[] = [];
    const zip = createZipWriter((bytes) => void parts.push(bytes.slice()));
    await zip.begin('media/1-broken.png', made, 100);
    await zip.write(random(40));
    zip.drop();
    await zip.begin('media/2-whole.png', made, 100);
    await zip.write(utf8('whole'));
    await zip.end();
    await zip.finish();
    expect([...readZip(concat(...parts)).keys()]).toEqual(['media/2-whole.png']);
  });

  it('lets no entry grow over what was announced', async () => {
    const zip = createZipWriter(() => undefined);
    await zip.begin('a', made, 3);
    await expect(zip.write(utf8('four'))).rejects.toMatchObject({ code: 'too-large' });
  });

  it('takes a time that no ZIP file can say', async () => {
    for (const modified of [0, 8.64e15, 9e15, -1])
      expect(readZip(await zipped([{ path: 'a', bytes: utf8('b'), modified }])).size).toBe(1);
  });

  it.runIf(unzip)('is found whole by unzip', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sotto-zip-'));
    try {
      const path = join(folder, 'archive.zip');
      const files = [
        { path: 'messages.json', bytes: random(70_000), most: 2 ** 33 },
        { path: 'media/1-photo.png', bytes: random(5_000) },
        { path: 'media/2-ñandú.txt', bytes: new Uint8Array(0) },
      ];
      writeFileSync(path, await zipped(files));
      const tested = spawnSync('unzip', ['-t', path], { encoding: 'utf8' });
      expect(tested.stdout).toContain('No errors detected');
      const listed = spawnSync('unzip', ['-Z', '-T', path], { encoding: 'utf8' }).stdout;
      expect(listed).toMatch(/-rw-r--r--.* 70000 .*20260503\.\d{6} messages\.json/);
      const whole = spawnSync('unzip', ['-p', path, 'messages.json']);
      expect(new Uint8Array(whole.stdout)).toEqual(files[0]!.bytes);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
