/** What a kind is given when a content of its own arrives: the unit of work, who sent it, and where it came from. */
import {
  type AccountId,
  type ConversationId,
  type EnvelopeHash,
  type MessageId,
} from '../../lib/ids.ts';
import type { CallSignal } from '../../protocol/call-signal.ts';
import { type Content } from '../../protocol/content.ts';
import { type Changes } from '../changes.ts';
import { type Core } from '../core.ts';
import type { MediaPlace } from '../media-work.ts';
import { type Contact } from '../records/contact.ts';
import { type Message } from '../records/message.ts';

/** A step of a call, from whom. */
export interface ArrivedSignal {
  readonly peer: AccountId;
  readonly signal: CallSignal;
  /** Of a ring that came too late to be answered. */
  readonly late: boolean;
}

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
  /** What is said of calls, for the part that conducts them, once this is written; a kind adds its own. */
  readonly signals: ArrivedSignal[];
  /** It waited at the relay while this engine was not connected. */
  readonly waited: boolean;
}
