/**
 * Gives the attachments of a backup their bytes back. They come after all messages: each finds its message by the hash
 * of its secret. The row names the file before there is one, so that no sweep takes it for an orphan.
 * Knows no worker: it is told when bytes are come to, and asks for them to be kept.
 */
import { padme } from '../../crypto/padme.ts';
import { sealedLength } from '../../crypto/stream.ts';
import { type Bytes, toHex } from '../../lib/bytes.ts';
import { Fault, isFault } from '../../lib/fault.ts';
import { type ConversationId, peerOf } from '../../lib/ids.ts';
import type { ReadSegment } from '../../workers/backup-file/job.ts';
import { type Changes, beginChanges } from '../changes.ts';
import { changeMessage, loadMessage, openMessage } from '../conversations.ts';
import { type Core } from '../core.ts';
import { type MediaBody } from '../records/media-body.ts';
import { type Message } from '../records/message.ts';
import { mediumId } from './backup-mapping.ts';
import { type ImportRecord } from './import-record.ts';

const ID_BYTES = 16;

/** Who keeps and removes files. */
export interface MediaOutlets {
  /**
   * Has the worker keep the medium that it came to in the file of this name. The result is the file's length, bytes.
   * Throws Fault `backup-damaged`.
   * @param secret opens it
   */
  keep(name: string, secret: Bytes, length: number): Promise<number>;
  /** Removes the file of an attachment that nobody wants any more. */
  removeFile(name: string): Promise<void>;
}

/** Where the bytes of a medium belong. */
interface Waiting {
  readonly conversation: ConversationId;
  readonly order: number;
  readonly secret: Bytes;
}

/** How far the import has come. */
interface ImportProgress {
  readonly record: () => ImportRecord;
  /** Writes a unit of work with how far it brings the import. */
  readonly commit: (
    changes: Changes,
    next: ImportRecord,
    durability?: 'strict' | 'relaxed',
  ) => Promise<void>;
}

export interface MediaImport {
  /** A message was brought back whose bytes are to come. */
  readonly expect: (message: Message, body: MediaBody) => void;
  /** The worker has come to a medium. */
  readonly take: (
    medium: Pick<Extract<ReadSegment, { kind: 'medium' }>, 'id' | 'length'>,
    place: NonNullable<ImportRecord['place']>,
  ) => Promise<void>;
  /** Attachments that were expected and did not come. */
  readonly missing: number;
}

/** Looks first for attachments that are here without their bytes: those, too, are given them. */
export async function createMediaImport(
  core: Core,
  outlets: MediaOutlets,
  progress: ImportProgress,
): Promise<MediaImport> {
  const { store } = core;
  const waiting = new Map<string, Waiting>();
  /** Attachments that were here before, without their bytes. */
  const lacking = new Map<string, Waiting>();

  for (const stage of ['remote', 'gone'] as const) {
    const rows = await store.list('attachments', { index: 'byStage', equals: [stage] });
    for (const { conversation, order } of rows) {
      const row = await store.get('messages', [conversation, order]);
      const message = row && (await openMessage(core, row));
      if (message?.body.kind === 'media') wait(lacking, message, message.body);
    }
  }

  function wait(
    list: Map<string, Waiting>,
    { conversation, order }: Message,
    { attachment }: MediaBody,
  ): void {
    const { secret } = attachment;
    list.set(toHex(mediumId(secret)), { conversation, order, secret });
  }

  async function change(
    { conversation, order }: Waiting,
    next: (body: MediaBody) => MediaBody | undefined,
    then: ImportRecord,
  ): Promise<boolean> {
    return core.mutex.hold([peerOf(conversation)], async () => {
      const changes = beginChanges(core);
      const message = await loadMessage(core, conversation, order).catch((error: unknown) => {
        // Deleted meanwhile.
        if (isFault(error, 'no-such-message')) return undefined;
        throw error;
      });
      const body = message?.body.kind === 'media' ? next(message.body) : undefined;
      if (message && body) changeMessage(core, changes, { ...message, body });
      await progress.commit(changes, then, 'strict');
      return body !== undefined;
    });
  }

  async function take(
    { id, length }: Pick<Extract<ReadSegment, { kind: 'medium' }>, 'id' | 'length'>,
    place: NonNullable<ImportRecord['place']>,
  ): Promise<void> {
    const record = progress.record();
    const name = toHex(id);
    const where = waiting.get(name) ?? lacking.get(name);
    let file = toHex(core.random(ID_BYTES));
    const passed = { ...record, place };
    // The row names the file before there is one: what no row knows is swept away.
    const isWanted =
      where &&
      (await change(
        where,
        (body) => {
          // What is being fetched has a file already, and comes by itself.
          const isFree = body.stage === 'remote' || body.stage === 'gone';
          if (!isFree || padme(body.attachment.size) !== length) return undefined;
          // A crash may have left it half written: it is written anew.
          file = body.file ?? file;
          return { ...body, file };
        },
        record,
      ));
    if (!isWanted) {
      waiting.delete(name);
      return void (await progress.commit(beginChanges(core), passed));
    }
    let bytes: number;
    try {
      bytes = await outlets.keep(file, where.secret, length);
    } catch (error) {
      if (!record.salvages || !isFault(error, 'backup-damaged')) throw error;
      // Its message stays, and says that its bytes are not here.
      const withoutIt = (body: MediaBody): MediaBody | undefined =>
        body.file === file && body.stage !== 'fetching' ? withoutFile(body) : undefined;
      return void (await change(where, withoutIt, passed));
    }
    waiting.delete(name);
    if (bytes !== sealedLength(length)) throw new Fault('backup-damaged');
    const isKept = await change(
      where,
      ({ fault: _, paused: __, asked: ___, ...body }) =>
        // One that was tried again meanwhile is on its way out.
        body.file === file
          ? { ...body, stage: body.stage === 'uploading' ? 'uploading' : 'here', bytes }
          : undefined,
      { ...passed, media: passed.media + 1, bytes: passed.bytes + bytes },
    );
    if (!isKept) await outlets.removeFile(file);
  }

  return {
    expect: (message, body) => wait(waiting, message, body),
    take,
    get missing() {
      return waiting.size;
    },
  };
}

function withoutFile({ file: _, ...body }: MediaBody): MediaBody {
  return body;
}
