/**
 * Puts the interface on the page. Takes the engine's client and the offline shell from main.ts; decides what a
 * person sees first, and keeps the document itself right: theme, language, title. Knows no component but <sotto-app>.
 */
import {
  appState,
  changeState,
  startState,
  watchState,
  type AppState,
} from './contexts/app-state.ts';
import { provideEngine, type EngineClient } from './contexts/engine-client.ts';
import {
  forgetPreferences,
  recall,
  remember,
  showAppearance,
  showTextSize,
} from './contexts/preferences.ts';
import { followInvites } from './invites.ts';
import { followDays, loadTexts, setLanguage, type LanguageChoice } from './i18n/index.ts';
import { followCalls } from './calls/follow-calls.ts';
import { followInstallation } from './notify/install.ts';
import { followNotifications } from './notify/notify.ts';
import { followTab } from './notify/tab.ts';
import { startRoutes } from './routes.ts';
import { surface } from './surface.ts';
import './app.ts';

/** The page's side of the offline shell. */
export interface Shell {
  /** Calls `tell` once a new version waits; the result ends it. */
  onUpdate(tell: () => void): () => void;
  /** Activates it and reloads. */
  update(): void;
}

export interface MountOptions {
  readonly shell?: Shell;
}

const pseudo = (): boolean => new URLSearchParams(location.search).get('lang') === 'pseudo';

function chosenLanguage(setting: 'auto' | 'en' | 'es'): LanguageChoice {
  return pseudo() ? 'pseudo' : setting;
}

/** Follows the settings that concern the whole document, and remembers them for the next first moment. */
function followSettings(): void {
  let shown: AppState['settings'] | undefined;
  const follow = ({ loaded, settings, stopped }: AppState): void => {
    if (stopped === 'erased') return forgetPreferences();
    if (!loaded || settings === shown) return;
    if (settings.appearance !== shown?.appearance) {
      showAppearance(settings.appearance);
      remember('appearance', settings.appearance);
    }
    if (settings.language !== shown?.language) {
      void setLanguage(chosenLanguage(settings.language));
      remember('language', settings.language);
    }
    shown = settings;
  };
  watchState(follow);
  follow(appState());
}

async function draw(): Promise<void> {
  showAppearance(recall('appearance') ?? 'auto');
  showTextSize(recall('text-size') ?? 'normal');
  await setLanguage(chosenLanguage(recall('language') ?? 'auto'));
}

/** Fetches the first page a newcomer sees while the engine is still starting; others have an account. */
function expectNewcomer(): void {
  if (recall('language') !== undefined) return;
  // What fails here is asked for again when it is needed, and said then.
  void loadTexts('start');
  import('./pages/first-run-page.ts').catch(() => undefined);
}

/** Loads what is not worth the first moment. */
function prepare(): void {
  // A fault must find its words at once, also without a network.
  void loadTexts('faults');
  import('./later.ts').then((part) => part.startLater()).catch(() => undefined);
}

/** Mounts the whole interface. What the engine does not answer is shown as a fault, never as an empty page. */
export function mountApp(client: EngineClient, { shell }: MountOptions = {}): void {
  provideEngine(client);
  followInstallation();
  shell?.onUpdate(() => changeState({ newVersion: true }));
  const app = document.createElement('sotto-app');
  app.reload = () => (shell ? shell.update() : location.reload());
  followSettings();
  followCalls();
  startState().catch(() => {
    // Where the engine said itself why it stands still, that is the reason to show.
    if (!appState().stopped) changeState({ stopped: 'failed' });
  });
  void draw().then(() => {
    expectNewcomer();
    surface().append(app);
    followDays();
    followTab();
    followNotifications();
    followInvites();
    startRoutes();
    setTimeout(prepare, 3_000);
  });
}

/** Says why the app cannot run here: an insecure origin, or a browser that lacks `missing`. */
export function mountInsecure(missing?: string): void {
  void draw().then(async () => {
    const { InsecurePage } = await import('./pages/insecure-page.ts');
    const page = new InsecurePage();
    page.missing = missing;
    surface().append(page);
  });
}
