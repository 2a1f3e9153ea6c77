/** An own attachment on its way to the relay: leave to upload, the bytes in parts, and then the message itself. */
import { Fault, isFault } from '../lib/fault.ts';
import type { UploadState } from '../net/blobs.ts';
import { hashOfDeleteKey } from '../wire/blobs.ts';
import { type Changes } from './changes.ts';
import { blobIdOfDigests, type MediaWork, sealedSize } from './media-work.ts';
import { type MediaBody } from './records/media-body.ts';
import { type Message } from './records/message.ts';

/** Bytes sent at a time: few at first, more as long as a part takes less than a second. */
const FIRST_PART = 256 * 1024;
const LARGEST_PART = 8 * 1024 * 1024;
const PART_MS = 1_000;

/** Leave to upload, kept in the message, so that it is good after a restart as well. */
async function grantFor(
  work: MediaWork,
  body: MediaBody,
): Promise<MediaBody & { grant: Uint8Array<ArrayBuffer> }> {
  const { grant: known, until = 0 } = body;
  if (known && until > work.core.clock.now()) return { ...body, grant: known };
  const { attachment } = body;
  const given = await work.requests().request({
    type: 'upload',
    size: sealedSize(attachment.size),
    deleteHash: hashOfDeleteKey(attachment.deleteKey),
  });
  await work.update((now) => ({ ...now, grant: given.grant, until: given.until }));
  return { ...body, grant: given.grant, until: given.until };
}

/** Sends what the relay does not have yet. Rejects with the Fault of what stood in the way. */
async function sendParts(work: MediaWork, body: MediaBody): Promise<UploadState> {
  const { clock } = work.core;
  const sealed = body.file ? await work.parts.folder.read(body.file) : undefined;
  const total = sealedSize(body.attachment.size);
  // Its file was evicted by the browser, or damaged.
  if (sealed?.size !== total) throw new Fault('file-changed');
  const isNew = body.grant === undefined;
  const { grant } = await grantFor(work, body);
  let state: UploadState = isNew ? { offset: 0 } : await work.parts.blobs.state(grant, work.signal);
  let part = FIRST_PART;
  let stuck = 0;
  while (state.blob === undefined) {
    const { offset } = state;
    work.progress(offset, total);
    const began = clock.now();
    const to = Math.min(total, offset + part);
    state = await work.parts.blobs.put(grant, offset, sealed.slice(offset, to), work.signal);
    stuck = state.offset > offset ? 0 : stuck + 1;
    // A relay that takes nothing, or more than there is, is no place to go on with at once.
    if (state.offset > total || stuck > 1) throw new Fault('relay-failed', 'on-reconnect');
    const quick = clock.now() - began < PART_MS;
    part = quick ? Math.min(LARGEST_PART, 2 * part) : Math.max(FIRST_PART, part / 2);
  }
  work.progress(total, total);
  return state;
}

/**
 * Uploads, and queues the message with the commit that notes it. False when all is uploaded but it is not its turn:
 * run again then, it goes on from there.
 * Rejects with Fault: `offline`, `relay-full`, `rate-limited`, `cancelled`, `file-changed`, `bad-blob` …
 */
export async function upload(
  work: MediaWork,
  isItsTurn: () => Promise<boolean>,
  enqueue: (changes: Changes, message: Message) => Promise<void>,
): Promise<boolean> {
  let state: UploadState;
  try {
    state = await sendParts(work, await work.body());
  } catch (error) {
    // Its time was over: the next try asks for another.
    if (isFault(error, 'grant-refused')) {
      await work.update(({ grant: _, until: __, ...body }) => body);
      throw new Fault('timeout', 'on-reconnect', error);
    }
    throw error;
  }
  const { attachment, file = '' } = await work.body();
  if (state.blob !== attachment.blob) {
    // Either the relay has something else than was sent, or what lies here is not what was sealed.
    await work.update(({ grant: _, until: __, ...body }) => body);
    const here = blobIdOfDigests(await work.worker.call('digest', { name: file }));
    throw here === attachment.blob
      ? new Fault('relay-failed', 'on-reconnect')
      : new Fault('file-changed');
  }
  if (!(await isItsTurn())) return false;
  await work.update(
    ({ grant: _, until: __, fault: ___, ...body }) =>
      body.stage === 'uploading' ? { ...body, stage: 'here' } : undefined,
    enqueue,
  );
  return true;
}
