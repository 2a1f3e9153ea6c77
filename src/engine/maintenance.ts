/** Forgets what has had its time: seen envelopes, the sent log, old prekeys with the first messages to them, tokens that are over. */
import { beginChanges } from './changes.ts';
import { type Core, OWN_LOCK } from './core.ts';
import { forgetOldHandshakes } from './sessions.ts';
import { isOver } from './tokens.ts';

const DAY_MS = 24 * 3600 * 1000;

/** Runs now and once a day, and each time `onDay` after it; the result stops it. */
export function startMaintenance(core: Core, onDay: () => void): () => void {
  let cancel: () => void = () => undefined;
  const run = (): void => {
    cancel = core.clock.after(DAY_MS, run);
    // Whatever fails today is tried tomorrow; nothing depends on it.
    void forgetOld(core)
      .catch(() => undefined)
      .finally(onDay);
  };
  run();
  return () => cancel();
}

/** One round. */
export async function forgetOld(core: Core): Promise<void> {
  if (core.stopped || !core.state.account) return;
  const now = core.clock.now();
  let dropped = false;
  // Without the network the rest is forgotten all the same.
  const supply = await import('./prekey-supply.ts').catch(() => undefined);
  await core.mutex.hold([OWN_LOCK], async () => {
    const changes = beginChanges(core);
    changes.write({ table: 'seen', removeRange: { index: 'byExpiry', below: now } });
    changes.write({ table: 'sentLog', removeRange: { index: 'byExpiry', below: now } });
    dropped = (await supply?.dropOldPrekeys(core, changes)) ?? false;
    for (const token of core.state.tokens.values())
      if (isOver(token, now)) changes.removeToken(token.hash);
    await changes.commit('relaxed');
  });
  // Only now: while the key lives, what is forgotten could be opened a second time.
  if (dropped) await forgetOldHandshakes(core);
}
