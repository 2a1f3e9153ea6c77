/**
 * What the menu of a message does with an attachment: its picture, or else its caption, goes to the clipboard, and a
 * GIF is kept to be sent again. Loaded with the menu, so that a browser which lets a page write to the clipboard only
 * as long as the click is fresh is asked in time.
 */
import { pngOf } from '../../capture/picture-copy.ts';
import { type AttachmentView, type MessageBody, type MessageView } from '../../engine/api.ts';
import { Fault, type FaultCode, isFault } from '../../lib/fault.ts';
import { faultCode } from '../i18n/faults.ts';
import { loadTexts, t } from '../i18n/index.ts';
import { isHere, isPicture, type MediaPlace, openToShow } from './media-bytes.ts';
import { isMoving } from './moving-type.ts';
import { keepPicture } from './picture-keeping.ts';

type Media = MessageBody & { readonly kind: 'media' };

/** Who is told what became of it. */
interface Listener {
  /** Tells a screen reader. */
  readonly say: (words: string) => void;
  /** Shows why it was not done. */
  readonly fail: (code: FaultCode) => void;
}

/** What `Copy` takes of a message; undefined where there is nothing to be copied. */
export function copied({ own, body }: MessageView): 'words' | 'picture' | undefined {
  if (body.kind === 'text') return 'words';
  if (body.kind !== 'media') return undefined;
  const { attachment, caption } = body;
  // The clipboard takes pictures that stand still only.
  const isStill = isPicture(attachment) && !isMoving(attachment);
  if (isStill && isHere(own, attachment)) return 'picture';
  return caption ? 'words' : undefined;
}

/** True for a GIF that can be kept to be sent again. */
export function isSavedAsGif({ own, body }: MessageView): boolean {
  if (body.kind !== 'media') return false;
  const { attachment } = body;
  return isPicture(attachment) && isMoving(attachment) && isHere(own, attachment);
}

async function copyPicture(place: MediaPlace, attachment: AttachmentView): Promise<void> {
  const png = openToShow(place, attachment).then(pngOf);
  try {
    // The browser waits for the bytes itself; asked after them, it would say that the click is too long ago.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
  } catch (error) {
    // Which of the two it was, the browser does not tell.
    await png;
    throw error;
  }
}

async function copy(what: 'words' | 'picture', message: MessageView, body: Media): Promise<void> {
  try {
    if (what === 'picture') await copyPicture(message, body.attachment);
    else await navigator.clipboard.writeText(body.caption);
  } catch (error) {
    // Of a picture that is too large to be drawn it is not said that it was not sent.
    throw isFault(error) && error.code !== 'not-a-picture' ? error : new Fault('not-copied');
  }
}

/** Does it, and says that it is done or why not. */
export async function actOnMedia(
  action: 'copy' | 'save-gif',
  message: MessageView,
  { say, fail }: Listener,
): Promise<void> {
  const { body } = message;
  const what = copied(message);
  if (body.kind !== 'media') return;
  try {
    if (action === 'save-gif') {
      await Promise.all([keepPicture('gif', message, body.attachment), loadTexts('emoji')]);
      say(t('emoji.gif-saved'));
    } else if (what) {
      await copy(what, message, body);
      say(t('copied'));
    }
  } catch (error) {
    fail(faultCode(error));
  }
}
