/**
 * Descriptions as they travel: deflated (RFC 1951), so that a message which connects a call is no longer than one that
 * says something. What comes is bounded while it is unpacked.
 */
import { type Bytes, concat, fromUtf8, utf8 } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';

/** Longest description that is unpacked, bytes. */
const MAX_UNPACKED = 24 * 1024;

async function through(
  bytes: Bytes,
  transform: CompressionStream | DecompressionStream,
): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(transform);
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concat(...parts);
    length += value.length;
    if (length > MAX_UNPACKED) {
      await reader.cancel();
      throw new Fault('bad-call-signal');
    }
    parts.push(value);
  }
}

/** Packs a description. */
export function pack(text: string): Promise<Bytes> {
  return through(utf8(text), new CompressionStream('deflate-raw'));
}

/** Unpacks one of the other side's. Throws Fault `bad-call-signal`. */
export async function unpack(bytes: Bytes): Promise<string> {
  try {
    return fromUtf8(await through(bytes, new DecompressionStream('deflate-raw')));
  } catch (error) {
    throw error instanceof Fault && error.code === 'bad-call-signal'
      ? error
      : new Fault('bad-call-signal', 'never', error);
  }
}
