/** What a kind is given when a content of its own arrives: the unit of work, who sent it, and where it came from. */
import { type ConversationId, type EnvelopeHash, type MessageId } from '../../lib/ids.ts';
import { type Content } from '../../protocol/content.ts';
import { type Changes } from '../changes.ts';
import { type Core } from '../core.ts';
import type { MediaPlace } from '../media-work.ts';
import { type Contact } from '../records/contact.ts';
import { type Message } from '../records/message.ts';

export interface Arrival<Kind extends Content['kind'] = Content['kind']> {
  readonly core: Core;
  readonly changes: Changes;
  /** The sender, with the profile of this content already read. */
  readonly contact: Contact;
  readonly conversation: ConversationId;
  readonly content: Extract<Content, { kind: Kind }>;
  readonly envelope: EnvelopeHash;
  /** Messages to be reported as delivered; a kind adds its own. */
  readonly delivered: MessageId[];
  /** Messages that the person may be told of; a kind adds its own. */
  readonly shown: Message[];
  /** Attachments that go up or come down from this commit on; a kind adds its own. */
  readonly carried: MediaPlace[];
}
