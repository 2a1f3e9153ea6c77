/**
 * When a draft is stored and when one from another tab replaces what stands in the box: written drafts go out
 * after a pause and at once on `flush`; a foreign draft is taken only while nothing written here is unsaved or
 * under way, so it never eats what is being typed. Does not know the text field; time is an argument.
 */
import { type Clock } from '../../lib/clock.ts';

export interface DraftBox {
  /** The person changed the text. */
  typed(text: string): void;
  /** Another tab, or the engine's echo, says what the draft is. True when the box must show it. */
  heard(text: string): boolean;
  /** Stores what is unsaved, now. */
  flush(): void;
  /** The text was set by the program (opened, sent, restored): the state is known to be `text`. */
  reset(text: string): void;
}

/** Pause after the last key before a draft is stored, ms. */
export const DRAFT_PAUSE = 400;

/** @param store puts the draft into the engine; may reject, the next change tries again */
export function draftBox(clock: Clock, store: (text: string) => Promise<unknown>): DraftBox {
  let text = '';
  /** What the engine has; undefined when a store failed. */
  let stored: string | undefined = '';
  let underWay = 0;
  let cancel: (() => void) | undefined;

  function save(): void {
    cancel?.();
    cancel = undefined;
    if (text === stored) return;
    const saved = text;
    stored = saved;
    underWay += 1;
    store(saved)
      .catch(() => {
        // Not stored: the next change or flush writes it again.
        if (stored === saved) stored = undefined;
      })
      .finally(() => {
        underWay -= 1;
      });
  }

  return {
    typed(now) {
      text = now;
      cancel?.();
      cancel = clock.after(DRAFT_PAUSE, save);
    },
    heard(now) {
      if (cancel || underWay > 0 || now === text) return false;
      text = now;
      stored = now;
      return true;
    },
    flush: save,
    reset(now) {
      cancel?.();
      cancel = undefined;
      text = now;
      stored = now;
    },
  };
}
