/** What one commit changed, in the engine's own terms; engine.ts turns it into events for the tabs. */
import { type ConversationId } from '../lib/ids.ts';
import { type Message } from './records/message.ts';

/** What a commit changed, for announcing it. */
export interface Announcement {
  account: boolean;
  settings: boolean;
  waiting: boolean;
  readonly conversations: Set<ConversationId>;
  readonly removedConversations: Set<ConversationId>;
  readonly messages: Map<ConversationId, Map<number, Message | undefined>>;
  readonly drafts: Set<ConversationId>;
}

/** An announcement of nothing, to be filled. */
export function emptyAnnouncement(): Announcement {
  return {
    account: false,
    settings: false,
    waiting: false,
    conversations: new Set(),
    removedConversations: new Set(),
    messages: new Map(),
    drafts: new Set(),
  };
}
