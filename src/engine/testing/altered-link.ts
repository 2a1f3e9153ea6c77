/**
 * A Link on whose frames a test lays its hands: it may drop, change or answer any of them, and count what passes.
 * For a relay that lies in one certain way; for everything at once see hostile-link.ts.
 */
import { type DropSocket, type Link, type MailboxSocket } from '../../net/link.ts';
import {
  type DropReply,
  type DropRequest,
  type MailboxReply,
  type MailboxRequest,
} from '../../wire/frames.ts';

/** Each gives what passes on, or undefined to drop it. `answer` hands a reply to the engine instead of the relay. */
export interface Alterations {
  toMailbox?: (
    frame: MailboxRequest,
    answer: (reply: MailboxReply) => void,
  ) => MailboxRequest | undefined;
  fromMailbox?: (frame: MailboxReply) => MailboxReply | undefined;
  toDrop?: (frame: DropRequest, answer: (reply: DropReply) => void) => DropRequest | undefined;
  fromDrop?: (frame: DropReply) => DropReply | undefined;
  onOpen?: () => void;
}

/** Wraps `link`; `alterations` may be changed at any time, and are asked frame by frame. */
export function alteredLink(link: Link, alterations: Alterations): Link {
  return {
    async openMailbox(events): Promise<MailboxSocket> {
      alterations.onOpen?.();
      const socket = await link.openMailbox({
        onFrame(frame) {
          const passed = alterations.fromMailbox ? alterations.fromMailbox(frame) : frame;
          if (passed) events.onFrame(passed);
        },
        onClose: () => events.onClose(),
      });
      return {
        hello: socket.hello,
        send(frame) {
          const answer = (reply: MailboxReply): void =>
            queueMicrotask(() => void events.onFrame(reply));
          const passed = alterations.toMailbox ? alterations.toMailbox(frame, answer) : frame;
          if (passed) socket.send(passed);
        },
        pulse: () => socket.pulse(),
        keepAlive: () => socket.keepAlive(),
        close: () => socket.close(),
        buffered: 0,
      };
    },
    async openDrop(events): Promise<DropSocket> {
      const socket = await link.openDrop({
        onFrame(frame) {
          const passed = alterations.fromDrop ? alterations.fromDrop(frame) : frame;
          if (passed) events.onFrame(passed);
        },
        onClose: () => events.onClose(),
      });
      return {
        hello: socket.hello,
        send(frame) {
          const answer = (reply: DropReply): void =>
            queueMicrotask(() => void events.onFrame(reply));
          const passed = alterations.toDrop ? alterations.toDrop(frame, answer) : frame;
          if (passed) socket.send(passed);
        },
        keepAlive: () => socket.keepAlive(),
        close: () => socket.close(),
        buffered: 0,
      };
    },
  };
}
