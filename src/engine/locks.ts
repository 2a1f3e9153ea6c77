/**
 * Locks wider than one peer. Every change of a row is made under the lock of what it belongs to: a peer's account id,
 * or OWN_LOCK for account, settings and tokens. OWN_LOCK comes first, as in the order that the mutex sorts by, so
 * nobody who holds a peer ever waits for it.
 */
import { type Core, OWN_LOCK } from './core.ts';

/**
 * Runs `work` while neither the account nor any contact can change: for what concerns all contacts at once, as a
 * new token does. Without it an outbox that is just sealing an old profile would pass for one that will seal the new.
 */
export function holdEverybody<Result>(core: Core, work: () => Promise<Result>): Promise<Result> {
  const { mutex, state } = core;
  // Contacts are made under OWN_LOCK or are nobody yet, so the list is complete once that is held.
  return mutex.hold([OWN_LOCK], () => mutex.hold([...state.contacts.keys()], work));
}
