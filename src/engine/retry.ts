/** Trying a failed message again; loaded when that happens. */
import { Fault } from '../lib/fault.ts';
import { type ConversationId, peerOf } from '../lib/ids.ts';
import { beginChanges } from './changes.ts';
import { enqueueContent } from './composing.ts';
import { changeMessage, loadMessage, standingOf } from './conversations.ts';
import { type Core } from './core.ts';
import { contentOf } from './message-content.ts';

/** Queues a failed message again, under its id. */
export async function retryMessage(
  core: Core,
  conversation: ConversationId,
  order: number,
): Promise<void> {
  await core.mutex.hold([peerOf(conversation)], async () => {
    const message = await loadMessage(core, conversation, order);
    const standing = standingOf(core, conversation);
    if (standing === 'blocked' || standing === 'request') throw new Fault('blocked');
    if (message.state !== 'failed') return;
    const changes = beginChanges(core);
    const { failure: _, ...rest } = message;
    if (message.body.kind === 'media') {
      // What was never sealed is nowhere any more; all else may be gone at the relay and is uploaded anew.
      if (message.body.stage === 'staging' || !message.body.file) throw new Fault('file-changed');
      const { grant: __, until: ___, fault: ____, ...body } = message.body;
      changeMessage(core, changes, {
        ...rest,
        state: 'sending',
        body: { ...body, stage: 'uploading' },
      });
    } else {
      const content = contentOf(message);
      if (!content) return;
      changeMessage(core, changes, { ...rest, state: 'sending' });
      enqueueContent(changes, message, content);
    }
    await changes.commit('strict');
  });
}
