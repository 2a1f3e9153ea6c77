/** What tabs see of the settings; changing them is in preferences.ts, which is loaded when it happens. */
import { type Settings } from './api.ts';
import { type Core } from './core.ts';

/** The settings as tabs see them. */
export function settingsView(core: Core): Settings {
  return { ...core.state.settings, name: core.state.account?.name ?? '' };
}
