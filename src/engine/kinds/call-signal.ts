/**
 * A step of a call. A ring leaves its row in the chat in the same commit, so that a call which nobody could answer is
 * never lost; everything else is for the part that conducts calls. From people who are not accepted nothing rings.
 */
import { isFault } from '../../lib/fault.ts';
import { decodeCallSignal } from '../../protocol/call-signal.ts';
import { addCallRow } from '../call-rows.ts';
import { findMessages } from '../conversations.ts';
import { type Arrival } from './arrival.ts';

/** A ring that waited longer at the relay is a missed call. */
const LATE_MS = 60_000;
/** One that came at once may have waited at the caller's; clocks that differ by less than this are usual. */
const HELD_BACK_MS = 10 * 60_000;

export async function receiveCallSignal(arrival: Arrival<'call-signal'>): Promise<void> {
  const { core, changes, contact, conversation, content, shown, signals, waited } = arrival;
  if (contact.standing !== 'accepted') return;
  const signal = read(content.signal);
  if (!signal) return;
  const peer = contact.id;
  if (signal.type !== 'ring') {
    signals.push({ peer, signal, late: false });
    return;
  }
  const { call: id, video } = signal;
  const known =
    changes.pendingById(conversation, peer, id) ??
    (await findMessages(core, conversation, peer, [id]))[0];
  if (known) return;
  // What did not wait is judged by the sender's clock with patience, because that may be wrong.
  const late =
    core.state.settings.calls === 'never' ||
    core.clock.now() - content.sentAt > (waited ? LATE_MS : HELD_BACK_MS);
  const message = addCallRow(core, changes, peer, {
    id,
    sender: peer,
    sentAt: content.sentAt,
    video,
    outcome: late ? 'missed' : 'ringing',
  });
  shown.push(message);
  signals.push({ peer, signal, late });
}

/** What cannot be read is dropped: thrown on, it would hold up everything that came with it. */
function read(bytes: Parameters<typeof decodeCallSignal>[0]) {
  try {
    return decodeCallSignal(bytes);
  } catch (error) {
    if (isFault(error)) return undefined;
    throw error;
  }
}
