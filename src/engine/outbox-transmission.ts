/**
 * Sealed rows on their way to the relay, in order, and what becomes of those that it stored. A retry sends the same
 * bytes. docs/relay.md, "Delivery".
 */
import { Fault, toFault } from '../lib/fault.ts';
import { type AccountId, FIRST_DEVICE } from '../lib/ids.ts';
import { type DropRequests } from '../net/requests.ts';
import { ENVELOPE_TTL_SECONDS } from '../wire/limits.ts';
import { beginChanges } from './changes.ts';
import { changeMessage, openMessage, rises } from './conversations.ts';
import { type Core } from './core.ts';
import { reachable } from './outbox-rows.ts';
import { type OutboxItem } from './records/outbox-item.ts';

/** Submissions under way at once, per peer, after the first was taken. */
const WINDOW = 16;
/** A relay may say anything; what is shown as a date must be one. */
const LONGEST_KEPT_MS = 2 * ENVELOPE_TTL_SECONDS * 1000;

interface Stored {
  readonly item: OutboxItem;
  /** Until when the relay keeps it, ms since 1970, by its word. */
  readonly until: number;
}

export interface Transmission {
  /**
   * Submits sealed rows in order; what was stored is settled even when a later one is refused.
   * @throws Fault that the relay refused one with, or `offline`
   */
  transmit(peer: AccountId, items: readonly OutboxItem[]): Promise<void>;
}

/** @param drop the way to the relay, while there is one */
export function createTransmission(core: Core, drop: () => DropRequests | undefined): Transmission {
  const { state, store, clock, mutex } = core;

  async function submit(peer: AccountId, item: OutboxItem): Promise<Stored> {
    // Looked up now, not when it was sealed: a new token may have come since.
    const token = reachable(core, peer)?.token;
    const requests = drop();
    if (!requests || !token) throw new Fault('offline', 'on-reconnect');
    const { until } = await requests.request({
      type: 'submit',
      mailbox: peer,
      device: FIRST_DEVICE,
      token,
      class: 'normal',
      ttlSeconds: ENVELOPE_TTL_SECONDS,
      envelope: item.bytes,
    });
    return { item, until };
  }

  /** Takes what was stored out of the queue; its messages are `sent`. */
  async function settle(peer: AccountId, stored: readonly Stored[]): Promise<void> {
    if (stored.length === 0) return;
    await mutex.hold([peer], async () => {
      const changes = beginChanges(core);
      for (const { item, until } of stored) {
        changes.removeOutbox(item.sequence);
        if (!item.message || item.kind !== 'message') continue;
        const { conversation, order } = item.message;
        const row = await store.get('messages', [conversation, order]);
        const message = row && (await openMessage(core, row));
        // Deleted here meanwhile: it was sent all the same.
        if (!message || !rises(message, 'sent')) continue;
        const { failure: _, ...rest } = message;
        const now = clock.now();
        changeMessage(core, changes, {
          ...rest,
          state: 'sent',
          storedAt: now,
          keptUntil: Math.min(until, now + LONGEST_KEPT_MS),
        });
      }
      await changes.commit('strict');
    });
  }

  return {
    async transmit(peer, items) {
      const stored: Stored[] = [];
      let next = 0;
      let refused: Fault | undefined;

      async function lane(): Promise<void> {
        while (!refused && next < items.length) {
          const item = items[next++];
          if (!item) return;
          // Deleted, or its receiver blocked, since it was read.
          if (!state.outbox.has(item.sequence)) continue;
          try {
            stored.push(await submit(peer, item));
          } catch (error) {
            refused ??= toFault(error);
          }
        }
      }
      // The first goes alone: a refusal of the token then stops the rest before they leave.
      const [first] = items;
      try {
        if (first && state.outbox.has(first.sequence)) stored.push(await submit(peer, first));
        next = 1;
        await Promise.all(Array.from({ length: WINDOW }, lane));
      } catch (error) {
        refused = toFault(error);
      }
      await settle(peer, stored);
      if (refused) throw refused;
    },
  };
}
