/** SHA-256 of a piece of a large file: by the platform, on a thread of its own, where it can. */
import { type Bytes } from '../lib/bytes.ts';
import { subtle } from './native.ts';
import { sha256 } from './sha256.ts';

/** The same hash as `sha256`, 32 bytes; it does not hold up this thread. */
export async function sha256OfChunk(bytes: Bytes): Promise<Bytes> {
  const platform = subtle();
  return platform ? new Uint8Array(await platform.digest('SHA-256', bytes)) : sha256(bytes);
}
