/**
 * What happens when something cannot be decrypted: a stub in its place, one request to send it again on a fresh
 * session, and the answer to such requests. Bounded so that nobody can make two engines talk in circles: one request
 * an envelope, one fresh session an hour and five a day with a contact, two resends an envelope.
 * docs/protocol.md, "Healing".
 */
import { type FaultCode } from '../lib/fault.ts';
import { type EnvelopeHash, FIRST_DEVICE, type MessageId, conversationWith } from '../lib/ids.ts';
import { encodeContent } from '../protocol/content.ts';
import { type Rows } from '../storage/schema.ts';
import { type Changes } from './changes.ts';
import { addMessage, changeMessage, findMessages, ownId } from './conversations.ts';
import { removeMessage } from './deletion.ts';
import { type Core } from './core.ts';
import { contentOf } from './message-content.ts';
import { newMessageId } from './message-id.ts';
import { SENT_LOG_MS } from './outbox-sealing.ts';
import { enqueueProfile } from './profile.ts';
import { repeatReceipts } from './receipts.ts';
import { type Contact } from './records/contact.ts';
import { type Message } from './records/message.ts';

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const FRESH_SESSIONS_A_DAY = 5;
const MAX_RESENDS = 2;
/** Requests that go out by themselves, a contact and hour; beyond it the button asks. */
const MAX_REQUESTS = 200;

/** A stub's message id is the hash of the envelope it stands for. */
function stubId(hash: EnvelopeHash): MessageId {
  return hash as string as MessageId;
}

/** A time that lies ahead is from a clock that was set right since. */
function within(times: readonly number[], span: number, now: number): number[] {
  return times.filter((time) => time > now - span && time <= now);
}

function mayStartFresh(contact: Contact, now: number): boolean {
  const recent = within(contact.freshSessions, DAY_MS, now);
  return recent.length < FRESH_SESSIONS_A_DAY && recent.every((time) => time <= now - HOUR_MS);
}

/** Queues a request to send again what an envelope held. */
export function enqueueRequest(
  core: Core,
  changes: Changes,
  contact: Contact,
  hash: EnvelopeHash,
): void {
  const now = core.clock.now();
  const fresh = mayStartFresh(contact, now);
  if (fresh)
    changes.putContact({
      ...contact,
      freshSessions: [...within(contact.freshSessions, DAY_MS, now), now],
    });
  const bytes = encodeContent({
    kind: 'resend-request',
    messageId: newMessageId(core.random),
    sentAt: now,
    envelopeHash: hash,
  });
  changes.enqueue({ peer: contact.id, kind: 'resend-request', bytes, fresh });
}

/** A contact of ours: whose request was accepted, or whose link was opened. To anybody else nothing goes. */
export function isOurs({ standing }: Contact): boolean {
  return standing === 'accepted' || standing === 'asked';
}

/** Bounds two engines that cannot read even each other's requests. */
export function mayAsk(core: Core, contact: Contact): boolean {
  const now = core.clock.now();
  const recent = within(core.state.asked.get(contact.id) ?? [], HOUR_MS, now);
  if (recent.length >= MAX_REQUESTS) return false;
  core.state.asked.set(contact.id, [...recent, now]);
  return true;
}

/** An envelope that did not decrypt: a stub with the reason, and one request where the sender is a contact of ours. */
export function addStub(
  core: Core,
  changes: Changes,
  contact: Contact,
  hash: EnvelopeHash,
  reason: FaultCode,
): void {
  const now = core.clock.now();
  const asks = isOurs(contact) && mayAsk(core, contact);
  addMessage(core, changes, {
    conversation: conversationWith(contact.id),
    order: changes.nextOrder(),
    id: stubId(hash),
    sender: contact.id,
    device: FIRST_DEVICE,
    state: 'stub',
    body: { kind: 'stub', envelope: hash, reason, ...(asks && { asked: now }) },
    sentAt: now,
    arrivedAt: now,
  });
  if (asks) enqueueRequest(core, changes, contact, hash);
}

/**
 * How often what an envelope carried was sent again, under whichever envelope: a resend that is not understood
 * either must not begin to count anew.
 */
async function resendsOf(core: Core, log: Rows['sentLog']): Promise<number> {
  if (log.message === undefined) return log.resends;
  const logs = await core.store.list('sentLog', {
    index: 'byMessage',
    equals: [log.peer, log.message],
  });
  return Math.max(...logs.map(({ resends }) => resends));
}

/** True where receipts were sent anew after this envelope was sealed, so that they say what it may have said. */
function isRepeated(core: Core, changes: Changes, { peer, expires }: Rows['sentLog']): boolean {
  if (changes.repeated.has(peer)) return true;
  const repeated = core.state.repeated.get(peer);
  // A time that lies ahead is from a clock that was set right since.
  return repeated !== undefined && repeated <= core.clock.now() && expires - SENT_LOG_MS < repeated;
}

/** Answers a request: sends the message again under its id, at most twice, or says that there is nothing to send. */
export async function answerResendRequest(
  core: Core,
  changes: Changes,
  contact: Contact,
  hash: EnvelopeHash,
): Promise<void> {
  const log = await core.store.get('sentLog', [hash]);
  const now = core.clock.now();
  if (!log || log.peer !== contact.id || log.expires < now) return;
  // Requests of one batch do not see each other's rows; the queue does.
  const key = `${contact.id}/${log.message ?? hash}`;
  const sent = Math.max(await resendsOf(core, log), changes.resends.get(key) ?? 0);
  if (sent >= MAX_RESENDS) return;
  changes.resends.set(key, sent + 1);
  changes.write({ table: 'sentLog', put: { ...log, resends: sent + 1 } });
  const head = { messageId: newMessageId(core.random), sentAt: now };
  const conversation = conversationWith(contact.id);
  const [message] = log.message
    ? await findMessages(core, conversation, ownId(core), [log.message])
    : [];
  const content = message && contentOf(message);
  if (content) {
    const bytes = encodeContent({ ...content, heals: hash });
    const { order, id } = message;
    changes.enqueue({
      peer: contact.id,
      kind: 'resend',
      bytes,
      fresh: false,
      resends: sent + 1,
      message: { conversation, order, id },
    });
    return;
  }
  if (log.message === undefined) {
    // It may have been a profile, whose tokens must not get lost, or a receipt, whose ticks would stay behind.
    enqueueProfile(core, changes, contact.id);
    if (!isRepeated(core, changes, log)) {
      changes.repeated.add(contact.id);
      await repeatReceipts(core, changes, contact, sent + 1);
    }
  }
  const bytes = encodeContent({
    ...head,
    kind: 'resend-refusal',
    envelopeHash: hash,
    deleted: log.message !== undefined,
  });
  changes.enqueue({ peer: contact.id, kind: 'receipt', bytes, fresh: false });
}

/** The stub that an envelope left, if it is still there. */
export async function findStub(
  core: Core,
  changes: Changes,
  contact: Contact,
  hash: EnvelopeHash,
): Promise<Message | undefined> {
  const chat = conversationWith(contact.id);
  const [stored] = await findMessages(core, chat, contact.id, [stubId(hash)]);
  // Healed by an envelope of the same batch it is a stub on the disk only.
  const stub = stored && changes.current(stored);
  return stub?.state === 'stub' ? stub : undefined;
}

/** The sender had nothing to send again: the stub of a control message goes, that of a deleted one says so. */
export async function applyResendRefusal(
  core: Core,
  changes: Changes,
  contact: Contact,
  { envelopeHash, deleted }: { envelopeHash: EnvelopeHash; deleted: boolean },
): Promise<void> {
  const stub = await findStub(core, changes, contact, envelopeHash);
  if (!stub) return;
  if (!deleted) await removeMessage(core, changes, stub.conversation, stub.order);
  else if (stub.body.kind === 'stub')
    changeMessage(core, changes, { ...stub, body: { ...stub.body, reason: 'no-such-message' } });
}
