/**
 * What two browsers tell each other to connect (SDP), checked and made fit: only what a call needs goes in and out,
 * no address but a TURN relay's unless both agreed to that, and Opus as the person chose it. The other side's text is
 * hostile input. Pure. docs/calls.md, "Descriptions"; RFC 8866 (SDP), RFC 7587 (Opus), RFC 8839 (candidates).
 */
import { Fault } from '../lib/fault.ts';

/** How much a call may send, which is how it sounds. */
export type DataUse = 'full' | 'wideband' | 'narrowband' | 'low';

/** How Opus is sent, to us and by us. */
export interface Sound {
  readonly dataUse: DataUse;
  /** Packets of one size, so that they say nothing about the speech in them. */
  readonly constantBitRate: boolean;
}

const MAX_LENGTH = 24 * 1024;
const MAX_LINES = 600;
const MAX_CANDIDATES = 32;
const kinds = ['audio', 'application'];

const LEVEL_EXTENSION = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';

/** A candidate, in the parts that are looked at. */
interface Candidate {
  readonly address: string;
  readonly type: string;
  readonly transport: string;
}

function parseCandidate(line: string): Candidate {
  const words = line.slice(line.indexOf(':') + 1).split(' ');
  const [, , transport = '', , address = '', port = ''] = words;
  const type = words[words.indexOf('typ') + 1];
  if (words.length > 40 || !words.includes('typ') || !type || !/^\d{1,5}$/.test(port))
    throw new Fault('bad-call-signal');
  return { address, type, transport: transport.toLowerCase() };
}

const isIpv4 = (text: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(text);
const isIpv6 = (text: string): boolean => /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text);

/** @param relayOnly only addresses of TURN relays, here and there */
function isWelcome({ address, type, transport }: Candidate, relayOnly: boolean): boolean {
  if (transport !== 'udp') return false;
  if (isIpv4(address) || isIpv6(address)) return !relayOnly || type === 'relay';
  // A name would have to be looked up, which tells somebody; browsers make up such names for hosts.
  return !relayOnly && address.endsWith('.local');
}

/** Lines without their ends. Throws Fault `bad-call-signal` for what is no description. */
function linesOf(text: string): string[] {
  if (text.length > MAX_LENGTH) throw new Fault('bad-call-signal');
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length > MAX_LINES || lines.some((line) => !/^[a-z]=[\x20-\x7e]*$/.test(line)))
    throw new Fault('bad-call-signal');
  return lines;
}

/**
 * The other side's description, with nothing in it that was not agreed on.
 * @throws Fault `bad-call-signal` where it is malformed, names other than one SHA-256 fingerprint, or has only
 * addresses that are not welcome
 */
export function admitDescription(text: string, relayOnly: boolean): string {
  const lines = linesOf(text);
  if (lines[0] !== 'v=0') throw new Fault('bad-call-signal');
  const sections = lines.filter((line) => line.startsWith('m='));
  const isKnown = (line: string): boolean => kinds.includes(line.slice(2).split(' ')[0] ?? '');
  if (sections.length === 0 || sections.length > 5 || !sections.every(isKnown))
    throw new Fault('bad-call-signal');
  const fingerprints = new Set(
    lines.filter((line) => line.startsWith('a=fingerprint:')).map((line) => line.toLowerCase()),
  );
  const [fingerprint = ''] = fingerprints;
  if (
    fingerprints.size !== 1 ||
    !/^a=fingerprint:sha-256 ([0-9a-f]{2}:){31}[0-9a-f]{2}$/.test(fingerprint)
  )
    throw new Fault('bad-call-signal');
  // Keys in the clear, or a partner that does not check who answers, are nothing that our side ever offers.
  if (lines.some((line) => line.startsWith('a=crypto:') || line === 'a=ice-lite'))
    throw new Fault('bad-call-signal');
  const candidates = lines.filter((line) => line.startsWith('a=candidate:'));
  const welcome = new Set(admitted(candidates, relayOnly));
  if (candidates.length > 0 && welcome.size === 0) throw new Fault('bad-call-signal');
  return `${lines
    .filter((line) => !line.startsWith('a=candidate:') || welcome.has(line))
    .join('\r\n')}\r\n`;
}

function admitted(candidates: readonly string[], relayOnly: boolean): string[] {
  if (candidates.length > MAX_CANDIDATES) throw new Fault('bad-call-signal');
  return candidates.filter((line) => isWelcome(parseCandidate(line), relayOnly));
}

/**
 * Candidates that came after their description.
 * @param text lines `a=candidate:…`
 * @throws Fault `bad-call-signal`
 */
export function admitCandidates(text: string, relayOnly: boolean): string[] {
  const lines = linesOf(text);
  if (lines.some((line) => !line.startsWith('a=candidate:'))) throw new Fault('bad-call-signal');
  return admitted(lines, relayOnly).map((line) => line.slice(2));
}

/** A candidate as it may leave: undefined where it may not; without the own address behind the relay's. */
export function dischargeCandidate(candidate: string, relayOnly: boolean): string | undefined {
  const { type, transport } = parseCandidate(candidate);
  if (transport !== 'udp' || (relayOnly && type !== 'relay')) return undefined;
  return candidate.replace(/ raddr \S+ rport \d+/, ' raddr 0.0.0.0 rport 0');
}

/** The own description as it may leave. */
export function dischargeDescription(text: string, relayOnly: boolean): string {
  const lines = linesOf(text).flatMap((line) => {
    if (!line.startsWith('a=candidate:')) return [line];
    const candidate = dischargeCandidate(line, relayOnly);
    return candidate === undefined ? [] : [candidate];
  });
  return `${lines.join('\r\n')}\r\n`;
}

/** RFC 7587, section 7; rates are bits a second. Figures: docs/calls.md, "Sound". */
const opusOf: Readonly<Record<DataUse, readonly string[]>> = {
  full: [],
  wideband: ['maxplaybackrate=16000', 'sprop-maxcapturerate=16000', 'maxaveragebitrate=24000'],
  narrowband: ['maxplaybackrate=8000', 'sprop-maxcapturerate=8000', 'maxaveragebitrate=12000'],
  low: [
    'maxplaybackrate=16000',
    'sprop-maxcapturerate=16000',
    'maxaveragebitrate=16000',
    'usedtx=1',
  ],
};

/**
 * A description whose sound is Opus as chosen, alone or with its redundancy (RED, RFC 2198). What it says governs
 * what the other side sends, so each side's own and the one that it takes are both shaped.
 * @param redundant in the other side's: every packet that is sent there carries the one before it once more
 */
export function shapeSound(
  text: string,
  { dataUse, constantBitRate }: Sound,
  redundant = false,
): string {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const codecs = new Map<string, string>();
  for (const line of lines) {
    const [, payload, codec] = /^a=rtpmap:(\d+) (opus\/48000\/2|red\/48000\/2)$/i.exec(line) ?? [];
    if (payload && codec) codecs.set(payload, codec.slice(0, 3).toLowerCase());
  }
  const opus = [...codecs].find(([, codec]) => codec === 'opu')?.[0];
  const isConstant = constantBitRate && dataUse !== 'low';
  const parameters = [
    // Chromium goes over to redundancy only with a new encoder, and makes one only where the format is another.
    redundant ? 'minptime=20' : 'minptime=10',
    'useinbandfec=1',
    ...opusOf[dataUse],
    ...(isConstant ? ['cbr=1'] : []),
  ].join(';');
  const shaped: string[] = [];
  let inSound = false;
  for (const line of lines) {
    if (line.startsWith('m=')) {
      inSound = line.startsWith('m=audio ');
      if (!inSound) {
        shaped.push(line);
        continue;
      }
      const [kind, port, protocol, ...payloads] = line.split(' ');
      const kept = payloads.filter((payload) => codecs.has(payload));
      // Whatever is first is sent; redundancy is, once the way turns out to lose packets.
      kept.sort((a, b) => (Number(b === opus) - Number(a === opus)) * (redundant ? -1 : 1));
      shaped.push([kind, port, protocol, ...kept].join(' '));
      if (dataUse === 'low') shaped.push('a=ptime:60', 'a=maxptime:60');
      continue;
    }
    if (!inSound) {
      shaped.push(line);
      continue;
    }
    // How loud it is would stand beside the encrypted sound in the clear.
    if (line.startsWith('a=extmap:') && line.endsWith(LEVEL_EXTENSION)) continue;
    if (/^a=(ptime|maxptime):/.test(line)) continue;
    const [, payload] = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line) ?? [];
    if (payload && !codecs.has(payload)) continue;
    shaped.push(opus && line.startsWith(`a=fmtp:${opus} `) ? `a=fmtp:${opus} ${parameters}` : line);
  }
  return `${shaped.join('\r\n')}\r\n`;
}

/** True where the other side takes redundancy. */
export function takesRedundancy(text: string): boolean {
  return /^a=rtpmap:\d+ red\/48000\/2\r?$/im.test(text);
}

/** The fragment of a name that ICE knows a side by: another one is another search for ways (RFC 8839). */
export function fragmentOf(text: string): string | undefined {
  return /^a=ice-ufrag:(\S+)/m.exec(text)?.[1];
}

/**
 * The other side's description as if it answered once more, with nothing new in it.
 * @param own the own description that it belongs to
 */
export function repeatAsAnswer(text: string, own: string): string {
  // Whoever offered left it open who begins the handshake (RFC 8842), and the other side chose.
  const chosen = /^a=setup:active/m.test(own) ? 'passive' : 'active';
  return text.replaceAll('a=setup:actpass', `a=setup:${chosen}`);
}
