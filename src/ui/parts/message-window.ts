/**
 * The stretch of one chat that is loaded: a run of messages without gaps in ascending order, and whether the chat
 * goes on at either side. Pure: pages and events in, a new window out. Does not know how it is shown, nor the
 * engine. Spec: product.md, "How it behaves" (10,000 messages, a window of 1–2 thousand).
 */
import { type MessagePage, type MessageView } from '../../engine/api.ts';

export interface MessageWindow {
  readonly messages: readonly MessageView[];
  /** The chat has older messages than the first one loaded. */
  readonly older: boolean;
  /** The chat has newer messages than the last one loaded. */
  readonly newer: boolean;
  /** Highest order ever heard of, loaded or not; tells what arrives from what changes. −1 in an empty chat. */
  readonly latest: number;
}

/** A change as the engine tells it. */
export interface MessageChange {
  readonly changed: readonly MessageView[];
  readonly removed: readonly number[];
}

/** How many messages stay loaded, and how many remain when that is exceeded. */
export const WINDOW_MOST = 2_000;
export const WINDOW_REST = 1_400;

/** A window over the newest page. */
export function openWindow(page: MessagePage): MessageWindow {
  return {
    messages: page.messages,
    older: page.older,
    newer: page.newer,
    latest: page.messages.at(-1)?.order ?? -1,
  };
}

/** Puts a page of older messages before the window; newest ones leave when it grows too large. */
export function withOlder(window: MessageWindow, page: MessagePage): MessageWindow {
  const first = window.messages[0]?.order ?? Infinity;
  const messages = [...page.messages.filter(({ order }) => order < first), ...window.messages];
  if (messages.length <= WINDOW_MOST) return { ...window, messages, older: page.older };
  return { ...window, messages: messages.slice(0, WINDOW_REST), older: page.older, newer: true };
}

/** Puts a page of newer messages behind the window; oldest ones leave when it grows too large. */
export function withNewer(window: MessageWindow, page: MessagePage): MessageWindow {
  const last = window.messages.at(-1)?.order ?? -1;
  const messages = [...window.messages, ...page.messages.filter(({ order }) => order > last)];
  const latest = Math.max(window.latest, messages.at(-1)?.order ?? -1);
  if (messages.length <= WINDOW_MOST) return { ...window, messages, newer: page.newer, latest };
  return {
    messages: messages.slice(-WINDOW_REST),
    older: true,
    newer: page.newer,
    latest,
  };
}

/** Lets the oldest go when live messages made the window too large. Only for a view that stands at the end. */
export function trimmedToEnd(window: MessageWindow): MessageWindow {
  if (window.messages.length <= WINDOW_MOST) return window;
  return { ...window, messages: window.messages.slice(-WINDOW_REST), older: true };
}

/**
 * Applies what came, changed or went. A message outside the loaded stretch is left out as long as the chat has
 * unloaded messages on that side, so that the window never has a gap.
 */
export function withChange(window: MessageWindow, change: MessageChange): MessageWindow {
  const removed = new Set(change.removed);
  const changed = new Map(change.changed.map((message) => [message.order, message]));
  const first = window.messages[0]?.order;
  const last = window.messages.at(-1)?.order;
  const kept: MessageView[] = [];
  let touched = false;
  for (const message of window.messages) {
    if (removed.has(message.order)) {
      touched = true;
      continue;
    }
    const fresh = changed.get(message.order);
    if (fresh) {
      touched = true;
      changed.delete(message.order);
    }
    kept.push(fresh ?? message);
  }
  let latest = window.latest;
  let sorted = true;
  for (const message of changed.values()) {
    latest = Math.max(latest, message.order);
    if (removed.has(message.order)) continue;
    const before = first !== undefined && message.order < first;
    const after = last === undefined || message.order > last;
    if ((before && window.older) || (after && window.newer)) continue;
    sorted &&= message.order > (kept.at(-1)?.order ?? -1);
    kept.push(message);
    touched = true;
  }
  if (!touched && latest === window.latest) return window;
  if (!sorted) kept.sort((a, b) => a.order - b.order);
  return { ...window, messages: touched ? kept : window.messages, latest };
}

/** Messages of the other side in `change` that this window had not heard of. */
export function arrivals(window: MessageWindow, change: MessageChange): readonly MessageView[] {
  return change.changed.filter(({ own, order }) => !own && order > window.latest);
}

/** Index of the message with this order, or −1. */
export function indexOfOrder(messages: readonly MessageView[], order: number): number {
  let low = 0;
  let high = messages.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = messages[middle]?.order ?? Infinity;
    if (found === order) return middle;
    if (found < order) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
