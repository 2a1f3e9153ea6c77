import { beforeEach, describe, expect, it } from 'vitest';
import { type ChatSummary } from '../../engine/api.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { createFakeEngine, type FakeEngine } from '../testing/fake-engine.ts';
import {
  appState,
  applyEvent,
  changeState,
  fromState,
  refreshState,
  resetState,
  startState,
  watchState,
} from './app-state.ts';
import { provideEngine } from './engine-client.ts';

const id = (text: string): ConversationId => text as ConversationId;
const chat = (name: string, time: number, draft = ''): ChatSummary => ({
  id: id(name),
  standing: 'accepted',
  name,
  unread: 0,
  muted: false,
  time,
  draft,
  typing: false,
});

let fake: FakeEngine;
beforeEach(() => {
  resetState();
  fake = createFakeEngine({ start: 'demo' });
  provideEngine(fake);
});

describe('the state of the page', () => {
  it('begins with a snapshot and follows events', async () => {
    await startState();
    const [first] = appState().chats.values();
    expect(appState().loaded).toBe(true);
    expect(first?.name).toBe('Ana Quetzal');
    fake.receive(id([...appState().chats.keys()][3] ?? ''), 'Up to the top');
    expect([...appState().chats.values()][0]?.name).toBe('Ben Ocelot');
  });

  it('keeps chats newest first, and in one order where times are equal', () => {
    applyEvent({ type: 'chats', changed: [chat('b', 5), chat('c', 9), chat('a', 5)], removed: [] });
    expect([...appState().chats.keys()]).toEqual(['c', 'a', 'b']);
    applyEvent({ type: 'chats', changed: [chat('b', 11)], removed: [id('c')] });
    expect([...appState().chats.keys()]).toEqual(['b', 'a']);
  });

  it('keeps drafts of other tabs and forgets those that were sent', () => {
    applyEvent({ type: 'chats', changed: [chat('a', 1, 'half a thought')], removed: [] });
    expect(appState().drafts.get(id('a'))).toBe('half a thought');
    applyEvent({ type: 'draft', conversation: id('a'), text: '' });
    expect(appState().drafts.has(id('a'))).toBe(false);
  });

  it('stands still when another tab takes over, and goes on when the engine is back', async () => {
    await startState();
    applyEvent({ type: 'stopped', reason: 'newer' });
    expect(appState().stopped).toBeUndefined();
    applyEvent({ type: 'stopped', reason: 'other-tab' });
    expect(appState().stopped).toBe('other-tab');
    await refreshState();
    expect(appState().stopped).toBeUndefined();
  });

  it('remembers that something was sent from here', () => {
    const message = {
      conversation: id('a'),
      order: 1,
      id: 'x' as never,
      own: true,
      time: 1,
      body: { kind: 'text', text: 'hi' },
      state: 'sending',
    } as const;
    applyEvent({
      type: 'messages',
      conversation: id('a'),
      changed: [{ ...message, own: false }],
      removed: [],
    });
    expect(appState().hasSent).toBe(false);
    applyEvent({ type: 'messages', conversation: id('a'), changed: [message], removed: [] });
    expect(appState().hasSent).toBe(true);
  });
});

describe('a slice of it', () => {
  it('re-renders its host only when its own value changes', () => {
    let renders = 0;
    const host = {
      addController: () => undefined,
      removeController: () => undefined,
      requestUpdate: () => void renders++,
      updateComplete: Promise.resolve(true),
    };
    const slice = fromState(host, (state) => state.connection.status);
    slice.hostConnected();
    changeState({ newVersion: true });
    expect(renders).toBe(0);
    changeState({ connection: { status: 'offline', waiting: 2 } });
    expect([renders, slice.value]).toEqual([1, 'offline']);
    slice.hostDisconnected();
    changeState({ connection: { status: 'online', waiting: 0 } });
    expect(renders).toBe(1);
  });

  it('one watcher that fails does not keep the others from hearing', () => {
    let heard = 0;
    const stopFirst = watchState(() => {
      throw new Error('mine');
    });
    const stopSecond = watchState(() => void heard++);
    changeState({ newVersion: true });
    stopFirst();
    stopSecond();
    expect(heard).toBe(1);
  });
});
