/**
 * Conducts the one call that an account can have: decides which tab carries it, tells the other side what happens,
 * and writes what became of it. Memory only, but for the row in the chat: when the engine ends, so does the call.
 * Microphones and connections are the tab's. Loaded with the first call. docs/calls.md.
 */
import { sha256 } from '../crypto/sha256.ts';
import { type Bytes, equalBytes } from '../lib/bytes.ts';
import { Fault, toFault } from '../lib/fault.ts';
import {
  type AccountId,
  type ConversationId,
  type MessageId,
  conversationWith,
  peerOf,
} from '../lib/ids.ts';
import { type CallSignal, type HangupReason } from '../protocol/call-signal.ts';
import {
  type CallEnd,
  type CallEnding,
  type CallOutcome,
  type CallSignalView,
  type CallView,
} from './api.ts';
import { type CallStep, writeCallStep } from './call-rows.ts';
import { type Core } from './core.ts';
import { type ArrivedSignal } from './kinds/arrival.ts';
import { newMessageId } from './message-id.ts';
import { type Outbox } from './outbox.ts';
import { type Tab, type Tabs } from './tabs.ts';

/** So long a call of ours rings. */
export const RING_MS = 45_000;
/** So long one rings here if nobody says that it is over: whoever rang is gone. */
const RING_HERE_MS = 60_000;
/** A tab that does not hear the other side after so long has failed, even if it does not say so. */
const CONNECT_MS = 60_000;

/** What a call that nobody talked in becomes, and what the other side is told. */
const endings: Readonly<
  Record<CallEnding, { outcome: 'cancelled' | 'declined' | 'failed'; say: HangupReason }>
> = {
  hangup: { outcome: 'cancelled', say: 'cancelled' },
  decline: { outcome: 'declined', say: 'declined' },
  failed: { outcome: 'failed', say: 'failed' },
};

interface Live {
  readonly id: MessageId;
  readonly peer: AccountId;
  readonly outgoing: boolean;
  readonly video: boolean;
  readonly direct: boolean;
  phase: CallView['phase'];
  owner?: Tab;
  since?: number;
  muted: boolean;
  /** SHA-256 of the offer that was last made here, and of the one that came last: an answer names its offer. */
  offered?: Bytes;
  received?: { readonly round: number; readonly hash: Bytes };
  /** Ends the waiting for the next phase. */
  cancel: () => void;
}

/** A step as the tab sees it. */
function viewOfSignal(
  signal: Exclude<CallSignal, { type: 'ring' | 'ringing' | 'hangup' }>,
  round: number,
): CallSignalView {
  switch (signal.type) {
    case 'restart':
      return { type: signal.type };
    case 'candidates':
      return { type: signal.type, description: signal.description };
    case 'offer':
    case 'answer':
      return { type: signal.type, description: signal.description, round };
  }
}

export interface Calls {
  /** Tells a new tab of the call that is going on. */
  greet(tab: Tab): void;
  start(
    tab: Tab,
    call: { conversation: ConversationId; video: boolean; direct: boolean },
  ): Promise<CallView>;
  accept(tab: Tab, id: MessageId): Promise<CallView>;
  end(id: MessageId, how: CallEnding): Promise<void>;
  /** Ends a call with somebody who is to be blocked: afterwards neither side would hear that it is over. */
  leave(peer: AccountId): Promise<void>;
  signal(tab: Tab, id: MessageId, signal: CallSignalView): Promise<void>;
  connected(tab: Tab, id: MessageId): Promise<void>;
  mute(id: MessageId, muted: boolean): void;
  /** What came of calls was written. */
  arrived(signals: readonly ArrivedSignal[]): void;
  tabLeft(tab: Tab): void;
  /** The engine ends: without it nobody carries a call. */
  stop(): void;
}

/** @param online whether what is said can leave now */
export function createCalls(
  core: Core,
  tabs: Tabs,
  outbox: Pick<Outbox, 'sealAtOnce' | 'wake'>,
  online: () => boolean,
): Calls {
  const { state, clock } = core;
  let live: Live | undefined;

  function viewOf(call: Live, tab: Tab): CallView {
    const { id, peer, outgoing, video, direct, phase, owner, since, muted } = call;
    return {
      id,
      conversation: conversationWith(peer),
      name: state.contacts.get(peer)?.name ?? '',
      outgoing,
      video,
      direct,
      phase,
      here: owner === tab,
      ...(since !== undefined && { since }),
      muted,
    };
  }

  function tell(ended?: CallEnd): void {
    tabs.emitEach((tab) => ({
      type: 'call',
      ...(live && { call: viewOf(live, tab) }),
      ...(ended && { ended }),
    }));
  }

  async function step(call: Live, what: CallStep): Promise<void> {
    await writeCallStep(core, outbox.sealAtOnce, call.peer, call, what);
    if (what.signal) outbox.wake(call.peer);
  }

  /** A step that nobody waits for; a full disk is told, and the call goes on. */
  function stepSoon(call: Live, what: CallStep): void {
    step(call, what).catch((error: unknown) => core.trouble(toFault(error).code));
  }

  function within(call: Live, ms: number, run: () => void): void {
    call.cancel();
    call.cancel = clock.after(ms, run);
  }

  function begin(call: Live): void {
    live = call;
    state.call = call.id;
  }

  /** It is over: here at once, on the disk and at the other side as soon as may be. */
  function finish(
    call: Live,
    outcome: Exclude<CallOutcome, 'ringing'>,
    say?: HangupReason,
  ): Promise<void> {
    call.cancel();
    live = undefined;
    state.call = undefined;
    const duration = call.since === undefined ? undefined : Math.max(0, clock.now() - call.since);
    const end = { outcome, ...(duration !== undefined && { duration }) };
    tell({ id: call.id, ...end });
    return step(call, {
      ...(say && { signal: { call: call.id, type: 'hangup', reason: say } }),
      change: { body: end, answered: outcome !== 'missed' },
    });
  }

  function finishSoon(...parameters: Parameters<typeof finish>): void {
    finish(...parameters).catch((error: unknown) => core.trouble(toFault(error).code));
  }

  function endLive(call: Live, how: CallEnding): Promise<void> {
    if (call.since !== undefined) return finish(call, 'talked', 'ended');
    const { outcome, say } = endings[how];
    return finish(call, outcome, say);
  }

  function liveOf(id: MessageId): Live {
    if (live?.id !== id) throw new Fault('call-over');
    return live;
  }

  function connect(call: Live, owner: Tab | undefined): void {
    if (owner) call.owner = owner;
    call.phase = 'connecting';
    within(call, CONNECT_MS, () => finishSoon(call, 'failed', 'failed'));
    tell();
  }

  function ring(peer: AccountId, signal: ArrivedSignal['signal'] & { type: 'ring' }): void {
    const call: Live = {
      id: signal.call,
      peer,
      outgoing: false,
      video: signal.video,
      direct: signal.direct,
      phase: 'ringing',
      muted: false,
      cancel: () => undefined,
    };
    const other = live;
    if (other && other.peer !== peer) {
      stepSoon(call, {
        signal: { call: call.id, type: 'hangup', reason: 'busy' },
        change: { body: { outcome: 'missed' }, answered: false },
      });
      return;
    }
    if (other) {
      const isGlare = other.outgoing && (other.phase === 'calling' || other.phase === 'ringing');
      // Both rang at once: on both sides the greater id stays, and whoever made the other call answers this one.
      if (isGlare && other.id > call.id) {
        stepSoon(call, { change: { body: { outcome: 'cancelled' }, answered: true } });
        return;
      }
      // Else what they had is over there, or they would not ring again.
      if (isGlare && other.owner && other.direct === call.direct)
        return turn(other, call, other.owner);
      finishSoon(other, isGlare ? 'cancelled' : outcomeOf(other));
    }
    begin(call);
    within(call, RING_HERE_MS, () => finishSoon(call, 'missed'));
    tell();
    // The row was told of before it was known that it rings.
    stepSoon(call, {
      signal: { call: call.id, type: 'ringing' },
      change: { body: {}, answered: false },
    });
  }

  function miss(peer: AccountId, { call: id }: CallSignal & { type: 'ring' }): void {
    writeCallStep(
      core,
      outbox.sealAtOnce,
      peer,
      { id, outgoing: false },
      {
        change: { body: { outcome: 'missed' }, answered: false },
      },
    ).catch((error: unknown) => core.trouble(toFault(error).code));
  }

  /** The tab that called answers the other side's call instead; to it the one becomes the other, without an end. */
  function turn(from: Live, to: Live, owner: Tab): void {
    from.cancel();
    begin(to);
    to.muted = from.muted;
    connect(to, owner);
    stepSoon(from, { change: { body: { outcome: 'cancelled' }, answered: true } });
    stepSoon(to, { change: { body: {}, answered: true } });
  }

  /** What a call of the other side's has become when they do not want it any more. */
  function outcomeOf({ since, outgoing, phase }: Live): 'talked' | 'missed' | 'failed' {
    if (since !== undefined) return 'talked';
    return !outgoing && phase === 'ringing' ? 'missed' : 'failed';
  }

  function hangup(call: Live, reason: HangupReason): void {
    if (call.since !== undefined || !call.outgoing) return finishSoon(call, outcomeOf(call));
    const outcome = reason === 'declined' || reason === 'busy' ? reason : 'failed';
    finishSoon(call, outcome);
  }

  function take({ peer, signal, late }: ArrivedSignal): void {
    // Blocked since it was written.
    if (state.contacts.get(peer)?.standing !== 'accepted') return;
    if (signal.type === 'ring') {
      if (!late) ring(peer, signal);
      return;
    }
    const call = live;
    // What belongs to no call that is going on came too late, or was made up.
    if (!call || call.id !== signal.call || call.peer !== peer) return;
    switch (signal.type) {
      case 'hangup':
        return hangup(call, signal.reason);
      case 'ringing':
        if (call.phase !== 'calling') return;
        call.phase = 'ringing';
        return tell();
      case 'offer':
      case 'answer':
      case 'candidates':
      case 'restart': {
        if (signal.type === 'offer')
          call.received = {
            round: (call.received?.round ?? 0) + 1,
            hash: sha256(signal.description),
          };
        // An answer to what was offered before a restart, or to what was never offered, connects nothing.
        if (
          signal.type === 'answer' &&
          !(call.offered && equalBytes(signal.offerHash, call.offered))
        )
          return;
        // Whoever accepted makes the offer, so the first one says that somebody did.
        if (call.outgoing && (call.phase === 'calling' || call.phase === 'ringing')) {
          if (signal.type !== 'offer') return;
          connect(call, undefined);
        }
        call.owner?.port.emit({
          type: 'call-signal',
          id: call.id,
          signal: viewOfSignal(signal, call.received?.round ?? 0),
        });
      }
    }
  }

  return {
    greet(tab) {
      if (live) tab.port.emit({ type: 'call', call: viewOf(live, tab) });
    },
    async start(tab, { conversation, video, direct }) {
      const peer = peerOf(conversation);
      // It went while this part was loaded, and nobody would hear the other side.
      if (!tabs.has(tab)) throw new Fault('call-over');
      if (state.contacts.get(peer)?.standing !== 'accepted') throw new Fault('blocked');
      if (state.settings.calls === 'never') throw new Fault('calls-off');
      if (live) throw new Fault('in-a-call');
      if (!online()) throw new Fault('offline', 'on-reconnect');
      const call: Live = {
        id: newMessageId(core.random),
        peer,
        outgoing: true,
        video,
        direct,
        phase: 'calling',
        owner: tab,
        muted: false,
        cancel: () => undefined,
      };
      begin(call);
      try {
        await step(call, {
          begins: { video },
          signal: { call: call.id, type: 'ring', video, direct },
        });
      } catch (error) {
        if (live === call) live = state.call = undefined;
        throw error;
      }
      // While it was written, the other side may have rung, or this tab may have gone.
      if (live !== call) throw new Fault('call-over');
      within(call, RING_MS, () => finishSoon(call, 'unanswered', 'unanswered'));
      tell();
      return viewOf(call, tab);
    },
    async accept(tab, id) {
      const call = liveOf(id);
      if (call.outgoing || call.phase !== 'ringing') throw new Fault('call-taken');
      if (!tabs.has(tab)) throw new Fault('call-over');
      connect(call, tab);
      // Only the row, which a full disk may leave as it is: the tab carries the call already.
      stepSoon(call, { change: { body: {}, answered: true } });
      return viewOf(call, tab);
    },
    async end(id, how) {
      if (live?.id === id) await endLive(live, how);
    },
    async leave(peer) {
      if (live?.peer !== peer) return;
      await endLive(live, !live.outgoing && live.phase === 'ringing' ? 'decline' : 'hangup');
    },
    async signal(tab, id, signal) {
      const call = liveOf(id);
      if (call.owner !== tab) throw new Fault('call-taken');
      if (signal.type === 'offer') call.offered = sha256(signal.description);
      if (signal.type === 'offer') {
        const { type, description } = signal;
        return step(call, { signal: { call: id, type, description } });
      }
      if (signal.type !== 'answer') return step(call, { signal: { call: id, ...signal } });
      // A newer offer has come meanwhile: that one is to be answered.
      if (call.received?.round !== signal.round) return;
      const { description } = signal;
      const offerHash = call.received.hash;
      await step(call, { signal: { call: id, type: 'answer', description, offerHash } });
    },
    async connected(tab, id) {
      const call = liveOf(id);
      if (call.owner !== tab || call.since !== undefined) return;
      call.cancel();
      call.phase = 'talking';
      call.since = clock.now();
      tell();
    },
    mute(id, muted) {
      if (live?.id !== id || live.muted === muted) return;
      live.muted = muted;
      tell();
    },
    arrived(signals) {
      for (const one of signals) {
        const { call } = one.signal;
        const isOver = signals.some(
          ({ signal, peer }) =>
            signal.type === 'hangup' && signal.call === call && peer === one.peer,
        );
        // Given up while this side was away: it is a missed call already, and must not ring even for a moment.
        if (one.signal.type === 'ring' && !one.late && isOver) miss(one.peer, one.signal);
        else take(one);
      }
    },
    tabLeft(tab) {
      const call = live;
      if (call?.owner !== tab) return;
      if (call.since !== undefined) finishSoon(call, 'talked', 'ended');
      else if (call.outgoing && call.phase !== 'connecting')
        finishSoon(call, 'cancelled', 'cancelled');
      else finishSoon(call, 'failed', 'failed');
    },
    stop() {
      live?.cancel();
      live = undefined;
      state.call = undefined;
    },
  };
}
