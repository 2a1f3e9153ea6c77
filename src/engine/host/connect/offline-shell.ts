/**
 * The page's side of the offline shell: registers the service worker, notices a new version, and swaps to it only
 * when a person says so. What is cached, and how, is the service worker's matter.
 */
import { trustedScript } from './policy.ts';

export interface OfflineShell {
  /** Calls `tell` once a new version waits. The result ends it. */
  onUpdate(tell: () => void): () => void;
  /** Activates the new version and reloads this tab. Only for a person's click. */
  update(): void;
}

const HOUR = 3_600_000;

/** Registers the service worker where the browser has one. Failure is silent: the app then needs the network. */
export function registerOfflineShell(): OfflineShell {
  const listeners = new Set<() => void>();
  let waiting: ServiceWorker | undefined;
  let clicked = false;

  const tell = (worker: ServiceWorker): void => {
    waiting = worker;
    for (const listener of listeners) listener();
  };

  /** A worker that installs while an older one serves this page is an update; the very first is not. */
  function follow(registration: ServiceWorkerRegistration): void {
    const { installing } = registration;
    if (!installing) return;
    installing.addEventListener('statechange', () => {
      if (installing.state === 'installed' && registration.active) tell(installing);
    });
  }

  async function register(): Promise<void> {
    const container = navigator.serviceWorker;
    const registration = await container.register(trustedScript('/service-worker.js'), {
      updateViaCache: 'none',
    });
    if (registration.waiting && registration.active) tell(registration.waiting);
    follow(registration);
    registration.addEventListener('updatefound', () => follow(registration));
    const check = (): void => void registration.update().catch(() => undefined);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') check();
    });
    setInterval(check, HOUR);
  }

  if ('serviceWorker' in navigator && !import.meta.env.DEV) {
    const container = navigator.serviceWorker;
    const controlled = container.controller !== null;
    container.addEventListener('controllerchange', () => {
      if (clicked) location.reload();
      // Another tab swapped versions: this one runs on, and may reload when its person likes.
      else if (controlled && container.controller) tell(container.controller);
    });
    register().catch(() => undefined);
  }

  return {
    onUpdate(listener) {
      listeners.add(listener);
      if (waiting) listener();
      return () => void listeners.delete(listener);
    },
    update() {
      clicked = true;
      if (waiting?.state === 'installed') waiting.postMessage({ type: 'activate' });
      else location.reload();
    },
  };
}
