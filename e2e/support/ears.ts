/**
 * A microphone that hums, and ears for a call: a page with `hum` in it records a tone of its own, and what it hears of
 * the other side can be measured. Runs in the page before the app; it changes nothing that the app can see but the
 * microphone.
 */
import { type BrowserContext, type Page } from '@playwright/test';

interface Ears {
  connections: RTCPeerConnection[];
  /** All candidates that were found here, in the order of time. */
  found: string[];
  /** How many microphones are on. */
  microphones: () => number;
  silence: (silent: boolean) => void;
  hears: () => Promise<number>;
}

declare global {
  interface Window {
    ears: Ears;
  }
}

/** Gives all pages of a browser a microphone that hums at `hertz`. */
export async function giveMicrophone(context: BrowserContext, hertz: number): Promise<void> {
  await context.addInitScript((tone: number) => {
    const tracks: MediaStreamTrack[] = [];
    const gains: GainNode[] = [];
    const ears: Ears = {
      connections: [],
      found: [],
      microphones: () => tracks.filter(({ readyState }) => readyState === 'live').length,
      silence(silent) {
        for (const gain of gains) gain.gain.value = silent ? 0 : 0.5;
      },
      /** The loudest tone of the other side, Hz; 0 for silence. */
      async hears() {
        const receiver = ears.connections
          .filter(({ connectionState }) => connectionState === 'connected')
          .flatMap((connection) => connection.getReceivers())
          // Of a call with oneself one end only speaks.
          .find(({ track }) => track.kind === 'audio' && !track.muted);
        if (!receiver) return 0;
        const context = new AudioContext();
        await context.resume();
        const analyser = new AnalyserNode(context, { fftSize: 16_384, smoothingTimeConstant: 0 });
        context.createMediaStreamSource(new MediaStream([receiver.track])).connect(analyser);
        await new Promise((resolve) => setTimeout(resolve, 450));
        const bins = new Float32Array(analyser.frequencyBinCount);
        analyser.getFloatFrequencyData(bins);
        const width = context.sampleRate / analyser.fftSize;
        await context.close();
        let best = 0;
        bins.forEach((level, bin) => {
          if (level > (bins[best] ?? -Infinity)) best = bin;
        });
        return (bins[best] ?? -Infinity) > -70 ? best * width : 0;
      },
    };
    window.ears = ears;
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (!devices) return;
    devices.getUserMedia = async () => {
      const context = new AudioContext();
      await context.resume();
      const gain = new GainNode(context, { gain: 0.5 });
      const into = new MediaStreamAudioDestinationNode(context);
      const oscillator = new OscillatorNode(context, { frequency: tone });
      oscillator.connect(gain).connect(into);
      oscillator.start();
      gains.push(gain);
      tracks.push(...into.stream.getTracks());
      return into.stream;
    };
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        ears.connections.push(this);
        this.addEventListener('icecandidate', ({ candidate }) => {
          if (candidate?.candidate) ears.found.push(candidate.candidate);
        });
      }
    };
  }, hertz);
}

/** What a page hears of the other side: the loudest tone in Hz, 0 for silence. */
export function hears(page: Page): Promise<number> {
  return page.evaluate(() => window.ears.hears());
}

/** How many microphones are on in a page. */
export function microphonesOn(page: Page): Promise<number> {
  return page.evaluate(() => window.ears.microphones());
}

/** The connection of a page in figures: the types of the pair in use, the codec, and what its descriptions say. */
export function connectionOf(page: Page) {
  return page.evaluate(async () => {
    const connection = window.ears.connections.at(-1);
    if (!connection) throw new Error('this page has no connection');
    const reports = new Map<string, Record<string, unknown>>();
    (await connection.getStats()).forEach((report: { id: string }) => {
      reports.set(report.id, report);
    });
    const all = [...reports.values()];
    const transport = all.find(({ type }) => type === 'transport');
    const pair = reports.get(transport?.['selectedCandidatePairId'] as string);
    const incoming = all.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
    const codec = reports.get(incoming?.['codecId'] as string);
    const typeOf = (id: unknown) => reports.get(id as string)?.['candidateType'];
    return {
      local: typeOf(pair?.['localCandidateId']),
      remote: typeOf(pair?.['remoteCandidateId']),
      codec: codec?.['mimeType'],
      parameters: String(codec?.['sdpFmtpLine']),
      found: [...window.ears.found],
      descriptions: [connection.localDescription?.sdp, connection.remoteDescription?.sdp].join(
        '\n',
      ),
    };
  });
}
