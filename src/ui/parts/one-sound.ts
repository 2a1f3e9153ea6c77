/**
 * One sound at a time, in this tab and in all others: whoever begins to sound says so, and all else falls silent.
 * Knows neither recordings nor films.
 */
const tabs = new BroadcastChannel('sotto.playing');
const sounds = new Set<() => void>();

/** Joins those that fall silent when another begins. @returns what ends that */
export function joinSounds(silence: () => void): () => void {
  sounds.add(silence);
  return () => void sounds.delete(silence);
}

/** Silences all others. @param silence of the one that begins, as it joined */
export function takeSound(silence: () => void): void {
  for (const other of sounds) if (other !== silence) other();
  tabs.postMessage(null);
}

tabs.addEventListener('message', () => {
  for (const silence of sounds) silence();
});
