/**
 * What every part of the page may show, in one observable store: the snapshot, kept up by events. Components
 * read slices of it with `fromState`, which re-renders only when the slice changes. Messages are not here: the
 * open chat asks for its own pages. Does not decide what is shown where (routes.ts).
 */
import { type ReactiveController, type ReactiveControllerHost } from 'lit';
import {
  type AccountView,
  type ChatSummary,
  type ConnectionView,
  type EngineEvent,
  type InviteReading,
  type Settings,
} from '../../engine/api.ts';
import { createEmitter } from '../../lib/emitter.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { engine } from './engine-client.ts';

/** A link that was opened and waits for a decision. */
export interface OpenedInvite {
  readonly link: string;
  /** Absent while it is being read, or when it cannot be. */
  readonly reading?: InviteReading;
  readonly fault?: FaultCode;
}

export interface AppState {
  /** False until the first snapshot has come. */
  readonly loaded: boolean;
  readonly account: AccountView;
  readonly connection: ConnectionView;
  readonly settings: Settings;
  /** All chats, newest first; a Map so that one is found at once. */
  readonly chats: ReadonlyMap<ConversationId, ChatSummary>;
  /** The chat on screen (kept by routes.ts). */
  readonly current?: ConversationId | undefined;
  /** Text written and not sent, by chat; kept up with the other tabs. */
  readonly drafts: ReadonlyMap<ConversationId, string>;
  /** A fault of the engine's own, shown until it is dismissed. */
  readonly trouble?: FaultCode | undefined;
  /** Why this tab's engine stood down. */
  readonly stopped?: 'other-tab' | 'erased' | 'failed' | undefined;
  readonly invite?: OpenedInvite | undefined;
  /** A newer build waits to be loaded. */
  readonly newVersion: boolean;
  /** The browser would install the app now. */
  readonly installable: boolean;
  /** This person has sent something from this tab: the moment to ask about notifications. */
  readonly hasSent: boolean;
}

const initial: AppState = {
  loaded: false,
  account: { standing: 'none' },
  connection: { status: 'connecting', waiting: 0 },
  settings: {
    name: '',
    readReceipts: true,
    typing: true,
    lastSeen: true,
    language: 'auto',
    appearance: 'auto',
    notifications: 'name',
    calls: 'relay',
  },
  chats: new Map(),
  drafts: new Map(),
  newVersion: false,
  installable: false,
  hasSent: false,
};

let current: AppState = initial;
const changes = createEmitter<AppState>();

/** The state now. */
export function appState(): AppState {
  return current;
}

/** Replaces some of the state and tells who watches. */
export function changeState(change: Partial<AppState>): void {
  current = { ...current, ...change };
  changes.emit(current);
}

/** Calls `listener` after every change; the result stops it. */
export function watchState(listener: (state: AppState) => void): () => void {
  return changes.listen(listener);
}

function sorted(chats: Iterable<ChatSummary>): ReadonlyMap<ConversationId, ChatSummary> {
  const lines = [...chats].sort((a, b) => b.time - a.time || (a.id < b.id ? -1 : 1));
  return new Map(lines.map((chat) => [chat.id, chat]));
}

function draftsOf(
  before: ReadonlyMap<ConversationId, string>,
  chats: Iterable<ChatSummary>,
  removed: readonly ConversationId[] = [],
): ReadonlyMap<ConversationId, string> {
  const drafts = new Map(before);
  for (const { id, draft } of chats) {
    if (draft) drafts.set(id, draft);
    else drafts.delete(id);
  }
  for (const id of removed) drafts.delete(id);
  return drafts;
}

/** Applies what the engine says. Events that concern one open chat only pass by. */
export function applyEvent(event: EngineEvent): void {
  switch (event.type) {
    case 'account':
      return changeState({ account: event.account });
    case 'connection':
      return changeState({ connection: event.connection });
    case 'settings':
      return changeState({ settings: event.settings });
    case 'chats': {
      const chats = new Map(current.chats);
      for (const id of event.removed) chats.delete(id);
      for (const chat of event.changed) chats.set(chat.id, chat);
      return changeState({
        chats: sorted(chats.values()),
        drafts: draftsOf(current.drafts, event.changed, event.removed),
      });
    }
    case 'draft': {
      const drafts = new Map(current.drafts);
      if (event.text) drafts.set(event.conversation, event.text);
      else drafts.delete(event.conversation);
      return changeState({ drafts });
    }
    case 'messages':
      if (!current.hasSent && event.changed.some((each) => each.own && each.state === 'sending')) {
        changeState({ hasSent: true });
      }
      return;
    case 'trouble':
      return changeState({ trouble: event.code });
    case 'stopped':
      // A newer engine takes over: the client attaches by itself, and `restarted` follows.
      if (event.reason !== 'newer') changeState({ stopped: event.reason });
      return;
    case 'restarted':
      refreshState().catch(() => changeState({ stopped: 'failed' }));
      return;
    case 'backup':
    case 'call':
    case 'call-signal':
    case 'chat':
    case 'notify':
    case 'transfer':
    case 'draft-files':
      return;
  }
}

/** Reads the snapshot again (after the engine was replaced) and continues from it. */
export async function refreshState(): Promise<void> {
  const { account, connection, settings, chats } = await engine().call('snapshot', null);
  changeState({
    loaded: true,
    account,
    connection,
    settings,
    chats: sorted(chats),
    drafts: draftsOf(new Map(), chats),
    stopped: undefined,
  });
}

/** Listens to the engine and reads the first snapshot. Resolves when the page can be drawn. */
export async function startState(): Promise<void> {
  engine().listen(applyEvent);
  await refreshState();
}

/** Forgets everything; for tests. */
export function resetState(): void {
  current = initial;
}

/** A slice of the state for one component. */
export class Slice<Value> implements ReactiveController {
  value: Value;
  readonly #host: ReactiveControllerHost;
  readonly #select: (state: AppState) => Value;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, select: (state: AppState) => Value) {
    this.#host = host;
    this.#select = select;
    this.value = select(current);
    host.addController(this);
  }

  #take(state: AppState): void {
    const value = this.#select(state);
    if (Object.is(value, this.value)) return;
    this.value = value;
    this.#host.requestUpdate();
  }

  hostConnected(): void {
    this.#take(current);
    this.#stop = watchState((state) => this.#take(state));
  }

  hostUpdate(): void {
    // A selector may depend on the host's own properties, which have just changed.
    this.value = this.#select(current);
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}

/**
 * A slice of the state that re-renders its host when it changes: `readonly #chats = fromState(this, (s) => s.chats)`,
 * then `this.#chats.value` in `render`. The selector must give the same object while nothing changed.
 */
export function fromState<Value>(
  host: ReactiveControllerHost,
  select: (state: AppState) => Value,
): Slice<Value> {
  return new Slice(host, select);
}
