/** How much room the chats take, for the page in Settings. */
import { type StorageUse } from './api.ts';
import { chatSummary } from './conversations.ts';
import { type Core } from './core.ts';

/** @param estimate what the browser says of all its storage for this origin */
export async function storageUse(
  core: Core,
  estimate: { used?: number; quota?: number; persisted?: boolean },
): Promise<StorageUse> {
  const chats: StorageUse['chats'][number][] = [];
  for (const id of core.state.conversations.keys()) {
    const line = chatSummary(core, id, false);
    if (!line) continue;
    const rows = await core.store.list('messages', { equals: [id] });
    const bytes = rows.reduce((sum, { sealed }) => sum + sealed.length, 0);
    chats.push({ id, name: line.name, standing: line.standing, messages: rows.length, bytes });
  }
  return { ...estimate, chats: chats.sort((a, b) => b.bytes - a.bytes) };
}
