/**
 * The bytes of an attachment in a page: opened for the eye where they are safe to be drawn, saved to disk whatever they
 * are. What a browser would run (SVG, HTML) is only ever saved, as bytes of no type.
 */
import { isTrap, readSize } from '../../capture/picture-size.ts';
import { type AttachmentView } from '../../engine/api.ts';
import { release } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { isPlayedType } from '../../lib/played-media.ts';
import { engine } from '../contexts/engine-client.ts';
import { isSeen } from './media-box.ts';

/** Which message. */
export interface MediaPlace {
  readonly conversation: ConversationId;
  readonly order: number;
}

/** What a browser draws without running anything; an SVG is a document. */
const PICTURES = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/bmp',
]);
/** Larger pictures are saved, not opened, bytes. */
const OPENED_BYTES = 32 * 1024 * 1024;
/** A file larger than this is written to the disk as it is opened, where the browser can, bytes. */
const STREAMED_BYTES = 64 * 1024 * 1024;
const PART_BYTES = 4 * 1024 * 1024;

/** True where all bytes of an attachment are in this browser. @param own sent from here */
export function isHere(own: boolean, { stage }: AttachmentView): boolean {
  return stage === 'here' || (own && stage === 'uploading');
}

/** True for what is drawn in its place. */
export function isPicture(attachment: AttachmentView): boolean {
  return isSeen(attachment) && PICTURES.has(attachment.type) && attachment.size <= OPENED_BYTES;
}

/** True for what is played in its place. */
export function isFilm(attachment: AttachmentView): boolean {
  return attachment.form === 'video' && isSeen(attachment) && attachment.type.startsWith('video/');
}

/** True for a file that this browser can let one hear. */
export function isSoundFile({ form, type }: AttachmentView): boolean {
  const isFile = form === 'audio' || form === 'file';
  return (
    isFile &&
    type.startsWith('audio/') &&
    isPlayedType(type) &&
    new Audio().canPlayType(type) !== ''
  );
}

/**
 * A picture's bytes, to be shown.
 * @throws Fault `not-a-picture` when it is none, or would take too much memory; or as EngineApi.openAttachment
 */
export async function openToShow(place: MediaPlace, attachment: AttachmentView): Promise<Blob> {
  // Asked first: what is none may have gigabytes.
  if (!isPicture(attachment)) throw new Fault('not-a-picture');
  const blob = await engine().call('openAttachment', place);
  const size = await readSize(blob);
  if (!size || isTrap(size)) throw new Fault('not-a-picture');
  return blob;
}

interface SavePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

async function streamTo(
  file: FileSystemFileHandle,
  place: MediaPlace,
  size: number,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const stream = await file.createWritable();
  try {
    for (let from = 0; from < size; from += PART_BYTES) {
      signal.throwIfAborted();
      const to = Math.min(size, from + PART_BYTES);
      const part = await engine().call('readAttachment', { ...place, from, to });
      await stream.write(part);
      release(part);
      progress(to);
    }
    await stream.close();
  } catch (error) {
    // What was there before under that name stays as it was.
    await stream.abort().catch(() => undefined);
    throw error;
  }
}

/**
 * Saves an attachment under its name. A large one goes to the disk part by part where the browser lets a page write
 * files; else the browser downloads it.
 * @param progress bytes written; not called for what the browser downloads
 * @returns false when the person did not want it after all
 */
export async function saveAttachment(
  place: MediaPlace,
  { name, size }: AttachmentView,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const { showSaveFilePicker } = globalThis as SavePicker;
  if (size > STREAMED_BYTES && showSaveFilePicker) {
    try {
      const file = await showSaveFilePicker.call(globalThis, { suggestedName: name || 'file' });
      await streamTo(file, place, size, progress, signal);
      return true;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return false;
      throw error;
    }
  }
  const blob = await engine().call('openAttachment', place);
  const url = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  // Never opened in the page, whatever it is.
  link.download = name || 'file';
  link.click();
  // The browser has begun to read it long before.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return true;
}
