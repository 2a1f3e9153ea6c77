/**
 * Writes readable archives for the engine: entries that it is given, and attachments that it opens itself, chunk by
 * chunk. What goes wrong with the file leaves nothing of it. Does not know what the entries say.
 */
import { createZipWriter, type ZipWriter } from '../../backup/zip.ts';
import { openAttachment } from '../../crypto/attachment.ts';
import { padme } from '../../crypto/padme.ts';
import { chunkCount, chunkPlace, openChunk, sealedLength } from '../../crypto/stream.ts';
import { type Bytes, release } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import type { ArchiveFileApi } from './job.ts';
import type { BackupPlaces, BackupSink } from './places.ts';
import { sealedSink } from './sealed-sink.ts';

type Served = {
  [Name in keyof ArchiveFileApi]: (
    argument: Parameters<ArchiveFileApi[Name]>[0],
  ) => Promise<ReturnType<ArchiveFileApi[Name]>>;
};

/** A chunk of an attachment in clear; undefined where it is not what was sealed, or cannot be read. */
type ReadChunk = (index: number) => Promise<Bytes | undefined>;

async function readerOf(file: Blob, secret: Bytes, length: number): Promise<ReadChunk> {
  const stream = await openAttachment(secret);
  return async (index) => {
    const { from, to, last } = chunkPlace(index, length);
    try {
      const sealed = new Uint8Array(await file.slice(from, to).arrayBuffer());
      const plain = await openChunk(stream, index, last, sealed);
      release(sealed);
      return plain;
    } catch {
      return undefined;
    }
  };
}

/**
 * @param goOn throws once the job was cancelled
 * @param told hears of each piece that is written, bytes
 */
export function createArchiveFiles(
  places: BackupPlaces,
  goOn: () => void,
  told: (bytes: number) => void,
): Served {
  let sink: BackupSink | undefined;
  let zip: ZipWriter | undefined;

  function writing(): ZipWriter {
    goOn();
    if (!zip) throw new Fault('internal');
    return zip;
  }

  async function orDiscard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const left = sink;
      sink = zip = undefined;
      await left?.discard().catch(() => undefined);
      throw error;
    }
  }

  const step = (work: (zip: ZipWriter) => Promise<void>): Promise<null> =>
    orDiscard(async () => {
      await work(writing());
      return null;
    });

  return {
    createArchive: ({ target, secret }) =>
      orDiscard(async () => {
        goOn();
        const file = (sink = await places.create(target));
        const clear = (sink = target.kind === 'own' ? await sealedSink(file, secret) : file);
        zip = createZipWriter((bytes) => {
          told(bytes.length);
          return clear.write(bytes);
        });
        return null;
      }),
    openEntry: ({ path, modified, most }) => step((one) => one.begin(path, modified, most)),
    writeEntry: ({ bytes }) => step((one) => one.write(bytes)),
    closeEntry: () => step((one) => one.end()),
    addAttachment: ({ name, secret, size, path, modified }) =>
      orDiscard(async () => {
        const one = writing();
        const length = padme(size);
        const file = await places.attachment(name);
        if (file?.size !== sealedLength(length)) return false;
        const chunk = await readerOf(file, secret, length);
        await one.begin(path, modified, size);
        let left = size;
        for (let index = 0; index < chunkCount(length); index++) {
          goOn();
          const plain = await chunk(index);
          if (!plain) {
            one.drop();
            return false;
          }
          await one.write(plain.subarray(0, left));
          left -= Math.min(left, plain.length);
          release(plain);
        }
        await one.end();
        return true;
      }),
    finishArchive: () =>
      orDiscard(async () => {
        const length = await writing().finish();
        goOn();
        await sink?.close();
        sink = zip = undefined;
        return length;
      }),
  };
}
