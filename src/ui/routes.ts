/**
 * Where the person is: the list, a chat, or Settings. The place is kept in the history entry, not in the
 * address: Back works, a reload comes back to the same chat, and no id of a person stays in the browser's list of
 * visited pages. Only invites (`#i1…`) come in through the fragment, and they are taken out of it at once.
 */
import { type ConversationId } from '../lib/ids.ts';
import { createEmitter } from '../lib/emitter.ts';
import { changeState } from './contexts/app-state.ts';

export type Route =
  | { readonly page: 'list' }
  | { readonly page: 'chat'; readonly conversation: ConversationId }
  | { readonly page: 'settings'; readonly section?: string };

interface Entry {
  readonly sotto: Route;
  /** True when the entry before this one is the app's own, so that Back stays inside. */
  readonly inside: boolean;
  /** An opened invite that no decision was made about yet. */
  readonly invite?: string | undefined;
}

const list: Route = { page: 'list' };
const changes = createEmitter<Route>();
const invites = createEmitter<string>();
let route: Route = list;
/** On the way back through the history, which takes a moment. */
let returning = false;

function entry(): Entry | undefined {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && 'sotto' in state
    ? (state as Entry)
    : undefined;
}

function plainAddress(): string {
  return location.pathname + location.search;
}

function take(next: Route): void {
  route = next;
  changeState({ current: next.page === 'chat' ? next.conversation : undefined });
  changes.emit(next);
}

function same(a: Route, b: Route): boolean {
  return (
    a.page === b.page &&
    (a.page !== 'chat' || (b.page === 'chat' && a.conversation === b.conversation)) &&
    (a.page !== 'settings' || (b.page === 'settings' && a.section === b.section))
  );
}

function takeInvite(): void {
  if (!/^#i1/.test(location.hash)) return;
  const link = location.href;
  history.replaceState(
    { sotto: route, inside: entry()?.inside ?? false, invite: link },
    '',
    plainAddress(),
  );
  invites.emit(link);
}

/** The place shown now. */
export function currentRoute(): Route {
  return route;
}

/** Calls `listener` when the place changes; the result stops it. */
export function onRoute(listener: (route: Route) => void): () => void {
  return changes.listen(listener);
}

/** Calls `listener` for each invite link opened in this tab. */
export function onInvite(listener: (link: string) => void): () => void {
  return invites.listen(listener);
}

/** Reads the place from the history entry and starts to follow it. Call once, after `onInvite`. */
export function startRoutes(): void {
  take(entry()?.sotto ?? list);
  window.addEventListener('popstate', () => {
    returning = false;
    take(entry()?.sotto ?? list);
  });
  window.addEventListener('hashchange', takeInvite);
  takeInvite();
  const waiting = entry()?.invite;
  if (waiting) invites.emit(waiting);
}

/** Forgets the invite of this history entry once it was decided about. */
export function dropInvite(): void {
  const now = entry();
  if (now?.invite) history.replaceState({ ...now, invite: undefined }, '', plainAddress());
}

/**
 * Goes to a place. From the list it adds a history entry; from one chat to another it replaces it, so that Back
 * leads to the list and not through every chat that was looked at.
 */
export function go(next: Route): void {
  if (same(next, route) || (returning && next.page === 'list')) return;
  const state: Entry = { sotto: next, inside: true };
  if (next.page === 'list' && entry()?.inside) {
    returning = true;
    history.back();
    return;
  }
  if (route.page === 'list') history.pushState(state, '', plainAddress());
  else {
    history.replaceState(
      { ...state, inside: next.page !== 'list' && (entry()?.inside ?? false) },
      '',
      plainAddress(),
    );
  }
  take(next);
}

/**
 * Goes to the list from a place that is no more, in this entry of the history: at once, because nothing of the place
 * may be shown any longer.
 */
export function leaveForList(): void {
  if (route.page === 'list') return;
  history.replaceState({ sotto: list, inside: false } satisfies Entry, '', plainAddress());
  take(list);
}

/** Opens a chat. */
export function openConversation(conversation: ConversationId): void {
  go({ page: 'chat', conversation });
}

/** Goes back to the list (the Back button of the narrow layout). */
export function goToList(): void {
  go(list);
}
