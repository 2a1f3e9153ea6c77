/**
 * The tones of a call: what rings here, and what the caller hears while it rings there. Made of two soft tones, no
 * file. Of several tabs one sounds.
 */

/** Ends the tone. */
export type EndTone = () => void;

interface Pattern {
  /** Hz, one after the other. */
  readonly notes: readonly number[];
  /** Seconds of each note, and from one run of notes to the next. */
  readonly note: number;
  readonly every: number;
  /** 0 to 1. */
  readonly loudness: number;
}

const patterns: Readonly<Record<'incoming' | 'outgoing', Pattern>> = {
  incoming: { notes: [587.33, 783.99, 987.77], note: 0.22, every: 2.4, loudness: 0.18 },
  // 425 Hz, a second of every five: the ringing tone of most of Europe (ITU-T E.180).
  outgoing: { notes: [425], note: 1, every: 5, loudness: 0.06 },
};

/** A browser that said no is asked again so often, ms: it does not come back to it by itself when somebody clicks. */
const AGAIN_MS = 1_000;

function play(context: AudioContext, { notes, note, loudness }: Pattern): void {
  notes.forEach((frequency, index) => {
    const begins = context.currentTime + index * note;
    const tone = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, begins);
    gain.gain.linearRampToValueAtTime(loudness, begins + 0.03);
    gain.gain.setTargetAtTime(0, begins + note - 0.06, 0.03);
    tone.connect(gain).connect(context.destination);
    tone.start(begins);
    tone.stop(begins + note + 0.2);
  });
}

/** Sounds until ended; a call that rings sounds in one tab, which is the first that may. */
export function startTone(kind: 'incoming' | 'outgoing'): EndTone {
  const pattern = patterns[kind];
  const context = new AudioContext();
  const over = new AbortController();
  const { signal } = over;
  function sound(): void {
    play(context, pattern);
    const timer = setInterval(() => play(context, pattern), pattern.every * 1000);
    signal.addEventListener('abort', () => clearInterval(timer));
  }
  async function begin(): Promise<void> {
    // A page that nobody has clicked in may not sound until somebody does, and its time stands still: notes that it
    // began meanwhile would all be heard at once. The words on it ring all the same.
    const knocking = setInterval(() => void context.resume().catch(() => undefined), AGAIN_MS);
    signal.addEventListener('abort', () => clearInterval(knocking));
    await context.resume();
    clearInterval(knocking);
    if (signal.aborted) return;
    if (kind === 'outgoing') return sound();
    await navigator.locks.request('sotto-ring', { signal }, () => {
      sound();
      return new Promise<void>((release) => signal.addEventListener('abort', () => release()));
    });
  }
  begin().catch(() => undefined);
  return () => {
    over.abort();
    void context.close().catch(() => undefined);
  };
}
