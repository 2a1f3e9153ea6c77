/**
 * Sealed rows on their way to the relay, in order, and what becomes of those that it stored. A retry sends the same
 * bytes. docs/relay.md, "Delivery".
 */
import { type Bytes } from '../lib/bytes.ts';
import { Fault, type FaultCode, toFault } from '../lib/fault.ts';
import { type AccountId, FIRST_DEVICE } from '../lib/ids.ts';
import { type DropRequests } from '../net/requests.ts';
import { ENVELOPE_TTL_SECONDS } from '../wire/limits.ts';
import { beginChanges } from './changes.ts';
import { changeMessage, openMessage, rises } from './conversations.ts';
import { type Core } from './core.ts';
import { reachable } from './outbox-rows.ts';
import { type OutboxItem } from './records/outbox-item.ts';
import { type SubmissionWindow, createSubmissionWindow } from './submission-window.ts';

/** Faults that are no word of the relay about an envelope. */
const unanswered: readonly FaultCode[] = ['offline', 'timeout'];
/** A relay may say anything; what is shown as a date must be one. */
const LONGEST_KEPT_MS = 2 * ENVELOPE_TTL_SECONDS * 1000;

interface Stored {
  readonly item: OutboxItem;
  /** Until when the relay keeps it, ms since 1970, by its word. */
  readonly until: number;
}

/** The token on which an envelope travels. */
interface Way {
  readonly token: Bytes;
  readonly purpose: 'contacts' | 'invite';
}

export interface Transmission {
  /**
   * Submits sealed rows in order until one is refused, and settles those that were stored.
   * @returns how many were, and the Fault of the refusal (`offline` where there is no way)
   */
  transmit(
    peer: AccountId,
    items: readonly OutboxItem[],
  ): Promise<{ stored: number; refused?: Fault }>;
  /** Nothing waits for this peer any more. */
  rest(peer: AccountId): void;
}

/** @param drop the socket to the relay, while there is one */
export function createTransmission(core: Core, drop: () => DropRequests | undefined): Transmission {
  const { state, store, clock, mutex } = core;
  /** How each peer's mailbox is filled. */
  const windows = new Map<AccountId, SubmissionWindow>();

  function windowOf(peer: AccountId): SubmissionWindow {
    const window = windows.get(peer) ?? createSubmissionWindow(clock);
    windows.set(peer, window);
    return window;
  }

  /** The token as it is now, not as it was when something was sealed: a new one may have come since. */
  function wayTo(peer: AccountId): Way | undefined {
    const contact = reachable(core, peer);
    if (!contact?.token) return undefined;
    return { token: contact.token, purpose: contact.tokenIsInvite ? 'invite' : 'contacts' };
  }

  async function submit(peer: AccountId, token: Bytes, item: OutboxItem): Promise<Stored> {
    const requests = drop();
    if (!requests) throw new Fault('offline', 'on-reconnect');
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
      const window = windowOf(peer);
      const stored: Stored[] = [];
      const underWay = new Set<Promise<void>>();
      let refused: Fault | undefined;

      /** Waits until an item may leave; undefined when it is not to leave any more. */
      async function turnOf(item: OutboxItem): Promise<Way | undefined> {
        for (;;) {
          // Deleted, or its receiver blocked, since it was read.
          if (refused || !state.outbox.has(item.sequence)) return undefined;
          const way = wayTo(peer);
          if (!way || window.admits(item.bytes.length, way.purpose)) return way;
          await Promise.race(underWay);
        }
      }
      async function fly(item: OutboxItem, way: Way): Promise<void> {
        const { length } = item.bytes;
        window.leave(length, way.purpose);
        try {
          stored.push(await submit(peer, way.token, item));
          window.answer(length, 'stored');
        } catch (error) {
          const fault = toFault(error);
          window.answer(length, unanswered.includes(fault.code) ? 'lost' : 'refused');
          refused ??= fault;
        }
      }
      for (const item of items) {
        const way = await turnOf(item);
        if (!way) continue;
        const flight: Promise<void> = fly(item, way).finally(() => underWay.delete(flight));
        underWay.add(flight);
      }
      await Promise.all(underWay);
      await settle(peer, stored);
      return { stored: stored.length, ...(refused && { refused }) };
    },
    rest: (peer) => void windows.get(peer)?.rest(),
  };
}
