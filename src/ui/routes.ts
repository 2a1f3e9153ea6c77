/**
 * Where the person is: the list, a chat, or Settings. The place is kept in the history entry, not in the
 * address: Back works, a reload comes back to the same chat, and nothing stays in the browser's list of visited
 * pages. Browsers write history entries to their session files, so a chat stands there by its handle, which means
 * nothing outside, and never by the id of a person. Only invites (`#i1…`) come in through the fragment, and they are taken out of it at once.
 */
import { type ConversationId } from '../lib/ids.ts';
import { createEmitter } from '../lib/emitter.ts';
import { appState, changeState, watchState } from './contexts/app-state.ts';

export type Route =
  | { readonly page: 'list' }
  | { readonly page: 'chat'; readonly conversation: ConversationId }
  | { readonly page: 'settings'; readonly section?: string };

/** A route as the history keeps it. */
type Place =
  Exclude<Route, { readonly page: 'chat' }> | { readonly page: 'chat'; readonly handle: string };

interface Entry {
  readonly sotto: Place;
  /** True when the entry before this one is the app's own, so that Back stays inside. */
  readonly inside: boolean;
  /** An opened invite that no decision was made about yet. */
  readonly invite?: string | undefined;
}

const list = { page: 'list' } as const;
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

function placeOf(shown: Route): Place {
  if (shown.page !== 'chat') return shown;
  return { page: 'chat', handle: appState().chats.get(shown.conversation)?.handle ?? '' };
}

/** The route of this history entry; the list where its chat is no more. */
function entryRoute(): Route {
  const place = entry()?.sotto ?? list;
  if (place.page !== 'chat') return place;
  for (const { id, handle } of appState().chats.values())
    if (handle && handle === place.handle) return { page: 'chat', conversation: id };
  return list;
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
    { sotto: entry()?.sotto ?? placeOf(route), inside: entry()?.inside ?? false, invite: link },
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

/**
 * Reads the place from the history entry, as soon as the chats are known, and starts to follow it. Call once, after
 * `onInvite`.
 */
export function startRoutes(): void {
  window.addEventListener('popstate', () => {
    returning = false;
    take(entryRoute());
  });
  window.addEventListener('hashchange', takeInvite);
  takeInvite();
  const waiting = entry()?.invite;
  if (waiting) invites.emit(waiting);
  if (appState().loaded) return take(entryRoute());
  const stop = watchState(({ loaded }) => {
    if (!loaded) return;
    stop();
    take(entryRoute());
  });
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
  const state: Entry = { sotto: placeOf(next), inside: true };
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
