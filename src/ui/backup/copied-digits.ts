/**
 * The recovery key on the clipboard, for a minute: then it is emptied, unless it is certain that something else is on
 * it by now. Where a page may not read the clipboard it is emptied in any case.
 */

/** How long the digits stay, ms. */
const STAY_MS = 60_000;

/** True where the clipboard is known to hold something else. Never asks the person. */
async function holdsOther(text: string): Promise<boolean> {
  try {
    const { state } = await navigator.permissions.query({
      name: 'clipboard-read' as PermissionName,
    });
    return state === 'granted' && (await navigator.clipboard.readText()) !== text;
  } catch {
    // This browser has no such permission, or no way to read without asking.
    return false;
  }
}

/** A browser lets only a page write that one looks at, and some only right after a key or a click. */
const chances = ['focus', 'pointerdown', 'keydown'] as const;

async function empty(text: string): Promise<void> {
  if (await holdsOther(text)) return;
  try {
    await navigator.clipboard.writeText('');
  } catch {
    const again = (): void => {
      for (const chance of chances) removeEventListener(chance, again, true);
      void empty(text);
    };
    for (const chance of chances) addEventListener(chance, again, true);
  }
}

let waiting: ReturnType<typeof setTimeout> | undefined;

/** Copies the digits, and takes them away again. Rejects where the browser does not let a page copy. */
export async function copyDigits(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  clearTimeout(waiting);
  waiting = setTimeout(() => void empty(text), STAY_MS);
}
