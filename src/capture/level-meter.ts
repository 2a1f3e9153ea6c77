/** How loud a stream is right now, read from an AnalyserNode: no script of its own on the audio thread. */

export interface LevelMeter {
  /** The loudest sample of the last 85 ms or so, 0 to 1. */
  read(): number;
  /** Lets go of the stream. */
  close(): void;
}

/** Samples that are looked at: 85 ms at 48 kHz. */
const WINDOW = 4_096;

/** The meter of a stream. */
export function levelMeter(stream: MediaStream): LevelMeter {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: WINDOW });
  context.createMediaStreamSource(stream).connect(analyser);
  // A page that nobody has clicked in yet starts it asleep.
  void context.resume().catch(() => undefined);
  const samples = new Float32Array(WINDOW);
  return {
    read() {
      analyser.getFloatTimeDomainData(samples);
      let most = 0;
      for (const sample of samples) most = Math.max(most, Math.abs(sample));
      return Math.min(1, most);
    },
    close: () => void context.close().catch(() => undefined),
  };
}
