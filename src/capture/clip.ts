/**
 * What a film or a recording is, as far as the browser can tell before it is sent: its length, its size and a blurred
 * first picture. Nothing of it is played or changed. Runs in a page.
 */
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { scaled, thumbhashOf } from './picture.ts';

/** What is told of a clip. */
export interface Clip {
  /** Milliseconds; absent where the file does not say. */
  readonly duration?: number;
  /** Pixels, of films. */
  readonly width?: number;
  readonly height?: number;
  /** Blurred picture of a film, some 25 bytes. */
  readonly thumbhash?: Bytes;
}

/** A file that says nothing of itself for this long is no clip that the browser knows, ms. */
const PATIENCE_MS = 10_000;
/** Where the picture is taken from: many films begin with black, ms. */
const PICTURE_AT_MS = 400;
const PICTURE_SIDE = 320;

function happens(element: HTMLMediaElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      clearTimeout(timer);
      reject(new Fault('not-a-picture'));
    };
    const timer = setTimeout(fail, PATIENCE_MS);
    element.addEventListener('error', fail, { once: true });
    element.addEventListener(
      event,
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

const millisecondsOf = ({ duration }: HTMLMediaElement): { duration?: number } =>
  Number.isFinite(duration) && duration > 0 ? { duration: Math.round(duration * 1000) } : {};

async function firstPicture(video: HTMLVideoElement): Promise<Bytes | undefined> {
  try {
    const seeked = happens(video, 'seeked');
    video.currentTime = Math.min(PICTURE_AT_MS / 1000, (video.duration || 0) / 2);
    await seeked;
    const { width, height } = scaled(
      { width: video.videoWidth, height: video.videoHeight },
      PICTURE_SIDE,
    );
    const picture = await createImageBitmap(video, { resizeWidth: width, resizeHeight: height });
    try {
      return thumbhashOf(picture);
    } finally {
      picture.close();
    }
  } catch {
    // A film without a picture of its beginning is a film all the same.
    return undefined;
  }
}

/**
 * Looks at a film or a recording.
 * @throws Fault `not-a-picture` when the browser cannot play it
 */
export async function lookAtClip(file: Blob, form: 'video' | 'audio'): Promise<Clip> {
  const element = document.createElement(form);
  const url = URL.createObjectURL(file);
  try {
    element.preload = 'auto';
    element.muted = true;
    const known = happens(element, 'loadeddata');
    element.src = url;
    await known;
    if (!(element instanceof HTMLVideoElement)) return millisecondsOf(element);
    const { videoWidth: width, videoHeight: height } = element;
    if (width === 0 || height === 0) throw new Fault('not-a-picture');
    const thumbhash = await firstPicture(element);
    return { ...millisecondsOf(element), width, height, ...(thumbhash && { thumbhash }) };
  } finally {
    element.removeAttribute('src');
    element.load();
    URL.revokeObjectURL(url);
  }
}
