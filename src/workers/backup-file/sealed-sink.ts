/**
 * A file that lies sealed where it would else lie in clear: what is written goes through the stream of attachments, and
 * can be read as one of their files is, by whoever has its secret.
 */
import { openAttachment } from '../../crypto/attachment.ts';
import { padme } from '../../crypto/padme.ts';
import { CHUNK_BYTES, sealChunk } from '../../crypto/stream.ts';
import { type Bytes } from '../../lib/bytes.ts';
import type { BackupSink } from './places.ts';

/** @param secret 32 bytes, for this file alone */
export async function sealedSink(file: BackupSink, secret: Bytes): Promise<BackupSink> {
  const stream = await openAttachment(secret);
  const chunk = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  let index = 0;
  let length = 0;

  async function flush(last: boolean): Promise<void> {
    await file.write(await sealChunk(stream, index++, last, chunk.subarray(0, filled)));
    filled = 0;
  }

  /** @param part undefined for zeros */
  async function add(bytes: number, part?: Bytes): Promise<void> {
    for (let at = 0; at < bytes;) {
      // Only now is it known that the full chunk is not the last.
      if (filled === chunk.length) await flush(false);
      const end = Math.min(bytes, at + chunk.length - filled);
      if (part) chunk.set(part.subarray(at, end), filled);
      else chunk.fill(0, filled, filled + end - at);
      filled += end - at;
      at = end;
    }
    length += bytes;
  }

  return {
    write: (bytes) => add(bytes.length, bytes),
    async close() {
      await add(padme(length) - length);
      await flush(true);
      chunk.fill(0);
      await file.close();
    },
    async discard() {
      chunk.fill(0);
      await file.discard();
    },
  };
}
