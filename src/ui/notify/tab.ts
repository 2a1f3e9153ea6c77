/** Tells the engine what this tab shows, so that it knows whom to tell what and when to notify. */
import { type TabState } from '../../engine/api.ts';
import { appState, watchState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';

/** Starts to report. */
export function followTab(): void {
  let told = '';
  const tell = (): void => {
    const { current, account, loaded, stopped } = appState();
    if (!loaded || stopped || account.standing === 'none') return;
    const tab: TabState = {
      visible: document.visibilityState === 'visible',
      focused: document.hasFocus(),
      ...(current ? { conversation: current } : {}),
    };
    const text = JSON.stringify(tab);
    if (text === told) return;
    told = text;
    // A report that is lost is made up for by the next one.
    engine()
      .call('setTab', tab)
      .catch(() => (told = ''));
  };
  document.addEventListener('visibilitychange', tell);
  window.addEventListener('focus', tell);
  window.addEventListener('blur', tell);
  window.addEventListener(
    'online',
    () =>
      void engine()
        .call('reconnect', null)
        .catch(() => undefined),
  );
  engine().listen((event) => {
    if (event.type !== 'restarted') return;
    // The new engine has heard nothing of this tab yet.
    told = '';
    tell();
  });
  watchState(tell);
  tell();
}
