/**
 * Parts of this folder that are only a fallback or not needed for the first screen come over the network when they
 * are first used, each by one `import()`. This says what it means when one does not come.
 */
import { Fault } from '../lib/fault.ts';

/** A part under way. Throws Fault `offline`, to be tried again on the next connection, when it cannot be had. */
export async function arrived<Part>(part: Promise<Part>): Promise<Part> {
  try {
    return await part;
  } catch (error) {
    throw new Fault('offline', 'on-reconnect', error);
  }
}
