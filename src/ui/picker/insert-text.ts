/** Puts text where a person writes, as if it had been typed, so that undo takes it away again. */
import { focusedElement } from '../parts/focus.ts';

/**
 * Replaces what stands between `from` and the end of the selection. The focus stays where it is.
 * @param from place in the text; the start of the selection unless told
 */
export function insertText(
  box: HTMLTextAreaElement,
  text: string,
  from: number = box.selectionStart,
): void {
  const to = Math.max(from, box.selectionEnd);
  const focused = focusedElement();
  // Only a focused box takes part in the browser's undo; on a touch screen the focus would bring up the keyboard.
  if (focused === box || !matchMedia('(pointer: coarse)').matches) {
    box.focus({ preventScroll: true });
    box.setSelectionRange(from, to);
    const done = document.execCommand('insertText', false, text);
    if (focused !== box) focused?.focus({ preventScroll: true });
    if (done) return;
  }
  box.setRangeText(text, from, to, 'end');
  box.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
}
