/**
 * A chat of the engine in memory: how it is kept, and how it is shown as engine/api.ts words it. Tells nobody and
 * changes nothing.
 */
import {
  type ChatDetails,
  type ChatSummary,
  type MessagePage,
  type MessageView,
  type Standing,
  type StorageUse,
  type StoredMedia,
  type Waiting,
} from '../../engine/api.ts';
import { type AccountId, type ConversationId, type MessageId } from '../../lib/ids.ts';
import { type DemoChat } from './demo-chats.ts';

export interface FakeChat {
  readonly id: ConversationId;
  standing: Standing;
  name: string;
  unread: number;
  muted: boolean;
  draft: string;
  /** Files chosen and not sent. */
  files: number;
  typing: boolean;
  online: boolean;
  lastSeen?: number;
  waiting?: Waiting;
  messages: MessageView[];
  /** The peer answers what is sent. */
  answers: boolean;
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** A made-up id that is always the same for the same text. */
export function fakeId(text: string): AccountId {
  let value = 7;
  let id = '';
  for (let index = 0; index < 32; index++) {
    value =
      (Math.imul(value, 31) + (text.charCodeAt(index % text.length) || 1) * (index + 3)) >>> 0;
    id += letters[(value >>> 5) % 32] ?? 'a';
  }
  return id as AccountId;
}

/** The account of the person at the screen. */
export const ownId = fakeId('me');
/** The relay that everybody is on. */
export const host = 'sotto.example';

/** A chat with the messages of a demonstration. */
export function chatFrom(demo: DemoChat, now: number): FakeChat {
  const id = fakeId(demo.standing === 'notes' ? 'me' : demo.name) as string as ConversationId;
  const messages = demo.messages(now).map((line, index): MessageView => ({
    conversation: id,
    order: index + 1,
    id: `${id.slice(0, 8)}${String(index).padStart(24, '0')}` as MessageId,
    own: line.own ?? false,
    time: line.time,
    body: line.body ?? { kind: 'text', text: line.text ?? '' },
    ...(line.own && demo.standing !== 'notes' ? { state: line.state ?? 'read' } : {}),
    ...(line.failure ? { failure: line.failure } : {}),
  }));
  return {
    id,
    standing: demo.standing ?? 'accepted',
    name: demo.standing === 'notes' ? '' : demo.name,
    unread: demo.unread ?? 0,
    muted: demo.muted ?? false,
    draft: demo.draft ?? '',
    files: 0,
    typing: false,
    online: demo.online ?? false,
    ...(demo.lastSeen ? { lastSeen: now - demo.lastSeen } : {}),
    ...(demo.waiting ? { waiting: demo.waiting(now) } : {}),
    messages,
    answers: demo.answers ?? false,
  };
}

/** Its line in the list. */
export function summary(chat: FakeChat): ChatSummary {
  const last = chat.messages.at(-1);
  return {
    id: chat.id,
    standing: chat.standing,
    name: chat.name,
    unread: chat.unread,
    muted: chat.muted,
    time: last?.time ?? Date.now() - 60_000,
    ...(last
      ? { last: { body: last.body, own: last.own, ...(last.state ? { state: last.state } : {}) } }
      : {}),
    draft: chat.draft,
    files: chat.files,
    typing: chat.typing,
    handle: fakeId(`handle of ${chat.id}`),
  };
}

/**
 * What is said about it besides its messages.
 * @param lastSeen the person shares, and so sees, who is online
 */
export function details(chat: FakeChat, lastSeen: boolean): ChatDetails {
  const shared = chat.standing === 'accepted' && lastSeen;
  return {
    id: chat.id,
    standing: chat.standing,
    name: chat.name,
    address: `${chat.id}@${host}`,
    muted: chat.muted,
    typing: chat.typing,
    ...(shared
      ? {
          presence: {
            online: chat.online,
            ...(chat.lastSeen ? { lastSeen: chat.lastSeen } : {}),
          },
        }
      : {}),
    ...(chat.waiting ? { waiting: chat.waiting } : {}),
  };
}

/** At most `limit` messages between two orders: the first after `after`, else the last before `before`. */
export function page(
  chat: FakeChat,
  limit: number,
  before = Infinity,
  after = -Infinity,
): MessagePage {
  const inside = chat.messages.filter(({ order }) => order < before && order > after);
  const messages = after > -Infinity ? inside.slice(0, limit) : inside.slice(-limit);
  const first = messages[0]?.order ?? 0;
  const last = messages.at(-1)?.order ?? 0;
  return {
    messages,
    older: chat.messages.some(({ order }) => order < first),
    newer: chat.messages.some(({ order }) => order > last),
  };
}

/** The attachments of a chat that take room. */
export function stored(chat: FakeChat): StoredMedia[] {
  return chat.messages.flatMap(({ conversation, order, body }) =>
    body.kind === 'media' && body.attachment.stage === 'here'
      ? [{ conversation, order, bytes: body.attachment.size }]
      : [],
  );
}

const sortOf = {
  image: 'photos',
  gif: 'photos',
  sticker: 'photos',
  voice: 'voice',
  video: 'videos',
  audio: 'files',
  file: 'files',
} as const;

/** What it takes, by sort. */
export function storageOf(chat: FakeChat): StorageUse['chats'][number] {
  const sorts = { messages: 0, photos: 0, voice: 0, videos: 0, files: 0 };
  for (const { body } of chat.messages) {
    sorts.messages += 180 + (body.kind === 'text' ? body.text.length : 0);
    if (body.kind === 'media' && body.attachment.stage === 'here')
      sorts[sortOf[body.attachment.form]] += body.attachment.size;
  }
  const bytes = Object.values(sorts).reduce((sum, part) => sum + part, 0);
  const { id, name, standing, messages } = chat;
  return { id, name, standing, messages: messages.length, bytes, sorts };
}
