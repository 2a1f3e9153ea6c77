/** The attachment of a stored message: what its sender told of it, and where its bytes stand here. */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type BlobId } from '../../lib/ids.ts';
import { type Attachment, decodeAttachment, encodeAttachment } from '../../protocol/attachment.ts';
import { type AttachmentStage } from '../../storage/schema.ts';

/** An attachment whose id is not known before all of it is sealed. */
export type LocalAttachment = Omit<Attachment, 'blob'> & { readonly blob?: BlobId };

export interface MediaBody {
  readonly kind: 'media';
  readonly attachment: LocalAttachment;
  readonly caption: string;
  readonly stage: AttachmentStage;
  /** Name of the sealed file here; absent where there is none. */
  readonly file?: string;
  /** Bytes in that file. */
  readonly bytes: number;
  /** Leave to upload, and until when, ms. */
  readonly grant?: Bytes;
  readonly until?: number;
  /** Why it does not go on. */
  readonly fault?: FaultCode;
  /** A person ended the transfer; it goes on when asked for. */
  readonly paused?: boolean;
  /** When its sender was asked to send it again, ms; 0 where that follows when the relay does not have it any more. */
  readonly asked?: number;
  /** How often it was uploaded again because it was asked for. */
  readonly resends?: number;
  /** Of others' voice notes: it was heard here. */
  readonly played?: boolean;
}

const stages: readonly AttachmentStage[] = [
  'staging',
  'uploading',
  'here',
  'remote',
  'fetching',
  'gone',
  'removed',
];
const NO_BLOB = '0'.repeat(64) as BlobId;

export function encodeMediaBody(body: MediaBody): Bytes {
  return writeMessage()
    .bytes(1, encodeAttachment({ ...body.attachment, blob: body.attachment.blob ?? NO_BLOB }))
    .text(2, body.caption)
    .uint(3, stages.indexOf(body.stage) + 1)
    .text(4, body.file)
    .uint(5, body.bytes)
    .bytes(6, body.grant)
    .uint(7, body.until)
    .text(8, body.fault)
    .flag(9, body.paused === true)
    .flag(10, body.played === true)
    .uint(11, body.asked)
    .uint(12, body.resends)
    .finish();
}

/** Throws Fault `malformed` or `too-large`. */
export function decodeMediaBody(bytes: Uint8Array): MediaBody {
  const fields = readMessage(bytes, 128 * 1024);
  const { blob, ...rest } = decodeAttachment(fields.bytes(1));
  const file = fields.optionalText(4, 64);
  const grant = fields.optionalBytes(6);
  const until = fields.optionalUint(7);
  const fault = fields.optionalText(8, 64);
  const asked = fields.optionalUint(11);
  const resends = fields.optionalUint(12);
  return {
    kind: 'media',
    attachment: blob === NO_BLOB ? rest : { ...rest, blob },
    caption: fields.text(2, 64 * 1024),
    stage: stages[fields.uint(3) - 1] ?? 'gone',
    bytes: fields.uint(5),
    ...(file && { file }),
    ...(grant && { grant }),
    ...(until !== undefined && { until }),
    ...(fault && { fault: fault as FaultCode }),
    ...(fields.flag(9) && { paused: true }),
    ...(asked !== undefined && { asked }),
    ...(resends && { resends }),
    ...(fields.flag(10) && { played: true }),
  };
}
