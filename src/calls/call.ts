/**
 * Carries one call in this tab: does what steps.ts says with the microphone, the connection and the engine, watches
 * how it goes, and lets everything go at its end. The interface sees it through CarriedCall. docs/calls.md.
 */
import { openMicrophone } from '../capture/microphone.ts';
import {
  type CallSignalView,
  type CallView,
  type CallsApi,
  type TurnServers,
} from '../engine/api.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { createEmitter } from '../lib/emitter.ts';
import { Fault, type FaultCode, toFault } from '../lib/fault.ts';
import { type ConversationId, type MessageId } from '../lib/ids.ts';
import { type Sound } from './description.ts';
import { pack, unpack } from './packing.ts';
import { type Peer, openPeer } from './peer.ts';
import {
  type Quality,
  type Sample,
  lossBetween,
  qualityOf,
  readSample,
  silenceOf,
} from './sight.ts';
import { type CallHappening, type CallState, nextStep } from './steps.ts';

const SAMPLE_MS = 200;
/** Readings that are kept: six seconds. */
const SAMPLES = 30;
/** Without a packet for so long, the way is broken. */
const STALLED_MS = 1_500;
/** Between attempts to find another. */
const RESTART_MS = 6_000;
/** A microphone that gives nothing at all for so long is off somewhere. */
const SILENT_MS = 2_500;
const SILENT_LEVEL = 0.000_5;
/** Signals that are kept until there is a connection to hand them to. */
const MAX_WAITING = 64;
/** Loss above and below which redundancy is switched on and off. */
const LOSSY = 0.06;
const CLEAN = 0.01;

/**
 * Words of the two tabs over the connection itself, of one length and said at this beat, whether anything is new or
 * not: whoever sees the packets does not see when somebody mutes.
 */
const BEAT = 5;
const MUTED = 'muted';
const HEARD = 'heard';

export interface CallParts {
  readonly engine: <Name extends keyof CallsApi>(
    method: Name,
    argument: Parameters<CallsApi[Name]>[0],
  ) => Promise<ReturnType<CallsApi[Name]>>;
  readonly sound: Sound;
  readonly microphone?: string;
  readonly speaker?: string;
  readonly clock?: Clock;
}

/** A call of which this tab is the one that talks. */
export interface CarriedCall {
  readonly state: CallState;
  /** Once the engine knows it. */
  readonly id: MessageId | undefined;
  readonly conversation: ConversationId;
  readonly quality: Quality;
  /** How loud, 0 to 1. */
  readonly levels: { readonly own: number; readonly other: number };
  /** The own microphone is on and gives nothing. */
  readonly isSilent: boolean;
  readonly isOtherMuted: boolean;
  /** Why the microphone was lost in the middle of the call. */
  readonly trouble: FaultCode | undefined;
  /** Ids of the devices in use. */
  readonly microphone: string | undefined;
  readonly speaker: string | undefined;
  /** The part of the other side's sound that was lost of late, and ms there and back. */
  readonly figures: { readonly loss: number; readonly delay: number };
  /** It does not run over a TURN relay. */
  readonly isDirect: boolean;
  changeMicrophone(deviceId: string): Promise<void>;
  /** Throws Fault `no-speaker` where the browser does not let a page choose. */
  changeSpeaker(deviceId: string): Promise<void>;
  hangUp(): void;
  /** What the engine says of the call, as it changes. */
  follow(view: CallView | undefined): void;
  take(id: MessageId, signal: CallSignalView): void;
  /** Hears every change. */
  listen(listener: () => void): () => void;
}

type Begins =
  | {
      readonly role: 'caller';
      readonly conversation: ConversationId;
      readonly video: boolean;
      readonly direct: boolean;
    }
  | { readonly role: 'acceptor'; readonly call: CallView };

/** Begins to call, or to answer a call that rings. */
export function carryCall(parts: CallParts, begins: Begins): CarriedCall {
  const clock = parts.clock ?? systemClock(globalThis);
  const changes = createEmitter<void>();
  const direct = begins.role === 'caller' ? begins.direct : begins.call.direct;
  let state: CallState = { at: 'asking', role: begins.role };
  let id: MessageId | undefined = begins.role === 'acceptor' ? begins.call.id : undefined;
  let view: CallView | undefined;
  let stream: MediaStream | undefined;
  let peer: Peer | undefined;
  let player: HTMLAudioElement | undefined;
  let servers: TurnServers | undefined;
  let samples: Sample[] = [];
  let quality: Quality = 'good';
  let levels = { own: 0, other: 0 };
  let silentSince: number | undefined;
  let isOtherMuted = false;
  let isProtected = false;
  let trouble: FaultCode | undefined;
  let readings = 0;
  let lastRestart = -Infinity;
  /** The offer that the connection was handed last, by the engine's count. */
  let answered = 0;
  /** Counts the microphones that were wished for: the last one stays. */
  let wishes = 0;
  let cancelSample: () => void = () => undefined;
  /** What came before there was a connection to hand it to. */
  let waiting: CallSignalView[] = [];
  /** Signals in the order in which they came, unpacked one after the other. */
  let order: Promise<void> = Promise.resolve();

  function happen(happening: CallHappening): void {
    const step = nextStep(state, happening);
    state = step.state;
    for (const deed of step.deeds) perform[deed]();
    changes.emit();
  }

  /** A word to the engine that nobody waits for: what it refuses belongs to a call that is over. */
  function tell<Name extends keyof CallsApi>(
    method: Name,
    argument: Parameters<CallsApi[Name]>[0],
  ): void {
    parts.engine(method, argument).catch(() => undefined);
  }

  function end(how: 'hangup' | 'failed'): void {
    if (id) tell('endCall', { id, how });
  }

  /** What does not leave connects nobody: the call ends in words instead of waiting for an answer. */
  function say(signal: CallSignalView): void {
    if (!id) return;
    parts.engine('signalCall', { id, signal }).catch((error: unknown) => {
      const { code } = toFault(error);
      if (code !== 'call-over' && code !== 'call-taken' && state.at === 'connecting')
        happen({ type: 'peer-closed', code });
    });
  }

  const begin = (work: Promise<CallView>): void => {
    work.then(
      (call) => {
        id = call.id;
        view = call;
        // Hung up while the engine was asked: nobody is to ring for nothing.
        if (state.at === 'over') end('hangup');
        else happen({ type: 'engine-ready' });
      },
      (error: unknown) => {
        // Both rang at the same moment, and the other call goes on here.
        if (view?.here) return;
        happen({ type: 'engine-refused', code: toFault(error).code });
      },
    );
  };

  function open(initiator: boolean): void {
    if (!stream || !servers) return;
    const options = { initiator, servers, relayOnly: !direct, stream, sound: parts.sound, clock };
    try {
      peer = openPeer(options, {
        describe(type, text) {
          const round = answered;
          void pack(text).then((description) => say({ type, description, round }));
        },
        addCandidates(text) {
          void pack(text).then((description) => say({ type: 'candidates', description }));
        },
        askForOffer: () => say({ type: 'restart' }),
        connected() {
          happen({ type: 'connected' });
          sayMuted();
        },
        sound: play,
        word(word) {
          isOtherMuted = word === MUTED;
          changes.emit();
        },
        closed(code) {
          happen({ type: 'peer-closed', code });
        },
      });
    } catch {
      // A browser in which connections are switched off.
      return happen({ type: 'peer-closed', code: 'call-lost' });
    }
    sample();
  }

  function sayMuted(): void {
    peer?.say(view?.muted ? MUTED : HEARD);
  }

  function play(heard: MediaStream): void {
    player ??= new Audio();
    player.srcObject = heard;
    if (parts.speaker) changeSpeaker(parts.speaker).catch(() => undefined);
    // The call was begun by a click, so that it may sound.
    player.play().catch(() => undefined);
  }

  async function changeSpeaker(deviceId: string): Promise<void> {
    player ??= new Audio();
    if (!('setSinkId' in player)) throw new Fault('no-speaker');
    await player.setSinkId(deviceId);
    changes.emit();
  }

  async function hand(signal: CallSignalView): Promise<void> {
    if (signal.type === 'restart') return restart();
    const text = await unpack(signal.description);
    if (signal.type === 'candidates') peer?.takeCandidates(text);
    else {
      if (signal.type === 'offer') answered = signal.round ?? 0;
      await peer?.take(signal.type, text);
    }
  }

  function takeWaiting(): void {
    if (!peer) return;
    for (const signal of waiting.splice(0))
      order = order.then(() => hand(signal)).catch(() => happen({ type: 'bad-signal' }));
  }

  /** Fresh leave for the relays, and other ways; whoever did not make the offer asks for a new one. */
  function restart(): void {
    const now = clock.now();
    if (now - lastRestart < RESTART_MS) return;
    lastRestart = now;
    parts
      .engine('turnServers', null)
      .then((fresh) => {
        servers = fresh;
        peer?.restart(fresh);
        if (state.at !== 'over' && roleOf(state) === 'caller') say({ type: 'restart' });
      })
      .catch(() => undefined);
  }

  function sample(): void {
    peer
      ?.stats()
      .then((report) => {
        if (report && state.at !== 'over') look(readSample(report, clock.now()));
      })
      .catch(() => undefined)
      .finally(() => {
        if (state.at !== 'over') cancelSample = clock.after(SAMPLE_MS, sample);
      });
  }

  function look(reading: Sample): void {
    samples = [...samples.slice(1 - SAMPLES), reading];
    const [first = reading] = samples;
    levels = { own: view?.muted ? 0 : reading.ownLevel, other: reading.otherLevel };
    const isQuiet = !view?.muted && reading.ownLevel < SILENT_LEVEL;
    silentSince = isQuiet ? (silentSince ?? reading.at) : undefined;
    if (++readings % BEAT === 0) sayMuted();
    if (state.at === 'talking') {
      const silence = silenceOf(samples);
      if (silence >= STALLED_MS) happen({ type: 'stalled' });
      else if (silence === 0) happen({ type: 'flowing' });
      quality = silence >= STALLED_MS ? 'bad' : qualityOf(first, reading);
      protect(reading.lostThere);
    }
    changes.emit();
  }

  /** @param loss part of the own sound that the other side misses */
  function protect(loss: number): void {
    const wanted = isProtected ? loss > CLEAN : loss > LOSSY;
    if (wanted === isProtected) return;
    peer?.protect(wanted).then(
      (done) => {
        if (done) isProtected = wanted;
      },
      () => undefined,
    );
  }

  function useMicrophone(opened: MediaStream): void {
    stream = opened;
    trouble = undefined;
    silentSince = undefined;
    for (const track of opened.getAudioTracks()) {
      track.enabled = !view?.muted;
      track.addEventListener('ended', () => void replaceLost(opened));
    }
  }

  async function changeMicrophone(deviceId?: string): Promise<void> {
    const wish = ++wishes;
    // The new one is there before the old one goes, so that the gap is that of one packet.
    const opened = await openMicrophone(undefined, deviceId);
    const [track] = opened.getAudioTracks();
    if (state.at === 'over' || wish !== wishes || !track) return switchOff(opened);
    // Only now: another may have come while this one was asked for.
    const before = stream;
    useMicrophone(opened);
    try {
      await peer?.replaceSound(track);
    } finally {
      switchOff(before);
    }
    changes.emit();
  }

  /** Unplugged, or taken away by the person: another one, or the call goes on with words about it. */
  async function replaceLost(lost: MediaStream): Promise<void> {
    if (stream !== lost || state.at === 'over') return;
    try {
      await changeMicrophone();
    } catch (error) {
      trouble = toFault(error).code;
      changes.emit();
    }
  }

  function letGo(): void {
    cancelSample();
    peer?.close();
    switchOff(stream);
    if (player) {
      player.pause();
      player.srcObject = null;
    }
    peer = stream = player = undefined;
    waiting = [];
  }

  const perform = {
    'start-at-engine': () => {
      if (begins.role !== 'caller') return;
      const { conversation, video } = begins;
      begin(parts.engine('startCall', { conversation, video, direct }));
    },
    'accept-at-engine': () => {
      if (id) begin(parts.engine('acceptCall', { id }));
    },
    'open-peer-offering': () => open(true),
    'open-peer-answering': () => open(false),
    'take-signals': takeWaiting,
    'tell-connected': () => {
      if (id) tell('callConnected', { id });
    },
    restart,
    'tell-hangup': () => end('hangup'),
    'tell-failed': () => end('failed'),
    'let-go': letGo,
  } as const;

  // The leave for the relays is in hand at the engine: asking for it tells nobody.
  const opening = openMicrophone(undefined, parts.microphone);
  Promise.all([opening, parts.engine('turnServers', null)]).then(
    ([opened, lent]) => {
      servers = lent;
      // Another may have been chosen while this one was asked for.
      if (state.at === 'over' || stream) switchOff(opened);
      else useMicrophone(opened);
      happen({ type: 'microphone' });
    },
    (error: unknown) => {
      happen({ type: 'no-microphone', code: toFault(error).code });
      // It may be granted after all has come to nothing.
      opening.then(switchOff, () => undefined);
    },
  );

  return {
    get state() {
      return state;
    },
    get id() {
      return id;
    },
    conversation: begins.role === 'caller' ? begins.conversation : begins.call.conversation,
    get quality() {
      return quality;
    },
    get levels() {
      return levels;
    },
    get isSilent() {
      return silentSince !== undefined && clock.now() - silentSince >= SILENT_MS;
    },
    get isOtherMuted() {
      return isOtherMuted;
    },
    get trouble() {
      return trouble;
    },
    get microphone() {
      return stream?.getAudioTracks()[0]?.getSettings().deviceId;
    },
    get speaker() {
      return player && 'sinkId' in player ? player.sinkId : undefined;
    },
    get figures() {
      const [first] = samples;
      const last = samples.at(-1);
      return {
        loss: first && last ? lossBetween(first, last) : 0,
        delay: last?.roundTrip ?? 0,
      };
    },
    isDirect: direct,
    changeMicrophone,
    changeSpeaker,
    hangUp: () => happen({ type: 'hangup' }),
    follow(next) {
      if (state.at === 'over' || state.at === 'asking') return;
      // A call of this tab's that the engine does not name any more is over, or became the other side's.
      if (!next?.here) {
        if (id) happen({ type: 'ended' });
        return;
      }
      const turned = id !== undefined && next.id !== id && !next.outgoing;
      id = next.id;
      const muted = view?.muted ?? false;
      view = next;
      if (next.muted !== muted) {
        for (const track of stream?.getAudioTracks() ?? []) track.enabled = !next.muted;
        silentSince = undefined;
      }
      if (turned || (!next.outgoing && state.at === 'ringing')) happen({ type: 'turned' });
      else changes.emit();
    },
    take(of, signal) {
      if (of !== id || state.at === 'over') return;
      // More than any call needs is not kept.
      if (waiting.length >= MAX_WAITING) return;
      waiting.push(signal);
      if (signal.type === 'offer') happen({ type: 'offer' });
      else takeWaiting();
    },
    listen: (listener) => changes.listen(listener),
  };
}

function switchOff(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function roleOf(state: CallState): 'caller' | 'acceptor' | undefined {
  return state.at === 'over' ? undefined : state.role;
}
