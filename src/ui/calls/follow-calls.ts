/**
 * The way to everything about calls, which is loaded when there is one: here because somebody calls, or because the
 * person does. Nothing else of it is in the first download.
 */
import { type ConversationId } from '../../lib/ids.ts';
import { changeState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';

const calls = () => import('./call-surface.ts');

/** Hands what the engine says of calls to the part that shows them. */
export function followCalls(): void {
  engine().listen((event) => {
    if (event.type === 'call' || event.type === 'call-signal')
      void calls().then((part) => part.takeEvent(event));
  });
}

/** Calls somebody, by a click. */
export function placeCall(conversation: ConversationId): void {
  calls().then(
    (part) => part.placeCall(conversation),
    () => changeState({ trouble: 'offline' }),
  );
}
