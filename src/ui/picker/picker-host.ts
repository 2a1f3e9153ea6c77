/** What the composer lends to the pickers: its chat, and the place in which its box stands. */
import { type ConversationId } from '../../lib/ids.ts';

export interface PickerHost extends HTMLElement {
  readonly conversation: ConversationId;
  readonly renderRoot: ParentNode & Node;
}
