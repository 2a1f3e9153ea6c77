// Reads a backup file of Sotto. Written from docs/backup-format.md (and "Media" in docs/protocol.md)
// alone: it shares no code with Sotto, so whoever has the file and its 64 digits needs nothing else.
//
//   node docs/read-backup.mjs <file> [folder] < digits.txt
//
// The digits come on standard input or in SOTTO_DIGITS; white space and dashes do not matter. What is
// in the file goes to standard output as one JSON document; with a folder, attachments and kept
// stickers are written there. Exit code: 0 all was read; 2 something was damaged, the rest was read
// and `damage` says what is missing; 1 wrong use, wrong digits, no backup.
import { createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { inflateRawSync } from 'node:zlib';

const HEADER = 96;
const TAG = 16;
const MEDIUM_CHUNK = 262144;
const LONGEST_TEXT = 12 * 2 ** 20;
// The document has no bound for all text together; without one a small file could fill the memory.
const ALL_TEXT = 512 * 2 ** 20;
const NO_SEGMENT = 0xffffffff;

/** Nothing can be read at all: exit code 1. */
class Refused extends Error {}
/** What is in a segment makes no sense, but where the next one begins is known. */
class Malformed extends Error {}
/** The thread is lost: go on at the next segment that begins in a later chunk. */
class Lost extends Error {}
/** No more chunks. */
class End extends Error {}

// --- The recovery key

const DAMM = `0317598642 7092154863 4206871359 1750983426 6123045978
              3674209581 5869720134 8945362017 9438617205 2581436790`.split(/\s+/);

function checkedDigits(written) {
  const digits = written.replace(/[\s\-\u2010-\u2015]/g, '');
  if (!/^[0-9]{64}$/.test(digits)) {
    throw new Refused(
      `A key has 64 digits and nothing else; these are ${digits.length} characters.`,
    );
  }
  const wrong = [0, 1, 2, 3].filter((row) => {
    let state = row;
    for (const digit of digits.slice(row * 16, row * 16 + 16)) state = Number(DAMM[state][digit]);
    return state !== 0;
  });
  if (wrong.length > 0) {
    throw new Refused(`Mistyped: row ${wrong.map((row) => row + 1).join(', row ')} of the key.`);
  }
  return Buffer.from(digits, 'latin1');
}

// --- Keys and STREAM, the same for the file and for each medium in it

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const hkdf = (key, salt, info, length) => Buffer.from(hkdfSync('sha256', key, salt, info, length));

function streamOf(secret, hash) {
  const info = Buffer.concat([Buffer.from('sotto-stream-1'), hash]);
  const both = hkdf(secret, Buffer.alloc(32), info, 39);
  return { key: both.subarray(0, 32), prefix: both.subarray(32), hash };
}

/** The plaintext of a chunk, or null if it is not what was sealed at this place. */
function openChunk({ key, prefix, hash }, index, last, sealed) {
  if (sealed.length < TAG) return null;
  const nonce = Buffer.alloc(12);
  prefix.copy(nonce);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = last ? 1 : 0;
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(hash);
  cipher.setAuthTag(sealed.subarray(-TAG));
  const plain = cipher.update(sealed.subarray(0, -TAG));
  try {
    cipher.final();
    return plain;
  } catch {
    return null;
  }
}

// --- The file

function readAt(fd, from, length) {
  const bytes = Buffer.alloc(length);
  let have = 0;
  while (have < length) {
    const got = fs.readSync(fd, bytes, have, length - have, from + have);
    if (got === 0) break;
    have += got;
  }
  return bytes.subarray(0, have);
}

/** The header that the digits prove, from either end, and where the chunks may end. */
function findHeader(fd, size, digits, damage) {
  const ends = [readAt(fd, 0, HEADER), readAt(fd, Math.max(0, size - HEADER), HEADER)];
  const [first, last] = ends.map((header) => {
    const key = hkdf(digits, header.subarray(12, 44), 'sotto-backup-header-v1', 32);
    const mac = createHmac('sha256', key).update(header.subarray(0, 64)).digest();
    return mac.equals(header.subarray(64));
  });
  const header = first ? ends[0] : ends[1];
  if (!first && !last) {
    const known = ends.find(
      (end) => end.length === HEADER && end.toString('latin1', 0, 8) === '\x89SOTTO\r\n',
    );
    if (!known) throw new Refused('This is no backup, or both of its headers are destroyed.');
    if (known[8] > 1) throw new Refused('This backup was made by a later Sotto.');
    const hint = ends[0].equals(ends[1]) ? '' : ' (Or both headers are damaged: they differ.)';
    throw new Refused(`These are not the digits of this backup.${hint}`);
  }
  if (header[8] > 1 || header[9] > 1 || header[11] || header.subarray(54, 64).some((b) => b)) {
    throw new Refused('This backup was made by a later Sotto.');
  }
  if (header[8] < 1 || header[9] < 1 || header[10] < 10 || header[10] > 20) {
    throw new Refused('The header makes no sense.');
  }
  if (ends[0].equals(ends[1]) && size >= 2 * HEADER) return { header, bounds: [size - HEADER] };
  if (!first) damage.push({ what: 'first header', why: 'damaged; the last one was used' });
  if (last) return { header, bounds: [size - HEADER] };
  damage.push({ what: 'last header', why: 'damaged or missing' });
  // Either it is there and damaged, or the file was cut, perhaps in the middle of it. Which of the two
  // shows when the last chunk opens with one length or the other.
  let rest = HEADER - 1;
  while (rest > 0 && !ends[1].subarray(-rest).equals(header.subarray(0, rest))) rest--;
  return { header, bounds: [size - HEADER, size - rest] };
}

/** The row of segments, opened chunk by chunk. Only ever one chunk is in memory. */
class Row {
  index = -1; // of the chunk that is open
  left = 0; // bytes of the segment that were not taken yet
  #plain = Buffer.alloc(0);
  #at = 0;
  #ended = false;

  constructor(fd, header, bounds, digits, damage) {
    const secret = hkdf(digits, header.subarray(12, 44), 'sotto-backup-stream-v1', 32);
    this.stream = streamOf(secret, sha256(header));
    this.sealed = 2 ** header[10] + TAG;
    Object.assign(this, { fd, bounds, damage, end: Math.max(...bounds) });
  }

  /** Opens the next chunk; says how far into it the first segment begins. */
  #open() {
    const from = HEADER + (this.index + 1) * this.sealed;
    if (this.#ended || from >= this.end) throw new End();
    this.index++;
    const bytes = readAt(this.fd, from, Math.min(this.sealed, this.end - from));
    let plain =
      bytes.length === this.sealed ? openChunk(this.stream, this.index, false, bytes) : null;
    for (const bound of plain ? [] : this.bounds) {
      if (bound <= from || bound - from > this.sealed) continue;
      plain = openChunk(this.stream, this.index, true, bytes.subarray(0, bound - from));
      if (plain) this.#ended = true;
      if (plain) break;
    }
    if (!plain || plain.length < 4) {
      this.damage.push({ chunk: this.index, why: 'does not open' });
      throw new Lost(`with chunk ${this.index}`);
    }
    this.#plain = plain;
    this.#at = 4;
    return plain.readUInt32BE(0);
  }

  /** Up to so many bytes, as many as the open chunk has. */
  #some(length) {
    if (this.#at === this.#plain.length) this.#open();
    const part = this.#plain.subarray(this.#at, this.#at + length);
    this.#at += part.length;
    return part;
  }

  #exactly(length) {
    const parts = [];
    for (let have = 0; have < length; have += parts.at(-1).length)
      parts.push(this.#some(length - have));
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  begin() {
    const head = this.#exactly(8);
    return { type: head[0], flags: head[1], length: head.readUIntBE(2, 6) };
  }

  /** Enters the segment; a length that the file cannot have is not believed. */
  enter(length) {
    if (length > this.end - HEADER - this.index * this.sealed)
      throw new Lost('longer than the file');
    this.left = length;
  }

  take(length) {
    if (length > this.left) throw new Malformed('a length in it leads beyond its end');
    const bytes = this.#exactly(length);
    this.left -= length;
    return bytes;
  }

  skip(see = () => {}) {
    while (this.left > 0) {
      const part = this.#some(this.left);
      this.left -= part.length;
      see(part);
    }
  }

  /** After damage: to the first segment that begins in a later chunk that opens. */
  resume() {
    this.left = 0;
    for (;;) {
      try {
        const first = this.#open();
        if (first === NO_SEGMENT || first + 4 >= this.#plain.length) continue;
        this.#at = 4 + first;
        return;
      } catch (fault) {
        if (!(fault instanceof Lost)) throw fault;
      }
    }
  }

  /** Whether the last chunk was opened and taken to its end. */
  get done() {
    return this.#ended && this.#at === this.#plain.length;
  }
}

// --- Protobuf. A schema says for each field its number, its name and its kind.

function* fieldsOf(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 56; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Malformed('a record is cut short');
      value += (byte & 127) * scale;
      if (byte < 128 && Number.isSafeInteger(value)) return value;
    }
    throw new Malformed('a number is too large');
  };
  for (let count = 0; at < bytes.length; count++) {
    const [tag, number] = [varint(), varint()];
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (field === 0 || (wire !== 0 && wire !== 2) || count >= 4096) {
      throw new Malformed('a record is no protobuf as it should be');
    }
    if (wire === 2 && number > bytes.length - at) throw new Malformed('a record is cut short');
    yield { field, wire, value: wire === 0 ? number : bytes.subarray(at, (at += number)) };
  }
}

function decode(bytes, schema) {
  const [found, steps] = [{}, {}];
  for (const { field, wire, value } of fieldsOf(bytes)) {
    const kind = schema.get(field);
    if (!kind) continue;
    if ((kind.wire ?? wire) !== wire) throw new Malformed('a field has another type');
    if (kind.many) (found[kind.key] ??= []).push(kind.read(value));
    else if (kind.steps) steps[kind.key] = kind.read(value);
    else found[kind.key] = kind.read(value);
  }
  for (const key of Object.keys(steps)) found[key] = (found[key] ?? 0) + steps[key];
  for (const { key, many, absent } of schema.values()) found[key] ??= many ? [] : absent;
  return found;
}

const words = (list, ...absent) => {
  const names = list.split(', ');
  return { wire: 0, read: (value) => names[value] ?? `unknown (${value})`, absent: absent[0] };
};
const FORMS = ['image', 'video', 'audio', 'voice', 'file', 'sticker', 'gif'];
const STANDINGS = 'asked by us, accepted, their request, blocked';
const KINDS = {
  number: { wire: 0, read: (value) => value },
  // What belongs to the whole number before it, of the same name.
  steps: { wire: 0, steps: true, read: (value) => value / 2 ** 30 },
  flag: { wire: 0, read: (value) => value !== 0, absent: false },
  text: { wire: 2, read: (bytes) => bytes.toString('utf8') },
  hex: { wire: 2, read: (bytes) => bytes.toString('hex') },
  raw: { wire: 2, read: (bytes) => bytes },
  // Where the document does not say of which type a field is.
  any: { read: (value) => (typeof value === 'number' ? value : value.toString('utf8')) },
  form: { wire: 0, read: (value) => FORMS[value - 1] ?? 'file', absent: 'file' },
  language: words("the browser's, English, Spanish", "the browser's"),
  appearance: words("the system's, light, dark", "the system's"),
  notifications: words('name, name and text, nothing, off', 'name'),
  standing: words(STANDINGS, 'asked by us'),
  standingBefore: words(STANDINGS),
  state: words('sending, sent, delivered, read, failed, received, stub, note', 'sending'),
  place: words('in this file, at the relay or with its sender, nowhere, deleted by the person'),
  outcome: words('ringing, talked, missed, declined, busy, unanswered, cancelled, failed'),
  attachment: { wire: 2, read: (bytes) => decode(bytes, SCHEMAS.attachment) },
};

/** What is in a record: field number, name, kind; a star: repeated. After a name that is the segment's. */
const SCHEMAS = {};
for (const line of `
manifest: 1 account text, 2 host text, 3 name text, 4 madeAt number, 5 messages number, 6 media number, 7 mediaBytes number, 8 highestOrder number, 9 highestOrder steps
account: 1 identityKey hex, 3 name text, 4 host text, 5 relayKey hex, 6 madeAt number
settings: 1 noReadReceipts flag, 2 noTyping flag, 3 noLastSeen flag, 4 language language, 5 appearance appearance, 6 notifications notifications, 7 noCalls flag
contacts: 1 id text, 2 standing standing, 3 standingBefore standingBefore, 4 name text, 5 host text, 6 relayKey hex, 7 identityKey hex, 8 token hex, 9 tokenOfInvite flag, 10 presenceToken hex, 11 sendsReceipts flag, 12 tellsTyping flag, 13 revision number, 14 muted flag, 15 lastSeen number
chats: 1 id text, 2 sortedBy number, 3 unread number, 4 readUpTo number, 5 readUpTo steps, 6 readNotToldUpTo number, 7 readNotToldUpTo steps, 8 draft text
messages: 1 order number, 2 order steps, 3 id hex, 4 sender text, 5 state state, 6 writtenAt number, 7 arrivedAt number, 8 storedAt number, 9 deliveredAt number, 10 readAt number, 11 failure any, 20 text text, 21 attachment attachment, 22 caption text, 23 place place, 24 heard flag, 25 outcome outcome, 26 video flag, 27 length number, 28 envelope hex, 29 why any, 30 raw hex
attachment: 1 blob hex, 2 secret hex, 3 deleteKey hex, 4 size number, 5 form form, 6 type text, 7 name text, 8 width number, 9 height number, 10 duration number, 11 thumbhash hex, 12 waveform hex
medium: 1 id raw, 2 padded number
piece: 1 gif flag, 2 type text, 3 width number, 4 height number, 5 keptSince number, 6 bytes raw
habits: 1 recentEmoji text*, 2 toneOfHands number, 3 recentStickers any*
totals: 1 contacts number, 2 chats number, 3 messages number, 4 media number, 5 mediaBytes number
repeated: 1 records raw*, 2 id text`
  .trim()
  .split('\n')) {
  const [name, fields] = line.split(': ');
  SCHEMAS[name] = new Map();
  for (const [field, key, kind] of fields.split(', ').map((part) => part.split(' '))) {
    const many = kind.endsWith('*');
    SCHEMAS[name].set(Number(field), { key, many, ...KINDS[kind.replace('*', '')] });
  }
}

/** A message has one body: flags of the others must not look as if they were said. */
function withBody({ attachment, caption, place, heard, outcome, video, length, ...message }) {
  if (attachment) return { ...message, attachment: { ...attachment, place, heard }, caption };
  if (outcome) return { ...message, call: { outcome, video, length } };
  return message;
}

// --- Segments

/** By their types. */
const NAMES = `padding manifest account settings contacts chats messages medium piece habits
  - - - - - totals`.split(/\s+/);

const hasAny = (found) => (Array.isArray(found) ? found.length > 0 : Boolean(found));

class Backup {
  result = { manifest: null, account: null, contacts: [], chats: [], media: [] };
  counted = { contacts: 0, chats: 0, messages: 0, media: 0, mediaBytes: 0 };
  #chats = new Map(); // a Map, because ids in a hostile file may be any text
  #attachments = new Map(); // id of a medium → the attachment that has its secret
  #unfolded = 0;

  constructor(row, folder, damage) {
    Object.assign(this, { row, folder, damage });
  }

  read() {
    for (let lost = false; ;) {
      let [name, chunk] = ['what follows', this.row.index];
      try {
        if (lost) this.row.resume();
        if (lost) this.damage.push({ chunk: this.row.index, why: 'reading went on in this one' });
        lost = false;
        const segment = this.row.begin();
        name = NAMES[segment.type] ?? `type ${segment.type}`;
        this.row.enter(segment.length);
        if (name === 'padding') return this.#padding();
        this.#segment(name, segment);
      } catch (fault) {
        const end = fault instanceof End;
        if (!end && !(fault instanceof Lost)) throw fault;
        const why = end ? 'the file was cut off or its end is lost' : `lost: ${fault.message}`;
        this.damage.push({ what: name, after: Math.max(0, chunk), why });
        if (end) return;
        lost = true;
      }
    }
  }

  /** Reads one segment and leaves the row behind it, also when it makes no sense. */
  #segment(name, { flags, length }) {
    try {
      if (!SCHEMAS[name]) return this.row.skip(); // of a later Sotto
      // Behind the totals manifest, account and contacts stand once more, for files whose beginning is lost.
      if (this.result.totals && hasAny(this.result[name])) return this.row.skip();
      if (flags > 1) throw new Malformed('it has flags that are not known');
      if (name === 'medium') this.#medium(flags);
      else this.#record(name, this.#unfold(flags, length));
    } catch (fault) {
      if (!(fault instanceof Malformed)) throw fault;
      this.damage.push({ what: name, chunk: this.row.index, why: fault.message });
    }
    this.row.skip();
  }

  #unfold(flags, length) {
    if (length > LONGEST_TEXT + 65536) throw new Malformed('it is too long'); // deflate may add a little
    let bytes = this.row.take(length);
    try {
      if (flags === 1) bytes = inflateRawSync(bytes, { maxOutputLength: LONGEST_TEXT });
    } catch {
      throw new Malformed('it does not unfold, or to more than it may');
    }
    this.#unfolded += bytes.length;
    if (this.#unfolded > ALL_TEXT) throw new Malformed('all text together is too long');
    return bytes;
  }

  #record(name, bytes) {
    const { result, counted, folder } = this;
    if (name === 'piece') {
      const { bytes: content = Buffer.alloc(0), ...piece } = decode(bytes, SCHEMAS.piece);
      const file = folder && createIn(folder, `sticker.${/\w*$/.exec(piece.type)}`);
      if (file) writeAll(file.fd, content);
      if (file) fs.closeSync(file.fd);
      (result.kept ??= []).push({ ...piece, bytes: content.length, file: file?.name });
    } else if (name in counted && name !== 'media') {
      const { records, id } = decode(bytes, SCHEMAS.repeated);
      for (const record of records.map((one) => decode(one, SCHEMAS[name]))) {
        if (name === 'contacts') result.contacts.push(record);
        if (name === 'chats') this.#chat(record);
        if (name === 'messages') this.#message(this.#chat({ id }), record);
        counted[name]++;
      }
    } else result[name] ??= decode(bytes, SCHEMAS[name]);
  }

  #message(chat, message) {
    chat.messages.push(withBody(message));
    const secret = Buffer.from(message.attachment?.secret ?? '', 'hex');
    if (secret.length !== 32) return;
    const id = sha256(Buffer.from('sotto-medium-v1'), secret).toString('hex');
    this.#attachments.set(id, { ...message.attachment, secret });
  }

  /** The chat of this id; where the list of chats was lost, its messages still make one. */
  #chat(chat) {
    const known = this.#chats.get(chat.id) ?? { messages: [] };
    if (!this.#chats.has(chat.id)) this.result.chats.push(known);
    this.#chats.set(chat.id, Object.assign(known, chat));
    return known;
  }

  /** Opens a medium as it comes by: its message, which has the secret, came before it. */
  #medium(flags) {
    const { row, folder } = this;
    const { id, padded } = decode(row.take(row.take(2).readUInt16BE(0)), SCHEMAS.medium);
    const bytes = row.left;
    const chunks = Math.max(1, Math.ceil(padded / MEDIUM_CHUNK));
    if (flags !== 0 || id?.length !== 32 || padded + chunks * TAG !== bytes) {
      throw new Malformed('its length is not that of its content');
    }
    const entry = { id: id.toString('hex'), bytes };
    const attachment = this.#attachments.get(entry.id);
    if (folder && attachment) {
      const { secret, size = 0, name, type, form } = attachment;
      if (size > padded) throw new Malformed('it is shorter than its message says');
      const file = createIn(folder, name || `${form}-${entry.id.slice(0, 8)}.${/\w*$/.exec(type)}`);
      try {
        const stream = streamOf(secret, sha256(Buffer.from('sotto-attachment-1')));
        for (let index = 0, left = size; index < chunks; index++, left -= MEDIUM_CHUNK) {
          const sealed = row.take(Math.min(MEDIUM_CHUNK + TAG, row.left));
          const plain = openChunk(stream, index, index === chunks - 1, sealed);
          if (!plain) throw new Malformed(`${file.name} does not open`);
          writeAll(file.fd, plain.subarray(0, Math.max(0, left)));
        }
        entry.file = file.name;
      } catch (fault) {
        fs.unlinkSync(file.path); // a part of a file must not look like the file
        throw fault;
      } finally {
        fs.closeSync(file.fd);
      }
    } else row.skip();
    this.result.media.push(entry);
    this.counted.media++;
    this.counted.mediaBytes += bytes;
  }

  #padding() {
    let zeros = true;
    this.row.skip((part) => (zeros &&= part.every((byte) => byte === 0)));
    if (!zeros || !this.row.done)
      this.damage.push({ what: 'padding', why: 'it is not as it should be' });
  }
}

/** A new file in the folder: never over another, and never elsewhere, whatever its name says. */
function createIn(folder, wanted) {
  const clean = basename(wanted.slice(0, 300).replaceAll('\\', '/'))
    .replace(/[\p{C}<>:"|?*/]/gu, '') // \p{C}: among others what controls, and turns the direction
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .replace(/^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i, '_$1'); // devices on Windows
  const [, stem, ending = ''] = /^(.*?)(\.[^.]{1,10})?$/s.exec(clean || 'file');
  const short = [...stem].slice(0, 50).join(''); // file systems stop at 255 bytes
  for (let count = 1; ; count++) {
    const name = `${short}${count > 1 ? ` (${count})` : ''}${ending}`;
    const path = join(folder, name);
    try {
      return { name, path, fd: fs.openSync(path, 'wx', 0o600) };
    } catch (fault) {
      if (fault.code !== 'EEXIST') throw fault;
    }
  }
}

function writeAll(fd, bytes) {
  for (let at = 0; at < bytes.length;) at += fs.writeSync(fd, bytes, at);
}

// --- The program

/** In pieces: one string for everything could be longer than strings may be. */
function* jsonOf(value) {
  if (Array.isArray(value)) {
    yield '[';
    for (const [index, one] of value.entries()) {
      yield index > 0 ? ',\n' : '\n';
      yield* jsonOf(one);
    }
    yield ']';
  } else if (value?.messages instanceof Array) {
    const { messages, ...rest } = value;
    yield `${JSON.stringify(rest).slice(0, -1)},"messages":`;
    yield* jsonOf(messages);
    yield '}';
  } else yield JSON.stringify(value);
}

async function digitsGiven() {
  if (process.env.SOTTO_DIGITS !== undefined) return process.env.SOTTO_DIGITS;
  let given = '';
  for await (const part of process.stdin) {
    given += part;
    if (given.length > 4096) throw new Refused('That is too long for a key.');
  }
  return given;
}

async function main() {
  const [path, folder, ...others] = parseArgs({ allowPositionals: true }).positionals;
  if (!path || others.length > 0)
    throw new Refused('Usage: node docs/read-backup.mjs <file> [folder]');
  const digits = checkedDigits(await digitsGiven());
  const damage = [];
  const fd = fs.openSync(path, 'r');
  const { header, bounds } = findHeader(fd, fs.fstatSync(fd).size, digits, damage);
  if (folder) fs.mkdirSync(folder, { recursive: true });
  const backup = new Backup(new Row(fd, header, bounds, digits, damage), folder, damage);
  backup.read();
  const { chats, totals, ...rest } = backup.result;
  // A file has the newest first. Sorting is stable, so equal orders stay as they came.
  for (const { messages } of chats)
    messages.reverse().sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  for (const [name, count] of Object.entries(totals ? backup.counted : {})) {
    const written = totals[name] ?? 0;
    if (count !== written) damage.push({ what: name, why: `${count} of ${written} were read` });
  }
  let ready = '{';
  for (const [name, value] of Object.entries({ ...rest, chats, totals: totals ?? null, damage })) {
    ready += `${ready === '{' ? '' : ','}\n${JSON.stringify(name)}: `;
    for (const part of jsonOf(value)) {
      ready += part;
      if (ready.length < 65536) continue;
      process.stdout.write(ready);
      ready = '';
    }
  }
  process.stdout.write(`${ready}\n}\n`);
  if (damage.length > 0) process.exitCode = 2;
}

try {
  await main();
} catch (fault) {
  // Whatever the system says (no such file, disk full) is for the person too, not a stack.
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exitCode = 1;
}
