/**
 * A call as the tab that carries it lives through it: from what happens to what is to be done, one step at a time.
 * Pure: it touches no microphone, connection or engine. docs/calls.md, "A call, step by step".
 */
import { type FaultCode } from '../lib/fault.ts';

/** Where the call stands. `asking`: the person is asked for the microphone. */
export type CallState =
  | { readonly at: 'asking'; readonly role: CallRole }
  | { readonly at: 'ringing'; readonly role: CallRole }
  /** `open`: there is a connection in the making. */
  | { readonly at: 'connecting'; readonly role: CallRole; readonly open: boolean }
  | { readonly at: 'talking'; readonly role: CallRole; readonly troubled: boolean }
  | { readonly at: 'over'; readonly why?: FaultCode };

/** Who rang, and who accepts and therefore makes the offer. */
export type CallRole = 'caller' | 'acceptor';

export type CallHappening =
  | { readonly type: 'microphone' }
  | { readonly type: 'no-microphone'; readonly code: FaultCode }
  /** The engine took the call, or did not. */
  | { readonly type: 'engine-ready' }
  | { readonly type: 'engine-refused'; readonly code: FaultCode }
  /** Both called at once, and this side answers the other's call now. */
  | { readonly type: 'turned' }
  | { readonly type: 'offer' }
  | { readonly type: 'connected' }
  /** Nothing is heard of the other side for a moment; and again. */
  | { readonly type: 'stalled' }
  | { readonly type: 'flowing' }
  | { readonly type: 'peer-closed'; readonly code: FaultCode | undefined }
  | { readonly type: 'bad-signal' }
  /** The person ends it, or the engine says that it is over. */
  | { readonly type: 'hangup' }
  | { readonly type: 'ended' };

/** What is to be done, in order. */
export type CallDeed =
  | 'start-at-engine'
  | 'accept-at-engine'
  | 'open-peer-offering'
  | 'open-peer-answering'
  | 'take-signals'
  | 'tell-connected'
  | 'restart'
  | 'tell-hangup'
  | 'tell-failed'
  | 'let-go';

export interface CallStep {
  readonly state: CallState;
  readonly deeds: readonly CallDeed[];
}

function over(deeds: readonly CallDeed[], why?: FaultCode): CallStep {
  return { state: { at: 'over', ...(why && { why }) }, deeds: [...deeds, 'let-go'] };
}

/** What follows when something happens. What has no meaning in a state changes nothing. */
export function nextStep(state: CallState, happening: CallHappening): CallStep {
  const stay: CallStep = { state, deeds: [] };
  if (state.at === 'over') return stay;
  const { role } = state;
  // The engine knows of it once the caller rang, or the acceptor accepted.
  const isKnown = state.at !== 'asking';
  switch (happening.type) {
    case 'microphone':
      if (state.at !== 'asking') return stay;
      return role === 'caller'
        ? { state: { at: 'ringing', role }, deeds: ['start-at-engine'] }
        : { state: { at: 'connecting', role, open: false }, deeds: ['accept-at-engine'] };
    case 'no-microphone':
      // One that rings here goes on ringing: the person may find the microphone, or decline.
      return state.at === 'asking' ? over([], happening.code) : stay;
    case 'engine-ready':
      return state.at === 'connecting' && !state.open
        ? {
            state: { ...state, open: true },
            deeds: ['open-peer-offering', 'take-signals'],
          }
        : stay;
    case 'engine-refused':
      return over([], happening.code);
    case 'turned':
      return state.at === 'ringing'
        ? {
            state: { at: 'connecting', role: 'acceptor', open: true },
            deeds: ['open-peer-offering', 'take-signals'],
          }
        : stay;
    case 'offer':
      if (state.at === 'ringing')
        return {
          state: { at: 'connecting', role, open: true },
          deeds: ['open-peer-answering', 'take-signals'],
        };
      return { state, deeds: ['take-signals'] };
    case 'connected':
      return state.at === 'connecting'
        ? { state: { at: 'talking', role, troubled: false }, deeds: ['tell-connected'] }
        : stay;
    case 'stalled':
      return state.at === 'talking'
        ? { state: { at: 'talking', role, troubled: true }, deeds: ['restart'] }
        : stay;
    case 'flowing':
      return state.at === 'talking' && state.troubled
        ? { state: { at: 'talking', role, troubled: false }, deeds: [] }
        : stay;
    case 'peer-closed':
      // Closed in peace: the other side hung up, and says so by the relay as well.
      return happening.code ? over(['tell-failed'], happening.code) : over(['tell-hangup']);
    case 'bad-signal':
      return over(['tell-failed'], 'bad-call-signal');
    case 'hangup':
      return over(isKnown ? ['tell-hangup'] : []);
    case 'ended':
      return over([]);
  }
}
