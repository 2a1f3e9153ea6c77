/**
 * A file in the tray: what it is, as far as this browser can tell, and what is sent of it. Pictures are encoded anew
 * unless the person wants the original; everything else goes as it is. Draws nothing.
 */
import { lookAtClip } from '../../capture/clip.ts';
import { isAnimated } from '../../capture/picture-motion.ts';
import { preparePicture } from '../../capture/picture.ts';
import { type AttachmentHints, type DraftFile } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode } from '../i18n/faults.ts';

export interface TrayItem {
  /** By which the draft knows it. */
  readonly id: string;
  readonly file: File;
  /** Not told of before it was looked at. */
  readonly hints?: AttachmentHints;
  /** A picture that this browser cannot show. */
  readonly undecodable: boolean;
  /** Of its bytes, where they can be shown. */
  readonly url?: string;
  readonly caption: string;
  /** Sent with all that the camera wrote into it. */
  readonly original: boolean;
  /** Why it is not kept in the draft. */
  readonly unkept?: FaultCode | undefined;
}

/** Pictures that a browser decodes; an SVG is a document with scripts, and goes as a file. */
const PICTURES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/bmp']);
/** Always taken for a picture that moves. */
const MOVING = 'image/gif';
/** Tried as a picture, and sent as a file where the browser cannot. */
const PERHAPS = new Set(['image/heic', 'image/heif', 'image/tiff']);

/** A file that nobody has looked at yet. */
export function trayItem(file: File): TrayItem {
  return {
    id: crypto.randomUUID(),
    file,
    undecodable: false,
    caption: '',
    original: false,
  };
}

/** Files that a draft kept, opened; those that cannot be read any more are left out. */
export async function keptItems(
  conversation: ConversationId,
  files: readonly DraftFile[],
): Promise<TrayItem[]> {
  const items: TrayItem[] = [];
  for (const { id, name, type, caption, original } of files) {
    try {
      const bytes = await engine().call('draftFile', { conversation, id });
      const file = new File([bytes], name, { type });
      items.push({ id, file, undecodable: false, caption, original });
    } catch (error) {
      const code = faultCode(error);
      if (code !== 'cancelled' && code !== 'blob-gone' && code !== 'bad-blob') throw error;
    }
  }
  return items;
}

/** Looks at a file. Never rejects: what is nothing else is a file. */
export async function lookAt(item: TrayItem): Promise<TrayItem> {
  const { file } = item;
  const { type } = file;
  const plain: AttachmentHints = { form: 'file', name: file.name, type };
  const shown = (hints: AttachmentHints): TrayItem => ({
    ...item,
    hints,
    url: URL.createObjectURL(file),
  });
  const isPicture = PICTURES.has(type) || PERHAPS.has(type) || type === MOVING;
  try {
    if (isPicture) {
      const { source: _, ...picture } = await preparePicture(file, true);
      // Encoding it anew would lose its movement.
      const moves = type === MOVING || (await isAnimated(file));
      return shown({ ...plain, ...picture, form: moves ? 'gif' : 'image' });
    }
    if (type.startsWith('video/'))
      return shown({ ...plain, ...(await lookAtClip(file, 'video')), form: 'video' });
    if (type.startsWith('audio/'))
      return { ...item, hints: { ...plain, ...(await lookAtClip(file, 'audio')), form: 'audio' } };
  } catch {
    return { ...item, hints: plain, undecodable: isPicture };
  }
  return { ...item, hints: plain };
}

/** What is sent: the bytes, and what is told of them. Fault `not-a-picture` when the file was changed meanwhile. */
export async function outgoing(item: TrayItem): Promise<[Blob, AttachmentHints]> {
  const { file, original } = item;
  const { hints = { form: 'file', name: file.name, type: file.type } } = item;
  if (hints.form !== 'image' || original) return [file, hints];
  const { source, ...picture } = await preparePicture(file, false);
  const ending = source.type === 'image/webp' ? '.webp' : '.png';
  // A file's name may hold a time or a place as well.
  return [source, { form: 'image', name: `photo${ending}`, type: source.type, ...picture }];
}

/** Frees what was held for showing it. */
export function forget({ url }: TrayItem): void {
  if (url) URL.revokeObjectURL(url);
}
