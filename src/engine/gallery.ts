/**
 * What a chat holds beside its texts, newest first: pictures and videos, files and sound, links. Reads only, a bounded
 * part at a time; loaded when somebody looks.
 */
import { type ConversationId } from '../lib/ids.ts';
import { type GalleryKind, type GalleryPage, type MessageView } from './api.ts';
import { messageView, openMessage } from './conversations.ts';
import { type Core } from './core.ts';
import { type Message } from './records/message.ts';

/** Messages that one call opens at most; a chat may be long and hold little. */
const MOST_OPENED = 2_000;
const BATCH = 64;
const MOST_FOUND = 200;
const seenForms = new Set(['image', 'video', 'gif']);
/** As the interface finds them, or a little more: what is no link after all it leaves out. */
const linkPattern = /\bhttps?:\/\//i;

function belongs({ body }: Message, kind: GalleryKind): boolean {
  if (body.kind === 'media') {
    if (kind === 'links') return linkPattern.test(body.caption);
    const { form } = body.attachment;
    return kind === 'media' ? seenForms.has(form) : form !== 'sticker' && !seenForms.has(form);
  }
  return kind === 'links' && body.kind === 'text' && linkPattern.test(body.text);
}

/** Where the search stands in a chat: `order` is the last that was looked at. */
interface Search {
  readonly conversation: ConversationId;
  readonly kind: GalleryKind;
  readonly order: number | undefined;
  readonly forward: boolean;
}

/** The next messages that may belong, and the order of the last one looked at. */
async function nextMessages(
  core: Core,
  { conversation, kind, order, forward }: Search,
): Promise<{ messages: Message[]; last: number | undefined }> {
  const range = {
    equals: [conversation],
    ...(order !== undefined && (forward ? { above: order } : { below: order })),
    reverse: !forward,
    limit: BATCH,
  };
  const rows =
    kind === 'links'
      ? await core.store.list('messages', range)
      : await core.store.getMany(
          'messages',
          (await core.store.list('attachments', range)).map((row) => [row.conversation, row.order]),
        );
  const there = rows.filter((row) => row !== undefined);
  const opened = await Promise.all(there.map((row) => openMessage(core, row)));
  return {
    messages: opened.filter((message) => message !== undefined),
    last: there.at(-1)?.order,
  };
}

/**
 * Messages of a kind on one side of an order, nearest first. With `next` the search goes on from there; without it,
 * that was all.
 */
export async function listGallery(
  core: Core,
  {
    conversation,
    kind,
    before,
    after,
    limit,
  }: {
    conversation: ConversationId;
    kind: GalleryKind;
    before?: number;
    after?: number;
    limit: number;
  },
): Promise<GalleryPage> {
  const most = Math.min(Math.max(1, Math.trunc(limit)), MOST_FOUND);
  const found: MessageView[] = [];
  const forward = after !== undefined;
  let order = forward ? after : before;
  for (let opened = 0; opened < MOST_OPENED; opened += BATCH) {
    const { messages, last } = await nextMessages(core, { conversation, kind, order, forward });
    if (last === undefined) return { messages: found };
    for (const message of messages) {
      if (!belongs(message, kind)) continue;
      found.push(messageView(core, message));
      if (found.length === most) return { messages: found, next: message.order };
    }
    order = last;
  }
  return { messages: found, ...(order !== undefined && { next: order }) };
}
