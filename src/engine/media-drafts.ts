/**
 * Files that were chosen for a chat and not sent: a sealed copy of each, made while the person still writes captions,
 * so that a reload or a crash takes none of them. The row that knows a copy is written before the copy is made, and a
 * copy goes only when the message it is sent with has sealed its own. Knows no relay.
 */
import { padme } from '../crypto/padme.ts';
import { toHex, utf8 } from '../lib/bytes.ts';
import { Fault, isFault } from '../lib/fault.ts';
import { type ConversationId, peerOf } from '../lib/ids.ts';
import { fileName, mediaType } from '../protocol/attachment.ts';
import { MAX_TEXT_BYTES } from '../protocol/content.ts';
import type { MediaFolder } from '../storage/media-folder.ts';
import { emptyAnnouncement } from './announcement.ts';
import { type DraftFile, type EngineApi } from './api.ts';
import { beginChanges, type Changes } from './changes.ts';
import { loadMessage } from './conversations.ts';
import { type Core } from './core.ts';
import { openSealed } from './media-reading.ts';
import { type Room } from './media-room.ts';
import { type Sealing } from './media-sealing.ts';
import { type MediaPlace, sealedSize } from './media-work.ts';
import {
  decodeDraftFiles,
  type DraftCopy,
  encodeDraftFiles,
  MOST_DRAFT_FILES,
  type StoredDraftFile,
} from './records/draft-files.ts';

/**
 * Largest file that is copied, bytes: every photo and most short films. A larger one takes seconds to copy, twice its
 * size of room, and the browser would have to hold all of it open when the draft comes back.
 */
const MOST_FILE = 64 * 1024 * 1024;
/** Most bytes that are copied for one chat: what a browser holds open at once without trouble. */
const MOST_DRAFT = 256 * 1024 * 1024;
/** Bytes of a file's random name, and of its secret. */
const NAME_BYTES = 16;
const SECRET_BYTES = 32;

type Method<Name extends 'draftFiles' | 'draftFile'> = (
  argument: Parameters<EngineApi[Name]>[0],
) => Promise<ReturnType<EngineApi[Name]>>;

export interface MediaDrafts {
  readonly draftFiles: Method<'draftFiles'>;
  readonly draftFile: Method<'draftFile'>;
  /** Notes, in the unit of work that stores a message, which file of the draft it is. The caller holds the chat's lock. */
  sent(changes: Changes, place: MediaPlace, id: string): Promise<void>;
  /** A message has sealed its own bytes, or will not. */
  ended(place: MediaPlace): void;
  /** A chat was deleted, and the row with it. */
  forget(conversation: ConversationId): void;
  /** Names of all copies, whole or not. */
  names(): Promise<string[]>;
  settled(): Promise<void>;
}

/** What drafts ask of the rest of media. */
export interface DraftParts {
  readonly core: Core;
  readonly folder: MediaFolder;
  readonly room: Room;
  readonly sealing: Sealing;
  /** Resolves when what an engine before this one was sealing has failed. */
  readonly starting: Promise<unknown>;
  /** A copy may be in no row any more. */
  readonly sweep: () => void;
}

type Whole = StoredDraftFile & { readonly copy: DraftCopy };

function isWaiting(file: StoredDraftFile): file is Whole {
  return file.copy?.whole === true && file.sending === undefined;
}

const view = ({ id, name, type, caption, original }: StoredDraftFile): DraftFile => ({
  id,
  name,
  type,
  caption,
  original,
});

/** What a tab tells of a file, within bounds: captions too long to be sent are told when they are. */
const clean = ({ id, name, type, caption, original }: DraftFile): StoredDraftFile => ({
  id: id.slice(0, 36),
  name: fileName(name),
  type: mediaType(type),
  caption: utf8(caption).length > MAX_TEXT_BYTES ? '' : caption.toWellFormed(),
  original,
});

/** The draft files of one engine. */
export function createMediaDrafts(parts: DraftParts): MediaDrafts {
  const { core, folder, room, sealing, sweep } = parts;
  const { state, store, mutex, seal, random } = core;
  const underWay = new Set<Promise<unknown>>();
  /** The last message of an engine before this one. */
  const lastBefore = state.order;

  function track(work: Promise<unknown>): void {
    const done = work
      .catch((error: unknown) => void (isFault(error) || core.trouble('internal')))
      .finally(() => underWay.delete(done));
    underWay.add(done);
  }

  async function read(conversation: ConversationId): Promise<StoredDraftFile[]> {
    const row = await store.get('draftFiles', [conversation]);
    if (!row) return [];
    try {
      return decodeDraftFiles(await seal.open('draftFiles', row));
    } catch (error) {
      // What cannot be read is no draft any more; the next change writes over it.
      if (isFault(error)) return [];
      throw error;
    }
  }

  async function put(
    changes: Changes,
    conversation: ConversationId,
    files: readonly StoredDraftFile[],
  ): Promise<void> {
    const waiting = files.filter(isWaiting);
    const applied = (): void => {
      state.draftFiles.set(conversation, waiting.length);
      core.emit({ type: 'draft-files', conversation, files: waiting.map(view) });
    };
    if (files.length === 0)
      return changes.write({ table: 'draftFiles', remove: [conversation] }, applied);
    const bytes = files.reduce((sum, { copy }) => sum + (copy ? sealedSize(copy.size) : 0), 0);
    const clear = { conversation, files: waiting.length, bytes };
    const row = await seal.seal('draftFiles', clear, encodeDraftFiles(files));
    changes.write({ table: 'draftFiles', put: row }, applied);
  }

  /** Changes the files of a draft as they are now; nothing happens when `act` gives undefined. */
  function change(
    conversation: ConversationId,
    act: (
      files: readonly StoredDraftFile[],
    ) => readonly StoredDraftFile[] | undefined | Promise<readonly StoredDraftFile[] | undefined>,
  ): Promise<readonly StoredDraftFile[]> {
    return mutex.hold([peerOf(conversation)], async () => {
      const before = await read(conversation);
      const next = await act(before);
      if (!next || !state.conversations.has(conversation)) return before;
      const changes = beginChanges(core);
      const count = state.draftFiles.get(conversation) ?? 0;
      await put(changes, conversation, next);
      await changes.commit('relaxed');
      if (state.draftFiles.get(conversation) !== count)
        core.announce({ ...emptyAnnouncement(), conversations: new Set([conversation]) });
      const names = new Set(next.map(({ copy }) => copy?.file));
      const gone = before.flatMap(({ copy }) => (copy && !names.has(copy.file) ? [copy] : []));
      for (const { file, whole } of gone) if (!whole) sealing.endCopy(file);
      if (gone.length > 0) sweep();
      return next;
    });
  }

  /** Whether a message went wrong before it had bytes of its own, and not because somebody wished it. */
  async function isBack(conversation: ConversationId, order: number): Promise<boolean> {
    try {
      const { state: stands, failure, body } = await loadMessage(core, conversation, order);
      const isUnsealed = body.kind === 'media' && body.stage === 'staging';
      return isUnsealed && stands === 'failed' && failure !== 'cancelled';
    } catch (error) {
      if (isFault(error, 'no-such-message')) return false;
      throw error;
    }
  }

  /** Of what was being sent, that which was not waits again. */
  async function withoutSent(
    conversation: ConversationId,
    files: readonly StoredDraftFile[],
    isOver: (order: number) => boolean,
  ): Promise<StoredDraftFile[]> {
    const left: StoredDraftFile[] = [];
    for (const { sending, ...file } of files) {
      if (sending === undefined) left.push(file);
      else if (!isOver(sending)) left.push({ ...file, sending });
      else if (await isBack(conversation, sending)) left.push(file);
    }
    return left;
  }

  /** What an engine before this one left: copies that were never whole, and files whose message came to nothing. */
  async function tidy(): Promise<void> {
    await parts.starting;
    for (const { conversation, files: count } of await store.list('draftFiles'))
      await change(conversation, async (files) => {
        const whole = files.filter(({ copy }) => copy?.whole);
        const left = await withoutSent(conversation, whole, (order) => order <= lastBefore);
        const isSame = left.length === files.length && left.length === count;
        return isSame ? undefined : left;
      });
  }
  const tidied = tidy();
  track(tidied);

  async function keep(conversation: ConversationId, id: string, source: Blob): Promise<void> {
    const { size } = source;
    if (size > MOST_FILE) throw new Fault('too-large');
    const copy = { file: toHex(random(NAME_BYTES)), secret: random(SECRET_BYTES), size };
    /** Writes where the copy stands; rejects with `cancelled` once the file is not in the draft any more. */
    const note = (whole: boolean, isMine: (file: StoredDraftFile) => boolean) =>
      change(conversation, (files) => {
        const known = files.find((file) => file.id === id && isMine(file));
        if (!known) throw new Fault('cancelled');
        if (known.copy?.whole) return undefined;
        const others = files.reduce(
          (sum, other) => sum + (other === known ? 0 : (other.copy?.size ?? 0)),
          0,
        );
        if (others + size > MOST_DRAFT) throw new Fault('too-large');
        return files.map((file) => (file === known ? { ...file, copy: { ...copy, whole } } : file));
      });
    await room.need(copy.file, sealedSize(size));
    try {
      const files = await note(false, () => true);
      if (!files.some((file) => file.copy?.file === copy.file)) return;
      const { file: name, secret } = copy;
      await sealing.copy({ name, secret, length: padme(size) }, source);
      await note(true, (file) => file.copy?.file === name);
    } catch (error) {
      await change(conversation, (files) =>
        files.some((file) => file.copy?.file === copy.file)
          ? files.map(({ copy: its, ...file }) =>
              its && its.file !== copy.file ? { ...file, copy: its } : file,
            )
          : undefined,
      ).catch(() => undefined);
      sweep();
      throw error;
    } finally {
      room.left(copy.file, 0);
    }
  }

  return {
    async draftFiles({ conversation, files: given }) {
      await tidied.catch(() => undefined);
      const files = given
        ? await change(conversation, (before) => {
            const known = new Map(before.map((file) => [file.id, file]));
            const next = given.slice(0, MOST_DRAFT_FILES / 2).map((file): StoredDraftFile => {
              const { copy } = known.get(file.id) ?? {};
              return { ...clean(file), ...(copy && { copy }) };
            });
            const sending = before.filter((file) => file.sending !== undefined);
            const ids = new Set(sending.map(({ id }) => id));
            return [...next.filter(({ id }) => !ids.has(id)), ...sending];
          })
        : await mutex.hold([peerOf(conversation)], () => read(conversation));
      return files.filter(isWaiting).map(view);
    },

    async draftFile({ conversation, id, source }) {
      await tidied.catch(() => undefined);
      if (source) {
        const keeping = keep(conversation, id, source);
        track(keeping);
        await keeping;
        return source;
      }
      const found = (await read(conversation)).filter(isWaiting).find((file) => file.id === id);
      if (!found) throw new Fault('cancelled');
      const { file, secret, size } = found.copy;
      const sealed = await folder.read(file);
      if (!sealed) throw new Fault('blob-gone');
      return openSealed({ sealed, secret, size }, found.type);
    },

    async sent(changes, { conversation, order }, id) {
      const files = await read(conversation);
      if (!files.some((file) => file.id === id)) return;
      await put(
        changes,
        conversation,
        files.flatMap((file) => {
          if (file.id !== id) return [file];
          if (file.copy && !file.copy.whole) sealing.endCopy(file.copy.file);
          return file.copy?.whole ? [{ ...file, sending: order }] : [];
        }),
      );
    },

    ended: ({ conversation, order }) =>
      track(
        change(conversation, async (files) =>
          files.some(({ sending }) => sending === order)
            ? withoutSent(conversation, files, (sending) => sending === order)
            : undefined,
        ),
      ),

    forget: (conversation) => core.emit({ type: 'draft-files', conversation, files: [] }),

    async names() {
      const rows = await store.list('draftFiles');
      const drafts = await Promise.all(rows.map(({ conversation }) => read(conversation)));
      return drafts.flat().flatMap(({ copy }) => (copy ? [copy.file] : []));
    },

    async settled() {
      await Promise.all(underWay);
    },
  };
}
