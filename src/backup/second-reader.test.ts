/** A second reader, written from docs/backup-format.md alone, opens the example. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Message {
  order: number;
  state: string;
  text?: string;
  caption?: string;
  attachment?: { name: string; type: string; size: number; form: string; place: string };
  call?: { outcome: string; video: boolean; length: number };
}

interface Read {
  manifest: { account: string; name: string; host: string; messages: number } | null;
  account: Record<string, unknown> | null;
  contacts: { id: string; name: string; standing: string; muted: boolean; identityKey: string }[];
  chats: { id: string; unread?: number; draft?: string; messages: Message[] }[];
  media: { id: string; bytes: number; file?: string }[];
  totals: Record<string, number> | null;
  damage: { chunk?: number; what?: string; why: string }[];
}

const docs = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const HEADER = 96;
/** A chunk of the example: 1,024 bytes and their tag. */
const CHUNK = 1040;

let folder: string;
let digits: string;
let example: Buffer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-second-reader-'));
  digits = await readFile(docs('example-backup.txt'), 'utf8');
  example = await readFile(docs('example-backup.sotto'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  code: number;
  out: string;
  err: string;
}

function run(args: string[], key: string, how: 'input' | 'environment' = 'input'): Promise<Ran> {
  const env = { ...process.env };
  delete env['SOTTO_DIGITS'];
  if (how === 'environment') env['SOTTO_DIGITS'] = key;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [docs('read-backup.mjs'), ...args],
      { env },
      (fault, out, err) => {
        resolve({ code: fault ? Number(fault.code) : 0, out, err });
      },
    );
    // It may have refused and gone before it read its input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(how === 'input' ? key : '');
  });
}

/** Reads a changed example, its media into `out`. */
async function readChanged(change: (bytes: Buffer) => Buffer): Promise<[number, Read]> {
  const path = join(folder, 'changed.sotto');
  await writeFile(path, change(Buffer.from(example)));
  const { code, out } = await run([path, join(folder, 'out')], digits);
  return [code, JSON.parse(out) as Read];
}

const flipped = (at: number) => (bytes: Buffer) => {
  bytes[at]! ^= 1;
  return bytes;
};

const textsOf = (read: Read) => read.chats.map((chat) => chat.messages.map(({ text }) => text));
const chunksOf = (read: Read) =>
  read.damage.filter(({ why }) => why === 'does not open').map(({ chunk }) => chunk);

describe('The second reader', () => {
  it('reads everything in the example', async () => {
    const { code, out, err } = await run([docs('example-backup.sotto')], digits, 'environment');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const read = JSON.parse(out) as Read;
    expect(read.damage).toEqual([]);
    expect(read.manifest).toMatchObject({ name: 'Ana', host: 'relay.example', messages: 4 });
    expect(read.account).toMatchObject({ name: 'Ana', host: 'relay.example' });
    expect(read.contacts).toHaveLength(1);
    expect(read.contacts[0]).toMatchObject({ name: 'Ben', standing: 'accepted', muted: true });
    expect(read.contacts[0]?.identityKey).toMatch(/^05[0-9a-f]{64}$/);

    const [ben, notes] = read.chats;
    expect(ben).toMatchObject({ id: read.contacts[0]?.id, unread: 1, draft: 'half a sent' });
    expect(ben?.messages).toMatchObject([
      { order: 5, state: 'received', call: { outcome: 'talked', video: false, length: 61_000 } },
      { order: 5.25, state: 'read', text: '¿Vienes? 🐙' },
      {
        order: 7,
        state: 'received',
        caption: 'as promised',
        attachment: {
          name: 'example.txt',
          type: 'text/plain',
          size: 1840,
          form: 'file',
          place: 'in this file',
        },
      },
    ]);
    expect(notes).toMatchObject({ id: read.manifest?.account });
    expect(notes?.messages).toMatchObject([{ order: 1, state: 'note', text: 'milk, bread' }]);
    expect(read.media).toMatchObject([{ bytes: 1872 }]);
    const totals = { contacts: 1, chats: 2, messages: 4, media: 1, mediaBytes: 1872 };
    expect(read.totals).toEqual(totals);
  });

  it('does not print the private half of the identity key', async () => {
    const { out } = await run([docs('example-backup.sotto')], digits);
    const { account } = JSON.parse(out) as Read;
    expect(Object.keys(account ?? {}).sort()).toEqual(
      ['host', 'identityKey', 'madeAt', 'name', 'relayKey'].sort(),
    );
  });

  it('opens the media with the secrets in their messages, and writes over nothing', async () => {
    const args = [docs('example-backup.sotto'), folder];
    expect((await run(args, digits)).code).toBe(0);
    const written = await readFile(join(folder, 'example.txt'), 'utf8');
    expect(written).toMatch(/^Not a picture, but it will do for an example\./);
    expect(written).toHaveLength(1840);
    expect((await run(args, digits)).code).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(['example (2).txt', 'example.txt']);
  });

  it('names a damaged chunk and reads the rest', async () => {
    const [code, read] = await readChanged(flipped(HEADER + CHUNK + 100));
    expect(code).toBe(2);
    expect(chunksOf(read)).toEqual([1]);
    expect(read.damage).toContainEqual(expect.objectContaining({ what: 'medium' }));
    expect(textsOf(read)).toEqual([[undefined, '¿Vienes? 🐙', undefined], ['milk, bread']]);
    expect(read.totals).toMatchObject({ media: 1 });
    expect(read.media).toEqual([]);
    // A part of an attachment must not stay behind as if it were the attachment.
    expect(await readdir(join(folder, 'out'))).toEqual([]);
  });

  it('goes on behind the first chunk when that one is damaged', async () => {
    const [code, read] = await readChanged(flipped(HEADER + 7));
    expect(code).toBe(2);
    expect(chunksOf(read)).toEqual([0]);
    expect(read.manifest).toMatchObject({ name: 'Ana', messages: 4 });
    expect(read.totals).toMatchObject({ messages: 4 });
  });

  it.each([
    ['first', 3],
    ['first', 20],
    ['first', 70],
    ['last', -1],
    ['last', -96],
  ])('survives a wrong byte in the %s header (%i)', async (which, at) => {
    const [code, read] = await readChanged(flipped(at < 0 ? example.length + at : at));
    expect(code).toBe(2);
    expect(read.damage).toEqual([
      { what: `${which} header`, why: expect.stringContaining('damaged') as string },
    ]);
    expect(read.totals).toMatchObject({ messages: 4, media: 1 });
    expect(await readdir(join(folder, 'out'))).toEqual(['example.txt']);
  });

  it('reads a file that was cut off as far as it goes', async () => {
    const [inHeader, whole] = await readChanged((bytes) => bytes.subarray(0, -40));
    expect(inHeader).toBe(2);
    expect(whole.totals).toMatchObject({ messages: 4 });
    expect(whole.media).toHaveLength(1);
    const [inChunks, part] = await readChanged((bytes) => bytes.subarray(0, HEADER + CHUNK + 500));
    expect(inChunks).toBe(2);
    expect(textsOf(part).flat()).toContain('milk, bread');
    expect(part.totals).toBeNull();
    expect(part.damage).toContainEqual(
      expect.objectContaining({ why: expect.stringContaining('cut off') as string }),
    );
  });

  it('names the wrong row of a mistyped key', async () => {
    const right = digits.trimEnd();
    const typed = right.slice(0, -1) + String((Number(right.at(-1)) + 1) % 10);
    const { code, out, err } = await run([docs('example-backup.sotto')], typed);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('row 4');
    expect(err).not.toContain('row 3');
  });

  it('refuses digits that are in order but of another file', async () => {
    // The table has zeros on its diagonal: the digit of a row's number leads to 0, and 0 stays there.
    const other = [0, 1, 2, 3].map((row) => `${row}${'0'.repeat(15)}`).join('\n');
    const { code, out, err } = await run([docs('example-backup.sotto')], other);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('not the digits of this backup');
  });

  it('refuses what is no backup, no file, or no use of it', async () => {
    expect((await run([docs('example-backup.txt')], digits)).code).toBe(1);
    expect((await run([join(folder, 'nothing')], digits)).code).toBe(1);
    expect((await run([], digits)).code).toBe(1);
  });
});
