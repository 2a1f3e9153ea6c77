/**
 * What a person does with a message of the list: clicks, the context menu, keys. Events in, a wish out; keeps the
 * browser from doing something else with what it understood. Does not know how a wish is fulfilled.
 */
import { type MessageView } from '../../engine/api.ts';
import type { MenuPlace } from './message-menu.ts';
import { type MessageAction } from './message-row.ts';
import { indexOfOrder } from './message-window.ts';

export interface MessageActionDetail {
  readonly action: Exclude<MessageAction, 'menu'>;
  readonly message: MessageView;
}

/** Do something with a message, see what can be done with it (`menu`), or go to another (`focus`). */
export type Wish =
  | (MessageActionDetail & { readonly kind: 'act' })
  | { readonly kind: 'menu'; readonly message: MessageView; readonly where: MenuPlace }
  | { readonly kind: 'focus'; readonly message: MessageView };

const keys: Readonly<Record<string, MessageActionDetail['action']>> = {
  c: 'copy',
  i: 'details',
  delete: 'delete',
};

/** The row that an event happened in, and which of the messages it shows. */
export function rowOf(
  event: Event,
  messages: readonly MessageView[],
): { row: HTMLElement; message: MessageView; at: number } | undefined {
  const target = event.target instanceof Element ? event.target : undefined;
  const row = target?.closest<HTMLElement>('.row');
  const at = row ? indexOfOrder(messages, Number(row.dataset['order'])) : -1;
  const message = messages[at];
  return row && message ? { row, message, at } : undefined;
}

/** A click, on one of the buttons of a message. */
export function clickWish(event: MouseEvent, messages: readonly MessageView[]): Wish | undefined {
  const found = rowOf(event, messages);
  const button =
    event.target instanceof Element ? event.target.closest<HTMLElement>('[data-action]') : null;
  if (!found || !button) return undefined;
  const { message } = found;
  const action = button.dataset['action'] as MessageAction;
  if (action === 'menu')
    return { kind: 'menu', message, where: { below: button.getBoundingClientRect() } };
  return { kind: 'act', action, message };
}

/** The right button of the mouse, or a long press. */
export function contextMenuWish(
  event: MouseEvent,
  messages: readonly MessageView[],
): Wish | undefined {
  const found = rowOf(event, messages);
  if (!found || (event.target as Element).closest('a')) return undefined;
  // A selection is there to be copied with the browser's own menu.
  if (getSelection()?.toString()) return undefined;
  event.preventDefault();
  return { kind: 'menu', message: found.message, where: { x: event.clientX, y: event.clientY } };
}

/** A key, pressed on a message or on a button in it. */
export function keyWish(event: KeyboardEvent, messages: readonly MessageView[]): Wish | undefined {
  const found = rowOf(event, messages);
  if (!found || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const { row, message, at } = found;
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: at - 1,
    ArrowDown: at + 1,
    Home: 0,
    End: messages.length - 1,
  };
  const step = steps[event.key];
  if (step !== undefined) {
    event.preventDefault();
    const next = messages[step];
    return next && { kind: 'focus', message: next };
  }
  if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
    event.preventDefault();
    const below = row.querySelector('.bubble')?.getBoundingClientRect();
    return below && { kind: 'menu', message, where: { below } };
  }
  const action = keys[event.key.toLowerCase()];
  if (event.target !== row || event.shiftKey || !action) return undefined;
  event.preventDefault();
  event.stopPropagation();
  return { kind: 'act', action, message };
}
