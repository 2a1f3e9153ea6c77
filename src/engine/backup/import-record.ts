/** How far a restore or import has come, written with everything that it brings: a crash loses nothing and doubles nothing. */
import { type SegmentPlace } from '../../backup/backup-reader.ts';
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { Fault } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { asRecoveryKey, type RecoveryKey } from '../../lib/recovery-digits.ts';

export interface ImportRecord {
  readonly kind: 'restore' | 'import';
  /** Of the file, 96 bytes: another file does not go on with this. */
  readonly header: Bytes;
  readonly key: RecoveryKey;
  readonly salvages: boolean;
  /** The last segment that is here; absent before the first. */
  readonly place?: SegmentPlace;
  /** When that backup was made, ms since 1970, and what it holds. */
  readonly made: number;
  readonly ofMessages: number;
  readonly ofMedia: number;
  readonly ofBytes: number;
  readonly messages: number;
  readonly known: number;
  readonly media: number;
  readonly bytes: number;
  /** The chat that was empty when its first messages came: its places are taken as they are. */
  readonly kept?: ConversationId;
}

export function encodeImport(record: ImportRecord): Bytes {
  return writeMessage()
    .flag(1, record.kind === 'import')
    .bytes(2, record.header)
    .text(3, record.key)
    .flag(4, record.salvages)
    .uint(5, record.place?.chunk)
    .uint(6, record.place?.offset)
    .uint(7, record.made)
    .uint(8, record.ofMessages)
    .uint(9, record.ofMedia)
    .uint(10, record.ofBytes)
    .uint(11, record.messages)
    .uint(12, record.known)
    .uint(13, record.media)
    .uint(14, record.bytes)
    .text(15, record.kept)
    .finish();
}

/** Throws Fault `malformed`. */
export function decodeImport(bytes: Uint8Array): ImportRecord {
  const fields = readMessage(bytes, 1024);
  const key = asRecoveryKey(fields.text(3, 64));
  if (!key) throw new Fault('malformed');
  const chunk = fields.optionalUint(5);
  const kept = fields.optionalText(15, 64);
  return {
    kind: fields.flag(1) ? 'import' : 'restore',
    header: fields.bytes(2, { length: 96 }),
    key,
    salvages: fields.flag(4),
    ...(chunk !== undefined && { place: { chunk, offset: fields.uint(6) } }),
    made: fields.uint(7),
    ofMessages: fields.uint(8),
    ofMedia: fields.uint(9),
    ofBytes: fields.uint(10),
    messages: fields.uint(11),
    known: fields.uint(12),
    media: fields.uint(13),
    bytes: fields.uint(14),
    ...(kept !== undefined && { kept: kept as ConversationId }),
  };
}
