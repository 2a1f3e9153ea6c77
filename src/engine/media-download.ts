/** Another's attachment on its way here: fetched in parts, each checked before it is kept, erased at the relay. */
import { padme } from '../crypto/padme.ts';
import { CHUNK_BYTES, sealedLength } from '../crypto/stream.ts';
import { release } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type BlobId } from '../lib/ids.ts';
import type { SealedFile } from '../workers/media-file/job.ts';
import { blobIdOfDigests, type MediaWork, sealedSize } from './media-work.ts';

const SEALED_CHUNK = sealedLength(CHUNK_BYTES);
/** Chunks fetched at a time: few at first, more as long as a part takes less than a second. */
const FIRST_CHUNKS = 4;
const MOST_CHUNKS = 16;
const PART_MS = 1_000;

/** Fetches the bytes from `at` on. */
async function fetchRest(
  work: MediaWork,
  blob: BlobId,
  file: SealedFile,
  at: number,
  total: number,
): Promise<void> {
  const { core, parts, worker, room, signal } = work;
  const { clock } = core;
  let chunks = FIRST_CHUNKS;
  while (at < total) {
    work.progress(at, total);
    const began = clock.now();
    const to = Math.min(total, at + chunks * SEALED_CHUNK);
    const sealed = await parts.blobs.get(blob, at, to, signal);
    if (sealed.length !== to - at) throw new Fault('offline', 'on-reconnect');
    await worker.call('append', { file, at, sealed });
    release(sealed);
    at = to;
    room.left(file.name, total - at);
    const quick = clock.now() - began < PART_MS;
    chunks = quick ? Math.min(MOST_CHUNKS, 2 * chunks) : Math.max(1, Math.floor(chunks / 2));
  }
}

/**
 * Fetches what is not here yet, if there is room for that, compares the whole with its id, and removes it from the
 * relay. Rejects with Fault: `blob-gone`, `bad-blob`, `offline`, `not-enough-room`, `storage-full`, `no-tab`,
 * `cancelled` …
 */
export async function download(work: MediaWork): Promise<void> {
  const { attachment, file: name } = await work.body();
  const { blob, secret, size, deleteKey } = attachment;
  if (!blob || !name) throw new Fault('blob-gone');
  const total = sealedSize(size);
  const at = Math.min(total, await work.worker.call('length', { name }));
  if (at < total) {
    await work.room.need(name, total - at);
    try {
      await fetchRest(work, blob, { name, secret, length: padme(size) }, at, total);
    } finally {
      work.room.left(name, 0);
    }
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
