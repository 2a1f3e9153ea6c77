/**
 * What happens when something is done with a message of the open chat: copied, sent or asked for again, looked
 * into, deleted. Does not know where it was chosen (list, menu or key).
 */
import { type MessageView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type EngineArgument, type EngineMethod } from '../contexts/engine-client.ts';
import { showDialog } from '../dialogs/dialog-base.ts';
import { loadTexts, t } from '../i18n/index.ts';
import type { MessageActionDetail } from './message-gestures.ts';

/** What the page of the chat lends for it. */
export interface ChatOnScreen {
  /** The other side; undefined in Notes. */
  readonly peer: string | undefined;
  readonly messages: readonly MessageView[];
  /** Asks the engine, and shows why it failed. */
  ask<Name extends EngineMethod>(method: Name, argument: EngineArgument<Name>): Promise<unknown>;
  /** Shows why something was not done. */
  fail(code: FaultCode): void;
  /** Tells a screen reader. */
  say(words: string): void;
  /** Puts the keyboard on a message, or into the composer where none is left. */
  focus(order: number | undefined): Promise<void>;
}

/** Order of the message that takes the focus when this one is gone. */
function neighbourOf(order: number, messages: readonly MessageView[]): number | undefined {
  const at = messages.findIndex((message) => message.order === order);
  return (messages[at + 1] ?? messages[at - 1])?.order;
}

/** Does it; resolves when it is done, or when a dialog about it was closed. */
export async function actOnMessage(
  { action, message }: MessageActionDetail,
  chat: ChatOnScreen,
): Promise<void> {
  const { conversation, order, body } = message;
  switch (action) {
    case 'copy':
    case 'save-gif':
      if (body.kind !== 'text')
        return (await import('./media-actions.ts')).actOnMedia(action, message, chat);
      try {
        await navigator.clipboard.writeText(body.text);
        chat.say(t('copied'));
      } catch {
        chat.fail('not-copied');
      }
      return;
    case 'retry':
      await chat.ask('retry', { conversation, order });
      return;
    case 'resend':
      await chat.ask('askToResend', { conversation, order });
      return;
    case 'details': {
      const [{ MessageDetailsDialog }] = await Promise.all([
        import('../dialogs/message-details.ts'),
        loadTexts('details'),
      ]);
      return showDialog(new MessageDetailsDialog(message, chat.peer ?? t('notes')));
    }
    case 'delete': {
      const [{ DeleteMessageDialog }] = await Promise.all([
        import('../dialogs/delete-message.ts'),
        loadTexts('details'),
      ]);
      const neighbour = neighbourOf(order, chat.messages);
      const dialog = new DeleteMessageDialog(message, chat.peer);
      await showDialog(dialog);
      if (dialog.done) await chat.focus(neighbour);
    }
  }
}
