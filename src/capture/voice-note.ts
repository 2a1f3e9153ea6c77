/**
 * Records a voice note: Opus where the browser has it, a voice's bit rate, with its level and its shape. Pauses, goes
 * on, and keeps what was recorded when the microphone is taken away. Does not know who hears it or how it is shown.
 */
import { type Bytes } from '../lib/bytes.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { createEmitter } from '../lib/emitter.ts';
import { Fault } from '../lib/fault.ts';
import { type LevelMeter, levelMeter } from './level-meter.ts';
import { openMicrophone } from './microphone.ts';
import { type Reading, waveformOf } from './waveform.ts';

/** A recording that is over. */
export interface VoiceNote {
  readonly source: Blob;
  /** Media type without parameters. */
  readonly type: string;
  /** ms. */
  readonly duration: number;
  readonly waveform: Bytes;
  /** Why it ended: somebody asked, it may not be longer, or the microphone went away. */
  readonly end: 'asked' | 'longest' | 'lost';
}

export interface VoiceRecording {
  readonly state: 'recording' | 'paused' | 'stopped';
  /** Recorded so far, without pauses, ms. */
  readonly elapsed: number;
  /** How loud it is now, 0 to 1. */
  readonly level: number;
  pause(): void;
  resume(): void;
  /** Ends it and lets the microphone go; also tells of one that ended by itself. Fault `microphone-busy` if it is empty. */
  stop(): Promise<VoiceNote>;
  /** Hears every change of state and every new level. */
  listen(listener: () => void): () => void;
}

/** What a recording is made of. */
export interface RecordingParts {
  readonly stream: MediaStream;
  readonly recorder: MediaRecorder;
  readonly meter: LevelMeter;
  readonly clock: Clock;
}

/** Longest note, ms. */
export const LONGEST_MS = 60 * 60_000;
/** Bits of a second of speech. */
const BIT_RATE = 32_000;
/** In the order of preference; all browsers have one. */
const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'];
/** How often the recorder hands out what it has, ms. */
const SLICE_MS = 1_000;
/** How often the level is read, ms. */
const READ_MS = 50;

/** Begins to record. */
export function startRecording({ stream, recorder, meter, clock }: RecordingParts): VoiceRecording {
  const changes = createEmitter<void>();
  const pieces: Blob[] = [];
  const readings: Reading[] = [];
  let state: VoiceRecording['state'] = 'recording';
  let level = 0;
  /** Recorded before the last pause, and when it went on, ms. */
  let before = 0;
  let since = clock.now();
  let end: VoiceNote['end'] = 'lost';
  let cancelRead: () => void = () => undefined;

  // A clock that is set back in the middle takes nothing away.
  const elapsed = (): number =>
    before + (state === 'recording' ? Math.max(0, clock.now() - since) : 0);

  function read(): void {
    if (state !== 'recording') return;
    level = meter.read();
    readings.push({ at: elapsed(), level });
    if (elapsed() >= LONGEST_MS) finish('longest');
    else cancelRead = clock.after(READ_MS, read);
    changes.emit();
  }

  /** The clock stands still, and no level is read. */
  function halt(next: 'paused' | 'stopped'): void {
    before = elapsed();
    state = next;
    level = 0;
    cancelRead();
  }

  function finish(why: VoiceNote['end']): void {
    if (state === 'stopped') return;
    end = why;
    halt('stopped');
    if (recorder.state !== 'inactive') recorder.stop();
    changes.emit();
  }

  const over = new Promise<VoiceNote>((resolve, reject) => {
    recorder.ondataavailable = ({ data }) => void (data.size > 0 && pieces.push(data));
    recorder.onstop = () => {
      // The browser stops it as well, when the last track has ended.
      finish('lost');
      meter.close();
      for (const track of stream.getTracks()) track.stop();
      const [type = 'audio/webm'] = (recorder.mimeType || pieces[0]?.type || '').split(';');
      const source = new Blob(pieces, { type });
      const duration = Math.round(before);
      if (source.size === 0) reject(new Fault('microphone-busy', 'now'));
      else resolve({ source, type, duration, waveform: waveformOf(readings, duration), end });
    };
  });
  // Whoever discards it asks for nothing.
  over.catch(() => undefined);
  for (const track of stream.getTracks()) track.addEventListener('ended', () => finish('lost'));
  recorder.start(SLICE_MS);
  read();

  return {
    get state() {
      return state;
    },
    get elapsed() {
      return elapsed();
    },
    get level() {
      return level;
    },
    pause() {
      if (state !== 'recording') return;
      halt('paused');
      recorder.pause();
      changes.emit();
    },
    resume() {
      if (state !== 'paused') return;
      recorder.resume();
      since = clock.now();
      state = 'recording';
      read();
    },
    stop() {
      finish('asked');
      return over;
    },
    listen: (listener) => changes.listen(listener),
  };
}

/** Asks for the microphone and begins to record. Throws Fault as openMicrophone does. */
export async function recordVoiceNote(): Promise<VoiceRecording> {
  const stream = await openMicrophone();
  try {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, {
      ...(mimeType && { mimeType }),
      audioBitsPerSecond: BIT_RATE,
    });
    return startRecording({
      stream,
      recorder,
      meter: levelMeter(stream),
      clock: systemClock(globalThis),
    });
  } catch (error) {
    // Never left on behind the person's back.
    for (const track of stream.getTracks()) track.stop();
    throw new Fault('microphone-busy', 'now', error);
  }
}
