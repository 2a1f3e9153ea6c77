/** Which attachments move: whoever sends a GIF may call it a photo or sticker, and it must be possible to pause it. */
import { type AttachmentView } from '../../engine/api.ts';

/** True for what is shown as a moving picture that can be paused. */
export function isMoving({ form, type }: Pick<AttachmentView, 'form' | 'type'>): boolean {
  return form === 'gif' || (type === 'image/gif' && (form === 'image' || form === 'sticker'));
}
