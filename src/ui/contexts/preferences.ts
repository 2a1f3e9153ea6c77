/**
 * What this browser remembers for the first moment of a page, before the engine answers: appearance, language,
 * text size, and small facts about what was already offered. Nothing about people or messages. Kept in
 * localStorage; a browser that refuses it loses only comfort.
 */

interface Known {
  readonly appearance: 'auto' | 'light' | 'dark';
  readonly language: 'auto' | 'en' | 'es';
  readonly 'text-size': 'small' | 'normal' | 'large' | 'largest';
  /** Days on which the page was opened, as far as it matters. */
  readonly visits: string;
  /** How fast voice notes are heard. */
  readonly 'voice-speed': '1' | '1.5' | '2';
  /** Ids of devices for calls; browsers make them anew for each site. */
  readonly 'call-microphone': string;
  readonly 'call-speaker': string;
  /** How much calls may send; full unless chosen. */
  readonly 'call-data': 'full' | 'wideband' | 'narrowband' | 'low';
  readonly 'call-constant': 'on' | 'off';
  /** Whether calls show here, and whether that sounds. */
  readonly 'call-ring': 'on' | 'off';
  readonly 'call-tone': 'on' | 'off';
  readonly 'notify-offer': 'answered';
  readonly 'install-offer': 'answered';
  /** When the last backup was made here, ms since 1970. */
  readonly 'last-backup': string;
  /** When a reminder of backups was last dismissed here, ms since 1970. */
  readonly 'backup-reminder': string;
}

const prefix = 'sotto.';

/** What is remembered under a name, or undefined. */
export function recall<Name extends keyof Known>(name: Name): Known[Name] | undefined {
  try {
    return (localStorage.getItem(prefix + name) ?? undefined) as Known[Name] | undefined;
  } catch {
    return undefined; // storage is refused: nothing is remembered
  }
}

/** Remembers a value; quietly not, where the browser refuses. */
export function remember<Name extends keyof Known>(name: Name, value: Known[Name]): void {
  try {
    localStorage.setItem(prefix + name, value);
  } catch {
    return; // comfort only
  }
}

/** Forgets everything, when the account is erased. */
export function forgetPreferences(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(prefix)) localStorage.removeItem(key);
    }
  } catch {
    return; // nothing was kept
  }
}

/** Sets the theme of the document. */
export function showAppearance(appearance: Known['appearance']): void {
  const root = document.documentElement;
  if (appearance === 'auto') delete root.dataset['appearance'];
  else root.dataset['appearance'] = appearance;
}

/** Sets the size of all text. */
export function showTextSize(size: Known['text-size']): void {
  const root = document.documentElement;
  if (size === 'normal') delete root.dataset['textSize'];
  else root.dataset['textSize'] = size;
}
