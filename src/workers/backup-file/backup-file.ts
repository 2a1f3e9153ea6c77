/**
 * Writes and reads backup files for the engine, a few chunks at a time. Does not know OPFS (opfs.ts does), nor what
 * the records in the file mean.
 */
import { openAttachment } from '../../crypto/attachment.ts';
import {
  CHUNK_BYTES,
  chunkCount,
  chunkPlace,
  openChunk,
  sealedLength,
} from '../../crypto/stream.ts';
import { encodeMedium, decodeMedium } from '../../backup/backup-records.ts';
import {
  HEADER_BYTES,
  SALT_BYTES,
  backupStream,
  isKeyOf,
  makeBackupHeader,
} from '../../backup/backup-header.ts';
import {
  type BackupReader,
  type BackupSource,
  type Segment,
  createBackupReader,
  readLayout,
} from '../../backup/backup-reader.ts';
import { compressText } from '../../backup/backup-segments.ts';
import { type BackupWriter, createBackupWriter } from '../../backup/backup-writer.ts';
import { likelyKeys } from '../../backup/recovery-key.ts';
import { type Bytes, concat, release } from '../../lib/bytes.ts';
import { Fault, isFault } from '../../lib/fault.ts';
import { asRecoveryKey } from '../../lib/recovery-digits.ts';
import { type RandomBytes } from '../../lib/random.ts';
import { createArchiveFiles } from './archive-file.ts';
import type { BackupFileApi, BackupFileEvent } from './job.ts';
import type { BackupPlaces, BackupSink } from './places.ts';

/** Bytes of an attachment that are read at once. */
const SLAB_BYTES = 4 * 1024 * 1024;

type Served = {
  [Name in keyof BackupFileApi]: (
    argument: Parameters<BackupFileApi[Name]>[0],
  ) => Promise<ReturnType<BackupFileApi[Name]>>;
};

async function readPart(source: Blob, from: number, to: number): Promise<Bytes> {
  try {
    const bytes = new Uint8Array(await source.slice(from, to).arrayBuffer());
    if (bytes.length === to - from) return bytes;
  } catch (error) {
    throw new Fault('file-changed', 'never', error);
  }
  throw new Fault('file-changed');
}

function sourceOf(file: Blob): BackupSource {
  return { size: file.size, read: (from, to) => readPart(file, from, to) };
}

/** @param tell hears how far the job has come */
export function createBackupFiles(
  places: BackupPlaces,
  random: RandomBytes,
  tell: (event: BackupFileEvent) => void,
): Served {
  let cancelled = false;
  let sink: BackupSink | undefined;
  let writer: BackupWriter | undefined;
  let reader: BackupReader | undefined;
  let segment: Segment | undefined;
  let salvaging = false;
  let placeOf = (_chunk: number): number => 0;
  /** Of the medium that was come to, what was read along with its head. */
  let rest: Bytes = new Uint8Array(0);
  let mediumLength = 0;
  let done = 0;

  function goOn(): void {
    if (cancelled) throw new Fault('cancelled');
  }

  function writing(): BackupWriter {
    goOn();
    if (!writer) throw new Fault('internal');
    return writer;
  }

  /** What goes wrong with a new file leaves nothing of it. */
  async function orDiscard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const left = sink;
      sink = writer = undefined;
      await left?.discard().catch(() => undefined);
      throw error;
    }
  }

  async function copyMedium(file: Blob, id: Bytes, length: number): Promise<boolean> {
    const size = sealedLength(length);
    if (file.size < size) return false;
    let slab = new Uint8Array(0);
    let at = 0;
    let inSlab = 0;
    await writing().long('medium', encodeMedium({ id, length }), size, async (into) => {
      for (let filled = 0; filled < into.length;) {
        if (inSlab === slab.length) {
          goOn();
          release(slab);
          slab = await readPart(file, at, Math.min(size, at + SLAB_BYTES));
          at += slab.length;
          inSlab = 0;
        }
        const part = slab.subarray(inSlab, inSlab + into.length - filled);
        into.set(part, filled);
        filled += part.length;
        inSlab += part.length;
      }
    });
    release(slab);
    return true;
  }

  /** The head of the medium, behind which its bytes come. */
  async function readHead(found: Segment): Promise<{ id: Bytes; length: number; rest: Bytes }> {
    let bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
    const more = async (): Promise<void> => {
      const piece = await found.piece();
      if (!piece) throw new Fault('malformed');
      const joined = new Uint8Array(bytes.length + piece.length);
      joined.set(bytes);
      joined.set(piece, bytes.length);
      bytes = joined;
    };
    while (bytes.length < 2) await more();
    const length = (bytes[0]! << 8) | bytes[1]!;
    while (bytes.length < 2 + length) await more();
    const head = decodeMedium(bytes.subarray(2, 2 + length));
    if (found.length !== 2 + length + sealedLength(head.length)) throw new Fault('malformed');
    return { ...head, rest: bytes.slice(2 + length) };
  }

  /** The bytes of the medium that was come to, in pieces. */
  async function eachPiece(take: (piece: Bytes) => Promise<void> | void): Promise<number> {
    const found = segment;
    if (!found) throw new Fault('internal');
    segment = undefined;
    let length = rest.length;
    if (rest.length > 0) await take(rest);
    for (let piece = await found.piece(); piece; piece = await found.piece()) {
      goOn();
      length += piece.length;
      await take(piece);
    }
    return length;
  }

  function tellOf(bytes: number): void {
    done = bytes;
    tell({ type: 'bytes', done });
  }

  return {
    ...createArchiveFiles(places, goOn, (bytes) => tellOf(done + bytes)),
    create: ({ target, key, chunkBytes = CHUNK_BYTES }) =>
      orDiscard(async () => {
        const header = makeBackupHeader(key, random(SALT_BYTES), chunkBytes);
        const file = (sink = await places.create(target));
        writer = await createBackupWriter(header, await backupStream(header, key), (bytes) => {
          goOn();
          tellOf(done + bytes.length);
          return file.write(bytes);
        });
        return null;
      }),
    text: ({ type, body }) =>
      orDiscard(async () => {
        await writing().segment(type, await compressText(body), true);
        return null;
      }),
    medium: ({ name, id, length }) =>
      orDiscard(async () => {
        const file = await places.attachment(name);
        return file ? copyMedium(file, id, length) : false;
      }),
    finish: () =>
      orDiscard(async () => {
        const length = await writing().finish();
        goOn();
        await sink?.close();
        sink = writer = undefined;
        return length;
      }),
    async open({ source, key, salvages, from }) {
      const file = sourceOf(source);
      const layout = await readLayout(file);
      const stream = await backupStream(layout.header, key);
      reader = await createBackupReader(file, layout, stream, {
        salvages,
        ...(from && { from }),
      });
      salvaging = salvages;
      placeOf = (chunk) => HEADER_BYTES + chunk * sealedLength(layout.header.chunkBytes);
      return { header: layout.header.bytes, size: source.size };
    },
    async match({ source, digits }) {
      const { header } = await readLayout(sourceOf(source));
      const key = asRecoveryKey(digits);
      if (key && isKeyOf(header, key)) return key;
      for (const likely of likelyKeys(digits)) if (isKeyOf(header, likely)) return likely;
      return null;
    },
    async next() {
      if (!reader) throw new Fault('internal');
      goOn();
      segment = undefined;
      const found = await reader.next();
      goOn();
      if (!found) return null;
      const { place, type } = found;
      tellOf(placeOf(place.chunk));
      try {
        if (type === 'medium') {
          const head = await readHead(found);
          ({ rest, length: mediumLength } = head);
          segment = found;
          return { segment: { kind: 'medium', id: head.id, length: head.length }, place };
        }
        if (type === undefined) return { segment: { kind: 'skipped' }, place };
        return { segment: { kind: 'text', type, body: await found.text() }, place };
      } catch (error) {
        if (!salvaging || !isFault(error, 'backup-damaged')) throw error;
        return { segment: { kind: 'skipped' }, place };
      }
    },
    async keep({ name }) {
      const file = (sink = await places.createAttachment(name));
      return orDiscard(async () => {
        const length = await eachPiece(async (piece) => {
          await file.write(piece);
          tellOf(done + piece.length);
        });
        await file.close();
        sink = undefined;
        return length;
      });
    },
    async prove({ secret }) {
      const found = segment;
      if (!found) throw new Fault('internal');
      const length = mediumLength;
      const stream = await openAttachment(secret);
      const chunks = chunkCount(length);
      let index = 0;
      let held: Bytes = new Uint8Array(0);
      let isRight = true;
      const check = async (): Promise<void> => {
        for (; index < chunks; index++) {
          const { from, to, last } = chunkPlace(index, length);
          if (held.length < to - from) return;
          const chunk = held.slice(0, to - from);
          held = held.slice(to - from);
          const plain = await openChunk(stream, index, last, chunk).catch(() => undefined);
          if (!plain) isRight = false;
          else release(plain);
        }
      };
      await eachPiece(async (piece) => {
        held = concat(held, piece);
        tellOf(done + piece.length);
        await check();
      });
      return isRight && index === chunks && held.length === 0;
    },
    damage: async () => reader?.damage ?? [],
    async cancel() {
      cancelled = true;
      return null;
    },
  };
}
