/** How large an attachment stands in a chat, before any of it is there. Pure; the list estimates rows with it. */
import { type AttachmentView } from '../../engine/api.ts';

/** Px. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

const MOST: Box = { width: 320, height: 360 };
const STICKER: Box = { width: 160, height: 160 };
const LEAST = 96;
/** A file's line: icon, name, size. */
const FILE: Box = { width: 260, height: 56 };
/** A voice note: its shape, and a line below it. */
const VOICE: Box = { width: 280, height: 56 };
/** The same below a name. */
const SOUND: Box = { width: 280, height: 84 };

/** True for what is looked at rather than named. */
export function isSeen({ form, width, height }: AttachmentView): boolean {
  const visual = form === 'image' || form === 'gif' || form === 'sticker' || form === 'video';
  return visual && width !== undefined && height !== undefined && width > 0 && height > 0;
}

/**
 * The room of an attachment.
 * @param room px that a bubble has inside
 */
export function mediaBox(attachment: AttachmentView, room: number): Box {
  if (!isSeen(attachment)) {
    const { form, stage, type } = attachment;
    const isSound = stage === 'here' && type.startsWith('audio/');
    const { width, height } = form === 'voice' ? VOICE : isSound ? SOUND : FILE;
    return { width: Math.min(width, room), height };
  }
  const { width = 1, height = 1 } = attachment;
  const most = attachment.form === 'sticker' ? STICKER : MOST;
  const scale = Math.min(1, most.width / width, most.height / height, room / width);
  return {
    width: Math.max(LEAST, Math.round(width * scale)),
    height: Math.max(LEAST, Math.round(height * scale)),
  };
}
