/** What a message says in plain words, for one line of the list, a screen reader and a notice. Pure. */
import { type AttachmentView, type MessageBody } from '../../engine/api.ts';
import { t } from '../i18n/index.ts';

/** Minutes and seconds: `0:12`, `61:05`. @param milliseconds of something that is heard */
export function playTime(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** What an attachment is called: `Photo`, `Voice message 0:12`, `File plan.pdf`. */
export function attachmentWords({ form, name, duration }: AttachmentView): string {
  switch (form) {
    case 'image':
      return t('body.image');
    case 'video':
      return t('body.video');
    case 'voice':
      return t('body.voice', { time: playTime(duration ?? 0) });
    case 'sticker':
      return t('body.sticker');
    case 'gif':
      return t('body.gif');
    case 'audio':
    case 'file':
      return t('body.file', { name }).trim();
  }
}

/** What a message says, in plain words. */
export function bodyText(body: MessageBody): string {
  switch (body.kind) {
    case 'text':
      return body.text;
    case 'media': {
      const words = attachmentWords(body.attachment);
      return body.caption ? `${words}, ${body.caption}` : words;
    }
    case 'call':
      return t(`call.row-${body.outcome}`, { time: playTime(body.duration ?? 0) });
    case 'undecryptable':
      return t('list.undecryptable');
    case 'unknown':
      return t('list.unknown');
  }
}
