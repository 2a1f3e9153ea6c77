/**
 * The readable archive: what it is made of, and its part for machines (`messages.json`).
 * Everything that somebody wrote is hostile here. Text comes out in pieces, so that no long chat is ever held whole.
 * Knows neither the database nor ZIP files. docs/archive-format.md.
 */

export const ARCHIVE_VERSION = 1;
export const HTML_FILE = 'messages.html';
export const JSON_FILE = 'messages.json';

export interface ArchivePerson {
  readonly id: string;
  readonly name: string;
  /** `<id>@<host>`. */
  readonly address: string;
}

export interface ArchiveAttachment {
  readonly form: 'image' | 'video' | 'audio' | 'voice' | 'file' | 'sticker' | 'gif';
  /** As its sender named it. */
  readonly name: string;
  /** Media type. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Milliseconds. */
  readonly duration?: number;
  /** Where it lies in the archive; absent where it is not in it. */
  readonly path?: string;
}

export type ArchiveBody =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'attachment';
      readonly attachment: ArchiveAttachment;
      readonly caption: string;
    }
  | {
      readonly kind: 'call';
      readonly outcome:
        | 'ringing'
        | 'talked'
        | 'missed'
        | 'declined'
        | 'busy'
        | 'unanswered'
        | 'cancelled'
        | 'failed';
      /** Milliseconds. */
      readonly duration?: number;
    }
  /** It could not be decrypted; it is of a newer Sotto; it was deleted and left its place. */
  | { readonly kind: 'unreadable' | 'unknown' | 'deleted' };

/** Times are ms since 1970. */
export interface ArchiveMessage {
  readonly id: string;
  /** Id of a person. */
  readonly from: string;
  readonly own: boolean;
  readonly time: number;
  readonly body: ArchiveBody;
  /** Own messages to others only. */
  readonly state?: 'sending' | 'sent' | 'delivered' | 'read' | 'failed';
  readonly sent?: number;
  readonly delivered?: number;
  readonly read?: number;
  /** Others' messages only. */
  readonly arrived?: number;
  readonly edited?: number;
  /** What it answers. */
  readonly quote?: { readonly from: string; readonly text: string };
  readonly reactions?: readonly { readonly from: string; readonly emoji: string }[];
}

export interface ArchiveChat {
  /** Id of the person it is with; the own one in Notes. */
  readonly id: string;
  /** Empty in Notes. */
  readonly name: string;
  /** Messages in it. */
  readonly count: number;
  /** From the first to the last. */
  messages(): AsyncIterable<ArchiveMessage>;
}

export interface Archive {
  readonly own: ArchivePerson;
  /** Everybody but oneself. */
  readonly people: readonly ArchivePerson[];
  readonly chats: readonly ArchiveChat[];
  /** When it was made, ms since 1970. */
  readonly made: number;
  /** BCP 47, of the person who makes it. */
  readonly locale: string;
  /** Of this place, unless told. */
  readonly timeZone?: string;
  /** False where attachments were left out by wish. */
  readonly media: boolean;
}

/** The last moment that has a year of four digits. */
const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A time that every calendar can say, whatever somebody's clock claimed. */
export function sayable(time: number): number {
  return Number.isFinite(time) ? Math.trunc(Math.min(Math.max(time, 0), LAST_MOMENT)) : 0;
}

/** ISO 8601, in UTC. */
export function isoTime(time: number): string {
  return new Date(sayable(time)).toISOString();
}

/** JSON that may stand in a script or a page as well: nothing in it ends either. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const optionalTime = (name: string, time: number | undefined): object =>
  time === undefined ? {} : { [name]: isoTime(time) };

function bodyRecord(body: ArchiveBody, media: boolean): object {
  if (body.kind !== 'attachment') return body;
  const { path, ...attachment } = body.attachment;
  return {
    kind: body.kind,
    ...(body.caption && { caption: body.caption }),
    attachment: {
      ...attachment,
      ...(path === undefined ? { absent: media ? 'missing' : 'left-out' } : { path }),
    },
  };
}

function messageRecord(message: ArchiveMessage, media: boolean): object {
  const { id, from, time, state, sent, delivered, read, arrived, edited } = message;
  const { quote, reactions, body } = message;
  return {
    id,
    from,
    time: isoTime(time),
    ...bodyRecord(body, media),
    ...(state && { state }),
    ...optionalTime('sent', sent),
    ...optionalTime('delivered', delivered),
    ...optionalTime('read', read),
    ...optionalTime('arrived', arrived),
    ...optionalTime('edited', edited),
    ...(quote && { quote }),
    ...(reactions && { reactions }),
  };
}

/** `messages.json`, in pieces: one line for each message. */
export async function* archiveJson(archive: Archive): AsyncGenerator<string> {
  const { own, people, chats, made, media } = archive;
  const head = json({ format: 'sotto-archive', version: ARCHIVE_VERSION, made: isoTime(made) });
  yield `${head.slice(0, -1)},\n"own":${json(own)},\n"people":[${people.map((person) => `\n${json(person)}`).join(',')}\n],\n"chats":[`;
  for (const [index, one] of chats.entries()) {
    const { id, name } = one;
    const isNotes = id === own.id;
    const chat = json({ with: id, ...(isNotes ? { notes: true } : { name }) });
    yield `${index > 0 ? ',' : ''}\n${chat.slice(0, -1)},"messages":[`;
    let isFirst = true;
    for await (const message of one.messages()) {
      yield `${isFirst ? '' : ','}\n${json(messageRecord(message, media))}`;
      isFirst = false;
    }
    yield '\n]}';
  }
  yield '\n]}\n';
}
