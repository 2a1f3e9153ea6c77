/** Asking for what could not be read: by a person's click, or after Accept; loaded when that happens. */
import { Fault } from '../lib/fault.ts';
import { type AccountId, type ConversationId, conversationWith, peerOf } from '../lib/ids.ts';
import { beginChanges, type Changes } from './changes.ts';
import { changeMessage, loadMessage, openMessage } from './conversations.ts';
import { type Core } from './core.ts';
import { enqueueRequest, isOurs, mayAsk } from './healing.ts';

/** The button on a stub: asks again. Throws Fault `no-such-message` when it is no stub. */
export async function askToResend(
  core: Core,
  conversation: ConversationId,
  order: number,
): Promise<void> {
  await core.mutex.hold([peerOf(conversation)], async () => {
    const changes = beginChanges(core);
    const message = await loadMessage(core, conversation, order);
    const contact = changes.contact(peerOf(conversation));
    if (message.body.kind !== 'stub' || !contact || !isOurs(contact))
      throw new Fault('no-such-message');
    changeMessage(core, changes, {
      ...message,
      body: { ...message.body, asked: core.clock.now() },
    });
    enqueueRequest(core, changes, contact, message.body.envelope);
    await changes.commit('strict');
  });
}

/** Asks for what an accepted person wrote before and could not be read. The caller holds the peer's lock. */
export async function askForStubs(core: Core, changes: Changes, peer: AccountId): Promise<void> {
  const conversation = conversationWith(peer);
  const rows = await core.store.list('messages', { equals: [conversation] });
  for (const row of rows.filter(({ state }) => state === 'stub')) {
    const stub = await openMessage(core, row);
    const contact = changes.contact(peer);
    if (stub?.body.kind !== 'stub' || !contact || !mayAsk(core, contact)) continue;
    const asked = core.clock.now();
    changeMessage(core, changes, { ...stub, body: { ...stub.body, asked } });
    enqueueRequest(core, changes, contact, stub.body.envelope);
  }
}
