/**
 * A text, an attachment, or content of a kind that this version does not know: a row in the chat, once. One that was asked for
 * again takes the place of its stub.
 */
import { arrived } from '../../crypto/part.ts';
import { FIRST_DEVICE } from '../../lib/ids.ts';
import { addMessage, changeMessage, findMessages } from '../conversations.ts';
import { type Message, type StoredBody } from '../records/message.ts';
import { type Arrival } from './arrival.ts';

export async function receiveMessage(
  arrival: Arrival<'text' | 'media' | 'unknown'>,
): Promise<void> {
  const { core, changes, contact, conversation, content, delivered, shown } = arrival;
  const { messageId: id, heals } = content;
  delivered.push(id);
  const known =
    changes.pendingById(conversation, contact.id, id) ??
    (await findMessages(core, conversation, contact.id, [id]))[0];
  const stub =
    heals &&
    (await (await arrived(import('../healing.ts'))).findStub(core, changes, contact, heals));
  if (known) {
    if (stub)
      await (
        await arrived(import('../deletion.ts'))
      ).removeMessage(core, changes, conversation, stub.order);
    if (content.kind === 'media')
      (await arrived(import('../media-again.ts'))).receiveAgain({ ...arrival, content }, known);
    return;
  }
  const message: Message = {
    conversation,
    order: stub?.order ?? changes.nextOrder(),
    id,
    sender: contact.id,
    device: FIRST_DEVICE,
    state: 'received',
    body: bodyOf(content),
    sentAt: content.sentAt,
    arrivedAt: core.clock.now(),
  };
  if (stub) changeMessage(core, changes, message);
  else addMessage(core, changes, message);
  shown.push(message);
}

/** What is stored of a content; of an attachment nothing is here yet. */
function bodyOf(content: Arrival<'text' | 'media' | 'unknown'>['content']): StoredBody {
  switch (content.kind) {
    case 'text':
      return { kind: 'text', text: content.text };
    case 'media': {
      const { attachment, caption } = content;
      return { kind: 'media', attachment, caption, stage: 'remote', bytes: 0 };
    }
    case 'unknown':
      return { kind: 'unknown', raw: content.raw };
  }
}
