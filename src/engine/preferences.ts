/** Settings: what the person chose, and telling contacts of what concerns them. */
import { type Settings } from './api.ts';
import { readName } from './account.ts';
import { beginChanges } from './changes.ts';
import { announceSettings } from './contacts.ts';
import { type Core } from './core.ts';
import { holdEverybody } from './locks.ts';
import { type StoredSettings } from './records/settings.ts';
import { settingsView } from './settings-view.ts';

/** Changes some settings. Contacts hear of a new name and of switches. Fault `bad-name`. */
export async function changeSettings(core: Core, change: Partial<Settings>): Promise<Settings> {
  await holdEverybody(core, async () => {
    const changes = beginChanges(core);
    const before = core.state.settings;
    const after: StoredSettings = {
      readReceipts: change.readReceipts ?? before.readReceipts,
      typing: change.typing ?? before.typing,
      lastSeen: change.lastSeen ?? before.lastSeen,
      language: change.language ?? before.language,
      appearance: change.appearance ?? before.appearance,
      notifications: change.notifications ?? before.notifications,
      calls: change.calls ?? before.calls,
    };
    changes.putSettings(after);
    const { account } = core.state;
    const name = change.name === undefined ? account?.name : readName(change.name);
    const told = (['readReceipts', 'typing', 'lastSeen'] as const).some(
      (key) => before[key] !== after[key],
    );
    if (account && name !== undefined && (name !== account.name || told)) {
      changes.putAccount({ ...account, name });
      announceSettings(core, changes, before.lastSeen && !after.lastSeen);
    }
    await changes.commit('strict');
  });
  return settingsView(core);
}
