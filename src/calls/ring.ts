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

function sound(kind: 'incoming' | 'outgoing'): EndTone {
  const { notes, note, every, loudness } = patterns[kind];
  const context = new AudioContext();
  // A page that nobody has clicked in may not sound; the words on it ring all the same.
  void context.resume().catch(() => undefined);
  function play(): void {
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
  play();
  const timer = setInterval(play, every * 1000);
  return () => {
    clearInterval(timer);
    void context.close().catch(() => undefined);
  };
}

/** Sounds until ended; a call that rings sounds in one tab, which is the first that may. */
export function startTone(kind: 'incoming' | 'outgoing'): EndTone {
  if (kind === 'outgoing') return sound(kind);
  let end: EndTone | undefined;
  const over = new AbortController();
  navigator.locks
    .request('sotto-ring', { signal: over.signal }, () => {
      end = sound(kind);
      return new Promise<void>((release) => over.signal.addEventListener('abort', () => release()));
    })
    .catch(() => undefined);
  return () => {
    over.abort();
    end?.();
  };
}
