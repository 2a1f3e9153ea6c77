/** The emoji used last and the tone of hands, as the engine keeps them (sealed); read once for each page. */
import { type Habits } from '../../engine/api.ts';
import { engine } from '../contexts/engine-client.ts';

const none: Habits = { emoji: [], tone: 0, stickers: [] };
/** How many are shown. */
const SHOWN = 32;
let known: Promise<Habits> | undefined;

/** What is used often here. Without an engine that answers there are none. */
export function readHabits(): Promise<Habits> {
  return engine()
    .call('habits', {})
    .catch(() => none);
}

/** Writers one after the other, so that none is lost. */
function change(next: (habits: Habits) => Partial<Habits>): void {
  const before = known ?? Promise.resolve(none);
  known = before.then(async () =>
    engine()
      .call('habits', next(await readHabits()))
      // A recent emoji that is not remembered is no one's loss.
      .catch(() => none),
  );
}

/** An emoji was used. @param emoji without a tone */
export function noteEmoji(emoji: string): void {
  change((habits) => ({
    emoji: [emoji, ...habits.emoji.filter((each) => each !== emoji)].slice(0, SHOWN),
  }));
}

/** A sticker was sent. @param name of a bundled one, or the id of an own one */
export function noteSticker(name: string): void {
  change((habits) => ({
    stickers: [name, ...habits.stickers.filter((each) => each !== name)].slice(0, SHOWN / 2),
  }));
}

/** A tone was chosen. */
export function noteTone(tone: number): void {
  change(() => ({ tone }));
}
