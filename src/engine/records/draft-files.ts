/** What a draft has beside its text: the files in their order, and where the sealed copy of each lies. */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { type DraftFile } from '../api.ts';

/** The sealed copy of a chosen file. */
export interface DraftCopy {
  /** Name in the folder of attachments. */
  readonly file: string;
  readonly secret: Bytes;
  /** Bytes of plaintext. */
  readonly size: number;
  /** False while it is being made. */
  readonly whole: boolean;
}

export interface StoredDraftFile extends DraftFile {
  readonly copy?: DraftCopy;
  /** Order of the message with which it is being sent: until that has sealed its own, this one is the only one. */
  readonly sending?: number;
}

/** More than anybody chooses at a time. */
export const MOST_DRAFT_FILES = 1_000;
const MOST_BYTES = 32 * 1024 * 1024;

function encodeOne({ id, name, type, caption, original, copy, sending }: StoredDraftFile): Bytes {
  return writeMessage()
    .text(1, id)
    .text(2, name)
    .text(3, type)
    .text(4, caption)
    .flag(5, original)
    .text(6, copy?.file)
    .bytes(7, copy?.secret)
    .uint(8, copy?.size)
    .flag(9, copy?.whole === true)
    .uint(10, sending)
    .finish();
}

function decodeOne(bytes: Uint8Array): StoredDraftFile {
  const fields = readMessage(bytes, MOST_BYTES);
  const file = fields.optionalText(6, 64);
  const sending = fields.optionalUint(10);
  return {
    id: fields.text(1, 64),
    name: fields.text(2, 1024),
    type: fields.text(3, 256),
    caption: fields.text(4, MOST_BYTES),
    original: fields.flag(5),
    ...(file && {
      copy: {
        file,
        secret: fields.bytes(7, { length: 32 }),
        size: fields.uint(8),
        whole: fields.flag(9),
      },
    }),
    ...(sending !== undefined && { sending }),
  };
}

export function encodeDraftFiles(files: readonly StoredDraftFile[]): Bytes {
  return files.reduce((all, file) => all.bytes(1, encodeOne(file)), writeMessage()).finish();
}

/** Throws Fault `malformed` or `too-large`. */
export function decodeDraftFiles(bytes: Uint8Array): StoredDraftFile[] {
  return readMessage(bytes, MOST_BYTES).repeatedBytes(1, MOST_DRAFT_FILES).map(decodeOne);
}
