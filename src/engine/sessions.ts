/** Sessions with a peer: from memory as last committed, else from the disk. A row that does not open counts as lost. */
import { isFault } from '../lib/fault.ts';
import { type AccountId, FIRST_DEVICE } from '../lib/ids.ts';
import {
  type PeerSessions,
  emptySessions,
  forgetHandshakes,
  parseSessions,
} from '../protocol/session.ts';
import { beginChanges } from './changes.ts';
import { type Core } from './core.ts';

/** The sessions with a peer. The caller holds the peer's lock. */
export async function loadSessions(core: Core, peer: AccountId): Promise<PeerSessions> {
  const sessions = await readSessions(core, peer);
  if (!sessions) return emptySessions();
  core.state.sessions.set(peer, sessions);
  return sessions;
}

async function readSessions(core: Core, peer: AccountId): Promise<PeerSessions | undefined> {
  const known = core.state.sessions.get(peer);
  if (known) return known;
  const row = await core.store.get('sessions', [peer, FIRST_DEVICE]);
  if (!row) return undefined;
  try {
    return parseSessions(await core.seal.open('sessions', row));
  } catch (error) {
    // Healing covers a corrupt row as it covers a lost one: a fresh session, and what was missed is asked for.
    if (isFault(error)) return undefined;
    throw error;
  }
}

/** Forgets, with every peer, the first messages to signed prekeys that are gone: nobody can open them again. */
export async function forgetOldHandshakes(core: Core): Promise<void> {
  for (const { account } of await core.store.list('sessions'))
    await core.mutex.hold([account], async () => {
      const sessions = await readSessions(core, account);
      if (!sessions || sessions.remembered.length === 0) return;
      // Under the lock, so that what was remembered of a new prekey meanwhile finds it.
      const signed = await core.store.list('prekeys', { equals: ['signed'] });
      const living = new Set(signed.map(({ id }) => id));
      const fewer = forgetHandshakes(sessions, (id) => living.has(id));
      if (fewer === sessions) return;
      const changes = beginChanges(core);
      changes.putSessions(account, FIRST_DEVICE, fewer);
      await changes.commit('relaxed');
    });
}
