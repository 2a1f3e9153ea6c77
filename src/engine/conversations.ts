/**
 * Chats and their messages: adding one, moving its state (which only rises), deleting, and the views that tabs
 * see. Does not know how a message came or goes.
 */
import { Fault, isFault } from '../lib/fault.ts';
import { type AccountId, type ConversationId, peerOf } from '../lib/ids.ts';
import { type Rows } from '../storage/schema.ts';
import { formatAddress } from '../wire/address.ts';
import {
  type AttachmentView,
  type ChatSummary,
  type MessageBody,
  type MessagePage,
  type MessageState,
  type MessageView,
  type Standing,
} from './api.ts';
import { type Changes } from './changes.ts';
import { type Core } from './core.ts';
import { type Conversation, PREVIEW_LENGTH } from './records/conversation.ts';
import { type MediaBody } from './records/media-body.ts';
import { type Message, type StoredBody, decodeMessage } from './records/message.ts';

/** A message that claims to be from later than this is shown with its time of arrival. */
const FUTURE_TOLERANCE_MS = 5 * 60_000;
/** Most messages that one query returns. */
const MAX_PAGE = 2_000;

const rank: Record<MessageState, number> = {
  failed: 0,
  sending: 0,
  sent: 1,
  delivered: 2,
  read: 3,
};

/** True for the chat with oneself. */
export function isNotes(core: Core, conversation: ConversationId): boolean {
  return core.state.account !== undefined && notesOf(core) === conversation;
}

/** The chat with oneself: its id is the own account id. */
export function notesOf(core: Core): ConversationId {
  return ownId(core) as string as ConversationId;
}

/** The own account id. Throws Fault `no-account`. */
export function ownId(core: Core): AccountId {
  if (!core.ownId) throw new Fault('no-account');
  return core.ownId;
}

/** The tick of an own message, or undefined for another's and in Notes. */
export function tickOf(message: Message): MessageState | undefined {
  switch (message.state) {
    case 'received':
    case 'stub':
    case 'note':
      return undefined;
    default:
      return message.state;
  }
}

/** After this long without an answer a resend may be asked for again. */
const ASKED_MS = 3600 * 1000;

function resendOf(
  core: Core,
  conversation: ConversationId,
  { reason, asked }: Extract<StoredBody, { kind: 'stub' }>,
): Extract<MessageBody, { kind: 'undecryptable' }>['resend'] {
  // Its sender has deleted it, so that asking again would be answered alike.
  if (reason === 'no-such-message') return 'impossible';
  // Nobody is asked before they are accepted.
  const standing = core.state.contacts.get(peerOf(conversation))?.standing;
  if (standing === 'request') return 'after-accept';
  return asked === undefined || asked + ASKED_MS < core.clock.now() ? 'possible' : 'asked';
}

/** What a tab sees of a body. */
export function bodyView(core: Core, { conversation, body, id, sender }: Message): MessageBody {
  switch (body.kind) {
    case 'text':
      return body;
    case 'stub':
      return {
        kind: 'undecryptable',
        reason: body.reason,
        resend: resendOf(core, conversation, body),
      };
    case 'media':
      return { kind: 'media', attachment: attachmentView(body), caption: body.caption };
    case 'call':
      // One that was under way when the engine ended ended with it.
      return body.outcome === 'ringing' && core.state.call !== id
        ? { ...body, outcome: sender === core.ownId ? 'failed' : 'missed' }
        : body;
    case 'unknown':
      return { kind: 'unknown' };
  }
}

/** An attachment without what opens it. */
function attachmentView({
  attachment,
  stage,
  paused,
  fault,
  asked,
  played,
}: MediaBody): AttachmentView {
  const { blob: _blob, secret: _secret, deleteKey: _key, extra: _extra, ...hints } = attachment;
  return {
    ...hints,
    stage,
    ...(paused && { paused }),
    ...(fault && { fault }),
    ...(asked && { asked }),
    ...(played && { played }),
  };
}

/** The time to show: when it was written, or arrived where that lies in the future. */
export function shownTime({ sentAt, arrivedAt }: Message): number {
  return arrivedAt !== undefined && sentAt > arrivedAt + FUTURE_TOLERANCE_MS ? arrivedAt : sentAt;
}

/** A message as tabs see it. */
export function messageView(core: Core, message: Message): MessageView {
  const state = tickOf(message);
  return {
    conversation: message.conversation,
    order: message.order,
    id: message.id,
    own: message.sender === core.ownId,
    time: shownTime(message),
    body: bodyView(core, message),
    ...(state && { state }),
    ...(message.failure && { failure: message.failure }),
  };
}

/** As much of a body as a line of the list or a notification shows. */
export function preview(body: MessageBody): MessageBody {
  switch (body.kind) {
    case 'text':
      return { kind: 'text', text: body.text.slice(0, PREVIEW_LENGTH) };
    case 'media': {
      const { thumbhash: _thumbhash, waveform: _waveform, ...attachment } = body.attachment;
      return {
        kind: 'media',
        attachment,
        caption: body.caption.slice(0, PREVIEW_LENGTH),
      };
    }
    default:
      return body;
  }
}

/** What the chat list shows of a message. */
export function lastLine(core: Core, message: Message): NonNullable<Conversation['last']> {
  const state = tickOf(message);
  const body = bodyView(core, message);
  return {
    order: message.order,
    own: message.sender === core.ownId,
    body: preview(body),
    ...(state && { state }),
  };
}

/** A chat without messages, made at `time`. */
export function newConversation(id: ConversationId, time: number): Conversation {
  return { id, time, unread: 0, readUpTo: 0, untoldUpTo: 0 };
}

/** Stores a new message and moves its chat up the list. */
export function addMessage(core: Core, changes: Changes, message: Message): void {
  const { conversation: id } = message;
  const now = core.clock.now();
  const chat = changes.conversation(id) ?? newConversation(id, now);
  const incoming = message.state === 'received' || message.state === 'stub';
  changes.putMessage(message);
  changes.putConversation({
    ...chat,
    // The list is sorted by our clock, so that a wrong clock elsewhere cannot pin a chat to its top.
    time: now,
    unread: incoming ? chat.unread + 1 : chat.unread,
    // What I write I have read up to here only if nothing unread stands before it.
    readUpTo: !incoming && chat.unread === 0 ? message.order : chat.readUpTo,
    last: lastLine(core, message),
  });
}

/** Stores a changed message; keeps the chat list's line in step. */
export function changeMessage(core: Core, changes: Changes, message: Message): void {
  changes.putMessage(message);
  const chat = changes.conversation(message.conversation);
  if (chat?.last?.order === message.order)
    changes.putConversation({ ...chat, last: lastLine(core, message) });
}

/** True when `to` lies above the state that the message has. */
export function rises(message: Message, to: MessageState): boolean {
  const from = tickOf(message);
  return from !== undefined && rank[to] > rank[from];
}

/** Opens the row of a message; undefined when it is damaged, which must not keep the others from being read. */
export async function openMessage(core: Core, row: Rows['messages']): Promise<Message | undefined> {
  try {
    return decodeMessage(row, await core.seal.open('messages', row));
  } catch (error) {
    if (isFault(error)) return undefined;
    throw error;
  }
}

async function openMessages(core: Core, rows: readonly Rows['messages'][]): Promise<Message[]> {
  const messages = await Promise.all(rows.map((row) => openMessage(core, row)));
  return messages.filter((message) => message !== undefined);
}

/** Reads one message. Throws Fault `no-such-message`. */
export async function loadMessage(
  core: Core,
  conversation: ConversationId,
  order: number,
): Promise<Message> {
  const row = await core.store.get('messages', [conversation, order]);
  const message = row && (await openMessage(core, row));
  if (!message) throw new Fault('no-such-message');
  return message;
}

/** Reads messages by ids of one sender; those that are not there are left out. */
export async function findMessages(
  core: Core,
  conversation: ConversationId,
  sender: AccountId,
  ids: readonly string[],
): Promise<Message[]> {
  const found = await Promise.all(
    ids.map((id) =>
      core.store.list('messages', { index: 'byId', equals: [conversation, sender, id], limit: 1 }),
    ),
  );
  return openMessages(core, found.flat());
}

/** A page of messages in ascending order. */
export async function listMessages(
  core: Core,
  conversation: ConversationId,
  { before, after, limit }: { before?: number; after?: number; limit: number },
): Promise<MessagePage> {
  const most = Math.min(Math.max(1, Math.trunc(limit)), MAX_PAGE);
  const forward = after !== undefined && before === undefined;
  const rows = await core.store.list('messages', {
    equals: [conversation],
    ...(after !== undefined && { above: after }),
    ...(before !== undefined && { below: before }),
    reverse: !forward,
    limit: most + 1,
  });
  const more = rows.length > most;
  const page = rows.slice(0, most);
  if (!forward) page.reverse();
  const messages = await openMessages(core, page);
  return {
    messages: messages.map((message) => messageView(core, message)),
    older: forward ? true : more,
    newer: forward ? more : before !== undefined,
  };
}

/** How we stand with whoever is on the other side. */
export function standingOf(core: Core, conversation: ConversationId): Standing {
  if (isNotes(core, conversation)) return 'notes';
  const contact = core.state.contacts.get(peerOf(conversation));
  if (!contact) throw new Fault('no-such-chat');
  return contact.standing;
}

/** A line of the chat list, or undefined when there is no such chat. */
export function chatSummary(
  core: Core,
  id: ConversationId,
  typing: boolean,
): ChatSummary | undefined {
  const chat = core.state.conversations.get(id);
  const contact = core.state.contacts.get(peerOf(id));
  const notes = isNotes(core, id);
  if (!chat || (!contact && !notes)) return undefined;
  return {
    id,
    standing: notes ? 'notes' : (contact?.standing ?? 'request'),
    name: notes ? '' : (contact?.name ?? ''),
    unread: contact?.standing === 'blocked' ? 0 : chat.unread,
    muted: contact?.muted ?? false,
    time: chat.time,
    ...(chat.last && {
      last: {
        body: chat.last.body,
        own: chat.last.own,
        ...(chat.last.state && { state: chat.last.state }),
      },
    }),
    draft: core.state.drafts.get(id) ?? '',
    files: core.state.draftFiles.get(id) ?? 0,
    typing,
    ...(chat.handle && { handle: chat.handle }),
  };
}

/** `<id>@<host>` of the other side, or of oneself. */
export function addressOf(core: Core, id: ConversationId): string {
  const host = core.state.contacts.get(peerOf(id))?.host ?? core.state.account?.host ?? core.host;
  return formatAddress({ id: peerOf(id), host });
}
