/**
 * What becomes of an attachment when something stands in the way: what is tried again, what is held until there is
 * room or somebody asks, and what has come to nothing and is told. Knows no bytes.
 */
import { type Fault, type FaultCode } from '../lib/fault.ts';
import { type ConversationId } from '../lib/ids.ts';
import { type Changes } from './changes.ts';
import { changeMessage } from './conversations.ts';
import { type Core } from './core.ts';
import { enqueueAsk, refuseAgain, wasSent } from './media-again.ts';
import { type MediaParts, type MediaPlace } from './media-work.ts';
import { type MediaBody } from './records/media-body.ts';
import { type Message } from './records/message.ts';

export interface MediaFaultParts {
  readonly core: Core;
  readonly folder: MediaParts['folder'];
  /** The attachment there, and its message. Throws Fault `no-such-message`. */
  readonly mediaAt: (place: MediaPlace) => Promise<[MediaBody, Message]>;
  /** Changes an attachment as it is now, and what goes with it. */
  readonly update: (
    place: MediaPlace,
    change: (body: MediaBody, message: Message) => MediaBody | undefined,
    also?: (changes: Changes, message: Message) => Promise<void> | void,
  ) => Promise<void>;
  /** Something may have been queued in this chat. */
  readonly queued: (conversation: ConversationId) => void;
  /** A file may be in no row any more. */
  readonly sweep: () => void;
}

export interface MediaFaults {
  /** An own message will not go out: it says why. What is not whole or not right here goes. */
  readonly fail: (place: MediaPlace, code: FaultCode) => Promise<void>;
  /** Notes what stood in the way of a transfer; true when it is tried again. */
  readonly onFault: (place: MediaPlace, fault: Fault) => Promise<boolean>;
}

/** The attachment without its file, which is swept away once that is written. */
export function withoutFile({ file: _, ...body }: MediaBody): MediaBody {
  return { ...body, bytes: 0 };
}

/** What makes an end of a download; the person may begin another. */
const ends: readonly FaultCode[] = [
  'blob-gone',
  'bad-blob',
  'blocked',
  'not-enough-room',
  // What has come so far is given back: on a full disk not even messages can be kept.
  'storage-full',
];

export function createMediaFaults(parts: MediaFaultParts): MediaFaults {
  const { core, mediaAt, update, queued, sweep } = parts;

  async function fail(place: MediaPlace, code: FaultCode): Promise<void> {
    await update(
      place,
      (body, message) => {
        const isSpoilt = body.stage === 'staging' || code === 'file-changed';
        const rest = isSpoilt ? withoutFile(body) : body;
        if (!wasSent(message)) return { ...rest, fault: code };
        return { ...rest, stage: isSpoilt ? 'removed' : 'here' };
      },
      (changes, message) => {
        if (message.state === 'sending')
          changeMessage(core, changes, { ...message, state: 'failed', failure: code });
        // It was uploaded again for somebody who waits for it.
        else if (code !== 'blocked' && wasSent(message)) refuseAgain(core, changes, message);
      },
    );
    queued(place.conversation);
    sweep();
  }

  function note(place: MediaPlace, code: FaultCode): Promise<void> {
    return update(place, (body) => (body.fault === code ? undefined : { ...body, fault: code }));
  }

  async function onUploadFault(place: MediaPlace, code: FaultCode): Promise<boolean> {
    if (code === 'file-changed' || code === 'too-large' || code === 'blocked') {
      await fail(place, code);
      return false;
    }
    await note(place, code);
    return true;
  }

  /** True when some of it has come. */
  async function isPartlyHere({ file }: MediaBody): Promise<boolean> {
    return file !== undefined && ((await parts.folder.read(file))?.size ?? 0) > 0;
  }

  async function onDownloadFault(
    place: MediaPlace,
    code: FaultCode,
    before: MediaBody,
  ): Promise<boolean> {
    if (code === 'storage-full') core.trouble(code);
    if (!ends.includes(code)) {
      await note(place, code);
      return true;
    }
    // Nobody fetches twice what was fetched: it is held until the next start, or until it is asked for.
    if (code === 'not-enough-room' && (await isPartlyHere(before))) {
      await note(place, code);
      return false;
    }
    let asks = false;
    await update(
      place,
      ({ asked, ...body }) => {
        const isGone = code === 'blob-gone';
        asks = asked === 0 && isGone;
        const rest = { ...withoutFile(body), fault: code };
        if (!isGone) return { ...rest, stage: 'remote' };
        return { ...rest, stage: 'gone', ...(asked && { asked }) };
      },
      (changes, message) => {
        if (asks) enqueueAsk(core, changes, message);
      },
    );
    queued(place.conversation);
    sweep();
    return false;
  }

  return {
    fail,
    async onFault(place, { code }) {
      switch (code) {
        case 'cancelled':
        case 'no-such-message':
        case 'no-such-chat':
        case 'fenced':
        case 'storage-closed':
        case 'stopped':
          return false;
        case 'offline':
        case 'timeout':
        case 'no-tab':
        case 'port-closed':
          return true;
        default:
      }
      const [body, { sender }] = await mediaAt(place);
      return sender === core.ownId
        ? onUploadFault(place, code)
        : onDownloadFault(place, code, body);
    },
  };
}
