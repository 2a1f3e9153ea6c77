/**
 * What stands in the chat of a call, and the words that go out with it: each in one transaction. A call's row has the
 * call's id. Knows nothing of tabs or time.
 */
import { type AccountId, FIRST_DEVICE, type MessageId, conversationWith } from '../lib/ids.ts';
import { type CallSignal, encodeCallSignal } from '../protocol/call-signal.ts';
import { encodeContent } from '../protocol/content.ts';
import { type CallBody } from './api.ts';
import { type Changes, beginChanges } from './changes.ts';
import { addMessage, changeMessage, findMessages } from './conversations.ts';
import { type Core } from './core.ts';
import { newMessageId } from './message-id.ts';
import { type Message } from './records/message.ts';
import { type OutboxItem } from './records/outbox-item.ts';

/** Seals what was queued in the unit of work that queued it, where that may be; see outbox.ts. */
type SealAtOnce = (changes: Changes, item: OutboxItem) => Promise<void>;

/** The row of a call that begins. @param sender who calls */
export function addCallRow(
  core: Core,
  changes: Changes,
  peer: AccountId,
  call: {
    readonly id: MessageId;
    readonly sender: AccountId;
    readonly sentAt: number;
    readonly video: boolean;
    readonly outcome: CallBody['outcome'];
  },
): Message {
  const { id, sender, sentAt, video, outcome } = call;
  const own = sender !== peer;
  const message: Message = {
    conversation: conversationWith(peer),
    order: changes.nextOrder(),
    id,
    sender,
    device: FIRST_DEVICE,
    // It has no ticks; one that came counts as unread until somebody answers it.
    state: own ? 'note' : 'received',
    body: { kind: 'call', video, outcome },
    sentAt,
    ...(!own && { arrivedAt: core.clock.now() }),
  };
  addMessage(core, changes, message);
  return message;
}

/** Writes what became of a call, if its row is still there. @param answered it does not count as unread any more */
async function changeCallRow(
  core: Core,
  changes: Changes,
  peer: AccountId,
  call: { readonly id: MessageId; readonly outgoing: boolean },
  change: Partial<CallBody>,
  answered: boolean,
): Promise<void> {
  const conversation = conversationWith(peer);
  const sender = call.outgoing ? core.ownId : peer;
  const [row] = sender ? await findMessages(core, conversation, sender, [call.id]) : [];
  if (row?.body.kind !== 'call') return;
  const isUnread = row.state === 'received' && answered;
  const chat = changes.conversation(conversation);
  if (isUnread && chat && row.order > chat.readUpTo)
    changes.putConversation({ ...chat, unread: Math.max(0, chat.unread - 1) });
  changeMessage(core, changes, {
    ...row,
    ...(isUnread && { state: 'note' }),
    body: { ...row.body, ...change },
  });
}

/** Queues what is said of a call. */
async function enqueueSignal(
  core: Core,
  changes: Changes,
  sealAtOnce: SealAtOnce,
  peer: AccountId,
  signal: CallSignal,
): Promise<void> {
  const bytes = encodeContent({
    kind: 'call-signal',
    messageId: newMessageId(core.random),
    sentAt: core.clock.now(),
    signal: encodeCallSignal(signal),
  });
  await sealAtOnce(changes, changes.enqueue({ peer, kind: 'call', bytes, fresh: false }));
}

export interface CallStep {
  readonly signal?: CallSignal;
  /** Of a call of ours that begins: its row. */
  readonly begins?: { readonly video: boolean };
  /** What changes in the row of the call. */
  readonly change?: { readonly body: Partial<CallBody>; readonly answered: boolean };
}

/** One step of a call: its row and what is said, in one transaction under the peer's lock. */
export async function writeCallStep(
  core: Core,
  sealAtOnce: SealAtOnce,
  peer: AccountId,
  call: { readonly id: MessageId; readonly outgoing: boolean },
  { signal, begins, change }: CallStep,
): Promise<void> {
  await core.mutex.hold([peer], async () => {
    const changes = beginChanges(core);
    if (begins && core.ownId)
      addCallRow(core, changes, peer, {
        id: call.id,
        sender: core.ownId,
        sentAt: core.clock.now(),
        video: begins.video,
        outcome: 'ringing',
      });
    if (change) await changeCallRow(core, changes, peer, call, change.body, change.answered);
    if (signal && core.state.contacts.get(peer)?.standing === 'accepted')
      await enqueueSignal(core, changes, sealAtOnce, peer, signal);
    if (!changes.empty) await changes.commit('strict');
  });
}
