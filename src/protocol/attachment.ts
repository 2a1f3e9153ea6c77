/**
 * What a message tells of an attachment: where the sealed bytes are, what opens them, and what they are, so that its
 * place can be drawn before anything is fetched. Hostile input: everything is bounded, and a name is only a name.
 * docs/protocol.md, section "Media".
 */
import { type Bytes, utf8 } from '../lib/bytes.ts';
import { readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import { type BlobId, blobIdFromBytes, hexIdBytes } from '../lib/ids.ts';

/** How an attachment is shown. */
export type AttachmentForm = 'image' | 'video' | 'audio' | 'voice' | 'file' | 'sticker' | 'gif';

export interface Attachment {
  readonly form: AttachmentForm;
  readonly blob: BlobId;
  /** Secret of its stream, 32 bytes. */
  readonly secret: Bytes;
  /** Removes it from the relay, 32 bytes. */
  readonly deleteKey: Bytes;
  /** Bytes of plaintext without padding, at most 2 GiB. */
  readonly size: number;
  /** Media type, lower case, without parameters but `codecs`. */
  readonly type: string;
  /** As the sender named it; for people to read, never a path. */
  readonly name: string;
  /** Pixels, of what can be seen. */
  readonly width?: number;
  readonly height?: number;
  /** Milliseconds, of what can be heard. */
  readonly duration?: number;
  /** A blurred picture of some 25 bytes (thumbhash). */
  readonly thumbhash?: Bytes;
  /** Loudness over time, a byte for each bar. */
  readonly waveform?: Bytes;
  /** Fields of a newer version, raw. */
  readonly extra?: Bytes;
}

/** Largest attachment, bytes of plaintext. */
export const MAX_ATTACHMENT_BYTES = 2 ** 31;
/** Longest name, bytes of UTF-8. */
export const MAX_FILE_NAME_BYTES = 255;
const MAX_TYPE_BYTES = 127;
/** Most pixels of a side; longest time, ms; longest thumbhash and waveform, bytes. */
export const MAX_PIXELS = 65_535;
export const MAX_DURATION_MS = 7 * 24 * 3600 * 1000;
export const MAX_THUMBHASH_BYTES = 40;
export const MAX_WAVEFORM_BYTES = 128;
const MAX_ENCODED_BYTES = 2_048;

/** Numbers of forms, from 1; never reused. */
const forms: readonly AttachmentForm[] = [
  'image',
  'video',
  'audio',
  'voice',
  'file',
  'sticker',
  'gif',
];
/** What a form of a newer version is shown as. */
const fallback: AttachmentForm = 'file';
const typePattern = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*(?:;codecs=[a-z0-9.,-]+)?$/;
/** What bytes are that nobody knows more of. */
const ANY_TYPE = 'application/octet-stream';

/** A media type as it may be kept; anything that is none is bytes. */
export function mediaType(text: string): string {
  const type = text.toLowerCase().replaceAll(/[\s"]/g, '');
  return type.length <= MAX_TYPE_BYTES && typePattern.test(type) ? type : ANY_TYPE;
}

/**
 * A name that is safe to show and to save under: no folders, no control characters, nothing that turns the direction
 * of what stands beside it, no spaces or dots at its ends; its ending survives when it is cut to its length.
 */
export function fileName(text: string): string {
  const base = text.toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const clean = base
    .normalize('NFC')
    // Control and format characters, among them those that override the direction of text; two of the latter are
    // letters' joints in Persian and in emoji.
    .replaceAll(/(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replaceAll(/[<>:"|?*]/g, '_')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[ .]+|[ .]+$/g, '');
  if (utf8(clean).length <= MAX_FILE_NAME_BYTES) return clean;
  const ending = /\.[^. ]{1,16}$/u.exec(clean)?.[0] ?? '';
  const letters = [...clean.slice(0, clean.length - ending.length)];
  while (utf8(letters.join('') + ending).length > MAX_FILE_NAME_BYTES) letters.pop();
  return letters.join('').trimEnd() + ending;
}

/** The bytes of an attachment's part of a message. Throws Fault `too-large` over a bound. */
export function encodeAttachment(attachment: Attachment): Bytes {
  const { thumbhash, waveform, size } = attachment;
  if (
    size > MAX_ATTACHMENT_BYTES ||
    (thumbhash?.length ?? 0) > MAX_THUMBHASH_BYTES ||
    (waveform?.length ?? 0) > MAX_WAVEFORM_BYTES
  )
    throw new Fault('too-large');
  return writeMessage()
    .bytes(1, hexIdBytes(attachment.blob))
    .bytes(2, attachment.secret)
    .bytes(3, attachment.deleteKey)
    .uint(4, size)
    .uint(5, forms.indexOf(attachment.form) + 1)
    .text(6, mediaType(attachment.type))
    .text(7, fileName(attachment.name))
    .uint(8, attachment.width)
    .uint(9, attachment.height)
    .uint(10, attachment.duration)
    .bytes(11, thumbhash)
    .bytes(12, waveform)
    .raw(attachment.extra ?? new Uint8Array(0))
    .finish();
}

/**
 * Reads an attachment's part of a message. Type and name are made safe; a form of a newer version is a file.
 * @throws Fault `malformed` or `too-large`
 */
export function decodeAttachment(bytes: Uint8Array): Attachment {
  const fields = readMessage(bytes, MAX_ENCODED_BYTES);
  const optional = (name: 'width' | 'height' | 'duration', field: number, max: number): object => {
    const value = fields.optionalUint(field, max);
    return value === undefined ? {} : { [name]: value };
  };
  const thumbhash = fields.optionalBytes(11, { max: MAX_THUMBHASH_BYTES });
  const waveform = fields.optionalBytes(12, { max: MAX_WAVEFORM_BYTES });
  const extra = fields.unknown([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  return {
    blob: blobIdFromBytes(fields.bytes(1, { length: 32 })),
    secret: fields.bytes(2, { length: 32 }),
    deleteKey: fields.bytes(3, { length: 32 }),
    size: fields.uint(4, MAX_ATTACHMENT_BYTES),
    form: forms[fields.uint(5, 0xffff) - 1] ?? fallback,
    type: mediaType(fields.text(6, MAX_TYPE_BYTES)),
    name: fileName(fields.text(7, MAX_FILE_NAME_BYTES)),
    ...optional('width', 8, MAX_PIXELS),
    ...optional('height', 9, MAX_PIXELS),
    ...optional('duration', 10, MAX_DURATION_MS),
    ...(thumbhash && { thumbhash }),
    ...(waveform && { waveform }),
    ...(extra.length > 0 && { extra }),
  };
}
