/**
 * When the browser would install the app, and when to say so: from the second visit on, quietly, until it was
 * answered. Visits are counted by day in this browser only.
 */
import { appState, changeState } from '../contexts/app-state.ts';
import { recall, remember } from '../contexts/preferences.ts';

/** Chromium's event; other browsers install from their own menus. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

let prompt: InstallPrompt | undefined;

/** Counts this visit and keeps the browser's own offer for later. */
export function followInstallation(): void {
  try {
    if (!sessionStorage.getItem('sotto.visit')) {
      sessionStorage.setItem('sotto.visit', 'counted');
      remember('visits', String(Number(recall('visits') ?? 0) + 1));
    }
  } catch {
    return; // no storage, no second visit that we could know of
  }
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    prompt = event as InstallPrompt;
    changeState({ installable: true });
  });
  window.addEventListener('appinstalled', () => {
    prompt = undefined;
    changeState({ installable: false });
  });
}

/** Whether the offer belongs on the page now. */
export function offersInstallation(): boolean {
  return (
    appState().installable &&
    Number(recall('visits') ?? 0) >= 2 &&
    recall('install-offer') === undefined
  );
}

/** Shows the browser's own question. */
export async function install(): Promise<void> {
  const asked = prompt;
  prompt = undefined;
  changeState({ installable: false });
  await asked?.prompt();
}

/** Not now: the offer stays in Settings only. */
export function declineInstallation(): void {
  remember('install-offer', 'answered');
  changeState({ installable: appState().installable });
}
