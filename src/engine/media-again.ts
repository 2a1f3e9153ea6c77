/**
 * Asking the sender of an attachment that the relay does not have any more to send it again, and answering who asks:
 * the very same sealed file goes up under new leave, and the message goes out again under its id, whose ticks stay.
 * Bounded so that nobody is made to upload without end: a message three times, twenty answers and 4 GiB a contact and
 * day, and whoever did not ask fetches nothing. docs/protocol.md, "Media". Loaded when the first of it happens.
 */
import { toHex } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type AccountId, type MessageId, peerOf } from '../lib/ids.ts';
import { encodeContent } from '../protocol/content.ts';
import { beginChanges, type Changes } from './changes.ts';
import { changeMessage, findMessages, loadMessage, ownId } from './conversations.ts';
import { type Core } from './core.ts';
import { createDailyBudget, isWithinDay } from './daily-budget.ts';
import { type Arrival } from './kinds/arrival.ts';
import type { MediaPlace } from './media-work.ts';
import { contentOf } from './message-content.ts';
import { newMessageId } from './message-id.ts';
import { applyReceipt } from './receipts.ts';
import { type Message } from './records/message.ts';

/** How often an attachment is uploaded again at most. */
const MAX_RESENDS = 3;
/** Answers to a contact in a day. */
const MAX_ANSWERS = 20;
/** Bytes uploaded again for a contact in a day. */
const MAX_BYTES = 4 * 2 ** 30;
/** Bytes of a file's random name. */
const NAME_BYTES = 16;

/** What each contact may still have: while the engine runs, which is enough where a message has a bound of its own. */
const budgets = new WeakMap<Core, ReturnType<typeof createBudgets>>();

function createBudgets({ clock }: Core) {
  return {
    answer: createDailyBudget<AccountId>(clock, MAX_ANSWERS),
    upload: createDailyBudget<AccountId>(clock, MAX_BYTES),
  };
}

function budgetsOf(core: Core): ReturnType<typeof createBudgets> {
  const known = budgets.get(core) ?? createBudgets(core);
  budgets.set(core, known);
  return known;
}

function enqueueWord(
  core: Core,
  changes: Changes,
  peer: AccountId,
  message: MessageId,
  refused: boolean,
): void {
  const bytes = encodeContent({
    kind: 'media-again',
    messageId: newMessageId(core.random),
    sentAt: core.clock.now(),
    message,
    refused,
  });
  changes.enqueue({ peer, kind: 'receipt', bytes, fresh: false });
}

/**
 * The button: asks once a day. What was deleted here may still be at the relay and is looked for there first.
 * @throws Fault `no-such-message` for what is no attachment of another's, `blocked` for whom nothing is asked
 */
export async function askForMedia(core: Core, { conversation, order }: MediaPlace): Promise<void> {
  await core.mutex.hold([peerOf(conversation)], async () => {
    const message = await loadMessage(core, conversation, order);
    const { body } = message;
    if (body.kind !== 'media' || message.sender === core.ownId) throw new Fault('no-such-message');
    if (core.state.contacts.get(message.sender)?.standing !== 'accepted')
      throw new Fault('blocked');
    const changes = beginChanges(core);
    if (body.stage === 'removed') {
      const file = toHex(core.random(NAME_BYTES));
      changeMessage(core, changes, {
        ...message,
        body: { ...body, stage: 'fetching', file, asked: 0 },
      });
    } else if (body.stage === 'gone') {
      if (body.asked && isWithinDay(body.asked, core.clock.now())) return;
      enqueueAsk(core, changes, message);
    } else return;
    await changes.commit('strict');
  });
}

/** Queues the request for another's attachment that is gone. The caller holds the peer's lock. */
export function enqueueAsk(core: Core, changes: Changes, message: Message): void {
  const { body, sender, id } = message;
  if (body.kind !== 'media') return;
  const { fault: _, ...rest } = body;
  changeMessage(core, changes, { ...message, body: { ...rest, asked: core.clock.now() } });
  enqueueWord(core, changes, sender, id, false);
}

/** True for an own message that has left: what is uploaded of it is uploaded again. */
export function wasSent({ state }: Message): boolean {
  return state === 'sent' || state === 'delivered' || state === 'read';
}

/** Queues a message once more, when its attachment is at the relay again. */
export function enqueueAgain(changes: Changes, message: Message): void {
  const { conversation, order, id } = message;
  const content = contentOf(message);
  if (!content) return;
  changes.enqueue({
    peer: peerOf(conversation),
    kind: 'resend',
    bytes: encodeContent(content),
    fresh: false,
    message: { conversation, order, id },
  });
}

/** Tells who waits for an own attachment that it does not come. */
export function refuseAgain(core: Core, changes: Changes, { conversation, id }: Message): void {
  enqueueWord(core, changes, peerOf(conversation), id, true);
}

/** A contact asks for an attachment of ours, or says that one of theirs does not come. */
export async function receiveMediaAgain(arrival: Arrival<'media-again'>): Promise<void> {
  if (arrival.contact.standing !== 'accepted') return;
  if (arrival.content.refused) await applyRefusal(arrival);
  else await answer(arrival);
}

async function answer(arrival: Arrival<'media-again'>): Promise<void> {
  const { core, changes, contact, conversation, content, carried } = arrival;
  const budget = budgetsOf(core);
  if (!budget.answer(contact.id, 1)) return;
  // Whoever knows the id has the message, whatever became of the word that it arrived.
  await applyReceipt(core, changes, conversation, { delivered: [content.message], read: [] });
  const [stored] = await findMessages(core, conversation, ownId(core), [content.message]);
  const message = stored && changes.current(stored);
  if (message?.body.kind === 'media') {
    const { grant: _, until: __, fault: ___, paused: ____, ...body } = message.body;
    const { stage, resends = 0 } = body;
    if (stage === 'uploading') return;
    const mayGoUp = stage === 'here' && body.file && resends < MAX_RESENDS;
    if (mayGoUp && budget.upload(contact.id, body.bytes)) {
      changeMessage(core, changes, {
        ...message,
        body: { ...body, stage: 'uploading', resends: resends + 1 },
      });
      carried.push({ conversation, order: message.order });
      return;
    }
  }
  // The same word for what was deleted, what is no attachment and what was never here.
  enqueueWord(core, changes, contact.id, content.message, true);
}

async function applyRefusal({
  core,
  changes,
  contact,
  conversation,
  content,
}: Arrival<'media-again'>): Promise<void> {
  const [stored] = await findMessages(core, conversation, contact.id, [content.message]);
  const message = stored && changes.current(stored);
  if (message?.body.kind !== 'media') return;
  const { body } = message;
  if (body.stage !== 'gone' || !body.asked) return;
  changeMessage(core, changes, { ...message, body: { ...body, fault: 'not-sent-again' } });
}

/**
 * A message with an attachment that is known came again: it is fetched if it was asked for and is the same.
 * @param known the message as it is stored
 */
export function receiveAgain(
  { core, changes, contact, conversation, content, carried }: Arrival<'media'>,
  known: Message,
): void {
  const message = changes.current(known);
  if (message?.body.kind !== 'media' || contact.standing !== 'accepted') return;
  const { fault: _, ...body } = message.body;
  if (body.stage !== 'gone' || !body.asked) return;
  if (content.attachment.blob !== body.attachment.blob) return;
  const file = toHex(core.random(NAME_BYTES));
  changeMessage(core, changes, { ...message, body: { ...body, stage: 'fetching', file } });
  carried.push({ conversation, order: message.order });
}
