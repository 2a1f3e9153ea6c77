/**
 * Where files lie in a readable archive, and what its page does with them. Names and types are what a stranger said: what
 * is shown is named by its type, and what could be run where a link leads to it gets another ending.
 */
import { utf8 } from '../lib/bytes.ts';
import { type ArchiveAttachment } from './archive.ts';

/** Endings of what the page shows or plays itself; of anything else a type says nothing. */
const endings: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/bmp': 'bmp',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'video/quicktime': 'mov',
  'video/ogg': 'ogv',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/ogg': 'ogg',
  'audio/webm': 'weba',
  'audio/flac': 'flac',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
};

const plainType = (type: string): string => type.split(';', 1)[0] ?? '';

/** What the page does with an attachment: shows or plays it, or leads to it. */
export function shownAs({
  type,
  form,
}: Pick<ArchiveAttachment, 'type' | 'form'>): 'image' | 'video' | 'audio' | 'file' {
  const plain = plainType(type);
  if (form === 'file' || !Object.hasOwn(endings, plain)) return 'file';
  return plain.split('/', 1)[0] as 'image' | 'video' | 'audio';
}

/** Of other files, endings that no browser and no system runs. */
const HARMLESS =
  /\.(?:pdf|txt|md|csv|log|zip|gz|7z|rar|tar|docx|xlsx|pptx|od[tsp]|epub|rtf|ics|vcf|gpx|jpe?g|png|gif|webp|avif|heic|bmp|tiff?|mp[34]|m4[av]|mov|mkv|web[ma]|og[agv]|opus|flac|wav|aac)$/i;
/** Pages, drawings and programs that a person may want to read. */
const READABLE =
  /\.(?:[a-z]*html?|xht|svg|xml|m?js|ts|css|json|ya?ml|toml|sh|py|c|h|cpp|rs|go|java|tex)$/i;

/** What keeps a file from being run where a link leads to it. */
function harmlessEnding(name: string): string {
  if (HARMLESS.test(name)) return '';
  return READABLE.test(name) ? '.txt' : '.bin';
}

/** Longest name but for number and ending, code points. */
const MOST_LETTERS = 60;
/** Longest name with all its endings but without the number, bytes of UTF-8: file systems take 255 with it. */
const MOST_BYTES = 180;
/** Bytes that are kept free for what `harmlessEnding` adds. */
const ADDED_BYTES = 4;

/** As much of a name as these bounds allow, without half a letter: what is put on a letter goes where it goes. */
function cut(name: string, mostBytes: number): string {
  let letters = 0;
  let bytes = 0;
  let end = 0;
  for (const [letter] of name.matchAll(/.\p{M}*/gsu)) {
    letters += [...letter].length;
    bytes += utf8(letter).length;
    if (letters > MOST_LETTERS || bytes > mostBytes) break;
    end += letter.length;
  }
  return name.slice(0, end);
}

/**
 * Where an attachment lies in the archive: a number that nothing else there has, and what is left of its name when all
 * that could lead elsewhere, hide something or be run is taken away.
 */
export function archivePath(attachment: ArchiveAttachment, number: number): string {
  const name = (attachment.name.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? '')
    .replaceAll(/[^\p{L}\p{N}\p{M}.-]+/gu, '-')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  const said = /\.[\p{L}\p{N}]{1,10}$/u.exec(name)?.[0] ?? '';
  // What is shown is what its type says, whatever its name does.
  const known = endings[plainType(attachment.type)];
  const ending = shownAs(attachment) !== 'file' && known ? `.${known}` : said;
  const most = MOST_BYTES - ADDED_BYTES - utf8(ending).length;
  const stem = cut(name.slice(0, name.length - said.length), most);
  const whole = (stem.replaceAll(/^[-.]+|[-.]+$/g, '') || attachment.form) + ending;
  return `media/${number}-${whole}${harmlessEnding(whole)}`;
}
