/**
 * A greeting on a new session, from a contact whose installation is new: no bubble. Its sender lost the tokens that
 * we gave, or never had them, so the own profile goes back.
 */
import { enqueueProfile } from '../profile.ts';
import { type Arrival } from './arrival.ts';

export async function receiveHello({ core, changes, contact }: Arrival<'hello'>): Promise<void> {
  enqueueProfile(core, changes, contact.id);
}
