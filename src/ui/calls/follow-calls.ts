/**
 * The way to everything about calls, which is loaded when there is one: here because somebody calls, or because the
 * person does. Nothing else of it is in the first download.
 */
import { type ConversationId } from '../../lib/ids.ts';
import { changeState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import type * as surface from './call-surface.ts';

let loading: Promise<typeof surface> | undefined;

/** One promise for all who wait: each import of its own may come in any order, and a call would end before it began. */
const calls = () =>
  (loading ??= import('./call-surface.ts').catch((error: unknown) => {
    loading = undefined;
    throw error;
  }));

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
