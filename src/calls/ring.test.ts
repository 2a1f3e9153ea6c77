import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTone } from './ring.ts';

/** Notes that were begun, by the context that a tab made. */
let contexts: FakeContext[] = [];
let holder: Promise<unknown> = Promise.resolve();

class FakeContext {
  notes = 0;
  currentTime = 0;
  readonly destination = {};
  #isAllowed = false;
  #waiting: (() => void)[] = [];

  constructor() {
    contexts.push(this);
  }

  /** Somebody clicks in the page; the browser starts nothing by itself then. */
  allow(): void {
    this.#isAllowed = true;
  }

  resume(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#isAllowed) for (const go of this.#waiting.splice(0)) go();
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class FakeNode {
  readonly #context: FakeContext;
  readonly gain = {
    setValueAtTime: () => undefined,
    linearRampToValueAtTime: () => undefined,
    setTargetAtTime: () => undefined,
  };

  constructor(context: FakeContext) {
    this.#context = context;
  }

  connect<Next>(next: Next): Next {
    return next;
  }

  start(): void {
    this.#context.notes++;
  }

  stop(): void {
    // A note ends by itself.
  }
}

const notesOf = (index: number): number => contexts[index]?.notes ?? 0;

type Granted = () => unknown;

beforeEach(() => {
  vi.useFakeTimers();
  contexts = [];
  holder = Promise.resolve();
  vi.stubGlobal('AudioContext', FakeContext);
  vi.stubGlobal('OscillatorNode', FakeNode);
  vi.stubGlobal('GainNode', FakeNode);
  vi.stubGlobal('navigator', {
    locks: {
      request: (_: string, { signal }: { signal: AbortSignal }, granted: Granted) =>
        (holder = holder.then(() => (signal.aborted ? undefined : granted()))),
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('of two tabs the one that may sound rings, and not the one that came first', async () => {
  const ends = [startTone('incoming'), startTone('incoming')];
  contexts[1]?.allow();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(notesOf(0)).toBe(0);
  expect(notesOf(1)).toBeGreaterThan(0);
  // When it may, the other one does already.
  contexts[0]?.allow();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(notesOf(0)).toBe(0);
  for (const end of ends) end();
});

test('a tab that may sound only later does not play at once what it had to keep back', async () => {
  for (const kind of ['incoming', 'outgoing'] as const) {
    const end = startTone(kind);
    await vi.advanceTimersByTimeAsync(20_000);
    contexts.at(-1)?.allow();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(notesOf(contexts.length - 1)).toBe(kind === 'incoming' ? 3 : 1);
    end();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(notesOf(contexts.length - 1)).toBe(kind === 'incoming' ? 3 : 1);
  }
});

test('one that may sound when the call is over stays silent', async () => {
  startTone('incoming')();
  contexts[0]?.allow();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(notesOf(0)).toBe(0);
});
