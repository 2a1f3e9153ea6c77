/**
 * What every part of the engine is given: the state, the store, time, randomness, locks, and the ways to tell
 * others. Parts know each other only through this and through the functions they export.
 */
import { type Clock } from '../lib/clock.ts';
import { type FaultCode } from '../lib/fault.ts';
import { type AccountId } from '../lib/ids.ts';
import { type KeyedMutex } from '../lib/mutex.ts';
import { type RandomBytes } from '../lib/random.ts';
import { type Store } from '../storage/store.ts';
import { type EngineEvent } from './api.ts';
import { type Announcement } from './announcement.ts';
import { type RowSeal } from './seal.ts';
import { type State } from './state.ts';

export interface Core {
  readonly state: State;
  readonly store: Store;
  readonly seal: RowSeal;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly mutex: KeyedMutex;
  /** host[:port] of the relay that serves this page. */
  readonly host: string;
  /** The own account id, once there is an account. */
  readonly ownId: AccountId | undefined;
  /** Tells the tabs what a commit changed. */
  announce(announcement: Announcement): void;
  /** Tells every tab. */
  emit(event: EngineEvent): void;
  /** Something that the person should know of. */
  trouble(code: FaultCode): void;
  /** A write was refused because another owner took the database: this engine is dead. */
  readonly stopped: boolean;
}

/** Keys of the mutex that belong to no peer. Peers' keys are their account ids. */
export const OWN_LOCK = '#own';
