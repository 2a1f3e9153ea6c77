/** One picture of the collection, without its bytes. */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { type Collected } from '../api.ts';

export interface StoredCollected extends Collected {
  /** SHA-256 of its bytes: the same picture is kept once. */
  readonly hash: Bytes;
  /** When it was kept, ms since 1970. */
  readonly added: number;
  /** Bytes that it takes; what was kept by an older build does not tell. */
  readonly size?: number;
}

const kinds = ['sticker', 'gif'] as const;

export function encodeCollected(one: StoredCollected): Bytes {
  return writeMessage()
    .uint(1, kinds.indexOf(one.kind) + 1)
    .text(2, one.type)
    .uint(3, one.width)
    .uint(4, one.height)
    .bytes(5, one.hash)
    .uint(6, one.added)
    .uint(7, one.size)
    .finish();
}

/** Throws Fault `malformed` or `too-large`. */
export function decodeCollected(id: string, bytes: Uint8Array): StoredCollected {
  const fields = readMessage(bytes, 1024);
  const size = fields.optionalUint(7);
  return {
    id,
    kind: kinds[fields.uint(1) - 1] ?? 'sticker',
    type: fields.text(2, 127),
    width: fields.uint(3),
    height: fields.uint(4),
    hash: fields.bytes(5, { length: 32 }),
    added: fields.uint(6),
    ...(size !== undefined && { size }),
  };
}
