/**
 * The connection of a call: the only user of simple-peer. Makes descriptions with all their candidates in them, so
 * that two messages connect; begins anew over other relays when asked; hands out the other side's sound. Does not know
 * who talks, nor how descriptions travel. docs/calls.md, "Connecting".
 */
import SimplePeer from 'simple-peer/simplepeer.min.js';
import { type TurnServers } from '../engine/api.ts';
import { type Clock } from '../lib/clock.ts';
import { type FaultCode } from '../lib/fault.ts';
import {
  type Sound,
  admitCandidates,
  admitDescription,
  dischargeCandidate,
  dischargeDescription,
  fragmentOf,
  repeatAsAnswer,
  shapeSound,
  takesRedundancy,
} from './description.ts';

/** After the first address, others of a second relay are waited for so long. */
const GATHER_MORE_MS = 600;
/** Without any address after so long there is none. */
const GATHER_MS = 8_000;
/** Longest word of the other side's over the connection itself, characters. */
const MAX_WORD = 200;

export interface PeerOptions {
  /** The side that accepted the call makes the offer. */
  readonly initiator: boolean;
  readonly servers: TurnServers;
  /** Only over TURN relays. */
  readonly relayOnly: boolean;
  readonly stream: MediaStream;
  readonly sound: Sound;
  readonly clock: Clock;
}

/** What is heard of a connection. */
export interface PeerEvents {
  /** To be brought to the other side. */
  describe(type: 'offer' | 'answer', text: string): void;
  /** Further candidates, one a line, for the description that left. */
  addCandidates(text: string): void;
  /** The other side is to offer anew. */
  askForOffer(): void;
  connected(): void;
  sound(stream: MediaStream): void;
  /** A word of the other side's over the connection. */
  word(text: string): void;
  /** It is over, and why where it did not end in peace. */
  closed(why: FaultCode | undefined): void;
}

export interface Peer {
  /** Takes the other side's description. Throws Fault `bad-call-signal`. */
  take(type: 'offer' | 'answer', text: string): Promise<void>;
  takeCandidates(text: string): void;
  /** Looks for new ways over the relays; the conversation goes on over the old one while it works. */
  restart(servers: TurnServers): void;
  /** Another microphone, without a new description. */
  replaceSound(track: MediaStreamTrack): Promise<void>;
  /** Redundant packets where the way loses many. @returns false while a description is under way: try again */
  protect(on: boolean): Promise<boolean>;
  stats(): Promise<RTCStatsReport | undefined>;
  say(word: string): void;
  close(): void;
}

function configurationOf(
  { urls, username, credential }: TurnServers,
  relayOnly: boolean,
): RTCConfiguration {
  return {
    iceServers: urls.length > 0 ? [{ urls: [...urls], username, credential }] : [],
    iceTransportPolicy: relayOnly ? 'relay' : 'all',
    bundlePolicy: 'max-bundle',
  };
}

/** Begins to connect. */
export function openPeer(options: PeerOptions, events: PeerEvents): Peer {
  const { initiator, relayOnly, stream, sound, clock } = options;
  const peer = new SimplePeer({
    initiator,
    config: configurationOf(options.servers, relayOnly),
    streams: [stream],
    trickle: true,
    sdpTransform: (text) => shapeSound(text, sound),
  });
  const connection = peer._pc;
  let why: FaultCode | undefined;
  let refused: FaultCode | undefined;
  /** The description that waits for its candidates, and whether one of this generation has left. */
  let pending: 'offer' | 'answer' | undefined;
  let described = false;
  let late: string[] = [];
  let found = 0;
  let wasConnected = false;
  let cancelWait: () => void = () => undefined;
  let closed = false;
  let redundant = false;
  /** A description is under way between the two sides. */
  let negotiates = true;
  /** What changes descriptions here goes one after the other. */
  let settled: Promise<unknown> = Promise.resolve();

  function fail(code: FaultCode): void {
    why ??= code;
    peer.destroy();
  }

  /** The description leaves with what was found so far; without any way there is nothing to say. */
  function complete(): void {
    const text = connection?.localDescription?.sdp;
    if (!pending || text === undefined || closed) return;
    // Once they talk nothing is given up: what has no candidates now is followed by some when there are any.
    if (relayOnly && found === 0 && !wasConnected) return fail(refused ?? 'turn-unreachable');
    const type = pending;
    pending = undefined;
    described = true;
    cancelWait();
    events.describe(type, dischargeDescription(text, relayOnly));
  }

  function onCandidate(candidate: string): void {
    const leaving = candidate === '' ? undefined : dischargeCandidate(candidate, relayOnly);
    if (leaving === undefined) return;
    found++;
    if (described) late.push(`a=${leaving}`);
    else if (pending && found === 1) awaitMore();
  }

  function awaitMore(): void {
    cancelWait();
    cancelWait = clock.after(GATHER_MORE_MS, complete);
  }

  /** Candidates from here on belong to a new description. */
  function beginAnew(): void {
    negotiates = true;
    pending = undefined;
    cancelWait();
    described = false;
    found = 0;
    late = [];
    refused = undefined;
  }

  peer
    .on('signal', (signal) => {
      if (signal.type === 'offer' || signal.type === 'answer') {
        pending = signal.type;
        if (found > 0) return awaitMore();
        cancelWait();
        cancelWait = clock.after(GATHER_MS, complete);
      } else if (signal.candidate) onCandidate(signal.candidate.candidate);
      else if (signal.type === 'renegotiate') events.askForOffer();
    })
    .on('iceStateChange', (_, gathering) => {
      if (gathering !== 'complete' || closed) return;
      complete();
      if (late.length > 0) events.addCandidates(late.splice(0).join('\r\n'));
    })
    .on('connect', () => {
      wasConnected = true;
      events.connected();
    })
    .on('track', (track, heard) => {
      if (track.kind === 'audio') events.sound(heard);
    })
    .on('data', (data) => {
      const word = new TextDecoder().decode(data);
      if (word.length <= MAX_WORD) events.word(word);
    })
    .on('error', ({ code }) => {
      // The other side closed the channel: it hung up. A way that breaks does not do that.
      if (code !== 'ERR_DATA_CHANNEL') why ??= 'call-lost';
    })
    .on('close', () => {
      if (closed) return;
      closed = true;
      cancelWait();
      events.closed(why);
    });

  // RFC 8656: 401 is a wrong password or one whose time is over, 486 and 508 a relay that is full.
  connection?.addEventListener('icecandidateerror', ({ errorCode }) => {
    if (errorCode === 401) refused = 'turn-refused';
  });

  connection?.addEventListener('signalingstatechange', () => {
    if (connection.signalingState === 'stable') negotiates = false;
  });

  /**
   * Sends with or without redundancy from now on. The order of the codecs in the other side's description decides, and
   * it can change only in an exchange of descriptions; RTCRtpSender.setParameters takes the codec and does nothing. So
   * the exchange that was is repeated here, and the other side need not hear of it.
   */
  async function repeatExchange(link: RTCPeerConnection): Promise<boolean> {
    const { localDescription: own, remoteDescription: other } = link;
    if (!own || !other || link.signalingState !== 'stable') return false;
    const { sdp = '' } = await link.createOffer();
    // After other servers were set, it would be a new search for ways, of which the other side knows nothing.
    if (fragmentOf(sdp) !== fragmentOf(own.sdp)) return false;
    await link.setLocalDescription({ type: 'offer', sdp: shapeSound(sdp, sound) });
    try {
      const answer = shapeSound(repeatAsAnswer(other.sdp, own.sdp), sound, redundant);
      await link.setRemoteDescription({ type: 'answer', sdp: answer });
    } catch (error) {
      await link.setLocalDescription({ type: 'rollback' });
      throw error;
    }
    return true;
  }

  return {
    async take(type, text) {
      const admitted = admitDescription(text, relayOnly);
      await settled;
      if (closed) return;
      if (type === 'offer') beginAnew();
      peer.signal({ type, sdp: shapeSound(admitted, sound, redundant) });
    },
    takeCandidates(text) {
      if (closed) return;
      for (const candidate of admitCandidates(text, relayOnly))
        peer.signal({
          type: 'candidate',
          candidate: { candidate, sdpMLineIndex: 0, sdpMid: '0' },
        });
    },
    restart(servers) {
      void settled.then(() => {
        if (closed || !connection) return;
        connection.setConfiguration(configurationOf(servers, relayOnly));
        if (!initiator) return;
        beginAnew();
        connection.restartIce();
        peer.negotiate();
      });
    },
    async replaceSound(track) {
      const sender = connection?.getSenders().find((one) => one.track?.kind === 'audio');
      await sender?.replaceTrack(track);
    },
    async protect(on) {
      if (closed || negotiates || !connection) return false;
      if (!takesRedundancy(connection.remoteDescription?.sdp ?? '')) return true;
      const before = redundant;
      redundant = on;
      negotiates = true;
      const exchange = repeatExchange(connection).catch(() => false);
      settled = exchange;
      const done = await exchange;
      negotiates = connection.signalingState !== 'stable';
      if (!done) redundant = before;
      return done;
    },
    stats: async () => (closed ? undefined : connection?.getStats()),
    say(word) {
      try {
        peer.send(word);
      } catch {
        // The channel is not open yet or not any more; what must arrive goes by the relay as well.
      }
    },
    close() {
      if (closed) return;
      closed = true;
      cancelWait();
      peer.destroy();
    },
  };
}
