import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { copyDigits } from './copied-digits.ts';

let clipboard = '';
let mayRead = true;
let mayWrite = true;
const listeners = new Map<string, () => void>();

beforeEach(() => {
  vi.useFakeTimers();
  clipboard = 'before';
  mayRead = true;
  mayWrite = true;
  listeners.clear();
  vi.stubGlobal('navigator', {
    permissions: { query: async () => ({ state: mayRead ? 'granted' : 'prompt' }) },
    clipboard: {
      readText: async () => {
        if (!mayRead) throw new Error('would have asked the person');
        return clipboard;
      },
      writeText: async (text: string) => {
        if (!mayWrite) throw new Error('nobody looks at the page');
        clipboard = text;
      },
    },
  });
  vi.stubGlobal('addEventListener', (type: string, listener: () => void) =>
    listeners.set(type, listener),
  );
  vi.stubGlobal('removeEventListener', (type: string) => listeners.delete(type));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a recovery key that was copied', () => {
  it('stays for a minute and is gone then', async () => {
    await copyDigits('4071 8826');
    await vi.advanceTimersByTimeAsync(59_000);
    expect(clipboard).toBe('4071 8826');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(clipboard).toBe('');
  });

  it('leaves alone what was copied since, where that can be seen', async () => {
    await copyDigits('4071 8826');
    clipboard = 'a shopping list';
    await vi.advanceTimersByTimeAsync(60_000);
    expect(clipboard).toBe('a shopping list');
  });

  it('is emptied in any case where the page may not look', async () => {
    mayRead = false;
    await copyDigits('4071 8826');
    clipboard = 'perhaps something else';
    await vi.advanceTimersByTimeAsync(60_000);
    expect(clipboard).toBe('');
  });

  it('is emptied at the next look where nobody looks at the page then', async () => {
    await copyDigits('4071 8826');
    mayWrite = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(clipboard).toBe('4071 8826');
    mayWrite = true;
    listeners.get('focus')?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(clipboard).toBe('');
    expect(listeners.size).toBe(0);
  });

  it('has its whole minute when it is copied again', async () => {
    await copyDigits('4071 8826');
    await vi.advanceTimersByTimeAsync(40_000);
    await copyDigits('4071 8826');
    await vi.advanceTimersByTimeAsync(40_000);
    expect(clipboard).toBe('4071 8826');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(clipboard).toBe('');
  });
});
