/**
 * Calls of the engine in memory: what the interface shows of one can be brought about from the console and from tests.
 * Nobody is connected: a call that is made here rings for as long as nobody ends it.
 */
import {
  type CallBody,
  type CallEnd,
  type CallEvent,
  type CallView,
  type TurnServers,
} from '../../engine/api.ts';
import { Fault } from '../../lib/fault.ts';
import { type ConversationId, type MessageId } from '../../lib/ids.ts';
import { type Methods } from './fake-answers.ts';

type Answers = Pick<
  Methods,
  | 'turnServers'
  | 'startCall'
  | 'acceptCall'
  | 'endCall'
  | 'signalCall'
  | 'callConnected'
  | 'muteCall'
>;

/** What a developer or a test may do to calls. */
export interface CallControls {
  /** The other side calls. */
  ring(conversation: ConversationId, direct?: boolean): void;
  /** The call that is going on goes on in some other way; without one, it is another tab's. */
  changeCall(conversation: ConversationId, change: Partial<CallView>): void;
  /** The call that is going on ends. */
  endCallAs(outcome: CallEnd['outcome'], duration?: number): void;
  /** The relay lends these from now on. */
  lend(urls: readonly string[]): void;
}

/** What this needs of the rest of the engine. */
interface World {
  readonly nameOf: (conversation: ConversationId) => string;
  /** Puts what became of a call into its chat. */
  readonly write: (conversation: ConversationId, own: boolean, body: CallBody) => void;
  readonly emit: (event: CallEvent) => void;
}

/** No call yet, and no TURN server. */
export function createFakeCalls({ nameOf, write, emit }: World): {
  readonly answers: Answers;
  readonly controls: CallControls;
} {
  let call: CallView | undefined;
  let servers: TurnServers = { urls: [], username: '', credential: '' };
  let serial = 1;

  function begin(conversation: ConversationId, change: Partial<CallView>): CallView {
    return {
      id: String(serial++).padStart(32, 'c') as MessageId,
      conversation,
      name: nameOf(conversation),
      outgoing: false,
      video: false,
      direct: false,
      phase: 'ringing',
      here: false,
      muted: false,
      ...change,
    };
  }

  function put(next: CallView): CallView {
    call = next;
    emit({ type: 'call', call });
    return next;
  }

  function end(outcome: CallEnd['outcome'], duration?: number): void {
    const over = call;
    if (!over) return;
    call = undefined;
    const how = { outcome, ...(duration !== undefined && { duration }) };
    emit({ type: 'call', ended: { id: over.id, ...how } });
    write(over.conversation, over.outgoing, { kind: 'call', video: over.video, ...how });
  }

  function live(id: MessageId): CallView {
    if (call?.id !== id) throw new Fault('call-over');
    return call;
  }

  return {
    answers: {
      turnServers: () => servers,
      startCall({ conversation, video, direct }) {
        if (call) throw new Fault('in-a-call');
        return put(begin(conversation, { outgoing: true, here: true, video, direct }));
      },
      acceptCall: ({ id }) => put({ ...live(id), phase: 'connecting', here: true }),
      endCall({ id, how }) {
        if (call?.id !== id) return null;
        if (call.since !== undefined) end('talked', Math.max(0, Date.now() - call.since));
        else end(how === 'decline' ? 'declined' : how === 'failed' ? 'failed' : 'cancelled');
        return null;
      },
      signalCall: () => null,
      callConnected({ id }) {
        put({ ...live(id), phase: 'talking', since: Date.now() });
        return null;
      },
      muteCall({ id, muted }) {
        put({ ...live(id), muted });
        return null;
      },
    },
    controls: {
      ring: (conversation, direct = false) => void put(begin(conversation, { direct })),
      changeCall: (conversation, change) =>
        void put({ ...(call ?? begin(conversation, {})), ...change }),
      endCallAs: end,
      lend: (urls) => (servers = { urls, username: 'leave', credential: 'leave' }),
    },
  };
}
