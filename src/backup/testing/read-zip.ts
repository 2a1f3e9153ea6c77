/** Reads a ZIP file by its list at the end, for tests: entries that are stored as they are, and no other. */
import { crc32 } from 'node:zlib';

/** Bytes by path. Throws where something in the file does not fit the rest. */
export function readZip(file: Uint8Array): Map<string, Uint8Array<ArrayBuffer>> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const expect = (isRight: boolean, what: string): void => {
    if (!isRight) throw new Error(`Not a ZIP file: ${what}`);
  };
  const long = (at: number): number => Number(view.getBigUint64(at, true));
  const end = file.length - 22;
  expect(view.getUint32(end, true) === 0x0605_4b50, 'no end');
  let count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffff_ffff) {
    expect(view.getUint32(end - 20, true) === 0x0706_4b50, 'no way to the long end');
    const longEnd = long(end - 12);
    expect(view.getUint32(longEnd, true) === 0x0606_4b50, 'no long end');
    count = long(longEnd + 32);
    at = long(longEnd + 48);
  }
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let entry = 0; entry < count; entry++) {
    expect(view.getUint32(at, true) === 0x0201_4b50, 'no entry in the list');
    expect(view.getUint16(at + 8, true) === 0x0808, 'other flags');
    const sum = view.getUint32(at + 16, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const from = view.getUint32(at + 42, true);
    const name = new TextDecoder('utf-8', { fatal: true }).decode(
      file.subarray(at + 46, at + 46 + nameLength),
    );
    at += 46 + nameLength + extraLength;
    expect(view.getUint32(from, true) === 0x0403_4b50, 'no entry where the list says');
    const begin = from + 30 + view.getUint16(from + 26, true) + view.getUint16(from + 28, true);
    const bytes = file.slice(begin, begin + size);
    expect(crc32(bytes) === sum, `${name} has another sum`);
    expect(view.getUint32(begin + size, true) === 0x0807_4b50, `${name} has no end`);
    expect(view.getUint32(begin + size + 4, true) === sum, `${name} ends with another sum`);
    expect(!files.has(name), `${name} is there twice`);
    files.set(name, bytes);
  }
  return files;
}
