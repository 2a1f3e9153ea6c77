/**
 * A call with oneself: the own voice goes out to a TURN relay and comes back over it, through the same connection as
 * in any call, so that microphone, speaker and relay are tried before somebody waits. Nobody else hears of it; nothing
 * is left on at its end. Knows no interface.
 */
import { openMicrophone } from '../capture/microphone.ts';
import { type TurnServers } from '../engine/api.ts';
import { systemClock } from '../lib/clock.ts';
import { createEmitter } from '../lib/emitter.ts';
import { type FaultCode, toFault } from '../lib/fault.ts';
import { type Sound } from './description.ts';
import { type Peer, openPeer } from './peer.ts';
import { isRelayed, readSample } from './sight.ts';

const SAMPLE_MS = 200;
/** As in call.ts: a microphone that gives nothing at all for so long is off somewhere. */
const SILENT_MS = 2_500;
const SILENT_LEVEL = 0.000_5;
/** Two ends in one page that do not meet after so long do not meet. */
const CONNECT_MS = 20_000;

export interface TestCallParts {
  readonly turnServers: () => Promise<TurnServers>;
  readonly sound: Sound;
  readonly microphone?: string | undefined;
  readonly speaker?: string | undefined;
}

export interface TestCall {
  /** `hearing`: the own voice comes back. */
  readonly at: 'asking' | 'connecting' | 'hearing' | 'over';
  /** Why it ended, where nobody stopped it. */
  readonly fault: FaultCode | undefined;
  /** How loud the own voice is, 0 to 1. */
  readonly level: number;
  readonly isSilent: boolean;
  /** Both ends are seen to be a relay's. */
  readonly isHidden: boolean;
  stop(): void;
  /** Hears every change. */
  listen(listener: () => void): () => void;
}

/** Begins one. */
export function startTestCall(parts: TestCallParts): TestCall {
  const clock = systemClock(globalThis);
  const changes = createEmitter<void>();
  let at: TestCall['at'] = 'asking';
  let fault: FaultCode | undefined;
  let level = 0;
  let isHidden = false;
  let silentSince: number | undefined;
  let stream: MediaStream | undefined;
  let peers: readonly Peer[] = [];
  let player: HTMLAudioElement | undefined;
  let cancelWait: () => void = () => undefined;
  let cancelSample: () => void = () => undefined;

  const isOver = (): boolean => at === 'over';

  function finish(why?: FaultCode): void {
    if (at === 'over') return;
    at = 'over';
    fault = why;
    level = 0;
    silentSince = undefined;
    cancelWait();
    cancelSample();
    for (const peer of peers) peer.close();
    for (const track of stream?.getTracks() ?? []) track.stop();
    if (player) {
      player.pause();
      player.srcObject = null;
    }
    changes.emit();
  }

  function play(heard: MediaStream): void {
    player ??= new Audio();
    player.srcObject = heard;
    const { speaker } = parts;
    // One that is gone, or a browser that lets no page choose: it sounds where everything sounds.
    if (speaker && 'setSinkId' in player) player.setSinkId(speaker).catch(() => undefined);
    player.play().catch(() => undefined);
  }

  /** What one end says the other takes; in one page no word gets lost on the way. */
  function end(
    initiator: boolean,
    voice: MediaStream,
    servers: TurnServers,
    other: () => Peer | undefined,
  ): Peer {
    const give = (run: (peer: Peer) => Promise<void> | void): void => {
      const peer = other();
      if (!peer || isOver()) return;
      Promise.resolve(peer)
        .then(run)
        .catch((error: unknown) => finish(toFault(error).code));
    };
    return openPeer(
      { initiator, servers, relayOnly: true, stream: voice, sound: parts.sound, clock },
      {
        describe: (type, text) => give((peer) => peer.take(type, text)),
        addCandidates: (text) => give((peer) => peer.takeCandidates(text)),
        askForOffer: () => undefined,
        connected() {
          if (at !== 'connecting') return;
          at = 'hearing';
          cancelWait();
          changes.emit();
        },
        sound: (heard) => {
          if (!initiator && !isOver()) play(heard);
        },
        word: () => undefined,
        closed: (why) =>
          finish(at === 'hearing' || why === 'turn-refused' ? why : 'turn-unreachable'),
      },
    );
  }

  function sample(): void {
    peers[0]
      ?.stats()
      .then((report) => {
        if (!report || isOver()) return;
        const now = clock.now();
        level = readSample(report, now).ownLevel;
        silentSince = level < SILENT_LEVEL ? (silentSince ?? now) : undefined;
        isHidden = isRelayed(report);
        changes.emit();
      })
      .catch(() => undefined)
      .finally(() => {
        if (!isOver()) cancelSample = clock.after(SAMPLE_MS, sample);
      });
  }

  async function begin(): Promise<void> {
    const servers = await parts.turnServers();
    if (isOver()) return;
    if (servers.urls.length === 0) return finish('no-turn');
    const opened = await openMicrophone(undefined, parts.microphone);
    stream = opened;
    // Stopped while the browser asked.
    if (isOver()) return void opened.getTracks().forEach((track) => track.stop());
    opened.getAudioTracks()[0]?.addEventListener('ended', () => finish('no-microphone'));
    at = 'connecting';
    changes.emit();
    cancelWait = clock.after(CONNECT_MS, () => finish('turn-unreachable'));
    const speaking: Peer = end(true, opened, servers, () => listening);
    const listening: Peer = end(false, new MediaStream(), servers, () => speaking);
    peers = [speaking, listening];
    sample();
  }

  begin().catch((error: unknown) => finish(toFault(error).code));

  return {
    get at() {
      return at;
    },
    get fault() {
      return fault;
    },
    get level() {
      return level;
    },
    get isSilent() {
      return silentSince !== undefined && clock.now() - silentSince >= SILENT_MS;
    },
    get isHidden() {
      return isHidden;
    },
    stop: () => finish(),
    listen: (listener) => changes.listen(listener),
  };
}
