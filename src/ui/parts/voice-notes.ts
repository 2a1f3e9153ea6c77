/**
 * What is being recorded, or was and is neither sent nor discarded: one for each chat, as the element that shows it.
 * So it is there again when its chat is. Always loaded, and therefore this little.
 */
import { type ConversationId } from '../../lib/ids.ts';

/** Stands in the composer's place. */
export const voiceNotes = new Map<ConversationId, HTMLElement>();
