/** Messages that will not go out: their queue row goes, their chat row says why and can be tried again. */
import { type FaultCode } from '../lib/fault.ts';
import { type Changes } from './changes.ts';
import { changeMessage, openMessage } from './conversations.ts';
import { type Core } from './core.ts';
import { type OutboxHead } from './state.ts';

/** Removes `items` from the outbox and marks their messages `failed`. The caller holds the peer's lock. */
export async function failItems(
  core: Core,
  changes: Changes,
  items: readonly OutboxHead[],
  reason: FaultCode,
): Promise<void> {
  for (const { sequence, message } of items) {
    changes.removeOutbox(sequence);
    const row =
      message && (await core.store.get('messages', [message.conversation, message.order]));
    if (!row || row.state !== 'sending') continue;
    const stored = await openMessage(core, row);
    if (!stored) continue;
    changeMessage(core, changes, { ...stored, state: 'failed', failure: reason });
  }
}
