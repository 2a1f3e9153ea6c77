/**
 * When the other side hears that one types: at the first key, again while it goes on, and once when it stops
 * (a pause, an empty box, the message sent, the box left). Does not know the text field; time is an argument.
 */
import { type Clock } from '../../lib/clock.ts';

export interface TypingSignal {
  /** The text changed by hand. */
  typed(text: string): void;
  /** Sent, left or closed. */
  stop(): void;
}

/** `active` is repeated this often while it lasts; a pause this long ends it. Milliseconds. */
export const TYPING_REPEAT = 4_000;
export const TYPING_PAUSE = 5_000;

/** @param tell reports to the engine */
export function typingSignal(clock: Clock, tell: (active: boolean) => void): TypingSignal {
  let told: number | undefined;
  let cancel: (() => void) | undefined;

  function stop(): void {
    cancel?.();
    cancel = undefined;
    if (told === undefined) return;
    told = undefined;
    tell(false);
  }

  return {
    typed(text) {
      if (text.trim() === '') return stop();
      const now = clock.now();
      if (told === undefined || now - told >= TYPING_REPEAT) {
        told = now;
        tell(true);
      }
      cancel?.();
      cancel = clock.after(TYPING_PAUSE, stop);
    },
    stop,
  };
}
