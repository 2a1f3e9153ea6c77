/** What a stored own message says when it leaves, for the first time or again. */
import { type Content } from '../protocol/content.ts';
import { type Message } from './records/message.ts';

/** The content of a message; undefined for one that has none to send, or not yet. */
export function contentOf({ body, id, sentAt }: Message): Content | undefined {
  switch (body.kind) {
    case 'text':
      return { kind: 'text', messageId: id, sentAt, text: body.text };
    case 'media': {
      const { blob, ...rest } = body.attachment;
      if (blob === undefined) return undefined;
      const attachment = { ...rest, blob };
      return { kind: 'media', messageId: id, sentAt, attachment, caption: body.caption };
    }
    case 'stub':
    case 'call':
    case 'unknown':
      return undefined;
  }
}
