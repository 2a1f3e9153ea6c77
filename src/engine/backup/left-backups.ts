/** What backups leave in this browser when they are not finished. Knows nothing of the one under way. */
import type { MediaParts } from '../media-work.ts';

/** Removes backups that were written here and not saved, and a trial that a crash left. */
export async function removeLeftBackups({ exports, dropScratch }: MediaParts): Promise<void> {
  for (const name of await exports.names()) await exports.remove(name).catch(() => undefined);
  await dropScratch();
}
