/** The tabs that are connected: what each shows, who hears what, and which one shows a notification. */
import { type PortServer } from '../lib/port.ts';
import { type ConversationId } from '../lib/ids.ts';
import { type EngineEvent, type TabState } from './api.ts';

export interface Tab {
  state: TabState;
  /** Rises each time a tab comes to the front. */
  turn: number;
  readonly port: PortServer<EngineEvent>;
  /** Events go out only after the tab asked for its snapshot, or it would hear of changes to nothing. */
  listening: boolean;
}

export interface Tabs {
  add(port: PortServer<EngineEvent>): Tab;
  remove(tab: Tab): void;
  /** False once it was removed. */
  has(tab: Tab): boolean;
  setState(tab: Tab, state: TabState): void;
  /** Newest first: the tab that was last in front leads. */
  states(): TabState[];
  emit(event: EngineEvent): void;
  /** Tells every tab what is meant for it. */
  emitEach(eventFor: (tab: Tab) => EngineEvent): void;
  /** Tells the tabs that show a chat. */
  emitTo(conversation: ConversationId, event: EngineEvent): void;
  /** True while some tab has the focus. */
  focused(): boolean;
  shows(conversation: ConversationId): boolean;
  /** Tells one tab: a visible one before a hidden one, the last used before others. */
  emitToOne(event: EngineEvent): void;
  readonly size: number;
}

/** No tabs yet. */
export function createTabs(): Tabs {
  const tabs = new Set<Tab>();
  let turns = 0;
  const ordered = (): Tab[] =>
    [...tabs].sort((a, b) => Number(b.state.visible) - Number(a.state.visible) || b.turn - a.turn);
  return {
    add(port) {
      const tab: Tab = {
        state: { visible: false, focused: false },
        turn: ++turns,
        port,
        listening: false,
      };
      tabs.add(tab);
      return tab;
    },
    remove: (tab) => void tabs.delete(tab),
    has: (tab) => tabs.has(tab),
    setState(tab, state) {
      if (state.focused && !tab.state.focused) tab.turn = ++turns;
      tab.state = state;
    },
    states: () => ordered().map(({ state }) => state),
    emit(event) {
      for (const tab of tabs) if (tab.listening) tab.port.emit(event);
    },
    emitEach(eventFor) {
      for (const tab of tabs) if (tab.listening) tab.port.emit(eventFor(tab));
    },
    emitTo(conversation, event) {
      for (const tab of tabs)
        if (tab.listening && tab.state.conversation === conversation) tab.port.emit(event);
    },
    focused: () => [...tabs].some(({ state }) => state.focused),
    shows: (conversation) => [...tabs].some(({ state }) => state.conversation === conversation),
    emitToOne: (event) =>
      ordered()
        .find(({ listening }) => listening)
        ?.port.emit(event),
    get size() {
      return tabs.size;
    },
  };
}
