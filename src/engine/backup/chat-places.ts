/** Reads a chat that has messages already, so that those of a backup find their places between them. */
import { type BackupMessage } from '../../backup/backup-records.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { openMessage, shownTime } from '../conversations.ts';
import { type Core } from '../core.ts';
import { messageFrom } from './backup-mapping.ts';
import { type Placed, createMergeOrder } from './merge-order.ts';

/** Rows that are read at once. */
const PAGE = 1_000;

/**
 * Gives out places in a chat for messages that come newest first; undefined for one that is there. The caller holds the
 * chat's lock until it has written the first of them.
 */
export async function placesBetween(
  core: Core,
  id: ConversationId,
): Promise<(message: BackupMessage) => number | undefined> {
  const placed: Placed[] = [];
  const known = new Set<string>();
  for (let above = 0, more = true; more;) {
    const rows = await core.store.list('messages', { equals: [id], above, limit: PAGE });
    const messages = await Promise.all(rows.map((row) => openMessage(core, row)));
    for (const [n, row] of rows.entries()) {
      known.add(`${row.sender}/${row.id}`);
      const message = messages[n];
      if (message) placed.push({ order: row.order, time: shownTime(message) });
    }
    more = rows.length === PAGE;
    above = rows.at(-1)?.order ?? above;
  }
  // Nobody's place, above all that are there and below all that are to come.
  core.state.order++;
  const place = createMergeOrder(placed, core.state.order);
  return (message) => {
    const name = `${message.sender}/${message.id}`;
    if (known.has(name)) return undefined;
    known.add(name);
    const time = shownTime(messageFrom(id, message, false));
    return place({ time, order: message.order });
  };
}
