/**
 * What tabs and the engine tell each other of calls: types only, part of api.ts. The engine decides which tab carries
 * a call and tells the other side; microphones and connections are the tab's.
 */
import type { Bytes } from '../lib/bytes.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';

/** What became of a call. `ringing` stands only while it is not over. */
export type CallOutcome =
  'ringing' | 'talked' | 'missed' | 'declined' | 'busy' | 'unanswered' | 'cancelled' | 'failed';

/** A call as it stands in the chat. */
export interface CallBody {
  readonly kind: 'call';
  readonly video: boolean;
  readonly outcome: CallOutcome;
  /** How long they talked, ms. */
  readonly duration?: number;
}

/** The call that is going on; at most one. */
export interface CallView {
  /** Also the id of its row in the chat. */
  readonly id: MessageId;
  readonly conversation: ConversationId;
  /** Of the other side. */
  readonly name: string;
  readonly outgoing: boolean;
  readonly video: boolean;
  /** No TURN relay hides the addresses; the caller agreed to that. */
  readonly direct: boolean;
  /** `calling`: nobody heard of it yet; `ringing`: it rings there, or here. */
  readonly phase: 'calling' | 'ringing' | 'connecting' | 'talking';
  /** This tab carries it. */
  readonly here: boolean;
  /** When talking began, ms since 1970. */
  readonly since?: number;
  /** The own microphone is off. */
  readonly muted: boolean;
}

/** How a call ended, for whoever watched it. */
export interface CallEnd {
  readonly id: MessageId;
  readonly outcome: Exclude<CallOutcome, 'ringing'>;
  /** How long they talked, ms. */
  readonly duration?: number;
}

/** What the two tabs that carry a call exchange through their engines. Descriptions are made by calls/. */
export type CallSignalView =
  /** `round`: given by the engine to one that came, and named by its answer. */
  | { readonly type: 'offer'; readonly description: Bytes; readonly round?: number }
  | { readonly type: 'answer'; readonly description: Bytes; readonly round: number }
  | { readonly type: 'candidates'; readonly description: Bytes }
  | { readonly type: 'restart' };

/** TURN relays that hide addresses, as the own relay lends them. Empty `urls`: there are none. */
export interface TurnServers {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/** Why a person or a tab ends a call. */
export type CallEnding = 'hangup' | 'decline' | 'failed';

/** Methods of the engine about calls. */
export type CallsApi = {
  /** What was fetched when the relay was reached; no request goes out. */
  turnServers: (none: null) => TurnServers;
  /**
   * Rings at the other side; this tab carries the call. Faults `blocked` (not an accepted contact), `calls-off`,
   * `in-a-call`, `offline`.
   */
  startCall: (call: { conversation: ConversationId; video: boolean; direct: boolean }) => CallView;
  /** This tab carries the call from now on. Faults `call-over`, `call-taken`. */
  acceptCall: (call: { id: MessageId }) => CallView;
  /** Ends the call, whoever carries it; nothing happens when it is over already. */
  endCall: (call: { id: MessageId; how: CallEnding }) => null;
  /** From the tab that carries it. Fault `call-over`. */
  signalCall: (call: { id: MessageId; signal: CallSignalView }) => null;
  /** The tab that carries it hears the other side. */
  callConnected: (call: { id: MessageId }) => null;
  /** Switches the own microphone, from any tab. */
  muteCall: (call: { id: MessageId; muted: boolean }) => null;
};

export type CallEvent =
  /** The call that is going on, or that there is none any more and how the last one ended. */
  | { readonly type: 'call'; readonly call?: CallView; readonly ended?: CallEnd }
  /** To the tab that carries the call. */
  | { readonly type: 'call-signal'; readonly id: MessageId; readonly signal: CallSignalView };
