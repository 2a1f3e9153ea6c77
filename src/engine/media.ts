/**
 * Attachments from the choice of a file to the bytes on the other side's screen: sealed here into a file by a lent
 * worker (media-sealing.ts), uploaded (media-upload.ts), and only then does the message leave; fetched in parts, checked,
 * kept sealed (media-download.ts). What is under way goes on after any interruption from what is on the disk.
 * docs/protocol.md, "Media".
 */
import { toHex, utf8, type Bytes } from '../lib/bytes.ts';
import { Fault, isFault } from '../lib/fault.ts';
import { type ConversationId, FIRST_DEVICE, type MessageId, peerOf } from '../lib/ids.ts';
import { type MailboxRequests } from '../net/requests.ts';
import { fittingMeasures } from '../protocol/attachment-measures.ts';
import { fileName, MAX_ATTACHMENT_BYTES, mediaType } from '../protocol/attachment.ts';
import { MAX_TEXT_BYTES } from '../protocol/content.ts';
import { type AttachmentHints } from './api.ts';
import { beginChanges, type Changes } from './changes.ts';
import {
  addMessage,
  changeMessage,
  isNotes,
  loadMessage,
  ownId,
  standingOf,
} from './conversations.ts';
import { type Core } from './core.ts';
import { isFetched, readDownloadRules } from './download-rules.ts';
import { enqueueAgain, refuseAgain, wasSent } from './media-again.ts';
import { download } from './media-download.ts';
import { createMediaDrafts, type MediaDrafts } from './media-drafts.ts';
import { createMediaFaults, withoutFile } from './media-faults.ts';
import { openSealed, readSealed, type SealedFile } from './media-reading.ts';
import { createSendingOrder } from './media-order.ts';
import { roomOf } from './media-room.ts';
import { createSealing } from './media-sealing.ts';
import { createSweep } from './media-sweep.ts';
import { createTransfers, keyOf } from './media-transfers.ts';
import { upload } from './media-upload.ts';
import {
  blobIdOfDigests,
  type MediaParts,
  type MediaPlace,
  type MediaWork,
  sealedSize,
} from './media-work.ts';
import { createMediaWorker } from './media-worker.ts';
import { newMessageId } from './message-id.ts';
import { type MediaBody } from './records/media-body.ts';
import { type Message } from './records/message.ts';

export interface Media extends Pick<MediaDrafts, 'draftFiles' | 'draftFile'> {
  /** Stores a message with a file and begins to seal it. Faults as in EngineApi.attach. */
  attach(
    conversation: ConversationId,
    source: Blob,
    hints: AttachmentHints,
    caption: string,
    draft?: string,
  ): Promise<{ order: number; id: MessageId }>;
  /** Fetches, or goes on with what was paused. Fault `blocked` for what a stranger or somebody blocked has sent. */
  resume(place: MediaPlace): Promise<void>;
  /** Ends a transfer until `resume`; what is being sealed fails. @param drop what has come of another's goes as well */
  pause(place: MediaPlace, drop: boolean): Promise<void>;
  /** The bytes of an attachment that is here. */
  open(place: MediaPlace): Promise<Blob>;
  /** Some of them. */
  read(place: MediaPlace, from: number, to: number): Promise<Bytes>;
  /** Deletes the bytes here; not of a message that is still being sent. */
  remove(place: MediaPlace): Promise<void>;
  /** Notes that a voice note of the other side was heard. */
  markPlayed(place: MediaPlace): Promise<void>;
  /** The relay can be reached. */
  up(requests: MailboxRequests): void;
  down(): void;
  /** A tab came, which can lend a worker. */
  tabCame(): void;
  /** Messages came: what the rules allow is fetched by itself. */
  arrived(messages: readonly Message[]): void;
  /** Goes on with a transfer that the disk says is under way. */
  goOn(place: MediaPlace): void;
  /** A message was deleted, or all of a chat (`order` absent): its transfer ends, and its file goes. */
  forget(place: { readonly conversation: ConversationId; readonly order?: number }): void;
  /** A person was blocked: what was on its way to them is not sent any more. */
  block(conversation: ConversationId): Promise<void>;
  /** The account was erased: every file goes. */
  erase(): Promise<void>;
  /** Ends everything; nothing is written any more. */
  stop(): void;
  settled(): Promise<void>;
}

/** What media asks of the rest of the engine. */
export interface MediaOutlets {
  /** Queues what a message says, in the unit of work that makes it ready. */
  enqueue(changes: Changes, message: Message): Promise<void>;
  /** A message was queued in this chat. */
  queued(conversation: ConversationId): void;
}

/** Bytes of a file's random name. */
const NAME_BYTES = 16;
/** How often the tabs are told of progress, ms. */
const PROGRESS_MS = 100;
/** How long a tab without a worker is given before it is asked again, ms. */
const LEND_AGAIN_MS = 2_000;

/** The attachments of one engine. */
export function createMedia(core: Core, parts: MediaParts, outlets: MediaOutlets): Media {
  const { mutex, store, clock, random } = core;
  let requests: MailboxRequests | undefined;
  let stopped = false;
  /** Ends whoever waits for a worker. */
  const waiters = new Set<() => void>();
  /** When each transfer was last told of, ms, and how far it had come then. */
  const told = new Map<string, { at: number; done: number }>();

  const worker = createMediaWorker(parts.lendWorker, ({ name, done }) => {
    const found = sealing.placeOf(name);
    if (!found) return;
    room.left(name, found.length - done);
    tell(found.place, done, found.length);
  });
  const room = roomOf(core, parts.room);
  const files = createSweep(
    store,
    parts.folder,
    (name) => sealing.placeOf(name) !== undefined,
    () => drafts.names(),
  );
  const sweepUnlessOver = (): void => {
    if (!stopped && !core.stopped) files.sweep();
  };
  const sendingOrder = createSendingOrder(core, (place) => transfers.isStuck(place));
  /** One has come to an end, whichever: those that waited for it look whether it is their turn. */
  function transferEnded(place: MediaPlace): void {
    sweepUnlessOver();
    room.look();
    for (const next of sendingOrder.next(place)) transfers.want(next);
  }
  const { fail, onFault } = createMediaFaults({
    core,
    folder: parts.folder,
    mediaAt,
    update,
    queued: (conversation) => outlets.queued(conversation),
    sweep: sweepUnlessOver,
  });
  const sealing = createSealing({
    worker,
    pause: () =>
      new Promise((resolve, reject) => {
        const stop = (): void => reject(new Fault('stopped'));
        waiters.add(stop);
        clock.after(LEND_AGAIN_MS, () => {
          waiters.delete(stop);
          resolve();
        });
      }),
    sealed,
    failed: (place, { code }) => fail(place, code),
    ended(place, file) {
      room.left(file, 0);
      drafts.ended(place);
      transferEnded(place);
    },
    trouble: ({ code }) => core.trouble(code),
  });
  const transfers = createTransfers({
    clock,
    isUp: () => requests !== undefined && !stopped,
    run,
    onFault,
    ended: transferEnded,
    trouble(fault) {
      // Deleted meanwhile.
      if (fault.code !== 'no-such-message') core.trouble(fault.code);
    },
  });

  function tell(place: MediaPlace, done: number, total: number): void {
    const key = keyOf(place);
    const now = clock.now();
    const before = told.get(key);
    // Something went through: what fails next is tried again soon.
    if (before && done > before.done) transfers.progressed(place);
    if (done < total && before && now - before.at < PROGRESS_MS) return;
    told.set(key, { at: now, done });
    if (done >= total) told.delete(key);
    core.emit({ type: 'transfer', ...place, done, total });
  }

  async function mediaAt({ conversation, order }: MediaPlace): Promise<[MediaBody, Message]> {
    const message = await loadMessage(core, conversation, order);
    if (message.body.kind !== 'media') throw new Fault('no-such-message');
    return [message.body, message];
  }

  /** Changes an attachment as it is now, under its chat's lock. */
  async function update(
    place: MediaPlace,
    change: (body: MediaBody, message: Message) => MediaBody | undefined,
    also: (changes: Changes, message: Message) => Promise<void> | void = () => undefined,
  ): Promise<void> {
    await mutex.hold([peerOf(place.conversation)], async () => {
      const [before, message] = await mediaAt(place);
      const body = change(before, message);
      if (!body) return;
      const changes = beginChanges(core);
      const next = { ...message, body };
      changeMessage(core, changes, next);
      await also(changes, next);
      await changes.commit('strict');
    });
  }

  /** True when nothing goes to this person or comes from them. */
  function isBarred(conversation: ConversationId): boolean {
    const standing = standingOf(core, conversation);
    return standing === 'blocked' || standing === 'request';
  }

  /** The person ends the upload of an attachment: whoever asked for it once more hears that it does not come. */
  function refuseResend(changes: Changes, message: Message): void {
    if (wasSent(message) && !isBarred(message.conversation)) refuseAgain(core, changes, message);
  }

  async function sealed(place: MediaPlace, digests: Bytes): Promise<void> {
    const notes = isNotes(core, place.conversation);
    await update(place, (now) => ({
      ...now,
      attachment: { ...now.attachment, blob: blobIdOfDigests(digests) },
      bytes: sealedSize(now.attachment.size),
      stage: notes ? 'here' : 'uploading',
    }));
    if (!notes) transfers.want(place);
  }

  function workOn(place: MediaPlace, signal: AbortSignal): MediaWork {
    return {
      core,
      parts,
      worker,
      room,
      signal,
      requests() {
        if (!requests) throw new Fault('offline', 'on-reconnect');
        return requests;
      },
      progress: (done, total) => tell(place, done, total),
      update: (change, also) => update(place, change, also),
      body: async () => (await mediaAt(place))[0],
    };
  }

  async function run(place: MediaPlace, signal: AbortSignal): Promise<void> {
    const [{ stage, paused }, { state }] = await mediaAt(place);
    if (paused) return;
    const { conversation } = place;
    if (stage === 'uploading' && state !== 'failed') {
      if (isBarred(conversation)) throw new Fault('blocked');
      const isItsTurn = async (): Promise<boolean> =>
        state !== 'sending' || !(await sendingOrder.mustWait(place));
      const sent = await upload(workOn(place, signal), isItsTurn, async (changes, message) => {
        const isFirst = message.state === 'sending';
        // Blocked in the meantime: the relay has bytes that nobody can open, and forgets them.
        if (isBarred(conversation)) {
          if (isFirst)
            changeMessage(core, changes, { ...message, state: 'failed', failure: 'blocked' });
        } else if (isFirst) await outlets.enqueue(changes, message);
        else enqueueAgain(changes, message);
      });
      if (sent) outlets.queued(conversation);
    } else if (stage === 'fetching') {
      if (isBarred(conversation)) throw new Fault('blocked');
      await download(workOn(place, signal));
    }
  }

  /** Does something with each attachment of a stage; one that cannot be read holds up no other. */
  async function forEach(
    range:
      | { readonly index: 'byStage'; readonly equals: readonly [string] }
      | { readonly equals: readonly [string] },
    act: (place: MediaPlace, file: string) => Promise<void> | void,
  ): Promise<void> {
    for (const { conversation, order, file } of await store.list('attachments', range)) {
      try {
        await act({ conversation, order }, file);
      } catch (error) {
        if (!isFault(error)) throw error;
      }
    }
  }

  /** Everything that was under way, as the disk tells. */
  async function wantAll(): Promise<void> {
    for (const stage of ['uploading', 'fetching'] as const)
      await forEach({ index: 'byStage', equals: [stage] }, (place) => transfers.want(place));
  }

  /** What was being sealed when the engine ended: its source is gone, and it is never sealed twice under one secret. */
  async function failLeftBehind(): Promise<void> {
    await forEach({ index: 'byStage', equals: ['staging'] }, async (place, file) => {
      if (file !== '' && !sealing.placeOf(file)) await fail(place, 'file-changed');
    });
    sweepUnlessOver();
  }

  const quietly = (work: Promise<void>): void => {
    void work.catch((error: unknown) => void (isFault(error) || core.trouble('internal')));
  };
  const starting = failLeftBehind().catch((error: unknown) => {
    if (!isFault(error)) core.trouble('internal');
  });
  const drafts = createMediaDrafts({
    core,
    folder: parts.folder,
    room,
    sealing,
    starting,
    sweep: sweepUnlessOver,
  });

  /** The file of an attachment that is here, and its type. Throws Fault `blob-gone`. */
  async function fileAt(place: MediaPlace): Promise<[SealedFile, string]> {
    const [{ stage, file, attachment }] = await mediaAt(place);
    const { secret, size, type } = attachment;
    const isWhole = stage === 'here' || stage === 'uploading';
    const sealed = isWhole && file ? await parts.folder.read(file) : undefined;
    if (!sealed) throw new Fault('blob-gone');
    return [{ sealed, secret, size }, type];
  }

  async function resume(place: MediaPlace): Promise<void> {
    await update(place, ({ paused: _, fault: __, ...body }, message) => {
      if (message.sender === core.ownId) return body;
      if (isBarred(place.conversation)) throw new Fault('blocked');
      if (body.stage !== 'remote' && body.stage !== 'removed' && body.stage !== 'gone') return body;
      return { ...body, stage: 'fetching', file: body.file ?? toHex(random(NAME_BYTES)) };
    });
    transfers.want(place);
  }

  async function fetchByRule(place: MediaPlace, { attachment }: MediaBody): Promise<void> {
    const metered = parts.isMetered?.() ?? false;
    if (isFetched(await readDownloadRules(core), attachment, metered)) await resume(place);
  }

  return {
    draftFiles: drafts.draftFiles,
    draftFile: drafts.draftFile,
    async attach(conversation, source, hints, caption, draft) {
      if (source.size > MAX_ATTACHMENT_BYTES) throw new Fault('too-large');
      if (utf8(caption).length > MAX_TEXT_BYTES) throw new Fault('message-too-large');
      const file = toHex(random(NAME_BYTES));
      await room.need(file, sealedSize(source.size));
      const attached = mutex.hold([peerOf(conversation)], async () => {
        if (isBarred(conversation)) throw new Fault('blocked');
        const changes = beginChanges(core);
        const body: MediaBody = {
          kind: 'media',
          attachment: {
            ...fittingMeasures(hints),
            name: fileName(hints.name),
            type: mediaType(hints.type),
            size: source.size,
            secret: random(32),
            deleteKey: random(32),
          },
          caption: caption.toWellFormed(),
          stage: 'staging',
          file,
          bytes: 0,
        };
        const order = changes.nextOrder();
        const id = newMessageId(random);
        addMessage(core, changes, {
          conversation,
          order,
          id,
          sender: ownId(core),
          device: FIRST_DEVICE,
          state: isNotes(core, conversation) ? 'note' : 'sending',
          body,
          sentAt: clock.now(),
        });
        if (draft) await drafts.sent(changes, { conversation, order }, draft);
        await changes.commit('strict');
        sealing.begin({ conversation, order }, body, source);
        return { order, id };
      });
      void attached.catch(() => room.left(file, 0));
      return attached;
    },

    resume,

    async pause(place, drop) {
      const same = (other: MediaPlace): boolean => keyOf(other) === keyOf(place);
      // Written first, so that nothing begins it again meanwhile.
      await update(
        place,
        (body, message) => {
          if (body.stage !== 'uploading' && body.stage !== 'fetching') return undefined;
          // What was to be sent again was sent once: whoever wants it may ask another time.
          return wasSent(message) ? { ...body, stage: 'here' } : { ...body, paused: true };
        },
        refuseResend,
      );
      outlets.queued(place.conversation);
      await Promise.all([transfers.cancel(same), sealing.cancel(same)]);
      transferEnded(place);
      if (!drop) return;
      await update(place, ({ paused: _, fault: __, asked: ___, ...body }) =>
        body.stage === 'fetching' ? { ...withoutFile(body), stage: 'remote' } : undefined,
      );
      sweepUnlessOver();
    },

    async open(place) {
      const [file, type] = await fileAt(place);
      return openSealed(file, type);
    },
    async read(place, from, to) {
      const [file] = await fileAt(place);
      return readSealed(file, from, to);
    },

    async remove(place) {
      const [, { state }] = await mediaAt(place);
      if (state === 'sending') return;
      await transfers.cancel((other) => keyOf(other) === keyOf(place));
      let wasUploading = false;
      await update(
        place,
        ({ asked: _, fault: __, ...body }) => {
          wasUploading = body.stage === 'uploading';
          return { ...withoutFile(body), stage: 'removed' };
        },
        (changes, message) => {
          if (wasUploading) refuseResend(changes, message);
        },
      );
      outlets.queued(place.conversation);
      sweepUnlessOver();
    },

    markPlayed: (place) =>
      update(place, (body, { sender }) =>
        body.played || sender === core.ownId ? undefined : { ...body, played: true },
      ),

    up(given) {
      requests = given;
      room.look();
      quietly(starting.then(wantAll));
    },
    down() {
      requests = undefined;
      transfers.cancelAll();
    },
    tabCame() {
      room.look();
      if (requests) quietly(wantAll());
    },

    arrived(messages) {
      for (const { conversation, order, body } of messages) {
        if (body.kind !== 'media' || body.stage !== 'remote') continue;
        if (core.state.contacts.get(peerOf(conversation))?.standing !== 'accepted') continue;
        quietly(fetchByRule({ conversation, order }, body));
      }
    },
    goOn: (place) => transfers.want(place),
    forget({ conversation, order }) {
      if (order === undefined) drafts.forget(conversation);
      const matches = (place: MediaPlace): boolean =>
        place.conversation === conversation && (order === undefined || place.order === order);
      quietly(
        Promise.all([transfers.cancel(matches), sealing.cancel(matches)]).then(() =>
          transferEnded({ conversation, order: order ?? 0 }),
        ),
      );
    },
    async block(conversation) {
      const matches = (place: MediaPlace): boolean => place.conversation === conversation;
      await Promise.all([transfers.cancel(matches), sealing.cancel(matches)]);
      await forEach({ equals: [conversation] }, async (place) => {
        const [{ stage }, { state }] = await mediaAt(place);
        if (stage === 'uploading' && state !== 'failed') await fail(place, 'blocked');
      });
    },
    async erase() {
      await Promise.all([transfers.cancel(() => true), sealing.cancel(() => true)]);
      for (const name of await parts.folder.names())
        await parts.folder.remove(name).catch(() => undefined);
    },
    stop() {
      stopped = true;
      transfers.cancelAll();
      for (const stop of waiters) stop();
      worker.stop();
    },
    async settled() {
      await starting;
      await transfers.settled();
      await sealing.settled();
      await drafts.settled();
      await files.settled();
    },
  };
}
