/** Another's attachment on its way here: fetched in parts, each checked before it is kept, erased at the relay. */
import { padme } from '../crypto/padme.ts';
import { CHUNK_BYTES, sealedLength } from '../crypto/stream.ts';
import { release } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { blobIdOfDigests, type MediaWork, sealedSize } from './media-work.ts';

const SEALED_CHUNK = sealedLength(CHUNK_BYTES);
/** Chunks fetched at a time: few at first, more as long as a part takes less than a second. */
const FIRST_CHUNKS = 4;
const MOST_CHUNKS = 16;
const PART_MS = 1_000;

/**
 * Fetches what is not here yet, compares the whole with its id, and removes it from the relay.
 * Rejects with Fault: `blob-gone`, `bad-blob`, `offline`, `storage-full`, `no-tab`, `cancelled` …
 */
export async function download(work: MediaWork): Promise<void> {
  const { clock } = work.core;
  const { attachment, file: name } = await work.body();
  const { blob, secret, size, deleteKey } = attachment;
  if (!blob || !name) throw new Fault('blob-gone');
  const file = { name, secret, length: padme(size) };
  const total = sealedSize(size);
  let at = Math.min(total, await work.worker.call('length', { name }));
  let chunks = FIRST_CHUNKS;
  while (at < total) {
    work.progress(at, total);
    const began = clock.now();
    const to = Math.min(total, at + chunks * SEALED_CHUNK);
    const sealed = await work.parts.blobs.get(blob, at, to, work.signal);
    if (sealed.length !== to - at) throw new Fault('offline', 'on-reconnect');
    await work.worker.call('append', { file, at, sealed });
    release(sealed);
    at = to;
    const quick = clock.now() - began < PART_MS;
    chunks = quick ? Math.min(MOST_CHUNKS, 2 * chunks) : Math.max(1, Math.floor(chunks / 2));
  }
  const digests = await work.worker.call('digest', { name });
  if (blobIdOfDigests(digests) !== blob) throw new Fault('bad-blob');
  await work.update(({ fault: _, paused: __, asked: ___, ...body }) => ({
    ...body,
    stage: 'here',
    bytes: total,
  }));
  work.progress(total, total);
  // Best effort, and nobody waits for it: what stays is gone after 30 days.
  void work.parts.blobs.remove(blob, deleteKey).catch(() => undefined);
}
