/** A profile on its own: read before the kind is looked at, so nothing is left to do; and no bubble. */
import { type Arrival } from './arrival.ts';

export async function receiveProfile(_arrival: Arrival<'profile'>): Promise<void> {
  // The profile travels beside every kind and was applied by the inbox.
}
