/**
 * The envelopes that wait in one mailbox, first in first out, and the receiver they go to. An envelope is removed
 * when its receiver confirms it, in one commit; confirmed before it was written, it never touches the disk. What
 * is under way unconfirmed is bounded, so a slow reader costs a window and no more.
 * Source: docs/relay.md, Delivery.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { type AccountId, type DeviceId, type TokenHash } from '../../lib/ids.ts';
import { type MailboxReply } from '../../wire/frames.ts';
import { MAX_QUEUED_BYTES, MAX_QUEUED_ENVELOPES } from '../../wire/limits.ts';
import { hourOf } from './hours.ts';
import { type RelayLimits } from './limits.ts';
import { type Overlay } from './overlay.ts';
import { type QueueSize } from './storage.ts';
import { type QueueRow } from './tables.ts';

/** Rows read at once while draining. */
const READ_AHEAD = 16;

/** Where deliveries go. */
export type Receiver = (frame: Extract<MailboxReply, { type: 'deliver' | 'drained' }>) => void;

export interface Arrival {
  readonly class: 'normal' | 'urgent';
  readonly token: string;
  readonly expires: number;
  readonly envelope: Bytes;
}

export interface Queue {
  /** False when the mailbox is full; else `stored` runs once the envelope is durable or confirmed. */
  add(arrival: Arrival, now: number, stored: () => void): boolean;
  /** Starts delivering to a receiver from the oldest on; the one before gets nothing more. */
  attach(receiver: Receiver): void;
  detach(receiver: Receiver): void;
  /** Removes what this receiver was sent and has now made safe. Other numbers are passed over. */
  confirm(receiver: Receiver, sequences: readonly number[]): void;
  /** Removes an envelope whose time is over, though a receiver may have it. */
  expire(sequence: number): void;
  /** Rows put or removed and not yet durable. */
  readonly unsettled: number;
}

interface UnderWay {
  readonly bytes: number;
  /** Its time was over before it was confirmed: it counts in the window only. */
  readonly isGone?: boolean;
  readonly stored: (() => void) | undefined;
}

/**
 * Opens a mailbox's queue.
 * @param size what waits there; all of it durable
 * @param now  asked while draining, to pass over what has expired
 */
export function openQueue(
  store: Overlay,
  size: QueueSize,
  limits: RelayLimits,
  now: () => number,
  mailbox: AccountId,
  device: DeviceId,
): Queue {
  let { count, bytes, last } = size;
  let unsettled = 0;
  let receiver: Receiver | undefined;
  let cursor = 0;
  let drained = false;
  const underWay = new Map<number, UnderWay>();
  let underWayBytes = 0;
  /** Acks of envelopes not yet durable, by sequence. */
  const acks = new Map<number, () => void>();

  function settleLater(): void {
    unsettled++;
    store.after(() => void unsettled--);
  }

  function remove(sequence: number, size: number): void {
    store.remove('queue', [mailbox, device, sequence]);
    count--;
    bytes -= size;
  }

  function hasRoom(): boolean {
    return underWay.size < limits.windowEnvelopes && underWayBytes < limits.windowBytes;
  }

  function deliver(to: Receiver, row: QueueRow): void {
    cursor = row.sequence;
    underWay.set(row.sequence, { bytes: row.envelope.length, stored: acks.get(row.sequence) });
    underWayBytes += row.envelope.length;
    to({
      type: 'deliver',
      sequence: row.sequence,
      class: row.class,
      token: row.token as TokenHash,
      envelope: row.envelope,
    });
  }

  function pump(): void {
    while (receiver && hasRoom() && cursor < last) {
      const rows = store.scan('queue', [mailbox, device], cursor, READ_AHEAD);
      if (rows.length === 0) cursor = last;
      for (const row of rows) {
        if (!receiver || !hasRoom()) return;
        cursor = row.sequence;
        if (row.expires <= now()) {
          remove(row.sequence, row.envelope.length);
          settleLater();
        } else deliver(receiver, row);
      }
    }
    if (receiver && cursor >= last && !drained) {
      drained = true;
      receiver({ type: 'drained' });
    }
  }

  return {
    add(arrival, time, stored) {
      const size = arrival.envelope.length;
      if (count >= MAX_QUEUED_ENVELOPES || bytes + size > MAX_QUEUED_BYTES) return false;
      const caughtUp = cursor >= last;
      const sequence = ++last;
      const row: QueueRow = {
        mailbox,
        device,
        sequence,
        class: arrival.class,
        token: arrival.token,
        arrived: hourOf(time),
        expires: arrival.expires,
        envelope: arrival.envelope,
      };
      store.put('queue', row, true);
      count++;
      bytes += size;
      unsettled++;
      const ack = (): void => {
        if (acks.delete(sequence)) stored();
      };
      acks.set(sequence, ack);
      store.after(() => {
        unsettled--;
        ack();
      });
      if (receiver && caughtUp && hasRoom()) deliver(receiver, row);
      return true;
    },

    attach(to) {
      receiver = to;
      cursor = 0;
      drained = false;
      underWay.clear();
      underWayBytes = 0;
      pump();
    },

    detach(from) {
      if (receiver !== from) return;
      receiver = undefined;
      underWay.clear();
      underWayBytes = 0;
    },

    confirm(from, sequences) {
      if (receiver !== from) return;
      let removed = false;
      for (const sequence of sequences) {
        const one = underWay.get(sequence);
        if (!one) continue;
        underWay.delete(sequence);
        underWayBytes -= one.bytes;
        if (!one.isGone) {
          remove(sequence, one.bytes);
          removed = true;
        }
        // Safe with its receiver: as good as stored, and the sender need not wait for a disk.
        one.stored?.();
      }
      if (removed) settleLater();
      pump();
    },

    expire(sequence) {
      const row = store.get('queue', [mailbox, device, sequence]);
      if (!row) return;
      const one = underWay.get(sequence);
      if (one) underWay.set(sequence, { ...one, isGone: true });
      remove(sequence, row.envelope.length);
      settleLater();
    },

    get unsettled() {
      return unsettled;
    },
  };
}
