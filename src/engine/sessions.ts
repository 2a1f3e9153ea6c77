/** Sessions with a peer: from memory as last committed, else from the disk. A row that does not open counts as lost. */
import { isFault } from '../lib/fault.ts';
import { type AccountId, FIRST_DEVICE } from '../lib/ids.ts';
import { type PeerSessions, emptySessions, parseSessions } from '../protocol/session.ts';
import { type Core } from './core.ts';

/** The sessions with a peer. The caller holds the peer's lock. */
export async function loadSessions(core: Core, peer: AccountId): Promise<PeerSessions> {
  const known = core.state.sessions.get(peer);
  if (known) return known;
  const row = await core.store.get('sessions', [peer, FIRST_DEVICE]);
  if (!row) return emptySessions();
  try {
    const sessions = parseSessions(await core.seal.open('sessions', row));
    core.state.sessions.set(peer, sessions);
    return sessions;
  } catch (error) {
    // Healing covers a corrupt row as it covers a lost one: a fresh session, and what was missed is asked for.
    if (isFault(error)) return emptySessions();
    throw error;
  }
}
