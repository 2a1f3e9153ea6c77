/**
 * Looks for texts and byte strings in raw files, in every form in which a program may have written them down:
 * UTF-8 and UTF-16, other case and other composition, escaped, hexadecimal, base64 and base32 at any alignment,
 * and backwards.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { toBase32 } from '../../src/lib/base32.ts';

interface Pattern {
  readonly form: string;
  readonly bytes: Buffer;
}

export interface Needle {
  /** What a finding is called. */
  readonly name: string;
  readonly patterns: readonly Pattern[];
}

export interface File {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Shorter patterns would be found by chance. */
const SHORTEST = 7;

/**
 * What of an encoding is the same whatever stands before and after.
 * @param bits of one letter
 * @param group bytes after which the alignment repeats
 */
function cores(
  bytes: Buffer,
  bits: number,
  group: number,
  encode: (bytes: Buffer) => string,
): string[] {
  return Array.from({ length: group }, (_, shift) => {
    const text = encode(Buffer.concat([Buffer.alloc(shift), bytes, Buffer.alloc(group)]));
    return text.slice(
      Math.ceil((8 * shift) / bits),
      Math.floor((8 * (shift + bytes.length)) / bits),
    );
  });
}

function encodings(form: string, bytes: Buffer): Pattern[] {
  const texts: [string, string][] = [
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ...cores(bytes, 6, 3, (all) => all.toString('base64')).map((text): [string, string] => [
      'base64',
      text,
    ]),
    ...cores(bytes, 6, 3, (all) => all.toString('base64url')).map((text): [string, string] => [
      'base64url',
      text,
    ]),
    ...cores(bytes, 5, 5, (all) => toBase32(new Uint8Array(all))).flatMap(
      (text): [string, string][] => [
        ['base32', text],
        ['BASE32', text.toUpperCase()],
      ],
    ),
  ];
  return [
    { form, bytes },
    { form: `${form} backwards`, bytes: Buffer.from(bytes).reverse() },
    ...texts.flatMap(([encoding, text]) => [
      { form: `${form} as ${encoding}`, bytes: Buffer.from(text) },
      { form: `${form} as ${encoding} in UTF-16`, bytes: Buffer.from(text, 'utf16le') },
    ]),
  ];
}

function needle(name: string, patterns: readonly Pattern[]): Needle {
  const different = new Map<string, Pattern>();
  for (const pattern of patterns) {
    const key = pattern.bytes.toString('latin1');
    if (pattern.bytes.length >= SHORTEST && !different.has(key)) different.set(key, pattern);
  }
  if (different.size === 0) throw new Error(`“${name}” is too short to look for.`);
  return { name, patterns: [...different.values()] };
}

const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** A text in all its forms. */
export function textNeedle(text: string): Needle {
  const looks: [string, string][] = [
    ['', text],
    [' in lower case', text.toLowerCase()],
    [' in upper case', text.toUpperCase()],
    [' composed', text.normalize('NFC')],
    [' decomposed', text.normalize('NFD')],
    [' in a URL', encodeURIComponent(text)],
    [
      ' in JSON',
      text.replace(
        /[^ -~]/g,
        (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
    ],
  ];
  return needle(
    text,
    looks.flatMap(([look, form]) => [
      ...encodings(`UTF-8${look}`, Buffer.from(form)),
      ...encodings(`UTF-16LE${look}`, Buffer.from(form, 'utf16le')),
      ...encodings(`UTF-16BE${look}`, bigEndian(form)),
    ]),
  );
}

/** Each of the texts, and each of their long words by itself. */
export function wordNeedles(texts: readonly string[]): Needle[] {
  const words = texts.flatMap((text) => text.split(/[^\p{L}\p{M}\p{N}]+/u));
  return [...new Set([...texts, ...words.filter((word) => word.length >= 8)])].map(textNeedle);
}

/** Bytes in all their forms, except those named. */
export function bytesNeedle(
  name: string,
  bytes: Uint8Array,
  without: readonly string[] = [],
): Needle {
  return needle(
    name,
    encodings('raw', Buffer.from(bytes)).filter(({ form }) => !without.includes(form)),
  );
}

/** What was found where, in words, each form once in a file; empty when nothing was. */
export function find(files: readonly File[], needles: readonly Needle[]): string[] {
  const byStart = new Map<number, { name: string; pattern: Pattern }[]>();
  const starts = new Uint8Array(1 << 24);
  const startOf = (bytes: Buffer, at: number): number =>
    (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  for (const { name, patterns } of needles) {
    for (const pattern of patterns) {
      const start = startOf(pattern.bytes, 0);
      starts[start] = 1;
      byStart.set(start, [...(byStart.get(start) ?? []), { name, pattern }]);
    }
  }
  const findings: string[] = [];
  for (const { path, bytes } of files) {
    const seen = new Set<Pattern>();
    for (let at = 0; at + SHORTEST <= bytes.length; at++) {
      const start = startOf(bytes, at);
      if (!starts[start]) continue;
      for (const { name, pattern } of byStart.get(start) ?? []) {
        const end = Math.min(at + pattern.bytes.length, bytes.length);
        if (seen.has(pattern) || bytes.compare(pattern.bytes, 0, undefined, at, end) !== 0)
          continue;
        seen.add(pattern);
        findings.push(`“${name}” in ${path} at ${at}: ${pattern.form}`);
      }
    }
  }
  return findings;
}

/** Every file below a folder. What goes away meanwhile is passed over. */
export async function readFolder(folder: string): Promise<File[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: File[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    try {
      files.push({ path: relative(folder, path), bytes: await readFile(path) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return files;
}
