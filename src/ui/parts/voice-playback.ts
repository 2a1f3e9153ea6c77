/**
 * What is heard: one recording at a time, and nothing else meanwhile (one-sound.ts), voices at the speed that the person
 * likes. It lives here and not in a row of the list, so that it goes on when its row is scrolled away. Keeps where each
 * was stopped. Knows no message: whoever plays something says how its bytes are had.
 */
import { createEmitter } from '../../lib/emitter.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { recall, remember } from '../contexts/preferences.ts';
import { faultCode } from '../i18n/faults.ts';
import { type Playable } from './media-stream.ts';
import { joinSounds, takeSound } from './one-sound.ts';

/** Something that can be heard. */
export interface Recording {
  /** The same for the same recording, wherever it is shown. */
  readonly key: string;
  /** ms, as its sender says; 0 where nobody does. */
  readonly duration: number;
  /** Heard as it is, whatever speed voices are heard at. */
  readonly natural?: boolean;
  /** @param failed what is played by parts cannot be read on */
  readonly load: (failed: (code: FaultCode) => void) => Promise<Blob | Playable>;
  /** It is heard now. */
  readonly begun?: () => void;
  /** It was heard to its end. */
  readonly ended?: () => void;
}

/** How a recording stands. */
export interface Playing {
  readonly state: 'still' | 'loading' | 'playing';
  /** ms. */
  readonly position: number;
  /** As measured, once it was opened, ms. */
  readonly length?: number | undefined;
  readonly fault?: FaultCode | undefined;
}

const SPEEDS = ['1', '1.5', '2'] as const;
export type Speed = (typeof SPEEDS)[number];

/** Past the end of anything, s: a recording without a length in its head is measured by going there. */
const BEYOND = 1e7;

const changes = createEmitter<void>();
/** Where those that were begun stand, ms. */
const positions = new Map<string, number>();
/** How long those are that were opened, ms. */
const lengths = new Map<string, number>();
const faults = new Map<string, FaultCode>();
const audio = new Audio();
/** Lets go of what the audio has. */
let release = (): void => undefined;

let now: Recording | undefined;
/** Whose bytes the audio has. */
let loaded: string | undefined;
let state: Playing['state'] = 'still';
/** Rises with every wish, so that an older one that was waited for knows that it is old. */
let turn = 0;

/** Tells of every change; while something plays, its position is asked for. */
export function onPlaying(listener: () => void): () => void {
  return changes.listen(listener);
}

/** How one recording stands. */
export function playingOf(key: string): Playing {
  const isLoaded = loaded === key;
  const position = isLoaded && !audio.seeking ? heard() : (positions.get(key) ?? 0);
  const length = isLoaded ? lengthNow() : lengths.get(key);
  return { state: now?.key === key ? state : 'still', position, length, fault: faults.get(key) };
}

/** True while something is heard here. */
export function isHeard(): boolean {
  return state !== 'still';
}

/** The speed of everything. */
export function speed(): Speed {
  return recall('voice-speed') ?? '1';
}

/** Goes to the next speed, and round. */
export function nextSpeed(): void {
  const next = SPEEDS[(SPEEDS.indexOf(speed()) + 1) % SPEEDS.length] ?? '1';
  remember('voice-speed', next);
  if (!now?.natural) audio.playbackRate = Number(next);
  changes.emit();
}

const heard = (): number => Math.round(audio.currentTime * 1000);
const lengthNow = (): number | undefined =>
  Number.isFinite(audio.duration) ? Math.round(audio.duration * 1000) : undefined;

function become(next: Playing['state']): void {
  state = next;
  changes.emit();
}

/** Notes where the recording stands. */
function keepPlace(): void {
  if (loaded !== undefined && !audio.seeking && !audio.ended) positions.set(loaded, heard());
}

/** Stops what is heard; it goes on from there another time. */
export function pausePlaying(): void {
  turn++;
  keepPlace();
  audio.pause();
  if (state !== 'still') become('still');
}

function unload(): void {
  audio.removeAttribute('src');
  audio.load();
  release();
  release = () => undefined;
  now = undefined;
  loaded = undefined;
}

/** Lets go of a recording that is no more. */
export function forgetRecording(key: string): void {
  if (now?.key === key) {
    pausePlaying();
    unload();
  }
  positions.delete(key);
  lengths.delete(key);
  faults.delete(key);
}

/** Resolves at one of the audio's events; rejects when it cannot be played. */
function happened(name: 'loadedmetadata' | 'seeked' | 'durationchange'): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = new AbortController();
    const once = { once: true, signal: settle.signal };
    audio.addEventListener(name, () => (settle.abort(), resolve()), once);
    const failed = (): void => {
      settle.abort();
      reject(new DOMException('', 'NotSupportedError'));
    };
    audio.addEventListener('error', failed, once);
  });
}

function ofBytes(bytes: Blob): Playable {
  // Whatever its sender calls it, it is sound or nothing.
  const type = bytes.type.startsWith('audio/') ? bytes.type : 'audio/webm';
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  return { url, release: () => URL.revokeObjectURL(url) };
}

/** What is heard cannot be heard on. */
function fail(code: FaultCode): void {
  const failed = now;
  pausePlaying();
  if (failed) faults.set(failed.key, code);
  unload();
  changes.emit();
}

async function open(recording: Recording): Promise<void> {
  const mine = turn;
  const source = await recording.load((code) => now?.key === recording.key && fail(code));
  const playable = source instanceof Blob ? ofBytes(source) : source;
  if (mine !== turn) return playable.release();
  const ready = happened('loadedmetadata');
  release = playable.release;
  audio.src = playable.url;
  await ready;
  if (mine === turn && audio.duration === Infinity) {
    const measured = Promise.race([happened('durationchange'), happened('seeked')]);
    audio.currentTime = BEYOND;
    await measured;
  }
  if (mine !== turn) return;
  loaded = recording.key;
  const length = lengthNow();
  if (length !== undefined) lengths.set(loaded, length);
}

/** Plays a recording from where it was stopped, instead of whatever is heard. */
export async function play(recording: Recording): Promise<void> {
  const { key } = recording;
  pausePlaying();
  const mine = turn;
  faults.delete(key);
  try {
    if (loaded !== key) {
      unload();
      now = recording;
      become('loading');
      await open(recording);
    }
    if (mine !== turn) return;
    now = recording;
    audio.currentTime = (positions.get(key) ?? 0) / 1000;
    audio.playbackRate = recording.natural ? 1 : Number(speed());
    takeSound(pausePlaying);
    await audio.play();
    if (mine !== turn) return;
    become('playing');
    recording.begun?.();
  } catch (error) {
    if (mine !== turn) return;
    // A browser that wants another click, now that the bytes are here, gets it.
    if (!(error instanceof DOMException)) faults.set(key, faultCode(error));
    else if (error.name !== 'NotAllowedError') faults.set(key, 'not-playable');
    if (faults.has(key)) unload();
    become('still');
  }
}

/** Goes to a place of a recording, whether it is heard now or not. @param position ms */
export function seekTo(recording: Recording, position: number): void {
  const isLoaded = loaded === recording.key;
  const most = playingOf(recording.key).length || recording.duration;
  const place = Math.min(Math.max(0, position), most);
  positions.set(recording.key, place);
  if (isLoaded) audio.currentTime = place / 1000;
  changes.emit();
}

audio.addEventListener('ended', () => {
  const ended = now;
  if (!ended || state !== 'playing') return;
  turn++;
  positions.delete(ended.key);
  audio.currentTime = 0;
  become('still');
  ended.ended?.();
});
// By a key of the keyboard, by headphones that were pulled out, or by the system.
audio.addEventListener('pause', () => {
  if (state === 'playing' && !audio.ended) pausePlaying();
});
audio.addEventListener('seeked', () => changes.emit());
audio.addEventListener('error', () => {
  if (state === 'playing') fail('not-playable');
});
joinSounds(pausePlaying);
