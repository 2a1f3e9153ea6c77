/**
 * Attachments from the choice of a file to the bytes on the other side's screen: sealed here into a file by a lent
 * worker, uploaded, and only then does the message leave; fetched in parts, checked, kept sealed. What is under way
 * goes on after any interruption from what is on the disk. Which parts do the work: media-upload.ts, media-download.ts.
 * docs/protocol.md, "Media".
 */
import { padme } from '../crypto/padme.ts';
import { toHex, utf8 } from '../lib/bytes.ts';
import { Fault, isFault, toFault } from '../lib/fault.ts';
import { type ConversationId, FIRST_DEVICE, type MessageId, peerOf } from '../lib/ids.ts';
import { type MailboxRequests } from '../net/requests.ts';
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
import { download } from './media-download.ts';
import { upload } from './media-upload.ts';
import {
  blobIdOfDigests,
  type MediaParts,
  type MediaPlace,
  type MediaWork,
  openSealed,
  sealedSize,
} from './media-work.ts';
import { createMediaWorker } from './media-worker.ts';
import { newMessageId } from './message-id.ts';
import { type MediaBody } from './records/media-body.ts';
import { type Message } from './records/message.ts';

export interface Media {
  /** Stores a message with a file and begins to seal it. Faults as in EngineApi.attach. */
  attach(
    conversation: ConversationId,
    source: Blob,
    hints: AttachmentHints,
    caption: string,
  ): Promise<{ order: number; id: MessageId }>;
  /** Fetches, or goes on with what was paused. */
  resume(place: MediaPlace): Promise<void>;
  pause(place: MediaPlace): Promise<void>;
  /** The bytes of an attachment that is here. */
  open(place: MediaPlace): Promise<Blob>;
  /** Deletes the bytes here. */
  remove(place: MediaPlace): Promise<void>;
  /** The relay can be reached. */
  up(requests: MailboxRequests): void;
  down(): void;
  /** A tab came, which can lend a worker. */
  tabCame(): void;
  /** Messages came: what the rules allow is fetched by itself. */
  arrived(messages: readonly Message[]): void;
  /** Goes on with a transfer that the disk says is under way. */
  goOn(place: MediaPlace): void;
  /** A message was deleted: its transfer ends, and its file goes. */
  forget(place: MediaPlace): void;
  /** Messages or chats were deleted: files without a row go. */
  sweep(): void;
  stop(): void;
  settled(): Promise<void>;
}

/** Transfers at the same time. */
const MOST_TRANSFERS = 3;
const RETRY_FIRST_MS = 5_000;
const RETRY_LONGEST_MS = 10 * 60_000;
/** What is fetched by itself: forms that are looked at or listened to at once, up to this size. */
const FETCHED_BYTES = 16 * 1024 * 1024;
const fetchedForms = new Set(['image', 'gif', 'sticker', 'voice']);
/** Bytes of a file's random name. */
const NAME_BYTES = 16;
/** How often the tabs are told of progress, ms. */
const PROGRESS_MS = 100;

const keyOf = ({ conversation, order }: MediaPlace): string => `${conversation}/${order}`;

/** The attachment without its file, which is swept away once that is written. */
function withoutFile({ file: _, ...body }: MediaBody): MediaBody {
  return { ...body, bytes: 0 };
}

/** What media asks of the rest of the engine. */
export interface MediaOutlets {
  /** Queues what a message says, in the unit of work that makes it ready. */
  enqueue(changes: Changes, message: Message): Promise<void>;
  /** A message was queued in this chat. */
  queued(conversation: ConversationId): void;
}

/** The attachments of one engine. */
export function createMedia(core: Core, parts: MediaParts, outlets: MediaOutlets): Media {
  const { mutex, store, clock, random } = core;
  const transfers = new Map<string, { cancel: AbortController; done: Promise<void> }>();
  const waiting = new Map<string, MediaPlace>();
  const retries = new Map<string, { cancel: () => void; wait: number }>();
  const staging = new Map<string, { place: MediaPlace; cancel: () => void; done: Promise<void> }>();
  let requests: MailboxRequests | undefined;
  let stopped = false;
  let sweeping: Promise<void> | undefined;
  let sweepAgain = false;

  const worker = createMediaWorker(parts.lendWorker, ({ name, done }) => {
    const found = staging.get(name);
    if (found) void tellStaged(found.place, done);
  });
  const told = new Map<string, number>();
  /** How far each transfer had come when it was last told. */
  const reached = new Map<string, number>();

  function tell(place: MediaPlace, done: number, total: number): void {
    const key = keyOf(place);
    const now = clock.now();
    if (done < total && now - (told.get(key) ?? 0) < PROGRESS_MS) return;
    told.set(key, now);
    if (done >= total) told.delete(key);
    core.emit({ type: 'transfer', ...place, done, total });
  }

  async function tellStaged(place: MediaPlace, done: number): Promise<void> {
    const size = sizes.get(keyOf(place));
    if (size !== undefined) tell(place, done, size);
  }
  const sizes = new Map<string, number>();

  /** Changes an attachment as it is now, under its chat's lock. */
  async function update(
    { conversation, order }: MediaPlace,
    change: (body: MediaBody, message: Message) => MediaBody | undefined,
    also: (changes: Changes, message: Message) => Promise<void> | void = () => undefined,
  ): Promise<void> {
    await mutex.hold([peerOf(conversation)], async () => {
      const message = await loadMessage(core, conversation, order);
      if (message.body.kind !== 'media') throw new Fault('no-such-message');
      const body = change(message.body, message);
      if (!body) return;
      const changes = beginChanges(core);
      const next = { ...message, body };
      changeMessage(core, changes, next);
      await also(changes, next);
      await changes.commit('strict');
    });
  }

  async function bodyAt({ conversation, order }: MediaPlace): Promise<MediaBody> {
    const { body } = await loadMessage(core, conversation, order);
    if (body.kind !== 'media') throw new Fault('no-such-message');
    return body;
  }

  function workOn(place: MediaPlace, signal: AbortSignal): MediaWork {
    return {
      core,
      parts,
      worker,
      signal,
      requests() {
        if (!requests) throw new Fault('offline', 'on-reconnect');
        return requests;
      },
      progress(done, total) {
        // Something went through: what fails next is tried again soon.
        const key = keyOf(place);
        if (done > (reached.get(key) ?? 0)) retries.delete(key);
        reached.set(key, done);
        tell(place, done, total);
      },
      update: (change, also) => update(place, change, also),
      body: () => bodyAt(place),
    };
  }

  async function run(place: MediaPlace, signal: AbortSignal): Promise<void> {
    const work = workOn(place, signal);
    const { stage } = await work.body();
    if (stage === 'uploading') {
      await upload(work, (changes, message) => outlets.enqueue(changes, message));
      outlets.queued(place.conversation);
    } else if (stage === 'fetching') await download(work);
  }

  async function onFault(place: MediaPlace, fault: Fault): Promise<void> {
    switch (fault.code) {
      case 'cancelled':
      case 'no-such-message':
      case 'fenced':
      case 'storage-closed':
      case 'stopped':
        return;
      case 'offline':
      case 'timeout':
      case 'no-tab':
      case 'port-closed':
        // Goes on when the relay or a tab is there again; a relay that is there and did not answer is asked again.
        if (requests && fault.code !== 'no-tab') retryLater(place);
        return;
      case 'blob-gone':
      case 'bad-blob': {
        const stage = fault.code === 'blob-gone' ? 'gone' : 'remote';
        await update(place, (body) => ({ ...withoutFile(body), stage, fault: fault.code }));
        return sweep();
      }
      case 'too-large':
        return update(
          place,
          (body) => ({ ...body, fault: fault.code }),
          (changes, message) =>
            changeMessage(core, changes, { ...message, state: 'failed', failure: fault.code }),
        );
      default:
        if (fault.code === 'storage-full') core.trouble(fault.code);
        await update(place, (body) =>
          body.fault === fault.code ? undefined : { ...body, fault: fault.code },
        );
        retryLater(place);
    }
  }

  function retryLater(place: MediaPlace): void {
    const key = keyOf(place);
    const wait = Math.min(RETRY_LONGEST_MS, (retries.get(key)?.wait ?? RETRY_FIRST_MS / 2) * 2);
    retries.get(key)?.cancel();
    retries.set(key, { wait, cancel: clock.after(wait, () => want(place)) });
  }

  function start(place: MediaPlace): void {
    const key = keyOf(place);
    waiting.delete(key);
    const cancel = new AbortController();
    const done = run(place, cancel.signal)
      .then(() => {
        retries.delete(key);
        reached.delete(key);
      })
      .catch((error: unknown) => onFault(place, toFault(error)))
      .catch((error: unknown) => {
        // Deleted meanwhile, or an engine that ends.
        if (!isFault(error, 'no-such-message')) core.trouble(toFault(error).code);
      })
      .finally(() => {
        transfers.delete(key);
        startNext();
      });
    transfers.set(key, { cancel, done });
  }

  function startNext(): void {
    if (stopped || !requests) return;
    for (const place of waiting.values()) {
      if (transfers.size >= MOST_TRANSFERS) return;
      if (!transfers.has(keyOf(place))) start(place);
    }
  }

  /** Runs a transfer as soon as there is a place for it. */
  function want(place: MediaPlace): void {
    waiting.set(keyOf(place), place);
    startNext();
  }

  /** Everything that was under way, as the disk tells. */
  async function wantAll(): Promise<void> {
    for (const stage of ['uploading', 'fetching'] as const) {
      const rows = await store.list('attachments', { index: 'byStage', equals: [stage] });
      for (const { conversation, order } of rows) {
        const body = await bodyAt({ conversation, order }).catch(() => undefined);
        if (body && !body.paused) want({ conversation, order });
      }
    }
  }

  /** Seals a source into its file. Ends with a message that can be uploaded, or with one that failed. */
  async function seal(place: MediaPlace, body: MediaBody, source: Blob): Promise<void> {
    const { secret, size } = body.attachment;
    const name = body.file ?? '';
    try {
      const digests = await worker.call('seal', {
        file: { name, secret, length: padme(size) },
        source,
      });
      const notes = isNotes(core, place.conversation);
      await update(place, (now) => ({
        ...now,
        attachment: { ...now.attachment, blob: blobIdOfDigests(digests) },
        bytes: sealedSize(size),
        stage: notes ? 'here' : 'uploading',
      }));
      if (!notes) want(place);
    } catch (error) {
      const { code } = toFault(error);
      if (code === 'no-such-message' || code === 'fenced' || code === 'storage-closed') return;
      await update(
        place,
        (now) => ({ ...withoutFile(now), fault: code }),
        (changes, message) =>
          message.state === 'note'
            ? undefined
            : changeMessage(core, changes, { ...message, state: 'failed', failure: code }),
      );
      sweep();
    }
  }

  /** What was being sealed when the engine ended: its source is gone, and it is never sealed twice under one secret. */
  async function failStaged(): Promise<void> {
    const rows = await store.list('attachments', { index: 'byStage', equals: ['staging'] });
    for (const { conversation, order, file } of rows) {
      if (staging.has(file)) continue;
      await update(
        { conversation, order },
        (body) => ({ ...withoutFile(body), fault: 'file-changed' }),
        (changes, message) =>
          message.state === 'sending'
            ? changeMessage(core, changes, {
                ...message,
                state: 'failed',
                failure: 'file-changed',
              })
            : undefined,
      );
    }
  }

  async function sweepNow(): Promise<void> {
    const rows = await store.list('attachments');
    const known = new Set(rows.map(({ file }) => file));
    for (const name of await parts.folder.names())
      if (!known.has(name) && !staging.has(name)) await parts.folder.remove(name);
  }

  function sweep(): void {
    if (stopped) return;
    if (sweeping) {
      sweepAgain = true;
      return;
    }
    sweeping = sweepNow()
      // A file that stays is swept away the next time.
      .catch(() => undefined)
      .finally(() => {
        sweeping = undefined;
        if (sweepAgain) {
          sweepAgain = false;
          sweep();
        }
      });
  }

  const starting = failStaged()
    .then(() => sweep())
    .catch((error: unknown) => {
      if (!isFault(error)) core.trouble('internal');
    });

  return {
    async attach(conversation, source, hints, caption) {
      if (source.size > MAX_ATTACHMENT_BYTES) throw new Fault('too-large');
      if (utf8(caption).length > MAX_TEXT_BYTES) throw new Fault('message-too-large');
      const file = toHex(random(NAME_BYTES));
      const message = await mutex.hold([peerOf(conversation)], async () => {
        const standing = standingOf(core, conversation);
        if (standing === 'blocked' || standing === 'request') throw new Fault('blocked');
        const changes = beginChanges(core);
        const made: Message & { body: MediaBody } = {
          conversation,
          order: changes.nextOrder(),
          id: newMessageId(random),
          sender: ownId(core),
          device: FIRST_DEVICE,
          state: isNotes(core, conversation) ? 'note' : 'sending',
          body: {
            kind: 'media',
            attachment: {
              ...hints,
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
          },
          sentAt: clock.now(),
        };
        addMessage(core, changes, made);
        await changes.commit('strict');
        return made;
      });
      const place = { conversation, order: message.order };
      sizes.set(keyOf(place), padme(source.size));
      const done = seal(place, message.body, source)
        .catch((error: unknown) => core.trouble(toFault(error).code))
        .finally(() => {
          staging.delete(file);
          sizes.delete(keyOf(place));
        });
      const cancel = (): void => void worker.call('cancel', { name: file }).catch(() => undefined);
      staging.set(file, { place, cancel, done });
      return { order: message.order, id: message.id };
    },

    async resume(place) {
      await update(place, ({ paused: _, fault: __, ...body }, message) => {
        if (body.stage === 'remote' || body.stage === 'removed' || body.stage === 'gone') {
          if (message.sender === core.ownId) return undefined;
          return { ...body, stage: 'fetching', file: body.file ?? toHex(random(NAME_BYTES)) };
        }
        return body;
      });
      retries.delete(keyOf(place));
      want(place);
    },

    async pause(place) {
      const { stage, file = '' } = await bodyAt(place);
      if (stage === 'staging') return staging.get(file)?.cancel();
      waiting.delete(keyOf(place));
      retries.get(keyOf(place))?.cancel();
      const running = transfers.get(keyOf(place));
      running?.cancel.abort();
      await running?.done;
      await update(place, (body) =>
        body.stage === 'uploading' || body.stage === 'fetching'
          ? { ...body, paused: true }
          : undefined,
      );
    },

    async open(place) {
      const { stage, file, attachment } = await bodyAt(place);
      const readable = stage === 'here' || stage === 'uploading';
      const sealed = readable && file ? await parts.folder.read(file) : undefined;
      if (!sealed) throw new Fault('blob-gone');
      return openSealed(sealed, attachment.secret, attachment.size, attachment.type);
    },

    async remove(place) {
      transfers.get(keyOf(place))?.cancel.abort();
      await transfers.get(keyOf(place))?.done;
      await update(place, (body, message) =>
        message.state === 'sending' ? undefined : { ...withoutFile(body), stage: 'removed' },
      );
      sweep();
    },

    up(given) {
      requests = given;
      void starting
        .then(wantAll)
        .catch((error: unknown) => void (isFault(error) || core.trouble('internal')));
    },
    down() {
      requests = undefined;
      for (const { cancel } of retries.values()) cancel();
      retries.clear();
      for (const { cancel } of transfers.values()) cancel.abort();
    },
    tabCame() {
      if (requests) void wantAll().catch(() => undefined);
    },

    arrived(messages) {
      for (const message of messages) {
        const { conversation, order, body } = message;
        if (body.kind !== 'media' || body.stage !== 'remote') continue;
        if (core.state.contacts.get(peerOf(conversation))?.standing !== 'accepted') continue;
        const { form, size } = body.attachment;
        if (!fetchedForms.has(form) || size > FETCHED_BYTES) continue;
        void this.resume({ conversation, order }).catch(() => undefined);
      }
    },
    goOn: want,
    forget(place) {
      waiting.delete(keyOf(place));
      retries.get(keyOf(place))?.cancel();
      retries.delete(keyOf(place));
      transfers.get(keyOf(place))?.cancel.abort();
      for (const one of staging.values()) if (keyOf(one.place) === keyOf(place)) one.cancel();
      sweep();
    },
    sweep,
    stop() {
      stopped = true;
      for (const { cancel } of transfers.values()) cancel.abort();
      for (const { cancel } of retries.values()) cancel();
      worker.stop();
    },
    async settled() {
      await starting;
      await Promise.all([...transfers.values()].map(({ done }) => done));
      await Promise.all([...staging.values()].map(({ done }) => done));
      await sweeping;
    },
  };
}
